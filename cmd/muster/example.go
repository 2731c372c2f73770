package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"muster/pipeline"
)

// exampleRows passes over the rows of a book that only show how a row is
// filled: those whose cell in muster's own column is the word for it. Every
// pass leaves out the same rows, so that they are no rows of the book.
type exampleRows struct {
	bookSheet
	column int   // -1 where the book has no such column
	rows   []int // of the last pass
}

func newExampleRows(b bookSheet) *exampleRows {
	e := &exampleRows{bookSheet: b, column: -1}
	for _, c := range b.Header() {
		if isOrigin(c) {
			e.column = c.Index
		}
	}
	return e
}

// isOrigin tells muster's own column.
func isOrigin(c pipeline.Column) bool { return strings.EqualFold(c.Name, pipeline.OriginColumn) }

// Rows are the book's rows without the examples, whose numbers it keeps.
func (e *exampleRows) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	e.rows = e.rows[:0]
	if e.column < 0 {
		return e.bookSheet.Rows(ctx, each)
	}
	return e.bookSheet.Rows(ctx, func(row pipeline.Row) error {
		if strings.EqualFold(pipeline.Trim(row.Cells[e.column]), pipeline.ExampleMark) {
			e.rows = append(e.rows, row.Number)
			return nil
		}
		return each(row)
	})
}

// note is the sentence about the rows that the last pass left out; "" when
// there were none.
func (e *exampleRows) note() string {
	const shown = 10
	switch n := len(e.rows); {
	case n == 0:
		return ""
	case n == 1:
		return fmt.Sprintf("row %d is the example of the template: not imported", e.rows[0])
	default:
		var numbers []string
		for _, r := range e.rows[:min(n, shown)] {
			numbers = append(numbers, strconv.Itoa(r))
		}
		more := ""
		if n > shown {
			more = fmt.Sprintf(" and %d more", n-shown)
		}
		return fmt.Sprintf("rows %s%s are examples of the template: not imported", strings.Join(numbers, ", "), more)
	}
}

// noteExamples tells which rows were left out, once they have been read.
func (r *importRun) noteExamples(b *openBook) {
	if s := b.examples.note(); s != "" {
		r.note("%s", s)
	}
}
