package book_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/book"
)

// unread is a cell that cannot be read: a formula without a result.
const unread = "=NA()"

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
			for i, v := range row {
				err := f.SetCellValue(name, pipeline.CellRef(i, j+1), v)
				if v == unread {
					err = errors.Join(f.SetCellValue(name, pipeline.CellRef(i, j+1), nil),
						f.SetCellFormula(name, pipeline.CellRef(i, j+1), "NA()"))
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	path := filepath.Join(t.TempDir(), "b.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// origin is that of a run which left rows of a book with three columns.
func origin(rows int) pipeline.Origin {
	return pipeline.Origin{Run: "20261121-063015-4f2a", Command: "import", Provider: "acme", Definition: "acme",
		Rows: rows, Book: pipeline.OriginBook{Path: "clientes.csv", Header: []string{"NIT", "Nombre", ""}}}
}

// results writes a workbook with the sheet Fix and a hidden origin.
func results(t *testing.T, o pipeline.Origin, fix ...[]any) string {
	t.Helper()
	var hidden [][]any
	for _, row := range o.Table() {
		var cells []any
		for _, c := range row {
			cells = append(cells, c)
		}
		hidden = append(hidden, cells)
	}
	sheets := []string{"Summary", o.FixSheet(), pipeline.OriginSheet}
	if fix == nil {
		sheets = []string{"Summary", pipeline.OriginSheet}
	}
	return workbookOf(t, sheets, map[string][][]any{"Summary": {{"Results of run r"}}, o.FixSheet(): fix,
		pipeline.OriginSheet: hidden})
}

func openFix(t *testing.T, o pipeline.Origin, fix ...[]any) (*book.Book, error) {
	t.Helper()
	b, err := book.OpenAny(t.Context(), results(t, o, fix...), book.Options{})
	if err == nil {
		t.Cleanup(func() { b.Close() })
	}
	return b, err
}

// readRow is a row as a pass gave it.
type readRow struct {
	Number   int
	Cells    string
	Problems []string
}

func readAll(t *testing.T, b *book.Book) (rows []readRow) {
	t.Helper()
	err := b.Rows(context.Background(), func(r pipeline.Row) error {
		row := readRow{Number: r.Number, Cells: strings.Join(r.Cells, "|")}
		for _, p := range r.Problems {
			row.Problems = append(row.Problems, p.Cell()+" "+string(p.Code)+": "+p.Message.String())
		}
		rows = append(rows, row)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var fixHeader = []any{pipeline.OriginColumn, "NIT", "Nombre", ""}

// The rows of a sheet Fix are those of the book, in any order in the sheet.
func TestFixIsTheBookThatItComesFrom(t *testing.T) {
	for name, fix := range map[string][][]any{
		"as written": {fixHeader, {3, "900", "Ana"}, {17, "901", "Eva", "x"}},
		"sorted":     {fixHeader, {17, "901", "Eva", "x"}, {3, "900", "Ana"}},
		"cleared":    {fixHeader, {3, "900", "Ana"}, {5}, {17, "901", "Eva", "x"}},
		"spaced out": {fixHeader, {}, {3, "900", "Ana"}, {}, {17, "901", "Eva", "x"}},
	} {
		b, err := openFix(t, origin(2), fix...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for range 2 {
			want := []readRow{{3, "900|Ana|", nil}, {17, "901|Eva|x", nil}}
			if d := cmp.Diff(want, readAll(t, b)); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		}
		header := []pipeline.Column{{Index: 0, Name: "NIT"}, {Index: 1, Name: "Nombre"}, {Index: 2}}
		if d := cmp.Diff(header, b.Header()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if b.Origin().Run != origin(2).Run || b.FixRows() != 2 || b.Sheet() != pipeline.FixSheet ||
			b.OtherSheets() != nil {
			t.Errorf("%s: origin %+v, %d rows, sheet %s, beside it %v", name, b.Origin(), b.FixRows(), b.Sheet(),
				b.OtherSheets())
		}
	}
}

// A sheet Fix that was saved as a file of its own is the same book.
func TestFixOfItsOwn(t *testing.T) {
	for name, c := range map[string]struct{ text, wrong string }{
		"comma":      {"muster row,NIT,Nombre,\n3,900,Ana,\n17,901,Eva,x\n", ""},
		"Excel":      {"\ufeffmuster row;NIT;Nombre;\r\n17;901;Eva;x\r\n3;900;Ana;\r\n", ""},
		"problem":    {"muster row,muster problem,NIT,Nombre,\n3,bad,900,Ana,\n17,,901,Eva,x\n", ""},
		"cut short":  {"muster row,NIT,Nombre\n3,900,Ana\n17,901,Eva,x\n", ""},
		"renamed":    {"muster row,NIT,Name\n3,900,Ana\n", "book.fix_header_differs"},
		"another":    {"NIT,Nombre\n900,Ana\n", "book.fix_first_column"},
		"no number":  {"muster row,NIT,Nombre\n,900,Ana\n", "book.fix_number_missing"},
		"twice":      {"muster row,NIT,Nombre\n3,900,Ana\n3,900,Ana\n", "book.fix_row_twice"},
		"below rows": {"Fix\nmuster row,NIT,Nombre\n3,900,Ana\n", "book.fix_first_column"},
	} {
		path := filepath.Join(t.TempDir(), "fix.csv")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := origin(1)
		b, err := book.OpenFix(t.Context(), path, book.Options{}, &o)
		var wrong *pipeline.Mistake
		switch {
		case c.wrong != "":
			if !errors.As(err, &wrong) || string(wrong.What.Code) != c.wrong {
				t.Errorf("%s: %v, want %s", name, err, c.wrong)
			}
			continue
		case err != nil:
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := []readRow{{3, "900|Ana|", nil}, {17, "901|Eva|x", nil}}
		if d := cmp.Diff(want, readAll(t, b)); d != "" || b.Origin() != &o || b.FixRows() != 2 {
			t.Errorf("%s: %d rows of %+v: %s", name, b.FixRows(), b.Origin(), d)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A book may have a column with the name of muster's own problem column, which an older sheet does not have.
func TestFixOfABookWithAProblemColumn(t *testing.T) {
	for text, want := range map[string]string{
		"muster row,muster problem,NIT\n3,late,900\n":                    "late|900",
		"muster row,muster problem,muster problem,NIT\n3,bad,late,900\n": "late|900",
	} {
		path := filepath.Join(t.TempDir(), "fix.csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		o := origin(1)
		o.Book.Header = []string{"muster problem", "NIT"}
		b, err := book.OpenFix(t.Context(), path, book.Options{}, &o)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff([]readRow{{3, want, nil}}, readAll(t, b)); d != "" {
			t.Error(d)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// The workbook says which sheet it is, under any name.
func TestFixOfAnotherName(t *testing.T) {
	o := origin(1)
	o.Sheets = map[string]pipeline.SheetRole{"Resumen": pipeline.SummaryRole, "Corregir": pipeline.FixRole}
	b, err := openFix(t, o, fixHeader, []any{3, "900", "Ana"})
	if err != nil || b.Sheet() != "Corregir" || b.FixRows() != 1 {
		t.Errorf("%v, %v", b, err)
	}
}

// A problem names the book's own cell, also when the book has a column of muster's own, which the sheet has only
// once.
func TestFixNamesTheBooksCells(t *testing.T) {
	tests := []struct {
		name   string
		header []string
		fix    [][]any
		want   []readRow
	}{
		{"an error value", []string{"NIT", "Nombre"},
			[][]any{{pipeline.OriginColumn, "NIT", "Nombre"}, {17, unread, "Eva"}},
			[]readRow{{17, "|Eva", []string{"A17 error_cell: error_value_of_fix"}}}},
		{"digits lost", []string{"NIT", "Nombre"},
			[][]any{{pipeline.OriginColumn, "NIT", "Nombre"}, {17, 9001234567890123456, "Eva"}},
			[]readRow{{17, "9001234567890123456|Eva", []string{"A17 mangled: number_too_long digits=15"}}}},
		{"past the header", []string{"NIT", "Nombre"},
			[][]any{{pipeline.OriginColumn, "NIT", "Nombre"}, {17, "900", "Eva", "", "x"}},
			[]readRow{{17, "900|Eva", []string{`D17 extra_cell: cell_past_header_of_fix sheet="Fix" cell="E2"`}}}},
		{"the book's own column", []string{"NIT", "Muster row", "Nombre"},
			[][]any{{pipeline.OriginColumn, "NIT", "Nombre"}, {17, "900", unread}},
			[]readRow{{17, "900||", []string{"C17 error_cell: error_value_of_fix"}}}},
	}
	for _, tt := range tests {
		o := origin(1)
		o.Book.Header = tt.header
		b, err := openFix(t, o, tt.fix...)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, readAll(t, b)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestFixRefusals(t *testing.T) {
	of := func(o pipeline.Origin, change func(*pipeline.Origin)) pipeline.Origin { change(&o); return o }
	several := of(origin(3), func(o *pipeline.Origin) {
		o.Customers = []pipeline.RowsOfOne{{First: 3, Last: 5, Rows: 3}}
	})
	tests := []struct {
		name string
		o    pipeline.Origin
		fix  [][]any
		want string
	}{
		{"no sheet Fix", origin(2), nil, `book.fix_gone fix="Fix" count=2`},
		{"left out", of(origin(0), func(o *pipeline.Origin) { o.NoFix = true }), nil,
			`book.fix_left_out run="`},
		{"altered", of(origin(2), func(o *pipeline.Origin) { o.Book.Header = nil }), [][]any{fixHeader},
			"book.origin_unusable"},
		{"no first column", origin(1), [][]any{{"NIT", "Nombre"}, {"900", "Ana"}},
			`row 1, column A: book.fix_first_column column="muster row"`},
		{"renamed", origin(1), [][]any{{pipeline.OriginColumn, "NIT", "Name"}, {3, "900", "Ana"}},
			`row 1, column C: book.fix_header_differs header="Name" book="clientes.csv" want="Nombre"`},
		{"added", origin(1), [][]any{{pipeline.OriginColumn, "NIT", "Nombre", "", "Nota"}, {3, "900", "Ana"}},
			`row 1, column E: book.fix_column_not_of_book column="Nota" book="clientes.csv"`},
		{"no number", origin(1), [][]any{fixHeader, {"", "900", "Ana"}}, "row 2, column A: book.fix_number_missing"},
		{"no number of a row", origin(1), [][]any{fixHeader, {"example", "900", "Ana"}},
			"row 2, column A: book.fix_number_invalid"},
		{"an error value", origin(1), [][]any{fixHeader, {unread, "900", "Ana"}},
			"row 2, column A: book.fix_number_unreadable"},
		{"twice", origin(2), [][]any{fixHeader, {3, "900", "Ana"}, {3, "901", "Eva"}},
			"row 3, column A: book.fix_row_twice row=3 other=2"},
		{"a customer in part", several, [][]any{fixHeader, {3, "900", "Ana"}, {5, "900", "Eva"}},
			`book.customer_in_part first=3 last=5 book="clientes.csv" count=1`},
		{"a customer in part, sorted", several, [][]any{fixHeader, {9, "900", "Ana"}, {5, "900", "Eva"}},
			`book.customer_in_part first=3 last=5 book="clientes.csv" count=2`},
	}
	for _, tt := range tests {
		if _, err := openFix(t, tt.o, tt.fix...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	path := results(t, origin(1), fixHeader, []any{3, "900", "Ana"})
	for _, o := range []book.Options{{Sheet: "Summary"}, {Reading: pipeline.Reading{HeaderRow: 2}}} {
		_, err := book.OpenAny(t.Context(), path, o)
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.Hint == nil {
			t.Errorf("%+v: %v", o, err)
		}
	}
	for _, o := range []book.Options{{Sheet: "fix"}, {Reading: pipeline.Reading{HeaderRow: 1}}} {
		b, err := book.OpenAny(t.Context(), path, o)
		if err != nil {
			t.Errorf("%+v: %v", o, err)
			continue
		}
		b.Close()
	}
}

func TestFixWithoutRows(t *testing.T) {
	b, err := openFix(t, origin(0))
	if err != nil {
		t.Fatal(err)
	}
	if rows := readAll(t, b); len(rows) != 0 || b.FixRows() != 0 || b.Origin() == nil || len(b.Header()) != 3 {
		t.Errorf("%v, %d rows, origin %+v, header %v", rows, b.FixRows(), b.Origin(), b.Header())
	}
	if b, err = openFix(t, origin(2), fixHeader); err != nil || b.FixRows() != 0 {
		t.Errorf("every row deleted: %v", err)
	}
}
