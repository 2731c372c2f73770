package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// exampleRows passes over the rows of a book that only show how a row is
// filled: those whose cell in muster's own column is the word for it. Every
// pass leaves out the same rows, so that they are no rows of the book.
type exampleRows struct {
	bookSheet
	column int   // -1 where the book has no such column
	rows   []int // of the last pass
	// examples are what the template's example holds as its keys, by column; filled
	// are the rows, of the last pass, that hold something else there.
	examples map[int]string
	filled   []int
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
	e.rows, e.filled = e.rows[:0], e.filled[:0]
	if e.column < 0 {
		return e.bookSheet.Rows(ctx, each)
	}
	return e.bookSheet.Rows(ctx, func(row pipeline.Row) error {
		if strings.EqualFold(pipeline.Trim(row.Cells[e.column]), pipeline.ExampleMark) {
			e.rows = append(e.rows, row.Number)
			if e.isFilled(row) {
				e.filled = append(e.filled, row.Number)
			}
			return nil
		}
		return each(row)
	})
}

// learn notes what the template's example holds in the columns that feed a key
// as they stand.
func (e *exampleRows) learn(m *mapping.Mapping, p *pipeline.Provider) {
	e.examples = map[int]string{}
	for i, s := range m.Slots() {
		isKey := slices.ContainsFunc(p.Keys, func(k pipeline.Key) bool { return k.Field == p.Fields[s.Field].Path })
		if example := p.Fields[s.Field].Example; isKey && example != "" && m.CopiesCell(i) {
			e.examples[s.Column.Index] = example
		}
	}
}

// isFilled says that somebody wrote a merchant over the example and left the
// word for it: that merchant would be missed. Where a definition has several
// shapes their examples share some keys only, so that one will do.
func (e *exampleRows) isFilled(row pipeline.Row) (filled bool) {
	for column, example := range e.examples {
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
	if len(b.examples.filled) == 0 {
		return
	}
	// Nothing else says that a merchant may be missing, so that it is told of a
	// quiet run too.
	s := fmt.Sprintf("%s not the template's example any more, and not imported: a merchant's row has nothing in the column %q",
		isAre(numbered(b.examples.filled), len(b.examples.filled)), pipeline.OriginColumn)
	r.notes = append(r.notes, s)
	if r.flags.json {
		r.remark(s)
	} else {
		r.say("warning: %s", s)
	}
}

func isAre(what string, n int) string {
	if n == 1 {
		return what + " is"
	}
	return what + " are"
}
