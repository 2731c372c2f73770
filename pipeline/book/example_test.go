package book_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline/book"
)

// Rows that a template marks as examples are left out; those that differ from the template's own example are
// reported.
func TestExamplesAreNoRows(t *testing.T) {
	const (
		header = "muster row,NIT,Nombre\n"
		own    = "example,999,Ejemplo\n"
	)
	tests := []struct {
		name  string
		text  string
		cells map[int]string
		rows  []readRow
		want  book.Examples
	}{
		{"no such column", "NIT,Nombre\n900,example\n", nil, []readRow{{2, "900|example", nil}}, book.Examples{}},
		{"none", header + ",900,Ana\n", nil, []readRow{{2, "|900|Ana", nil}}, book.Examples{}},
		{"the template's", header + own + ",900,Ana\n", map[int]string{1: "999"}, []readRow{{3, "|900|Ana", nil}},
			book.Examples{Rows: []int{2}}},
		{"otherwise spelled", "Muster Row,NIT,Nombre\n Example ,999,Ejemplo\n", map[int]string{1: "999"}, nil,
			book.Examples{Rows: []int{2}}},
		{"only examples", header + own + "example,,\n", map[int]string{1: "999"}, nil,
			book.Examples{Rows: []int{2, 3}}},
		{"filled", header + own + "example,900,Ana\n", map[int]string{1: "999"}, nil,
			book.Examples{Rows: []int{2, 3}, Filled: []int{3}}},
		{"one key is the template's", header + "example,999,Ana\n", map[int]string{1: "999", 2: "Ejemplo"}, nil,
			book.Examples{Rows: []int{2}}},
		{"nothing known", header + "example,900,Ana\n", nil, nil, book.Examples{Rows: []int{2}}},
		{"another word", header + "sample,900,Ana\n", nil, []readRow{{2, "sample|900|Ana", nil}}, book.Examples{}},
		{"the column is elsewhere", "NIT,muster row\n900,EXAMPLE\n901,\n", nil, []readRow{{3, "901|", nil}},
			book.Examples{Rows: []int{2}}},
	}
	for _, tt := range tests {
		path := filepath.Join(t.TempDir(), "b.csv")
		if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		b, err := book.Open(path, book.Options{})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		b.KnowExample(tt.cells)
		for range 2 {
			if d := cmp.Diff(tt.rows, readAll(t, b)); d != "" {
				t.Errorf("%s: %s", tt.name, d)
			}
			got := b.Examples()
			if len(got.Rows) == 0 {
				got.Rows = nil
			}
			if len(got.Filled) == 0 {
				got.Filled = nil
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("%s: %s", tt.name, d)
			}
		}
		b.Close()
	}
}
