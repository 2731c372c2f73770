package book

import (
	"fmt"
	"math"
	"time"
)

// dateSystem is how a workbook counts days (ECMA-376, part 1, 18.17.4.1).
type dateSystem int

const (
	// date1900: 1 is 1 January 1900, and 60 is the 29 February 1900 that never
	// was, which the programs keep for the sake of older files.
	date1900 dateSystem = iota
	// date1904: 0 is 1 January 1904.
	date1904
)

const daySeconds = 24 * 60 * 60

// lastDay is 31 December 9999, the last that a spreadsheet program shows.
var lastDay = map[dateSystem]int64{date1900: 2958465, date1904: 2957003}

// dateText spells a serial number under a format of the given class, which is
// a date, a time or an elapsed time: 2006-01-02, 2006-01-02T15:04:05 when it
// has a time of the day, 15:04:05 when it is nothing else; rounded to the
// second. ok is false when the number is no date of the calendar. 29 February
// 1900 is spelt as the program shows it.
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

// isoText spells a cell of type d, which holds an ISO 8601 date (ECMA-376,
// part 1, 18.18.11), as dateText would. What has a zone, or is no such date,
// stays as it stands for the mapping to judge.
func isoText(raw string) string {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		at, err := time.Parse(layout, raw) // a fraction of the second is read, too
		if err != nil {
			continue
		}
		at = at.Round(time.Second)
		if at.Hour()|at.Minute()|at.Second() == 0 {
			return at.Format(time.DateOnly)
		}
		return at.Format("2006-01-02T15:04:05")
	}
	return raw
}
