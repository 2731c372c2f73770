package reports

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// filled is a file that a person filled in: its first sheet is the one that it
// opens with. An error value in a cell cannot be read.
type filled struct {
	sheets []string // nil for a CSV
	rows   map[string][][]string
	open   string
}

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
		{"a run of the request that made the customer", [][]string{report,
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
		{"what CSV reports escape", [][]string{{"row", "key", "customer_id", "settle"},
			{"2", "'+573001", "'=id", "'-id"}, {"3", "'＠a", "'@b", ""}},
			[]Verdict{{Line: 2, Row: "2", Key: "+573001", Said: "-id", Column: "settle", Filled: "=id"},
				{Line: 3, Row: "3", Key: "＠a", Said: "@b", Column: "customer_id"}}, ""},
	}
	for _, tt := range tests {
		sheets, err := ReadVerdicts(t.Context(), csvOf(tt.rows...), false)
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
	sheets, err := ReadVerdicts(t.Context(), f, false)
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
		"back.xlsx: has no column settle, and no column customer_id": {"row", "key", "ID"},
		"back.xlsx: has no column row, and no column key":            {"settle", "run"},
		`back.xlsx: the columns "settle" and "Settle" are both settle`: {
			"row", "settle", "Settle"},
	} {
		_, err := ReadVerdicts(t.Context(), csvOf(header), false)
		var m *pipeline.Mistake
		if !errors.As(err, &m) || m.Hint.String() == "" || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Of a results workbook all sheets that hold verdicts are read, and the run is
// the one of its origin, whatever its rows name.
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
		read, err := ReadVerdicts(t.Context(), f, false)
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
	// The sheet that the user names is read, and no other.
	f := filled{sheets: sheets, rows: rows(origin.Table()), open: "Problems"}
	if read, err := ReadVerdicts(t.Context(), f, true); err != nil || len(read) != 1 ||
		read[0].Place(2, "Settle").Sheet != "Problems" {
		t.Errorf("%d sheets, %v", len(read), err)
	}
}
