package pipeline

import (
	"strings"
	"unicode/utf8"
)

// formulaStarts are the characters by which a spreadsheet program that opens a
// CSV file takes a text for a formula: =, +, -, @, tab, carriage return, line
// feed, and the wide forms of the first four (OWASP, CSV Injection).
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// EscapeFormula puts an apostrophe before a text that a spreadsheet program
// would take for a formula.
func EscapeFormula(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// UnescapeFormula takes away the apostrophe of [EscapeFormula]. A text that had
// one of its own before such a character loses it too: nothing tells the two
// apart.
func UnescapeFormula(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && startsFormula(rest) {
		return rest
	}
	return s
}

func startsFormula(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && strings.ContainsRune(formulaStarts, r)
}
