// Package mask makes a cell fit to be shown on a screen that others may see: long runs of digits and e-mail addresses
// are masked, all else is shown.
package mask

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	address = regexp.MustCompile(`[^\s@;,<>|]+@[^\s@;,<>|]+`)
	// run is a number of at least seven digits, with the separators that people write.
	run = regexp.MustCompile(`\d(?:[-.()/ \x{00A0}]{0,2}\d){6,}`)
	// day is a date, which is shown.
	day = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?$`)
)

// digitsKept digits of a number are shown, so that people recognise what kind it is.
const digitsKept = 3

// Text masks one cell.
func Text(cell string) string {
	cell = address.ReplaceAllStringFunc(cell, func(s string) string {
		at := strings.LastIndexByte(s, '@')
		_, first := utf8.DecodeRuneInString(s)
		return s[:first] + "***" + s[at:]
	})
	if day.MatchString(cell) {
		return cell
	}
	return run.ReplaceAllStringFunc(cell, func(s string) string {
		n := 0
		return strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return r
			}
			if n++; n <= digitsKept {
				return r
			}
			return '*'
		}, s)
	})
}

// Short is a text on one line, cut to most characters.
func Short(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
