package reports

import (
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// asReported reorders a row of the sheet Results as in the other formats, without the columns that only a workbook
// has.
func asReported(t testing.TB, row []string, carried int) []string {
	t.Helper()
	row = padded(row, fixedColumns+1+carried)
	cells := make([]string, fixedColumns)
	for i, at := range resultsFirst {
		if at != toDoAt {
			cells[at] = row[i]
		}
	}
	for i, at := range resultsFolded {
		cells[at] = row[len(resultsFirst)+carried+i]
	}
	if days, err := strconv.ParseFloat(cells[atAt], 64); err == nil {
		since := time.Duration(days * 24 * float64(time.Hour)).Round(time.Second)
		cells[atAt] = pipeline.Timestamp(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC).Add(since))
	}
	return append(cells, row[len(resultsFirst):len(resultsFirst)+carried]...)
}

// reported are the rows of the sheet Results, as asReported has them.
func reported(t testing.TB, rows [][]string, carried int) [][]string {
	t.Helper()
	all := make([][]string, len(rows))
	for i, row := range rows {
		all[i] = asReported(t, row, carried)
	}
	return all
}

// The workbook has every column of a report once; the technical ones are collapsed after the carried ones, and the
// columns from row to state stay visible.
func TestColumnsOfResults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	writeReport(t, path, testHead("Tel."), everyState(), Tail{})
	f := openBook(t, path)
	header := sheetRows(t, f, pipeline.ResultsSheet)[0]
	want := append(Columns(), "Tel.")
	if d := cmp.Diff(want, asReported(t, header, 1)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff("row name key state to_do customer_id message at Tel.", strings.Join(header[:9], " ")); d != "" {
		t.Error(d)
	}
	for i := range header {
		letters := pipeline.ColumnLetters(i)
		level, err := f.GetColOutlineLevel(pipeline.ResultsSheet, letters)
		if err != nil {
			t.Fatal(err)
		}
		visible, err := f.GetColVisible(pipeline.ResultsSheet, letters)
		if err != nil {
			t.Fatal(err)
		}
		if folded := i >= 9; folded != (level == 1) || folded == visible {
			t.Errorf("%s: level %d, visible %t", header[i], level, visible)
		}
	}
	panes, err := f.GetPanes(pipeline.ResultsSheet)
	if err != nil || panes.XSplit != 4 || panes.YSplit != 1 || panes.TopLeftCell != "E2" {
		t.Errorf("%+v (%v)", panes, err)
	}
}

// A duplicate with the same data can be left alone.
func TestToDoOfRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	lines := []Line{{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}},
		{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Duplicate}},
		{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Duplicate, Code: pipeline.CodeSameData}},
		{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Pending}}}
	for check, want := range map[bool]string{
		false: " report.to_do_duplicate report.to_do_repeated report.to_do_pending",
		true:  " report.to_do_duplicate report.to_do_repeated ",
	} {
		h := testHead()
		h.Check = check
		writeReport(t, path, h, lines, Tail{})
		var got []string
		for _, row := range sheetRows(t, openBook(t, path), pipeline.ResultsSheet)[1:] {
			got = append(got, padded(row, 5)[4])
		}
		if d := cmp.Diff(want, strings.Join(got, " ")); d != "" {
			t.Error(d)
		}
	}
}

// Summary says of them what Results says.
func TestSummaryOfRepeatedRows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	repeated := Line{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Duplicate, Code: pipeline.CodeSameData}}
	other := Line{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Duplicate, Code: pipeline.CodeOtherData}}
	for _, c := range []struct {
		lines                          []Line
		nothing, nothingAtAll, compare bool
	}{
		{[]Line{repeated}, true, true, false},
		{[]Line{repeated, other}, true, false, true},
		{[]Line{other}, false, false, true},
	} {
		writeReport(t, path, testHead(), c.lines, Tail{})
		summary := fmt.Sprint(sheetRows(t, openBook(t, path), pipeline.SummarySheet))
		for code, want := range map[string]bool{"report.next_repeated count=1": c.nothing,
			"report.meaning_repeated": c.nothingAtAll, "report.meaning_duplicate": !c.nothingAtAll,
			"report.next_duplicate count=1": c.compare} {
			if strings.Contains(summary, code) != want {
				t.Errorf("%d rows: %s is there: %t\n%s", len(c.lines), code, !want, summary)
			}
		}
	}
}

func TestSerialDate(t *testing.T) {
	bogota := time.FixedZone("", -5*60*60)
	for _, c := range []struct {
		time time.Time
		zone *time.Location
		want string
	}{
		{time.Time{}, nil, ""},
		{time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), nil, "25569"},
		{time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC), nil, "25568.500000000"},
		{time.Date(2026, 11, 21, 6, 30, 15, 0, time.UTC), nil, "46347.271006944"},
		{time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC), bogota, "46346.916666667"},
		{time.Date(2026, 11, 21, 23, 59, 59, 0, time.UTC), nil, "46347.999988426"},
	} {
		if got := serialDate(c.time, c.zone); got != c.want {
			t.Errorf("%s is %s, want %s", c.time, got, c.want)
		}
	}
}

// Columns are as wide as what is in them, within bounds.
func TestWidthsByContent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	writeReport(t, path, testHead(), []Line{{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created},
		Name: "Comercial Uno S.A.S.", Key: strings.Repeat("9", 80)}}, Tail{})
	f := openBook(t, path)
	for letters, want := range map[string]float64{"B": 22, "C": columns[keyAt].width} {
		if got, err := f.GetColWidth(pipeline.ResultsSheet, letters); err != nil || got != want {
			t.Errorf("%s is %g wide (%v), want %g", letters, got, err, want)
		}
	}
}

// The first valid row shows an auditor how columns became fields.
func TestAboutTheMapping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	writeReport(t, path, testHead(), nil, Tail{Mapping: []MappedField{
		{Column: "Celular", Convert: "phone(CO)", Field: "phone", In: "=310", Out: "+57310"}}})
	rows := sheetRows(t, openBook(t, path), "About")
	if d := cmp.Diff([][]string{{"column", "convert", "field", "cell_example", "sent_example"},
		{"Celular", "phone(CO)", "phone", "=310", "+57310"}}, rows[len(rows)-2:]); d != "" {
		t.Error(d)
	}
}
