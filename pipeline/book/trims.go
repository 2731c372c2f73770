package book

import (
	"strings"

	"muster/pipeline"
)

// trims counts what trimming removed in one pass over the book.
type trims struct {
	cells, rows int
	columns     []int // the number of cells, by column index
}

func (t *trims) add(r *record) {
	if len(r.trimmed) == 0 {
		return
	}
	t.rows++
	t.cells += len(r.trimmed)
	for _, i := range r.trimmed {
		for len(t.columns) <= i {
			t.columns = append(t.columns, 0)
		}
		t.columns[i]++
	}
}

// Trimmed says from how many cells the last call of [Book.Rows] trimmed white space or invisible characters, and in
// which columns; nil if there was nothing to trim. It repeats no text of any cell.
func (b *Book) Trimmed() *pipeline.Message {
	t := &b.trims
	if t.cells == 0 {
		return nil
	}
	var names []string
	for i, count := range t.columns {
		switch {
		case count == 0:
		case i < len(b.header) && b.header[i].Name != "":
			names = append(names, strings.Join(strings.Fields(b.header[i].Name), " "))
		default:
			names = append(names, pipeline.ColumnLetters(i))
		}
	}
	return pipeline.Say("book.trimmed", "count", t.cells, "rows", pipeline.Say("rows", "count", t.rows),
		"columns", names)
}

// TrimmedIn is the number of cells of a column from which the last call of [Book.Rows] trimmed white space or
// invisible characters.
func (b *Book) TrimmedIn(column int) int {
	if column >= len(b.trims.columns) {
		return 0
	}
	return b.trims.columns[column]
}
