package enrol

import (
	archive "archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// sheetIn is one sheet of a test's workbook.
type sheetIn struct {
	name   string
	rows   [][]any
	hidden bool
}

func workbookFile(t testing.TB, dir, name string, sheets ...sheetIn) string {
	t.Helper()
	f := excelize.NewFile()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range sheets {
		if i == 0 {
			check(f.SetSheetName("Sheet1", s.name))
		} else {
			_, err := f.NewSheet(s.name)
			check(err)
		}
		for n, row := range s.rows {
			check(f.SetSheetRow(s.name, fmt.Sprintf("A%d", n+1), &row))
		}
		if s.hidden {
			check(f.SetSheetVisible(s.name, false))
		}
	}
	path := filepath.Join(dir, name)
	check(errors.Join(f.SaveAs(path), f.Close()))
	return path
}

var sexo = sheetIn{name: "Sexo", rows: [][]any{{"from", "to", "note"}, {"Hombre", "M"}, {"Mujer", "F", "or not"},
	{"007", "X"}, {7, "Y"}}}

// A mapping is the same in a CSV of any of Excel's encodings and in a workbook: fields, columns, tables, and its
// digest.
func TestOneMappingInEveryFile(t *testing.T) {
	dir := t.TempDir()
	text := "field;column;convert;value;note\nname;Razón social;collapse;;\n;;;;\n" +
		"nit;NIT;map(sexo.csv);;what the law says\ntype;;;BUSINESS;\n"
	writeFile(t, dir, "sexo.csv", "from,to\nHombre,M\nMujer,F\n007,X\n7,Y\n")
	writeFile(t, dir, "mapping.csv", text)
	want := sheetAt(t, filepath.Join(dir, "mapping.csv"))
	files := map[string]string{
		"mark.csv":   "\ufeff" + text,
		"1252.csv":   encoded(t, charmap.Windows1252.NewEncoder().String, text),
		"little.csv": encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String, text),
		"big.csv":    encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String, text),
	}
	for name, content := range files {
		writeFile(t, dir, name, content)
	}
	lines := sheetIn{name: "Mapping", rows: [][]any{{" field ", "column", "convert", "value", "note"},
		{"name", "Razón social", "collapse"}, {},
		{"nit", "NIT", "map(sexo.csv)", "", "what the law says"}, {"type", nil, nil, "BUSINESS"}}}
	workbookFile(t, dir, "mapping.xlsx", lines)
	workbookFile(t, dir, "second.xlsx", sheetIn{name: "Léeme", rows: [][]any{{"How to fill this in"}}},
		sheetIn{name: "field", rows: lines.rows, hidden: true}, lines)
	for _, name := range []string{"mark.csv", "1252.csv", "little.csv", "big.csv", "mapping.xlsx", "second.xlsx"} {
		got := sheetAt(t, filepath.Join(dir, name))
		plain := func(lines []pipeline.MappingLine) (out []string) {
			for _, l := range lines {
				out = append(out, fmt.Sprint(l.Number, l.Field, l.Column, l.Convert, l.Value))
			}
			return out
		}
		if d := cmp.Diff(plain(want.Lines()), plain(got.Lines())); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if got.SHA256() != want.SHA256() || len(want.SHA256()) != 64 {
			t.Errorf("%s: another digest", name)
		}
		var want []*pipeline.Message
		if name == "1252.csv" {
			want = []*pipeline.Message{pipeline.Say("mapping.read_as_windows1252", "file", got.Path())}
		}
		if d := cmp.Diff(want, got.Notes()); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func writeFile(t testing.TB, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func acme() *pipeline.Provider {
	return &pipeline.Provider{Name: "acme", Title: "Acme",
		Fields: []pipeline.Field{{Path: "nit"}, {Path: "name"}, {Path: "type"}}}
}

func encoded(t testing.TB, with func(string) (string, error), text string) string {
	t.Helper()
	out, err := with(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func sheetAt(t testing.TB, path string) *mapping.Sheet {
	t.Helper()
	s, err := ReadMapping(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Tables are sheets of the mapping's own workbook, of another one beside it, or CSV files; a key is the text that the
// cell shows.
func TestTablesInWorkbooks(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "Sexo.csv", "from,to\nHombre,csv\n")
	writeFile(t, dir, "a#b.csv", "from,to\nHombre,sharp\n")
	workbookFile(t, dir, "tables.xlsx", sheetIn{name: "Léeme"},
		sheetIn{name: "Dos", rows: [][]any{{"from", "to"}, {"Hombre", "second"}}}, sexo)
	for _, tt := range []struct{ table, from, want string }{
		{"Sexo", "Hombre", "M"}, {"sexo", "Mujer", "F"}, {"Sexo", "007", "X"}, {"Sexo", "7", "Y"},
		{"Sexo.csv", "Hombre", "csv"}, {"a#b.csv", "Hombre", "sharp"},
		{"tables.xlsx", "Hombre", "second"}, {"tables.xlsx#SEXO", "Hombre", "M"},
	} {
		lines := sheetIn{name: "Mapping", rows: [][]any{{"field", "column", "convert"},
			{"nit", "NIT", "map(" + tt.table + ")"}}}
		hidden := sexo
		hidden.hidden = true
		s := sheetAt(t, workbookFile(t, dir, "mapping.xlsx", lines, hidden))
		if _, err := mapping.Compile(acme(), []pipeline.Column{{Name: "NIT"}}, s); err != nil {
			t.Errorf("%s: %v", tt.table, err)
			continue
		}
		if got := s.Lookups()[tt.table][tt.from]; got != tt.want {
			t.Errorf("%s: %q is %q, want %q", tt.table, tt.from, got, tt.want)
		}
		outside := strings.Contains(tt.table, ".")
		if files := s.Files(); len(files) != map[bool]int{false: 1, true: 2}[outside] || files[0] != s.Path() {
			t.Errorf("%s: files %q", tt.table, files)
		}
	}
}

// A text that Excel turned into something else is refused or read as it is shown; never as a number that nobody
// typed.
func TestCellsOfMappingWorkbooks(t *testing.T) {
	f := excelize.NewFile()
	set := func(cell string, v any, format string) {
		t.Helper()
		style := 0
		var err error
		if format != "" {
			if style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &format}); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(f.SetCellValue("Sheet1", cell, v),
			f.SetCellStyle("Sheet1", cell, cell, style)); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "field", "")
	set("B1", "value", "")
	for i, v := range []struct {
		value  any
		format string
	}{{"0057", ""}, {57, "0000"}, {573005550101, ""}, {true, ""}, {1.5, ""}, {7, "0.00"}, {"1990-01-02", "@"}} {
		set(fmt.Sprintf("A%d", i+2), "name", "")
		set(fmt.Sprintf("B%d", i+2), v.value, v.format)
	}
	save := func() string {
		path := filepath.Join(t.TempDir(), "mapping.xlsx")
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var got []string
	for _, l := range sheetAt(t, save()).Lines() {
		got = append(got, l.Value)
	}
	if d := cmp.Diff([]string{"0057", "0057", "573005550101", "TRUE", "1.5", "7", "1990-01-02"}, got); d != "" {
		t.Error(d)
	}
	set("B3", time.Date(1990, 1, 2, 0, 0, 0, 0, time.UTC), "dd/mm/yyyy")
	if got := sheetAt(t, save()).Lines()[1].Value; got != "1990-01-02" {
		t.Errorf("a date is %q", got)
	}
	if err := f.SetCellValue("Sheet1", "B3", -1); err != nil {
		t.Fatal(err)
	}
	path := save()
	_, err := ReadMapping(path)
	requireError(t, err, path, 3, `sheet "Sheet1", row 3: mapping.cell_unusable cell="B3"`, "mapping.enter_as_text")
}

func TestMappingWorkbooksThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	header := []any{"field", "column", "convert", "value", "note"}
	good := func(rows ...[]any) []sheetIn {
		return []sheetIn{{name: "Mapping", rows: append([][]any{header}, rows...)}, sexo}
	}
	for _, tt := range []struct {
		name       string
		sheets     []sheetIn
		line       int
		says, hint string
	}{
		{"no mapping", []sheetIn{{name: "Clientes", rows: [][]any{{"NIT", "name"}}},
			{name: "field", rows: [][]any{header}, hidden: true}}, 0,
			`mapping.no_sheet_with_column column="field" sheets=[Clientes field]`, "mapping.sheet_columns"},
		{"unknown column", []sheetIn{{name: "M", rows: [][]any{{"field", "default"}}}}, 1,
			`sheet "M", row 1: mapping.unknown_column column="default"`, "mapping.sheet_columns"},
		{"no field", good([]any{"", "NIT"}), 2, `sheet "Mapping", row 2: mapping.field_empty`,
			"mapping.name_field_or_delete"},
		{"a cell past the header", good([]any{"nit", "NIT", "", "", "", "extra"}), 2,
			`sheet "Mapping", row 2: mapping.cell_past_header cell="F2"`, "mapping.name_column_or_empty"},
		{"no such table", good([]any{"nit", "NIT", "map(Sex)"}), 2,
			`row 2: mapping.in_convert cause=(mapping.in_conversion conversion="map(Sex)" ` +
				`cause=(mapping.no_table_sheet sheet="Sex"`, "mapping.sheets_are sheets=[Mapping Sexo]"},
		{"a table that is none", good([]any{"nit", "NIT", "map(Mapping)"}), 2,
			`mapping.in_table_line table="Mapping" place=row 1 cause=(mapping.unknown_column column="field")`,
			"mapping.table_columns"},
		{"a broken table", append(good([]any{"nit", "NIT", "map(T)"}),
			sheetIn{name: "T", rows: [][]any{{"from", "to"}, {}, {"a"}}}), 2,
			`table="T" place=row 3 cause=(mapping.cell_empty column="to")`, "mapping.fill_to"},
		{"twice", good([]any{"nit", "", "", "1"}, []any{"nit", "", "", "2"}), 3,
			`mapping.field_twice field="nit" place=row 2`, "mapping.keep_one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := workbookFile(t, dir, "mapping.xlsx", tt.sheets...)
			s, err := ReadMapping(path)
			if err == nil {
				_, err = mapping.Compile(acme(), []pipeline.Column{{Name: "NIT"}}, s)
			}
			requireError(t, err, path, tt.line, tt.says, tt.hint)
		})
	}
}

// A workbook that is cut short, hostile or enormous is refused, and not read as a shorter one.
func TestHostileMappingWorkbooks(t *testing.T) {
	whole, err := os.ReadFile(workbookFile(t, t.TempDir(), "m.xlsx",
		sheetIn{name: "M", rows: [][]any{{"field", "value"}, {"nit", "1"}, {"type", "2"}}}))
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data []byte
		says string
	}{
		"cut": {whole[:len(whole)-40], "book.zip_damaged"},
		"sheet cut": {altered(t, whole, "xl/worksheets/sheet1.xml",
			func(s string) string { return s[:strings.LastIndex(s, "<row")] }), "book.part_damaged"},
		"entities": {altered(t, whole, "xl/worksheets/sheet1.xml",
			func(s string) string { return `<!DOCTYPE x [<!ENTITY a "b">]>` + s[strings.Index(s, "<worksheet"):] }),
			"book.part_has_directive"},
		"bomb": {altered(t, whole, "xl/sharedStrings.xml",
			func(s string) string { return strings.Replace(s, "<si>", strings.Repeat(" ", 40<<20)+"<si>", 1) }),
			"book.part_text_too_long"},
		"row million": {altered(t, whole, "xl/worksheets/sheet1.xml", func(s string) string {
			return strings.Replace(s, "</sheetData>",
				`<row r="1000000"><c r="A1000000"><v>1</v></c></row></sheetData>`, 1)
		}), "mapping.sheet_too_large most=100000"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mapping.xlsx")
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := ReadMapping(path)
			var refused *pipeline.Mistake
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.says) || refused.Hint.String() == "" {
				t.Errorf("%v, want %q", err, tt.says)
			}
		})
	}
	path := filepath.Join(t.TempDir(), "mapping.csv")
	if err := os.WriteFile(path, bytes.Repeat([]byte("field,column\n"), 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = ReadMapping(path)
	requireError(t, err, path, 0, "mapping.file_too_large most=8", "mapping.is_it_the_book")
}

// altered is a workbook with one part replaced.
func altered(t testing.TB, whole []byte, part string, by func(string) string) []byte {
	t.Helper()
	z, err := archive.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	to, found := archive.NewWriter(&out), false
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if _, err := text.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		content := text.String()
		if f.Name == part {
			content, found = by(content), true
		}
		w, err := to.Create(f.Name)
		if err == nil {
			_, err = w.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil || !found {
		t.Fatalf("%v, found %v", err, found)
	}
	return out.Bytes()
}

// For any workbook, reading ends with a sheet or a mistake.
func FuzzReadWorkbook(f *testing.F) {
	dir := f.TempDir()
	for _, sheets := range [][]sheetIn{{{name: "M", rows: [][]any{{"field", "value"}, {"nit", 1}}}},
		{{name: "A"}, {name: "M", rows: [][]any{{"field"}}}, sexo}} {
		raw, err := os.ReadFile(workbookFile(f, dir, "seed.xlsx", sheets...))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(dir, "m.xlsx")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		var refused *pipeline.Mistake
		if _, err := ReadMapping(path); err != nil && (!errors.As(err, &refused) || refused.Place.File != path) {
			t.Errorf("%v", err)
		}
	})
}
