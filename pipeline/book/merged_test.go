package book

import (
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// A value that a spreadsheet program shows in several rows is that of the first alone.
func TestCellsMergedOverRows(t *testing.T) {
	for _, tt := range []struct {
		name   string
		merges [][2]string
		want   string
	}{
		{"none", nil, ""},
		{"beside one another", [][2]string{{"A3", "B3"}}, ""},
		{"of the title and the header", [][2]string{{"A1", "B2"}}, ""},
		{"below the rows", [][2]string{{"A9", "A12"}}, ""},
		{"beyond the columns", [][2]string{{"F3", "F4"}}, ""},
		{"one", [][2]string{{"B3", "B4"}}, `book.merged_rows count=1 first="B3:B4"`},
		{"several", [][2]string{{"B3", "C4"}, {"A4", "A6"}, {"A1", "A2"}}, `book.merged_rows count=2 first="B3:C4"`},
	} {
		f := excelize.NewFile()
		fill(t, f, "Sheet1", []string{"Comercios", "NIT|Nombre|Piso", "1|A|x", "2|B", "3|C", "4|D"})
		for _, m := range tt.merges {
			check(t, f.MergeCell("Sheet1", m[0], m[1]))
		}
		b := open(t, save(t, f), Options{Reading: pipeline.Reading{HeaderRow: 2}})
		for range 2 {
			check(t, b.Rows(t.Context(), func(pipeline.Row) error { return nil }))
			got := ""
			if m := b.Merged(); m != nil {
				got = m.String()
			}
			if got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
		}
	}
	if b := open(t, write(t, "book.csv", []byte("A,B\n1,2\n")), Options{}); b.Merged() != nil {
		t.Error("a CSV merges cells")
	}
}
