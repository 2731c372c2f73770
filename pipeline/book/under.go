package book

import (
	"strings"
	"unicode"

	"muster/pipeline"
)

// under is a row below the one that was taken for the header, which has names
// for columns that the header leaves without: a header of two rows, the upper
// one merged over the columns of the lower.
type under struct {
	header, row int
	columns     []string // by their letters
}

// namesUnder looks at the row below the header; nil where it looks like a row
// of the book, which has a number or an address somewhere, or where the header
// names all that it fills.
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

// note says so, and what to do.
func (u *under) note() *pipeline.Message {
	return pipeline.Say("book.header_of_two_rows", "header", u.header, "count", len(u.columns), "columns", u.columns,
		"row", u.row)
}

// Hidden says how many rows of the last call of [Book.Rows] the spreadsheet
// program does not show, because of a filter or otherwise: they are rows of the
// book like all others. It is nil where there were none.
func (b *Book) Hidden() *pipeline.Message {
	if b.hidden == 0 {
		return nil
	}
	return pipeline.Say("book.hidden_rows", "count", b.hidden)
}
