package book

import (
	"slices"

	"muster/pipeline"
)

// moves are rows of a CSV with more cells than the header, the last of them empty: a delimiter in a cell without
// quotation marks has split it, and moved the cells behind it by one column.
type moves struct {
	longer, others int // rows with more cells than the header, and all others below it

	// In a pass: the first rows that may be such, and how many there are.
	rows  []int
	count int
}

// movedShown is how many rows are named.
const movedShown = 10

// problem is the message of a row that is certainly such a row: white space at the end of just one cell is what
// followed the delimiter in the text. A row without it is only counted, because a stray delimiter at its end looks
// alike.
func (m *moves) problem(r *record, columns int) *pipeline.Message {
	if len(r.cells) <= columns || m.others < 1 {
		return nil
	}
	filled := func(cell string) bool { return pipeline.Trim(cell) != "" }
	if slices.ContainsFunc(r.cells[columns:], filled) {
		return nil // reported otherwise
	}
	if len(r.trimmed) == 1 && r.trimmed[0] > 0 && filled(r.cells[r.trimmed[0]]) {
		return pipeline.Say("half_row_moved", "count", len(r.cells), "columns", columns,
			"cell", pipeline.CellRef(r.trimmed[0], r.number))
	}
	if filled(r.cells[columns-1]) && m.longer <= 1+m.others/3 {
		if m.count++; len(m.rows) < movedShown {
			m.rows = append(m.rows, r.number)
		}
	}
	return nil
}

// Moved says which rows of the last call of [Book.Rows] have more cells than the header, the last of them empty, so
// that their cells may be in the wrong columns; nil if there were none.
func (b *Book) Moved() *pipeline.Message {
	m := &b.halves.moves
	if m.count == 0 {
		return nil
	}
	return pipeline.Say("book.rows_longer", "count", m.count, "rows", slices.Clone(m.rows))
}
