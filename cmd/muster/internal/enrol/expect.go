package enrol

import (
	"context"
	"slices"
	"strings"

	"muster/pipeline"
)

// Unexpected compares the problems of each row of a book with those that the row itself lists in the column of index
// says: "field code; field code". It returns a sentence for each difference, and the number of rows.
func (b *Book) Unexpected(ctx context.Context, says int) (
	found []*pipeline.Message, rows int, err error) {
	var d pipeline.Draft
	err = b.Rows(ctx, func(row pipeline.Row) error {
		rows++
		want := strings.FieldsFunc(row.Cells[says], func(r rune) bool { return r == ';' })
		for i := range want {
			want[i] = strings.Join(strings.Fields(want[i]), " ")
		}
		b.checker.Check(row, &d)
		var got []string
		for _, p := range d.Problems {
			got = append(got, p.Field+" "+string(p.Code))
		}
		for _, w := range want {
			if i := slices.Index(got, w); i >= 0 {
				got = slices.Delete(got, i, i+1)
				continue
			}
			found = append(found, pipeline.Say("enrol.problem_not_found", "row", row.Number, "problem", w))
		}
		for _, g := range got {
			found = append(found, pipeline.Say("enrol.problem_unlisted", "row", row.Number, "problem", g))
		}
		return nil
	})
	return found, rows, err
}
