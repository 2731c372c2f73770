package book_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/book"
)

// workbookOf writes a workbook of several sheets.
func workbookOf(t *testing.T, sheets []string, rows map[string][][]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, name := range sheets {
		var err error
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			t.Fatal(err)
		}
		for j, row := range rows[name] {
			if err := f.SetSheetRow(name, "A"+strconv.Itoa(j+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "b.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMarkedSheets(t *testing.T) {
	two := map[string][][]any{"Book": {{"a", "b"}, {"1", "2"}}, "mark": {{"name", "value"}, {"x", "y"}}}
	for _, c := range []struct {
		name   string
		sheets []string
		rows   map[string][][]any
		marked bool
	}{
		{"there", []string{"Book", "mark"}, two, true},
		{"another spelling", []string{"Book", "Mark"}, two, false},
		{"blank", []string{"Book", "mark"}, map[string][][]any{"Book": two["Book"]}, false},
		{"not there", []string{"Book", "Other"}, two, false},
	} {
		b, err := book.Open(workbookOf(t, c.sheets, c.rows), book.Options{Mark: "mark"})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		defer b.Close()
		if b.Marked() != c.marked || (b.Sheet() == "mark") != c.marked {
			t.Errorf("%s: marked %v, sheet %q", c.name, b.Marked(), b.Sheet())
		}
	}
}

// Another sheet is of the same file, and has the columns that it is to have.
func TestAnother(t *testing.T) {
	b, err := book.Open(workbookOf(t, []string{"Book", "mark"}, map[string][][]any{"Book": {{"a", "b"}, {"1", "2", "3"}}, "mark": {{"name", "value"}}}), book.Options{Mark: "mark", HeaderRow: 9})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	other, err := b.Another(book.Options{Sheet: "Book"}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if other.SHA256() != b.SHA256() || other.Marked() || other.Sheet() != "Book" {
		t.Errorf("%s %v %s", other.SHA256(), other.Marked(), other.Sheet())
	}
	var got [][]string
	err = other.Rows(context.Background(), func(r pipeline.Row) error {
		if len(r.Problems) > 0 {
			t.Errorf("row %d: %v", r.Number, r.Problems)
		}
		got = append(got, append([]string{}, r.Cells...))
		return nil
	})
	if d := cmp.Diff([][]string{{"1", "2", "3"}}, got); d != "" || err != nil {
		t.Error(d, err)
	}
	if _, err := b.Another(book.Options{Sheet: "gone"}, 0); err == nil {
		t.Error("a sheet that is not there was opened")
	}
}
