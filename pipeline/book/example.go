package book

import "muster/pipeline"

// examples are the rows of a book that only show how a row is filled: those
// whose cell in muster's own column says so ([pipeline.IsExampleMark]). Every pass
// leaves out the same rows, so that they are no rows of the book.
type examples struct {
	column int            // of muster's own, from 1; 0 where the book has none
	cells  map[int]string // of the template's example, by column
	last   Examples       // of the last pass
}

// Examples are the rows that a pass left out because a template marks them as
// examples, ascending.
type Examples struct {
	Rows []int
	// Filled are those of Rows that hold something else than the template's own
	// example: somebody may have written a merchant over it.
	Filled []int
}

// Examples are the rows that the last call of [Book.Rows] left out. They are
// valid until its next call.
func (b *Book) Examples() Examples { return b.examples.last }

// KnowExample says what the template's own example holds, by the index of the
// column, in the columns that tell merchants apart. Passes from then on find
// out which examples hold something else.
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

// begin begins a pass.
func (e *examples) begin() {
	e.last = Examples{Rows: e.last.Rows[:0], Filled: e.last.Filled[:0]}
}

// leavesOut notes a row that is an example.
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

// isFilled says that somebody wrote a merchant over the example and left the
// word for it: that merchant would be missed. Where a definition has several
// shapes their examples share some keys only, so that one will do.
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
