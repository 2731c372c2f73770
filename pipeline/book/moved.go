package book

import (
	"slices"

	"muster/pipeline"
)

// moves are rows of a CSV with more cells than the header, the last of them empty: a delimiter in a cell without
// quotation marks may have split it, and moved the cells behind it by one column.
type moves struct {
	longer, others int // rows with more cells than the header, and all others below it
	// farthest is the last column that the first of the other rows fill, -1 where too few are known; kinds are those
	// of their columns, CellBlank where they differ.
	farthest int
	kinds    []CellKind

	// In a pass: the first rows that may be such, and how many there are.
	rows  []int
	count int
}

// movedShown is how many rows are named.
const movedShown = 10

// problem is the message of a row that is certainly such a row: white space at the end of just one cell is what
// followed the delimiter in the text, or the cells are of the kinds of the columns to their left. A row without either
// is only counted, because a stray delimiter at its end looks alike, and only if it fills a column that others do not.
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
	if m.longer > 1+m.others/3 {
		return nil
	}
	if at := m.shifted(r.cells[:columns]); at >= 0 {
		return pipeline.Say("half_row_shifted", "count", len(r.cells), "columns", columns,
			"cell", pipeline.CellRef(at, r.number))
	}
	last := columns - 1
	for last >= 0 && !filled(r.cells[last]) {
		last--
	}
	if last == columns-1 || m.farthest >= 0 && last > m.farthest {
		if m.count++; len(m.rows) < movedShown {
			m.rows = append(m.rows, r.number)
		}
	}
	return nil
}

// learn takes the first rows of the sheet, of which those below the header show what is usual.
func (m *moves) learn(top []Line, header, columns int) {
	m.farthest, m.kinds = -1, make([]CellKind, columns)
	seen, mixed := 0, make([]int, columns) // how many cells of a kind
	for _, line := range top {
		if line.Number <= header || len(line.Cells) > columns {
			continue
		}
		seen++
		for i, cell := range line.Cells {
			cell = pipeline.Trim(cell)
			if cell == "" {
				continue
			}
			m.farthest = max(m.farthest, i)
			switch kind := KindOf(cell); {
			case mixed[i] == 0:
				m.kinds[i] = kind
				fallthrough
			case m.kinds[i] == kind:
				mixed[i]++
			default:
				m.kinds[i] = CellBlank
			}
		}
	}
	for i, n := range mixed {
		if n < enoughRows {
			m.kinds[i] = CellBlank
		}
	}
	if seen < enoughRows {
		m.farthest = -1
	}
}

// enoughRows is how many rows show what is usual.
const enoughRows = 3

// shifted is the first cell that is not of its column's kind, where all are if those from a split cell on are taken
// for the cells of the columns to their left; -1 where they are not.
func (m *moves) shifted(cells []string) int {
	fits := func(cell string, column int) bool {
		if column < 0 || m.kinds[column] == CellBlank || m.kinds[column] == CellText {
			return true
		}
		cell = pipeline.Trim(cell)
		return cell == "" || KindOf(cell) == m.kinds[column]
	}
	first := -1
	for i, cell := range cells {
		if !fits(cell, i) {
			first = i
			break
		}
	}
	if first < 1 {
		return -1
	}
	moved := 0 // cells that prove it: of a kind that is not just text
	for i := first; i < len(cells); i++ {
		if !fits(cells[i], i-1) {
			return -1
		}
		if k := m.kinds[i-1]; k != CellBlank && k != CellText && pipeline.Trim(cells[i]) != "" {
			moved++
		}
	}
	if moved == 0 {
		return -1
	}
	return first
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
