package book_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline/book"
)

// Hidden columns of the header are found; one beyond the header does not count.
func TestHiddenColumns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "b.xlsx")
	f := excelize.NewFile()
	for i, name := range []string{"A1", "B1", "C1", "D1"} {
		if err := f.SetCellStr("Sheet1", name, "column "+string(rune('a'+i))); err != nil {
			t.Fatal(err)
		}
	}
	for _, hidden := range []string{"B", "D:F"} {
		if err := f.SetColVisible("Sheet1", hidden, false); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellStr("Sheet1", "A2", "x"); err != nil {
		t.Fatal(err)
	}
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(path, book.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	got, err := b.HiddenColumns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]int{1, 3}, got); d != "" {
		t.Error(d)
	}
}
