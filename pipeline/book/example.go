package book

import "muster/pipeline"

// examples are the rows of a book that only show how to fill in a row: those whose cell in muster's own column says
// so ([pipeline.IsExampleMark]). Every pass leaves them out.
type examples struct {
	column int            // muster's own, from 1; 0 when the book has none
	cells  map[int]string // of the template's example, by column
	last   Examples       // of the last pass
}

// Examples are the rows that a pass left out because a template marks them as examples, ascending.
type Examples struct {
	Rows []int
	// Filled are those of Rows whose cells differ from the template's own example: somebody may have written a
	// merchant over it.
	Filled []int
}

// Examples are the rows that the last call of [Book.Rows] left out. They are valid until its next call.
func (b *Book) Examples() Examples { return b.examples.last }

// KnowExample sets the cells of the template's own example, by column index, in columns that tell merchants apart.
// Later passes find out which examples differ from it.
func (b *Book) KnowExample(cells map[int]string) { b.examples.cells = cells }

func examplesIn(header []pipeline.Column) examples {
	var e examples
	for _, c := range header {
		if pipeline.IsOriginColumn(c.Name) {
			e.column = c.Index + 1
		}
	}
	return e
}

// begin starts a pass.
func (e *examples) begin() {
	e.last = Examples{Rows: e.last.Rows[:0], Filled: e.last.Filled[:0]}
}

// leavesOut reports, and notes, whether a row is an example.
func (e *examples) leavesOut(row pipeline.Row) bool {
	if e.column == 0 || !pipeline.IsExampleMark(pipeline.Trim(row.Cells[e.column-1])) {
		return false
	}
	e.last.Rows = append(e.last.Rows, row.Number)
	if e.isFilled(row) {
		e.last.Filled = append(e.last.Filled, row.Number)
	}
	return true
}

// isFilled reports whether somebody wrote a merchant over the example and left its mark: that merchant would be
// missed. When a definition has several shapes their examples share only some keys, so that one equal cell is enough
// for an example.
func (e *examples) isFilled(row pipeline.Row) (filled bool) {
	for column, example := range e.cells {
		switch row.Cells[column] {
		case "":
		case example:
			return false
		default:
			filled = true
		}
	}
	return filled
}
