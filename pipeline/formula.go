package pipeline

import (
	"strings"
	"unicode/utf8"
)

// formulaStarts are the characters with which a formula begins for a spreadsheet program that opens a CSV file: =, +,
// -, @, tab, carriage return, line feed, and the wide forms of the first four (OWASP, CSV Injection).
const formulaStarts = "=+-@\t\r\n＝＋－＠"

// EscapeFormula puts an apostrophe before a text that a spreadsheet program
// would take for a formula.
func EscapeFormula(s string) string {
	if startsFormula(s) {
		return "'" + s
	}
	return s
}

// UnescapeFormula removes the apostrophe of [EscapeFormula]. A text that had its own apostrophe before such a
// character loses it too, because the two look the same.
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
