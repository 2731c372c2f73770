package reports

import (
	"encoding/xml"
	"regexp"
	"strings"
	"unicode/utf8"

	"muster/pipeline"
)

// escapeID is [pipeline.EscapeFormula] for an ID that programs join on. One that begins with - or + and otherwise
// consists of an ID's characters stays exact: it calls nothing and refers to no other file, and at worst a
// spreadsheet program shows a number or an error instead.
func escapeID(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' ||
			strings.ContainsRune("-_.:/+=~", r))
	}) < 0 {
		return s
	}
	return pipeline.EscapeFormula(s)
}

// escapeCarried is [pipeline.EscapeFormula] for a cell of the book. A telephone number or another signed number stays
// exact: there is nothing to evaluate.
func escapeCarried(s string) string {
	if s != "" && (s[0] == '-' || s[0] == '+') && strings.ContainsAny(s, "0123456789") &&
		strings.Trim(s[1:], "0123456789 .,") == "" {
		return s
	}
	return pipeline.EscapeFormula(s)
}

// cellText is s in a form that a cell of a workbook can hold:
//
//   - characters that XML 1.0 (section 2.2, Char) does not allow, and invalid
//     UTF-8, become U+FFFD;
//   - when two escapes (ECMA-376 part 1, 22.9.2.19, ST_Xstring: _x0041_)
//     share an underscore it becomes U+FFFD, and so does the first underscore
//     of an escaped surrogate: the workbook library would change both texts;
//   - a text that is longer than a cell is cut and ends in an ellipsis.
func cellText(s string) string {
	s = xmlText(s)
	if strings.Contains(s, "_x") {
		s = withoutClashingEscapes(s)
	}
	return pipeline.Shorten(s, pipeline.MaxCellUnits)
}

func xmlText(s string) string {
	for i, r := range s {
		if !xmlChar(r) || r == utf8.RuneError {
			return s[:i] + strings.Map(func(r rune) rune {
				if !xmlChar(r) {
					return utf8.RuneError
				}
				return r
			}, s[i:])
		}
	}
	return s
}

func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

const escapeLength = len("_x0041_")

func withoutClashingEscapes(s string) string {
	var b strings.Builder
	from := 0
	replace := func(i int) {
		b.WriteString(s[from:i])
		b.WriteRune(utf8.RuneError)
		from = i + 1
	}
	for i := 0; i+escapeLength <= len(s); {
		if !isEscape(s[i:]) {
			i++
			continue
		}
		next := i + escapeLength - 1
		switch {
		case isEscape(s[next:]):
			replace(next)
		case isSurrogate(s[i+2 : i+6]):
			replace(i)
		}
		i = next + 1
	}
	b.WriteString(s[from:])
	return b.String()
}

func isEscape(s string) bool {
	if len(s) < escapeLength || s[0] != '_' || s[1] != 'x' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

func isSurrogate(hex string) bool {
	return (hex[0] == 'd' || hex[0] == 'D') && hex[1] >= '8'
}

// spreadsheetEscape matches what a spreadsheet program reads as an escaped character.
var spreadsheetEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// escaped is text for an XML element of a spreadsheet: characters that XML does not allow are replaced, and what a
// spreadsheet program would read as an escape (_x0041_) is escaped itself.
func escaped(text string) string {
	var b strings.Builder
	text = spreadsheetEscape.ReplaceAllString(text, "_x005F_x${1}_")
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // writing to a strings.Builder does not fail
	}
	return b.String()
}
