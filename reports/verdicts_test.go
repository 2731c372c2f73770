package reports

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// filled is a file that a person has filled in: it opens at its first sheet. An error value in a cell cannot be read.
type filled struct {
	sheets []string // nil for a CSV
	rows   map[string][][]string
	open   string
}

var languages = []Words{testWords{}, spanish}

var errNoHeader = errors.New("there is no header")

func (f filled) Name() string     { return "back.xlsx" }
func (f filled) Sheet() string    { return f.open }
func (f filled) Sheets() []string { return append([]string(nil), f.sheets...) }

func (f filled) Header() (header []pipeline.Column) {
	for i, name := range f.rows[f.open][0] {
		header = append(header, pipeline.Column{Index: i, Name: name})
	}
	return header
}

func (f filled) Rows(_ context.Context, each func(pipeline.Row) error) error {
	header := f.Header()
	for i, cells := range f.rows[f.open][1:] {
		row := pipeline.Row{Number: i + 2, Cells: append([]string(nil), cells...)}
		for len(row.Cells) < len(header) {
			row.Cells = append(row.Cells, "")
		}
		for j, c := range row.Cells {
			column := pipeline.Column{Index: j}
			switch {
			case j >= len(header):
				row.Problems = append(row.Problems, pipeline.Problem{Column: &column, Code: pipeline.ProblemExtraCell})
			case c == "#N/A":
				row.Problems = append(row.Problems, pipeline.Problem{Column: &column, Code: pipeline.ProblemErrorCell})
			}
		}
		row.Cells = row.Cells[:len(header)]
		if err := each(row); err != nil {
			return err
		}
	}
	return nil
}

func (f filled) OpenSheet(name string) (FilledSheet, error) {
	if len(f.rows[name]) == 0 {
		return nil, errNoHeader
	}
	f.open = name
	return f, nil
}

func csvOf(rows ...[]string) filled { return filled{rows: map[string][][]string{"": rows}} }

func TestVerdictsOfASheet(t *testing.T) {
	report := []string{"row", "State", "customer_id", "key", "run", " note", "Settle"}
	tests := []struct {
		name string
		rows [][]string
		want []Verdict
		own  string
	}{
		{"a sheet of its own", [][]string{{"row", "settle"}, {"2", "absent"}, {"3", ""}, {"4", "made-up"}},
			[]Verdict{{Line: 2, Row: "2", Said: "absent", Column: "settle"},
				{Line: 4, Row: "4", Said: "made-up", Column: "settle"}}, ""},
		{"the ID in customer_id", [][]string{{"key", "customer_id"}, {"900", "made-up"}},
			[]Verdict{{Line: 2, Key: "900", Said: "made-up", Column: "customer_id"}}, ""},
		{"IDs that muster filled in", [][]string{report,
			{"2", "created", "id-2", "900", "r1"}, {"3", "known", "id-3", "901", "r0"},
			{"4", "changed", "id-4", "902", "r0"}, {"5", "uncertain", "", "903", "r1"}},
			nil, "r1"},
		{"an ID that may be muster's or a person's",
			[][]string{report, {"2", "existing", "id-2", "900", "r0"}, {"3", "invalid", "", "", "r1"}},
			[]Verdict{{Line: 2, Row: "2", Key: "900", Run: "r1", State: pipeline.Existing, Said: "id-2",
				Column: "customer_id"}}, "r1"},
		{"a run of the request that created the customer", [][]string{report,
			{"2", "changed", "id-2", "900", "r0", "", "accept"}, {"3", "uncertain", "", "901", "r1", "", "absent"}},
			[]Verdict{{Line: 2, Row: "2", Key: "900", Run: "r1", State: pipeline.Changed, Said: "accept",
				Column: "settle"},
				{Line: 3, Row: "3", Key: "901", Run: "r1", State: pipeline.Uncertain, Said: "absent",
					Column: "settle"}}, "r1"},
		{"rows of several runs", [][]string{report,
			{"2", "uncertain", "", "900", "r1", "", "absent"}, {"3", "uncertain", "", "901", "r2", "", "absent"},
			{"4", "changed", "id-4", "902", "r0", "", "accept"}},
			[]Verdict{{Line: 2, Row: "2", Key: "900", Run: "r1", State: pipeline.Uncertain, Said: "absent",
				Column: "settle"},
				{Line: 3, Row: "3", Key: "901", Run: "r2", State: pipeline.Uncertain, Said: "absent", Column: "settle"},
				{Line: 4, Row: "4", Key: "902", State: pipeline.Changed, Said: "accept", Column: "settle"}}, ""},
		{"two that may disagree", [][]string{report, {"2", "uncertain", "typed", "900", "r1", "", "other"}},
			[]Verdict{{Line: 2, Row: "2", Key: "900", Run: "r1", State: pipeline.Uncertain, Said: "other",
				Column: "settle", Filled: "typed"}}, "r1"},
		{"in another language", [][]string{
			{"fila", "Estado", "ID del cliente", "identificador", "ejecución", "RESOLVER"},
			{"2", "creado", "id-2", "900", "r1", ""}, {"3", "Sin confirmar", "Ausente", "901", "r1", ""},
			{"4", "cambiado", "id-4", "902", "r0", "ACEPTAR"}, {"5", "sin confirmar", "", "903", "r1", "absent"},
			{"6", "sin confirmar", "", "904", "r1", "ya inscrito"}},
			[]Verdict{{Line: 3, Row: "3", Key: "901", Run: "r1", State: pipeline.Uncertain, Said: "absent",
				Column: "customer_id"},
				{Line: 4, Row: "4", Key: "902", Run: "r1", State: pipeline.Changed, Said: "accept", Column: "settle"},
				{Line: 5, Row: "5", Key: "903", Run: "r1", State: pipeline.Uncertain, Said: "absent", Column: "settle"},
				{Line: 6, Row: "6", Key: "904", Run: "r1", State: pipeline.Uncertain, Said: "known", Column: "settle"}},
			"r1"},
		{"what CSV reports escape", [][]string{{"row", "key", "customer_id", "settle"},
			{"2", "'+573001", "'=id", "'-id"}, {"3", "'＠a", "'@b", ""}},
			[]Verdict{{Line: 2, Row: "2", Key: "+573001", Said: "-id", Column: "settle", Filled: "=id"},
				{Line: 3, Row: "3", Key: "＠a", Said: "@b", Column: "customer_id"}}, ""},
	}
	for _, tt := range tests {
		sheets, err := ReadVerdicts(t.Context(), csvOf(tt.rows...), false, languages)
		if err != nil || len(sheets) != 1 {
			t.Errorf("%s: %d sheets, %v", tt.name, len(sheets), err)
			continue
		}
		s := sheets[0]
		if d := cmp.Diff(tt.want, s.Verdicts); d != "" || s.OwnRun != tt.own || len(s.Unread) > 0 {
			t.Errorf("%s: run %q, unread %v: %s", tt.name, s.OwnRun, s.Unread, d)
		}
	}
}

