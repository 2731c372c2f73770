package book

import (
	"strings"
	"unicode"

	"muster/pipeline"
)

// lowerHeader is the row below the one taken for the header, when it names columns that the header does not. Together
// they are a header of two rows, whose upper cells are merged across the columns of the lower.
type lowerHeader struct {
	header, row int
	columns     []string // by their letters
}

// findLowerHeader examines the row below the header; nil if it looks like a row of the book, with a number or an
// address somewhere, or if the header names every column that it fills.
func findLowerHeader(header, r *record) *lowerHeader {
	u := &lowerHeader{header: header.number, row: r.number}
	for i, cell := range r.cells {
		switch {
		case cell == "":
		case strings.Contains(cell, "@") || !strings.ContainsFunc(cell, unicode.IsLetter):
			return nil
		case i >= len(header.cells) || header.cells[i] == "":
			u.columns = append(u.columns, pipeline.ColumnLetters(i))
		}
	}
	if len(u.columns) == 0 {
		return nil
	}
	return u
}

// note is the note that says so, and what to do.
func (u *lowerHeader) note() *pipeline.Message {
	return pipeline.Say("book.header_of_two_rows", "header", u.header, "count", len(u.columns), "columns", u.columns,
		"row", u.row)
}
