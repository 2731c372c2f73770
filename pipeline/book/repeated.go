package book

import (
	"slices"

	"muster/pipeline"
)

// repeatsHeader reports whether a row repeats the names of the columns, and counts it. That happens in a table joined
// from several, or one printed on pages. Such a row is not a row of the book.
func (b *Book) repeatsHeader(row pipeline.Row) bool {
	if b.below.all || b.around.why == WhyNone || len(row.Problems) > 0 {
		return false
	}
	names := 0
	for i, cell := range row.Cells {
		switch cell {
		case "":
		case b.header[i].Name:
			names++
		default:
			return false
		}
	}
	if names < 2 {
		return false
	}
	b.below.repeated = append(b.below.repeated, row.Number)
	return true
}

// Repeated says which rows the last call of [Book.Rows] left out because they repeat the names of the columns; nil if
// there were none.
func (b *Book) Repeated() *pipeline.Message {
	if len(b.below.repeated) == 0 {
		return nil
	}
	return pipeline.Say("book.rows_repeat_header", "count", len(b.below.repeated), "rows", slices.Clone(b.below.repeated))
}