func TestVerdictsUnread(t *testing.T) {
	f := csvOf([]string{"row", "Key", "settle", "note"}, []string{"2", "#N/A", "absent"}, []string{"3", "#N/A", ""},
		[]string{"4", "903", "#N/A"}, []string{"5", "904", "absent", "#N/A"}, []string{"6", "905", "", "", "absent"},
		[]string{"#N/A", "906", "absent"})
	sheets, err := ReadVerdicts(t.Context(), f, false, languages)
	if err != nil {
		t.Fatal(err)
	}
	s := sheets[0]
	var got []string
	for _, u := range s.Unread {
		got = append(got, s.Place(u.Line, u.Column).String()+" "+string(u.Problem.Code))
	}
	want := []string{"back.xlsx, row 2, column Key error_cell", "back.xlsx, row 4, column settle error_cell",
		"back.xlsx, row 6 extra_cell", "back.xlsx, row 7, column row error_cell"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Verdict{{Line: 5, Row: "5", Key: "904", Said: "absent", Column: "settle"}},
		s.Verdicts); d != "" {
		t.Error(d)
	}
}

func TestVerdictsRefused(t *testing.T) {
	for want, header := range map[string][]string{
		"back.xlsx: report.no_verdict_column": {"row", "key", "ID"},
		"back.xlsx: report.no_row_or_key":     {"settle", "run"},
		`back.xlsx: report.same_column first="settle" second="Settle" column="settle"`: {
			"row", "settle", "Settle"},
		`back.xlsx: report.same_column first="settle" second="Resolver" column="settle"`: {
			"fila", "settle", "Resolver"},
	} {
		_, err := ReadVerdicts(t.Context(), csvOf(header), false, languages)
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.Hint == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// In a results workbook all sheets with verdicts are read, and the run is that of its origin, whatever its rows name.
func TestVerdictsOfAWorkbook(t *testing.T) {
	origin := pipeline.Origin{Run: "r7", Definition: "acme", Book: pipeline.OriginBook{Header: []string{"NIT"}}}
	altered := append([][]string{}, origin.Table()...)
	altered[2] = []string{"run", ""}
	rows := func(hidden [][]string) map[string][][]string {
		return map[string][][]string{
			"Summary": {{"Results of run r7"}}, "Problems": {{"row", "key", "settle"}, {"2", "900", "absent"}},
			"Results": {{"row", "state", "run", "settle"}, {"2", "changed", "r0", "accept"},
				{"3", "rejected", "r6", ""}},
			"Results 2": {{"row", "state", "run", "settle"}, {"4", "changed", "r0", "accept"}},
			"Uncertain": {{"row", "run", "customer_id"}, {"5", "r2", "absent"}}, "muster": hidden,
		}
	}
	sheets := []string{"Summary", "Results", "Results 2", "Problems", "Uncertain", "muster"}
	for _, tt := range []struct {
		name   string
		sheets []string
		hidden [][]string
		runs   string // of the verdicts, sheet by sheet
	}{
		{"with its origin", sheets, origin.Table(), "r7 r7 r2"},
		{"without one", sheets[:5], nil, "r6 - r2"},
		{"an empty sheet of that name", sheets, nil, "r6 - r2"},
		{"somebody's own sheet of that name", sheets, [][]string{{"a", "b"}, {"c", "d"}}, "r6 - r2"},
		{"an origin that was altered", sheets, altered, "r6 - r2"},
	} {
		f := filled{sheets: tt.sheets, rows: rows(tt.hidden), open: "Summary"}
		read, err := ReadVerdicts(t.Context(), f, false, languages)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var runs []string
		for _, s := range read {
			for _, v := range s.Verdicts {
				if v.Run == "" {
					v.Run = "-"
				}
				runs = append(runs, v.Run)
			}
		}
		if got := strings.Join(runs, " "); got != tt.runs || len(read) != 3 {
			t.Errorf("%s: runs %s of %d sheets, want %s", tt.name, got, len(read), tt.runs)
		}
	}
	// Only the sheet that the user names is read.
	f := filled{sheets: sheets, rows: rows(origin.Table()), open: "Problems"}
	if read, err := ReadVerdicts(t.Context(), f, true, languages); err != nil || len(read) != 1 ||
		read[0].Place(2, "Settle").Sheet != "Problems" {
		t.Errorf("%d sheets, %v", len(read), err)
	}
}

// The workbook says what its sheets are, and a renamed one is recognised by its columns; without the hidden sheet
// names in any language are accepted.
func TestVerdictsBySheet(t *testing.T) {
	results := [][]string{{"fila", "estado", "identificador", "ID del cliente", "ejecución", "resolver"},
		{"2", "cambiado", "900", "id-2", "r0", "aceptar"}}
	uncertain := [][]string{{"fila", "identificador", "ID del cliente", "ejecución"}, {"5", "905", "ausente", "r2"}}
	rows := map[string][][]string{"Resumen": {{"Resultados de la ejecución r7"}}, "Resultados": results,
		"Resultados 2": results, "Revisados": results, "Sin confirmar": uncertain, "Results": results,
		"Notas": {{"fila", "identificador", "resolver"}, {"9", "909", "ausente"}},
		"Corregir": {{"muster row", "fila", "identificador", "ID del cliente", "ejecución"},
			{"9", "1", "2", "ausente", "3"}},
		"Problemas": {{"fila", "columna"}, {"2", "NIT"}}, "otra lista": {{"a"}}}
	named := map[string]pipeline.SheetRole{"Resumen": pipeline.SummaryRole, "Resultados": pipeline.ResultsRole,
		"Resultados 2": pipeline.ResultsRole, "Problemas": pipeline.ProblemsRole, "Corregir": pipeline.FixRole,
		"Sin confirmar": pipeline.UncertainRole}
	for _, tt := range []struct {
		name   string
		sheets []string
		says   map[string]pipeline.SheetRole // nil: without the hidden sheet
		want   string
	}{
		{"as written", []string{"Resumen", "Corregir", "Resultados", "Resultados 2", "Problemas", "Sin confirmar"},
			named, "Resultados, Resultados 2, Sin confirmar"},
		{"with a person's own sheets", []string{"Resumen", "Resultados", "Resultados 2", "Sin confirmar", "Results",
			"Notas"}, named, "Resultados, Resultados 2, Sin confirmar"},
		{"renamed", []string{"Resumen", "Notas", "otra lista", "Corregir", "Revisados", "Resultados 2",
			"Sin confirmar"}, named, "Resultados 2, Sin confirmar, Revisados"},
		{"without the hidden sheet", []string{"Resumen", "Resultados", "Resultados 2", "Notas", "Sin confirmar"}, nil,
			"Resultados, Resultados 2, Sin confirmar"},
		{"in English, without it", []string{"Resumen", "Results", "Notas"}, nil, "Results"},
	} {
		f := filled{sheets: tt.sheets, rows: rows, open: "Resumen"}
		if tt.says != nil {
			origin := pipeline.Origin{Run: "r7", Definition: "acme", Book: pipeline.OriginBook{Header: []string{"NIT"}},
				Sheets: tt.says}
			rows[pipeline.OriginSheet] = origin.Table()
			f.sheets = append(append([]string{}, tt.sheets...), pipeline.OriginSheet)
		}
		read, err := ReadVerdicts(t.Context(), f, false, languages)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var names []string
		for _, s := range read {
			names = append(names, s.Place(0, "").Sheet)
			if len(s.Verdicts) != 1 {
				t.Errorf("%s, %s: %v", tt.name, names, s.Verdicts)
			}
		}
		if got := strings.Join(names, ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
