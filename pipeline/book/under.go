package book

import (
	"strings"
	"unicode"

	"muster/pipeline"
)

// under is a row below the one taken for the header that has names for columns without a name in the header. That is
// a header of two rows, whose upper cells are merged across the columns of the lower.
type under struct {
	header, row int
	columns     []string // by their letters
}

// namesUnder examines the row below the header; nil if it looks like a row of the book, with a number or an address
// somewhere, or if the header names every column that it fills.
func namesUnder(header, r *record) *under {
	u := &under{header: header.number, row: r.number}
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
func (u *under) note() *pipeline.Message {
	return pipeline.Say("book.header_of_two_rows", "header", u.header, "count", len(u.columns), "columns", u.columns,
		"row", u.row)
}

// Hidden says how many rows of the last call of [Book.Rows] the spreadsheet program does not show, because of a
// filter or otherwise. They are rows of the book like all others. It is nil if there were none.
func (b *Book) Hidden() *pipeline.Message {
	if b.hidden == 0 {
		return nil
	}
	return pipeline.Say("book.hidden_rows", "count", b.hidden)
}
