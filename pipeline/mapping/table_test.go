package mapping

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// tableOf is a table in memory, its header first. Its place is that of a sheet's
// row, or of a CSV's line where it has no sheets.
type tableOf struct {
	sheets   []string
	encoding string
	rows     []pipeline.Row // Number is the line as well
	at       pipeline.Place
}

func (t *tableOf) Place() pipeline.Place { return t.at }
func (t *tableOf) Sheets() []string      { return t.sheets }
func (t *tableOf) Encoding() string      { return t.encoding }
func (t *tableOf) Close() error          { return nil }

func (t *tableOf) Header() []pipeline.Column {
	t.stand(t.rows[0])
	return headerOf(t.rows[0].Cells...)
}

// stand makes row the one at hand.
func (t *tableOf) stand(row pipeline.Row) {
	if t.at.Row, t.at.Line = row.Number, 0; t.sheets == nil {
		t.at.Row, t.at.Line = 0, row.Number
	}
}

func (t *tableOf) Rows(_ context.Context, each func(pipeline.Row) error) error {
	for _, row := range t.rows[1:] {
		t.stand(row)
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

// csvFiles are CSV files with English headings.
var csvFiles = Files{Open: openCSV}

// openCSV reads a CSV file in UTF-8, whose delimiter its first line shows, as
// books are read, but for the encodings and the line breaks in cells.
func openCSV(path, _ string, _ []string) (Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(data), "\n")
	r := csv.NewReader(strings.NewReader(string(data)))
	r.FieldsPerRecord = -1
	for _, c := range ";\t" {
		if strings.ContainsRune(first, c) {
			r.Comma = c
		}
	}
	t := &tableOf{at: pipeline.Place{File: path}}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, &pipeline.Mistake{Err: err}
		}
		row := pipeline.Row{Cells: cells}
		row.Number, _ = r.FieldPos(0)
		t.add(row)
	}
	if t.rows == nil {
		return nil, &pipeline.Mistake{Err: io.EOF}
	}
	return t, nil
}

// add fits a row to the header, trims it, and leaves it out where it is blank.
func (t *tableOf) add(row pipeline.Row) {
	for i, c := range row.Cells {
		row.Cells[i] = pipeline.Trim(c)
	}
	if !slices.ContainsFunc(row.Cells, func(c string) bool { return c != "" }) {
		return
	}
	if t.rows != nil {
		width := len(t.rows[0].Cells)
		for i := width; i < len(row.Cells); i++ {
			row.Problems = append(row.Problems, pipeline.Problem{Column: &pipeline.Column{Index: i},
				Code: pipeline.ProblemExtraCell})
		}
		row.Cells = append(row.Cells, make([]string, width)...)[:width]
	}
	t.rows = append(t.rows, row)
}

// What the reader says of a row, or how large the table is, may be no matter for
// a book and is one for a mapping.
func TestTablesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "m", "something")
	at := func(code pipeline.ProblemCode, column int, name string) []pipeline.Problem {
		return []pipeline.Problem{{Column: &pipeline.Column{Index: column, Name: name}, Code: code}}
	}
	many := slices.Repeat([]string{"x"}, 40_000)
	tests := []struct {
		name       string
		sheets     []string // nil for a CSV
		header     []string
		row        pipeline.Row
		says, hint string // "" where it is taken
	}{
		{"nothing wrong", nil, []string{"field", "value"}, pipeline.Row{Number: 3, Cells: []string{"nit", "1"}}, "",
			""},
		{"a cell too many", nil, []string{"field", "convert"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "left-pad(9"},
				Problems: at(pipeline.ProblemExtraCell, 2, "")},
			"mapping m, line 3: mapping.cells_unlike_header", "mapping.quote_cell"},
		{"a cell too many in a workbook", []string{"M"}, []string{"field", "convert"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "x"}, Problems: at(pipeline.ProblemExtraCell, 2, "")},
			`mapping m, sheet "M", row 3: mapping.cell_past_header cell="C3" column="C"`,
			"mapping.name_column_or_empty"},
		{"an altered number past the header", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "1"}, Problems: at(pipeline.ProblemMangled, 2, "")},
			`mapping m, sheet "M", row 3: mapping.cell_past_header cell="C3" column="C"`,
			"mapping.name_column_or_empty"},
		{"an error value", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", ""}, Problems: at(pipeline.ProblemErrorCell, 1, "value")},
			`mapping m, sheet "M", row 3: mapping.cell_unusable cell="B3"`, "mapping.enter_as_text"},
		{"an error value in a note", []string{"M"}, []string{"field", "value", "note"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "1", ""},
				Problems: at(pipeline.ProblemErrorCell, 2, "note")}, "", ""},
		{"no date, under a date's format", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", ""}, Problems: at(pipeline.ProblemMangled, 1, "value")},
			`mapping m, sheet "M", row 3: mapping.cell_unusable cell="B3"`, "mapping.enter_as_text"},
		{"a number that may have been altered", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "9.01E+08"},
				Problems: at(pipeline.ProblemMangled, 1, "value")}, "", ""},
		{"a row far below", []string{"M"}, []string{"field"}, pipeline.Row{Number: 100_001, Cells: []string{"nit"}},
			`mapping m, sheet "M", row 100001: mapping.sheet_too_large most=100000`, "mapping.is_it_the_book"},
		{"too many cells", []string{"M"}, append([]string{"field"}, slices.Repeat([]string{""}, 100_000)...),
			pipeline.Row{Number: 2, Cells: append([]string{"nit"}, slices.Repeat([]string{""}, 100_000)...)},
			`mapping m, sheet "M", row 2: mapping.sheet_too_large most=100000`, "mapping.is_it_the_book"},
		{"a long CSV", nil, []string{"field"}, pipeline.Row{Number: 200_000, Cells: []string{"nit"}}, "", ""},
		{"another sheet of a workbook", []string{"Clientes", "Otros"}, []string{"NIT"},
			pipeline.Row{Number: 2, Cells: many[:1]},
			`mapping m: mapping.no_sheet_with_column column="field" sheets=[Clientes Otros]`,
			"mapping.sheet_columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := dir + "/m"
			table := &tableOf{sheets: tt.sheets, at: pipeline.Place{File: path},
				rows: []pipeline.Row{{Number: 1, Cells: tt.header}, tt.row}}
			if tt.sheets != nil {
				table.at.Sheet = tt.sheets[0]
			}
			s, err := ReadSheet(path, Files{Open: func(string, string, []string) (Table, error) { return table, nil }})
			if tt.says == "" {
				if err != nil || len(s.lines) != 1 {
					t.Fatalf("%v", err)
				}
				return
			}
			var wrong *pipeline.Mistake
			if !errors.As(err, &wrong) {
				t.Fatalf("taken, or refused otherwise: %v", err)
			}
			if got := strings.ReplaceAll(err.Error(), path, "m"); !strings.HasPrefix(got, tt.says) ||
				!strings.Contains(wrong.Hint.String(), tt.hint) {
				t.Errorf("%s (%s), want %s (%s)", got, wrong.Hint.String(), tt.says, tt.hint)
			}
		})
	}
}

