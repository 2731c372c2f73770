package book

import (
	"fmt"
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
func (u *under) note() string {
	columns := u.columns
	more := ""
	if n := len(columns) - trimsShown; n > 0 {
		columns, more = columns[:trimsShown], fmt.Sprintf(" and %d more", n)
	}
	word := "columns "
	if len(u.columns) == 1 {
		word = "column "
	}
	return fmt.Sprintf("row %d was taken for the header and has no name for %s%s%s, "+
		"and row %d below it has: if that one is the header, --header-row %d",
		u.header, word, strings.Join(columns, ", "), more, u.row, u.row)
}

// Hidden is a sentence on the rows of the last call of [Book.Rows] that the
// spreadsheet program does not show, by a filter or otherwise: they are rows of
// the book like all others. It is "" where there were none.
func (b *Book) Hidden() string {
	if b.hidden == 0 {
		return ""
	}
	is, they := "are", "they are"
	if b.hidden == 1 {
		is, they = "is", "it is"
	}
	return fmt.Sprintf("%s %s hidden in the workbook, as by a filter; %s read like all others: "+
		"delete what is not meant", pipeline.Count(b.hidden, "row"), is, they)
}
