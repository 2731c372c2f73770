package mapping

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"os"
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

// openCSV reads a CSV file in UTF-8, whose delimiter its first line shows, as
// books are read, but for the encodings and the line breaks in cells.
func openCSV(path, _, _ string) (Table, error) {
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
			"mapping m, line 3: has more or fewer cells than the header", "double quotes"},
		{"a cell too many in a workbook", []string{"M"}, []string{"field", "convert"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "x"}, Problems: at(pipeline.ProblemExtraCell, 2, "")},
			`mapping m, sheet "M", row 3: C3 is filled, but the header has no column C`, "give the column a header"},
		{"an altered number past the header", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "1"}, Problems: at(pipeline.ProblemMangled, 2, "")},
			`mapping m, sheet "M", row 3: C3 is filled, but the header has no column C`, "give the column a header"},
		{"an error value", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", ""}, Problems: at(pipeline.ProblemErrorCell, 1, "value")},
			`mapping m, sheet "M", row 3: B3 holds an error value`, "format the cell as text"},
		{"an error value in a note", []string{"M"}, []string{"field", "value", "note"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "1", ""},
				Problems: at(pipeline.ProblemErrorCell, 2, "note")}, "", ""},
		{"no date, under a date's format", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", ""}, Problems: at(pipeline.ProblemMangled, 1, "value")},
			`mapping m, sheet "M", row 3: B3 holds`, "format the cell as text"},
		{"a number that may have been altered", []string{"M"}, []string{"field", "value"},
			pipeline.Row{Number: 3, Cells: []string{"nit", "9.01E+08"},
				Problems: at(pipeline.ProblemMangled, 1, "value")}, "", ""},
		{"a row far below", []string{"M"}, []string{"field"}, pipeline.Row{Number: 100_001, Cells: []string{"nit"}},
			`mapping m, sheet "M", row 100001: the sheet has more than 100000 rows or cells`, "is it the book?"},
		{"too many cells", []string{"M"}, append([]string{"field"}, slices.Repeat([]string{""}, 100_000)...),
			pipeline.Row{Number: 2, Cells: append([]string{"nit"}, slices.Repeat([]string{""}, 100_000)...)},
			`mapping m, sheet "M", row 2: the sheet has more than 100000 rows or cells`, "is it the book?"},
		{"a long CSV", nil, []string{"field"}, pipeline.Row{Number: 200_000, Cells: []string{"nit"}}, "", ""},
		{"another sheet of a workbook", []string{"Clientes", "Otros"}, []string{"NIT"},
			pipeline.Row{Number: 2, Cells: many[:1]},
			"mapping m: has no visible sheet whose first row has the column field; its sheets are Clientes, Otros",
			"field, column"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := dir + "/m"
			table := &tableOf{sheets: tt.sheets, at: pipeline.Place{File: path},
				rows: []pipeline.Row{{Number: 1, Cells: tt.header}, tt.row}}
			if tt.sheets != nil {
				table.at.Sheet = tt.sheets[0]
			}
			s, err := ReadSheet(path, func(string, string, string) (Table, error) { return table, nil })
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
	open := func(path, _, _ string) (Table, error) {
		if strings.HasSuffix(path, "t.csv") {
			return &tableOf{encoding: "windows-1252", rows: []pipeline.Row{{Number: 1, Cells: []string{"from", "to"}}}},
				nil
		}
		return &tableOf{encoding: "utf-8", rows: []pipeline.Row{{Number: 1,
			Cells: []string{"field", "column", "convert"}},
			{Number: 2, Cells: []string{"nit", "NIT", "map(t.csv)"}}}}, nil
	}
	s, err := ReadSheet(dir+"/m.csv", open)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Compile(acme(), headerOf("NIT"), s); err != nil {
		t.Fatal(err)
	}
	want := []string{"mapping " + dir + "/t.csv: read as Windows-1252, since it is not UTF-8"}
	if diff := cmp.Diff(want, s.Notes()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
