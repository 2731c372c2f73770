package book

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A header that looks like a row of the book is refused because of its numbers and addresses, never because of its
// names.
func TestAHeaderLikeARow(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		row   int // the refused row; 0 for none
	}{
		{"a key", []string{"900123456|ACME", "900123457|MUESTRA"}, 1},
		{"a key with its marks", []string{"ACME|900.123.456-7", "MUESTRA|800.111.222-3"}, 1},
		{"a phone", []string{"ACME|+57 300 5550101", "MUESTRA|(57) 300-555-0102"}, 1},
		{"an address", []string{"ACME|a@example.org", "MUESTRA|b@example.org", "X|c@example.org"}, 1},
		{"one row", []string{"ACME|900123456"}, 1},
		{"one column", []string{"a@example.org", "b@example.org"}, 1},
		{"below a title", []string{"Clientes", "", "ACME|900123456", "MUESTRA|900123457"}, 3},
		{"names alone", []string{"ACME|MUESTRA", "Uno|Dos"}, 0},
		{"names above numbers", []string{"Nombre|NIT", "ACME|900123456"}, 0},
		{"years", []string{"Nombre|2018|2019", "ACME|3571775290|3571775291"}, 0},
		{"days", []string{"Nombre|20260131|2026-02-28|31/01/2026", "ACME|3571775290|3571775290|3571775290"}, 0},
		{"a number above names", []string{"900123456|Enero", "Nombre|NIT", "ACME|800111222"}, 0},
		{"a number in the name", []string{"Tel 3005550101|NIT 900123456", "3005550102|900123457"}, 0},
		{"an address that is none", []string{"correo@|@empresa", "a@example.org|b@example.org"}, 0},
		{"a header that is known", []string{"900123456|a", "x|b@example.org", "900123457|x", "a|b|c"}, 0},
	}
	known := func(s string) bool { return s == "a" || s == "b" || s == "c" }
	for _, tt := range tests {
		path := write(t, "book.xlsx", workbookOf(t, sheetOf(tt.lines...)))
		b, err := Open(path, Options{Names: known})
		if err == nil {
			b.Close()
		}
		if (err != nil) != (tt.row > 0) {
			t.Errorf("%s: %v", tt.name, err)
		}
		if tt.row == 0 {
			continue
		}
		e := refusedBy(t, path, Options{})
		if e.What.Code != "book.header_like_row" || e.What.Arg("row") != tt.row || e.Hint == nil {
			t.Errorf("%s: %v", tt.name, e)
		}
		if b := open(t, path, Options{Reading: pipeline.Reading{HeaderRow: tt.row}}); b.HeaderRow() != tt.row {
			t.Errorf("%s: named, the header is in row %d", tt.name, b.HeaderRow())
		}
	}
}

func TestABookWithoutAHeader(t *testing.T) {
	reading := pipeline.Reading{HeaderRow: pipeline.NoHeader}
	for name, content := range map[string][]byte{"book.csv": []byte("\n900123456;ACME\n1;2;3;\n\n;x\n"),
		"book.xlsx": workbookOf(t, sheetOf("", "900123456|ACME", "1|2|3|", "", "|x"))} {
		path := write(t, name, content)
		b := open(t, path, Options{Reading: reading})
		if d := cmp.Diff(cells("A", "B", "C"), headerNames(b)); d != "" || b.HeaderRow() != 0 {
			t.Errorf("%s: header in row %d: %s", name, b.HeaderRow(), d)
		}
		want := []row{{2, cells("900123456", "ACME", ""), nil}, {3, cells("1", "2", "3"), nil},
			{5, cells("", "x", ""), nil}}
		if d := cmp.Diff(want, readAll(t, path, Options{Reading: reading})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	blank := write(t, "book.csv", []byte("\n;\n"))
	if e := refusedBy(t, blank, Options{Reading: reading}); e.What.Code != "book.lines_blank" {
		t.Error(e)
	}
}
