// Package mask makes a cell fit to be shown to whoever looks over a shoulder: long runs
// of digits and e-mail addresses are masked, all else stands.
package mask

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	address = regexp.MustCompile(`[^\s@;,<>|]+@[^\s@;,<>|]+`)
	// run is a number of seven digits and more, with what people write between them.
	run = regexp.MustCompile(`\d(?:[-.()/ \x{00A0}]{0,2}\d){6,}`)
	// day is a date, which is no such number.
	day = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?$`)
)

// digitsKept are shown of a number, so that people recognize what it is.
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

// Short is a text on one line of at most that many characters.
func Short(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
