package mapping

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"muster/pipeline"
)

// dateToken is one piece of a date's format: a number, or the text between two numbers.
type dateToken struct {
	unit    byte   // Y, M or D; 0 for text
	exact   bool   // as many digits as letters; else one or two
	letters int    // how many
	text    string // where unit is 0
}

func compileDate(args []string, _ *tables) (step, *pipeline.Mistake) {
	if len(args) != 1 {
		return nil, pipeline.Wrong("mapping.takes_format")
	}
	format := args[0]
	tokens, wrong := parseDateFormat(format)
	if wrong != nil {
		return nil, wrong
	}
	return func(s string) (string, *pipeline.Message) { return convertDate(s, format, tokens) }, nil
}

func parseDateFormat(format string) ([]dateToken, *pipeline.Mistake) {
	var tokens []dateToken
	seen := map[byte]bool{}
	in := []rune(format)
	for i := 0; i < len(in); {
		j := i + 1
		if unicode.IsLetter(in[i]) {
			for j < len(in) && in[j] == in[i] {
				j++
			}
		} else {
			for j < len(in) && !unicode.IsLetter(in[j]) {
				j++
			}
		}
		run := string(in[i:j])
		i = j
		t := dateToken{letters: len(run)}
		switch run {
		case "YYYY", "MM", "DD":
			t.unit, t.exact = run[0], true
		case "M", "D":
			t.unit = run[0]
		case "YY", "Y":
			return nil, pipeline.Wrong("mapping.year_needs_four").Try("mapping.complete_years")
		default:
			if unicode.IsLetter([]rune(run)[0]) || strings.ContainsFunc(run, unicode.IsDigit) {
				return nil, pipeline.Wrong("mapping.unknown_date_piece", "piece", run)
			}
			t = dateToken{text: run}
		}
		if t.unit != 0 {
			if seen[t.unit] {
				return nil, pipeline.Wrong("mapping.date_once_each")
			}
			seen[t.unit] = true
			if n := len(tokens); n > 0 && tokens[n-1].unit != 0 && !(t.exact && tokens[n-1].exact) {
				return nil, pipeline.Wrong("mapping.date_needs_separator")
			}
		}
		tokens = append(tokens, t)
	}
	if len(seen) != 3 {
		return nil, pipeline.Wrong("mapping.date_once_each")
	}
	if len(tokens) == 5 && tokens[0].unit == 'Y' && tokens[2].unit == 'D' && tokens[1].text == "-" &&
		tokens[3].text == "-" {
		return nil, pipeline.Wrong("mapping.date_ambiguous")
	}
	return tokens, nil
}

func convertDate(s, format string, tokens []dateToken) (string, *pipeline.Message) {
	if isISODate(s) {
		if _, err := time.Parse(time.DateOnly, s); err != nil || s < "0001" {
			return "", pipeline.Say("date_not_in_calendar")
		}
		return s, nil
	}
	if len(s) > 11 && isISODate(s[:10]) && (s[10] == 'T' || s[10] == ' ') {
		return "", pipeline.Say("date_with_time")
	}
	var year, month, day int
	rest := s
	for i, t := range tokens {
		if t.unit == 0 {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, t.text); !ok {
				return "", notOfForm(format)
			}
			continue
		}
		width := leadingDigits(rest)
		adjoins := i+1 < len(tokens) && tokens[i+1].unit != 0
		switch {
		case adjoins && width > t.letters:
			width = t.letters
		case t.unit == 'Y' && width == 2 && !adjoins && goesOn(tokens, i, rest[2:]):
			return "", pipeline.Say("date_short_year")
		case t.exact && t.unit != 'Y' && width == 1 && !adjoins:
			return "", pipeline.Say("date_not_of_form_digits", "format", format)
		}
		if width != t.letters && (t.exact || width < 1 || width > 2) {
			return "", notOfForm(format)
		}
		n := 0
		for _, c := range []byte(rest[:width]) {
			n = n*10 + int(c-'0')
		}
		rest = rest[width:]
		switch t.unit {
		case 'Y':
			year = n
		case 'M':
			month = n
		case 'D':
			day = n
		}
	}
	if rest != "" {
		return "", notOfForm(format)
	}
	if !inCalendar(year, month, day) {
		if month > 12 && inCalendar(year, day, month) {
			return "", pipeline.Say("date_no_such_month")
		}
		return "", pipeline.Say("date_not_in_calendar")
	}
	return fmt.Sprintf("%04d-%02d-%02d", year, month, day), nil
}

// goesOn reports whether s continues as the format does after token i. Only a text that is a date otherwise is
// refused because of its year.
func goesOn(tokens []dateToken, i int, s string) bool {
	if i+1 == len(tokens) {
		return s == ""
	}
	return strings.HasPrefix(s, tokens[i+1].text)
}

func notOfForm(format string) *pipeline.Message {
	return pipeline.Say("date_not_of_form", "format", format)
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func isISODate(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:])
}

func inCalendar(year, month, day int) bool {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return year > 0 && month >= 1 && month <= 12 && t.Day() == day && t.Month() == time.Month(month)
}
