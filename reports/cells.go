package reports

import (
	"strconv"
	"strings"
)

// cellKind is the kind of a streamed row's cell.
type cellKind int

const (
	noCell      cellKind = iota // no cell at all
	textCell                    // text, whatever it looks like
	numberCell                  // a number; text has its digits
	emptyCell                   // only a style
	formulaCell                 // a formula; text has it
)

// cell is a streamed row's cell in one column.
type cell struct {
	text string
	look int // its style; 0 for the column's
	kind cellKind
}

// appendCell appends a cell's XML (ECMA-376 part 1, 18.3.1.4).
func appendCell(b []byte, letters string, row int, c cell) []byte {
	b = append(b, `<c r="`...)
	b = append(b, letters...)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, '"')
	if c.look != 0 {
		b = append(b, ` s="`...)
		b = strconv.AppendInt(b, int64(c.look), 10)
		b = append(b, '"')
	}
	switch c.kind {
	case numberCell:
		b = append(b, `><v>`...)
		b = append(b, c.text...)
		return append(b, `</v></c>`...)
	case formulaCell:
		b = append(b, ` t="str"><f>`...)
		b = appendEscaped(b, c.text)
		return append(b, `</f></c>`...)
	case textCell:
		b = append(b, ` t="inlineStr"><is><t`...)
		if spaced(c.text) {
			b = append(b, ` xml:space="preserve"`...)
		}
		b = append(b, '>')
		text := c.text
		if strings.Contains(text, "_x") {
			text = spreadsheetEscape.ReplaceAllString(text, "_x005F_x${1}_")
		}
		b = appendEscaped(b, text)
		return append(b, `</t></is></c>`...)
	}
	return append(b, `></c>`...)
}

// spaced reports whether a text begins or ends with white space, which programs
// drop unless they are asked to keep it.
func spaced(s string) bool {
	return s != "" && (strings.IndexByte("\t\n\r ", s[0]) >= 0 || strings.IndexByte("\t\n\r ", s[len(s)-1]) >= 0)
}

// appendEscaped appends a text that has only XML characters. A line break in an element needs no escape.
func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var escape string
		switch s[i] {
		case '&':
			escape = "&amp;"
		case '<':
			escape = "&lt;"
		case '>':
			escape = "&gt;"
		case '"':
			escape = "&#34;"
		case '\'':
			escape = "&#39;"
		case '\t':
			escape = "&#x9;"
		case '\r':
			escape = "&#xD;"
		default:
			continue
		}
		b = append(append(b, s[from:i]...), escape...)
		from = i + 1
	}
	return append(b, s[from:]...)
}
