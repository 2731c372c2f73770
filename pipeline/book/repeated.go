package book

import (
	"slices"

	"muster/pipeline"
)

// repeatsHeader notes a row that has the names of the columns again, as a table has
// that several were put together to, or that was printed on pages. It is no row.
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

// Repeated says which rows of the last call of [Book.Rows] have the names of the
// columns again, and were left out; nil where there were none.
func (b *Book) Repeated() *pipeline.Message {
	if len(b.below.repeated) == 0 {
		return nil
	}
	return pipeline.Say("book.rows_repeat_header", "count", len(b.below.repeated), "rows", slices.Clone(b.below.repeated))
}
