package book

import (
	"maps"
	"slices"
	"testing"

	"muster/pipeline"
)

// Marks at the ends of a cell are removed, and the original cell is available.
func TestMarksAtTheEnds(t *testing.T) {
	path := write(t, "marks.csv", []byte("a,b,c\n\u00adAna\u200e,x\u00ady,\u200bz\n1,\u00ad,3\n\u00ad,,\n1,2,3\n"))
	b := open(t, path, Options{})
	var cells [][]string
	var marked []map[int]string
	err := b.Rows(t.Context(), func(r pipeline.Row) error {
		cells, marked = append(cells, slices.Clone(r.Cells)), append(marked, r.Marked)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	wantCells := [][]string{{"Ana", "x\u00ady", "z"}, {"1", "", "3"}, {"1", "2", "3"}}
	wantMarked := []map[int]string{{0: "\u00adAna\u200e"}, {1: "\u00ad"}, nil}
	if !slices.EqualFunc(cells, wantCells, slices.Equal[[]string]) {
		t.Errorf("cells %q", cells)
	}
	if !slices.EqualFunc(marked, wantMarked, maps.Equal[map[int]string, map[int]string]) {
		t.Errorf("marked %v", marked)
	}
	if got := b.Trimmed().String(); got != "book.trimmed count=3 rows=(rows count=2) columns=[a b c]" {
		t.Errorf("trimmed %q", got)
	}
}