// A guess at the encoding is said of the file that it was made of.
func TestAGuessedEncodingIsSaid(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "m.csv", "x")
	writeFile(t, dir, "t.csv", "x")
	open := func(path, _ string, _ []string) (Table, error) {
		if strings.HasSuffix(path, "t.csv") {
			return &tableOf{encoding: "windows-1252", rows: []pipeline.Row{{Number: 1, Cells: []string{"from", "to"}}}},
				nil
		}
		return &tableOf{encoding: "utf-8", rows: []pipeline.Row{{Number: 1,
			Cells: []string{"field", "column", "convert"}},
			{Number: 2, Cells: []string{"nit", "NIT", "map(t.csv)"}}}}, nil
	}
	s, err := ReadSheet(dir+"/m.csv", Files{Open: open})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(acme(), headerOf("NIT"), s); err != nil {
		t.Fatal(err)
	}
	want := []*pipeline.Message{pipeline.Say("mapping.read_as_windows1252", "file", dir+"/t.csv")}
	if diff := cmp.Diff(want, s.Notes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Headings may be in any language that there are texts in, and mixed; what is
// wrong names them as the file does.
func TestHeadingsInAnotherLanguage(t *testing.T) {
	files := Files{Open: openCSV, Texts: func(m *pipeline.Message) []string {
		texts := map[pipeline.MessageCode]string{"mapping.heading_field": "campo", "mapping.heading_column": "columna",
			"mapping.heading_convert": "conversión", "mapping.heading_value": "valor", "mapping.heading_note": "nota",
			"mapping.heading_from": "de", "mapping.heading_to": "a"}
		return []string{texts[m.Code]}
	}}
	dir := t.TempDir()
	for name, text := range map[string]string{"t.csv": "nota,a,de\nx,b,a\n", "broken.csv": "de,a\na,\n",
		"spanish.csv": "campo,columna,conversión,valor,nota\nnit,NIT,map(t.csv),,x\nname,,,Ana,\n",
		"english.csv": "field,column,convert,value,note\nnit,NIT,map(t.csv),,x\nname,,,Ana,\n",
		"mixed.csv":   "valor,conversión,column,field\n,map(t.csv),NIT,nit\nAna,,,name\n",
		"wrong.csv":   "campo,columna,conversión\nnit,NIT,map(broken.csv)\n",
		"unknown.csv": "campo,columnas\nnit,NIT\n", "twice.csv": "campo,field\nnit,nit\n"} {
		writeFile(t, dir, name, text)
	}
	for _, name := range []string{"spanish.csv", "english.csv", "mixed.csv"} {
		s, err := ReadSheet(filepath.Join(dir, name), files)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Compile(acme(), headerOf("NIT"), s)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]string, len(m.Slots()))
		problems := m.Map(pipeline.Row{Number: 2, Cells: []string{"a"}}, values)
		if diff := cmp.Diff([]string{"b", "Ana"}, values); diff != "" || problems != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, problems, diff)
		}
	}
	for name, says := range map[string]string{"wrong.csv": `place=line 2 cause=(mapping.cell_empty column="a")`,
		"unknown.csv": `mapping.unknown_column column="columnas"`,
		"twice.csv":   `mapping.unknown_column column="field"`} {
		s, err := ReadSheet(filepath.Join(dir, name), files)
		if err == nil {
			_, err = Compile(acme(), headerOf("NIT"), s)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %s", name, err, says)
		}
	}
}
