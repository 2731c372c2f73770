package book

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// dateSystem is how a workbook counts days (ECMA-376, part 1, 18.17.4.1).
type dateSystem int

const (
	// date1900: 1 is 1 January 1900, and 60 the nonexistent 29 February 1900, which programs keep for compatibility.
	date1900 dateSystem = iota
	// date1904: 0 is 1 January 1904.
	date1904
)

const daySeconds = 24 * 60 * 60

// lastDay is 31 December 9999, the last that a spreadsheet program shows.
var lastDay = map[dateSystem]int64{date1900: 2958465, date1904: 2957003}

// dateText spells a serial number under a format of that class, which is a date, a time or an elapsed time:
// 2006-01-02, 2006-01-02T15:04:05 when it has a time of day, 15:04:05 when it is only that; rounded to the second. ok
// is false when the number is no date. 29 February 1900 is spelt as the program shows it.
func (s dateSystem) dateText(serial float64, class formatClass) (text string, ok bool) {
	if !(serial >= 0) || serial > float64(lastDay[s])+1 {
		return "", false
	}
	seconds := int64(math.Round(serial * daySeconds))
	day, clock := seconds/daySeconds, seconds%daySeconds
	switch {
	case class == formatElapsed:
		return clockText(seconds), true
	case class == formatTime && serial < 1:
		return clockText(clock), true
	case day > lastDay[s]:
		return "", false
	}
	if s == date1904 {
		text = dayText(1904, time.January, 1, day)
	} else {
		switch {
		case day == 0:
			return "", false
		case day < 60:
			text = dayText(1899, time.December, 31, day)
		case day == 60:
			text = "1900-02-29"
		default:
			text = dayText(1899, time.December, 30, day)
		}
	}
	if clock != 0 {
		text += "T" + clockText(clock)
	}
	return text, true
}

func dayText(year int, month time.Month, day int, later int64) string {
	return time.Date(year, month, day+int(later), 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func clockText(seconds int64) string {
	return fmt.Sprintf("%02d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
}

// isoLayouts are the forms of a date and a time in ISO 8601 that programs write
// (ECMA-376, part 1, 18.18.11); a fraction of the second is read too.
var isoLayouts = []string{
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly,
}

// isoBase is day 0 of a workbook that counts from 1900, in the strict form: it has no 29 February 1900, so that 1
// January 1900 is 1899-12-31 there, and a time of day is on 1899-12-30.
var isoBase = time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)

// isoText spells a cell of type d, which has an ISO 8601 date, time or duration, as dateText spells the number under
// the same format. A zone is dropped: programs show the time before it. Any other text is unchanged, for the mapping
// to judge.
func (s dateSystem) isoText(raw string, class formatClass) string {
	if seconds, ok := isoSeconds(raw); ok {
		return clockText(seconds)
	}
	at, ok := isoTime(raw)
	if !ok {
		return raw
	}
	days := at.Sub(isoBase).Seconds() / daySeconds
	early := s == date1900 && days >= 0 && days < 61 // before 1 March 1900, where the two counts differ
	if early && days < 1 && class != formatElapsed {
		class = formatTime
	}
	if early || class == formatElapsed && days >= 0 {
		if class == formatNumber {
			class = formatDate
		}
		if text, ok := date1900.dateText(days, class); ok {
			return text
		}
	}
	if at.Hour()|at.Minute()|at.Second() == 0 {
		return at.Format(time.DateOnly)
	}
	return at.Format("2006-01-02T15:04:05")
}

// isoTime reads a date with or without a time of the day, rounded to the
// second.
func isoTime(raw string) (time.Time, bool) {
	raw, ok := withoutZone(raw)
	if !ok {
		return time.Time{}, false
	}
	for _, layout := range isoLayouts {
		if at, err := time.Parse(layout, raw); err == nil {
			return at.Round(time.Second), true
		}
	}
	return time.Time{}, false
}

// withoutZone removes a zone: Z, +05, -05:00, -0500. A text that is too short for a date is returned unchanged.
func withoutZone(raw string) (string, bool) {
	if n := len(raw); n > 0 && (raw[n-1] == 'Z' || raw[n-1] == 'z') {
		return raw[:n-1], true
	}
	i := strings.LastIndexAny(raw, "+-")
	if i <= len("2006-01-") {
		return raw, true
	}
	zone := strings.Replace(raw[i+1:], ":", "", 1)
	if (len(zone) != 2 && len(zone) != 4) || !onlyDigits(zone) {
		return "", false
	}
	return raw[:i], true
}

// isoSeconds reads a time of day (10:30, T10:30:00) or a duration of at most days (PT36H15M, P1DT2H) in seconds.
func isoSeconds(raw string) (int64, bool) {
	if rest, ok := strings.CutPrefix(raw, "P"); ok {
		return durationSeconds(rest)
	}
	text, ok := withoutZone(strings.TrimPrefix(raw, "T"))
	if !ok || strings.Count(text, ":") == 0 || strings.Contains(text, "-") {
		return 0, false
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if at, err := time.Parse(layout, text); err == nil {
			at = at.Round(time.Second)
			return int64(at.Hour())*3600 + int64(at.Minute())*60 + int64(at.Second()), true
		}
	}
	return 0, false
}

// durationSeconds reads the part after the P of a duration. Years and months have no fixed length, so that such a
// duration is not accepted.
func durationSeconds(rest string) (int64, bool) {
	if rest == "" {
		return 0, false
	}
	total, units := 0.0, "D"
	last := -1
	for rest != "" {
		if rest[0] == 'T' && units == "D" && len(rest) > 1 {
			rest, units, last = rest[1:], "HMS", -1
			continue
		}
		i := strings.IndexFunc(rest, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
		if i < 1 {
			return 0, false
		}
		n, err := strconv.ParseFloat(rest[:i], 64)
		at := strings.IndexByte(units, rest[i])
		if err != nil || at <= last {
			return 0, false
		}
		last = at
		total += n * map[byte]float64{'D': daySeconds, 'H': 3600, 'M': 60, 'S': 1}[rest[i]]
		rest = rest[i+1:]
		if total > float64(lastDay[date1900])*daySeconds {
			return 0, false
		}
	}
	return int64(math.Round(total)), true
}
