package reports

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// readCSV reads a report as RFC 4180 defines it: encoding/csv would drop the carriage return of a line break in a
// cell.
func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b, ok := bytes.CutPrefix(b, []byte("\ufeff"))
	if !ok {
		t.Fatal("no byte-order mark")
	}
	if _, err := csv.NewReader(bytes.NewReader(b)).ReadAll(); err != nil {
		t.Fatalf("not CSV: %v", err)
	}
	var rows [][]string
	row, cell, quoted := []string{}, []byte{}, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"' && !quoted:
			quoted = true
		case c == '"' && i+1 < len(b) && b[i+1] == '"':
			cell = append(cell, '"')
			i++
		case c == '"':
			quoted = false
		case c == ',' && !quoted:
			row, cell = append(row, string(cell)), cell[:0]
		case c == '\n' && !quoted:
			rows = append(rows, append(row, string(cell)))
			row, cell = []string{}, cell[:0]
		default:
			cell = append(cell, c)
		}
	}
	if quoted || len(row) > 0 || len(cell) > 0 {
		t.Fatal("the last line has no end")
	}
	return rows
}

func TestWorkbookLayout(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	lines := everyState()
	writeReport(t, path, testHead("Tel."), lines, Tail{Counts: countsOf(lines)})
	f := openBook(t, path)
	if d := cmp.Diff([]string{"Summary", "Results", "Problems", "Uncertain", "About"}, f.GetSheetList()); d != "" {
		t.Error(d)
	}
	if f.GetActiveSheetIndex() != 0 {
		t.Error("Summary is not the active sheet")
	}
	want := [][]string{
		{"row", "column", "cell", "value", "code", "message", "new"},
		{"7", "NIT", "B7", "12", "too_short", "needs nine digits"},
		{"7", "Correo", "F7", "=cmd()", "email", "is no e-mail address"},
	}
	if d := cmp.Diff(want, sheetRows(t, f, "Problems")); d != "" {
		t.Error(d)
	}
	for sheet, dimension := range map[string]string{"Results": "A1:U10", "Problems": "A1:G3"} {
		if got, err := f.GetSheetDimension(sheet); err != nil || got != dimension {
			t.Errorf("%s has dimension %s (%v), want %s", sheet, got, err, dimension)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 {
			t.Errorf("%s: the header is not frozen (%v)", sheet, err)
		}
	}
	formats, err := f.GetConditionalFormats("Results")
	if err != nil || len(formats["D2:D10"]) != len(pipeline.States()) {
		t.Errorf("conditional formats %v (%v)", formats, err)
	}
}

// No cell of a row is a formula or a number, except in the three columns of numbers, whatever the data look like; and
// the XML has the true range.
func TestDataStaysText(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	hostile := "=cmd|' /C calc'!A0"
	line := Line{
		Outcome: pipeline.Outcome{Row: 2, State: pipeline.Rejected, CustomerID: "00123", ProviderStatus: hostile,
			HTTPStatus: 400, Code: hostile,
			Message: said(hostile), RequestID: "1e5", ProviderCreatedAt: "2026-11-21",
			Related: []pipeline.RelatedID{{Name: "=a", ID: "1"}}},
		Key: "900123456789012345", Name: hostile, Carry: []string{"=SUM(A1:A9)", "007", "TRUE"},
		Problems: []Problem{withValue(wrong(hostile, "B2", hostile, hostile), hostile)},
	}
	h := testHead("=1", "b", "c")
	h.Run.Book, h.Run.Namespace.Account = "=book.csv", "=1+2"
	writeReport(t, path, h, []Line{line}, Tail{Halt: said(hostile), Notes: []*pipeline.Message{said(hostile)}})
	formula, cell := regexp.MustCompile(`<f[ >]`), regexp.MustCompile(`<c [^>]*>`)
	for n := 1; n <= 3; n++ {
		xml := partOf(t, path, fmt.Sprintf("xl/worksheets/sheet%d.xml", n))
		if formula.MatchString(xml) {
			t.Errorf("sheet%d.xml has a formula", n)
		}
		if strings.Contains(xml, "<dimension ref=\"XFD") {
			t.Errorf("sheet%d.xml does not say its range", n)
		}
		if n == 1 {
			continue
		}
		numbers := 0
		for _, c := range cell.FindAllString(xml, -1) {
			if !strings.Contains(c, `t="inlineStr"`) {
				numbers++
			}
		}
		if numbers != 3 && numbers != 1 {
			t.Errorf("sheet%d.xml has %d cells that are no text", n, numbers)
		}
	}
	f := openBook(t, path)
	rows := sheetRows(t, f, "Results")
	if got := asReported(t, rows[1], 3); got[customerIDAt] != "00123" || got[keyAt] != "900123456789012345" || got[nameAt] != hostile ||
		got[fixedColumns] != "=SUM(A1:A9)" {
		t.Errorf("%q", got)
	}
}

func TestFullSheetIsContinued(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	to, err := openDestination(path, false, Kept{})
	if err != nil {
		t.Fatal(err)
	}
	made, err := newWorkbook(to, testHead())
	if err != nil {
		t.Fatal(err)
	}
	w := made.(*workbook)
	defer w.Abort()
	w.results.rows, w.problems.rows = 4, 3
	want := []string{}
	for row := 2; row < 12; row++ {
		l := Line{Outcome: pipeline.Outcome{Row: row, State: pipeline.Invalid},
			Problems: []Problem{wrong("", "", "email", "")}}
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
		want = append(want, fmt.Sprint(row))
	}
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	f := openBook(t, path)
	list := f.GetSheetList()
	if d := cmp.Diff([]string{"Summary", "Results", "Results 2", "Results 3", "Results 4", "Problems", "Problems 2",
		"Problems 3", "Problems 4", "Problems 5", "About"}, list); d != "" {
		t.Fatal(d)
	}
	for _, title := range []string{pipeline.ResultsSheet, pipeline.ProblemsSheet} {
		got := []string{}
		for _, name := range list {
			if !strings.HasPrefix(name, title) {
				continue
			}
			rows := sheetRows(t, f, name)
			if rows[0][0] != "row" {
				t.Errorf("%s has no header", name)
			}
			dimension, err := f.GetSheetDimension(name)
			if err != nil || !strings.HasSuffix(dimension, fmt.Sprint(len(rows))) {
				t.Errorf("%s: dimension %s for %d rows (%v)", name, dimension, len(rows), err)
			}
			for _, row := range rows[1:] {
				got = append(got, row[0])
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", title, d)
		}
	}
	for _, name := range f.GetDefinedName() {
		if !strings.Contains(strings.ReplaceAll(name.RefersTo, "'", ""), name.Scope+"!") {
			t.Errorf("%s of sheet %s refers to %s", name.Name, name.Scope, name.RefersTo)
		}
	}
}

// summaryCell finds the row of Summary that begins with label.
func summaryCell(rows [][]string, label string) string {
	for _, row := range rows {
		if len(row) > 1 && row[0] == label {
			return row[1]
		}
	}
	return ""
}

func TestSummary(t *testing.T) {
	lines := everyState()
	counts := countsOf(lines)
	h := testHead("Tel.")
	path := filepath.Join(t.TempDir(), "r.xlsx")
	writeReport(t, path, h, lines, Tail{Counts: counts, Finished: started.Add(90 * 60e9), Halt: said("20 refusals"),
		Notes: []*pipeline.Message{pipeline.Say(pipeline.AsWritten, "text", "Column Obs was ignored.")},
		Pace:  pipeline.Say(pipeline.AsWritten, "text", "5/s, 2 at once")})
	f := openBook(t, path)
	rows := sheetRows(t, f, pipeline.SummarySheet)
	about := sheetRows(t, f, "About")
	for _, s := range pipeline.States() {
		if got := summaryCell(rows, string(s)); got != fmt.Sprint(counts[s]) {
			t.Errorf("%s: %q rows, want %d", s, got, counts[s])
		}
	}
	for label, want := range map[string]string{
		"label_book": "merchants.xlsx", "label_sheet": "Merchants", "label_sha256": "9f86d081",
		"label_provider": "Acme Pay (acme)", "label_env": "sandbox", "label_host": "https://sandbox.example",
		"label_account": "north", "label_run": h.Run.ID, "label_started": "2026-11-21 06:30:15 UTC",
		"label_finished": "2026-11-21 08:00:15 UTC", "label_duration": "report.duration took=1h30m0s", "label_version": "1.2.3",
		"label_digest": "ab12", "label_mapping": "report.no_mapping", "label_pace": "5/s, 2 at once",
	} {
		if got := summaryCell(about, "report."+label); got != want {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
	for code, want := range map[string]string{"report.all_rows": "9", "NIT": "1", "report.whole_row": "1"} {
		if got := summaryCell(rows, code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	all := fmt.Sprint(rows)
	for _, want := range []string{`report.halted reason=(20 refusals)`, "Column Obs was ignored.",
		`report.next_invalid count=1 number=1 report.fix_in_book sheet=(report.sheet_problems)`} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	if strings.Contains(all, "report.banner_rehearsal") {
		t.Error("a sandbox run is called a rehearsal")
	}
	if !strings.Contains(partOf(t, path, "xl/charts/chart1.xml"), "Summary!$B$") {
		t.Error("no chart of the counts")
	}
	h.Run.Namespace.Env = pipeline.EnvLocal
	writeReport(t, path, h, nil, Tail{})
	if !strings.Contains(fmt.Sprint(sheetRows(t, openBook(t, path), pipeline.SummarySheet)),
		"report.banner_rehearsal") {
		t.Error("a rehearsal does not say that it is one")
	}
}

func TestKindsAreBounded(t *testing.T) {
	var k Kinds
	for i := range maxKinds + 5 {
		k.Add(fmt.Sprint(i), "", i+1, nil)
	}
	for i := range 7 {
		k.Add("0", "", 10_000+i, nil)
		k.Add("0", "", 10_000+i, nil) // twice in a row
	}
	all, more := k.All()
	if len(all) != maxKinds || more != 5 {
		t.Errorf("%d kinds, %d others", len(all), more)
	}
	if top := all[0]; top.Code != "0" || top.Rows != 8 || !slices.Equal(top.First, []int{1, 10_000, 10_001, 10_002, 10_003}) {
		t.Errorf("%v", top)
	}
}

// When the disk fills up while the sheets are put together, there is an error, and no clear text of the book is left.
func TestWorkbookThatCannotBeFinished(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.xlsx")
	w, err := Create(path, testHead())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.(*workbook).to.tmp.Close(); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(Tail{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
	if got := entries(t, dir); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

func BenchmarkWorkbook100k(b *testing.B) {
	dir := b.TempDir()
	b.ReportAllocs()
	for b.Loop() {
		w, err := Create(filepath.Join(dir, "r.xlsx"), testHead("Tel."))
		if err != nil {
			b.Fatal(err)
		}
		l := Line{Outcome: pipeline.Outcome{State: pipeline.Created, ProviderStatus: "active", HTTPStatus: 201,
			Attempts: 1, At: started,
			ProviderCreatedAt: "2026-11-21T06:31:00Z"}, Carry: []string{"+57 300 1234567"}}
		for row := 2; row < 100_002; row++ {
			l.Row = row
			l.CustomerID, l.RequestID = fmt.Sprintf("0198c2a4-7d1e-7f00-8000-%012d", row), fmt.Sprintf("req-%08d", row)
			l.Key, l.Name = fmt.Sprintf("900%06d", row), fmt.Sprintf("Comercial %d S.A.S.", row)
			if err := w.Line(l); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(Tail{}); err != nil {
			b.Fatal(err)
		}
	}
}
