package reports

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

var started = time.Date(2026, 11, 21, 6, 30, 15, 0, time.UTC)

func testHead(carry ...string) Head {
	return Head{
		Words: testWords{}, English: testWords{},
		Run: pipeline.Run{
			ID:        "20261121-063015-4f2a",
			Namespace: pipeline.Namespace{Provider: "acme", Env: "sandbox", Account: "north"},
			BaseURL:   "https://sandbox.example", Book: "books/merchants.xlsx", Sheet: "Merchants",
			SHA256: "9f86d081", Version: "1.2.3", Digest: "ab12", Started: started,
		},
		Provider: &pipeline.Provider{Title: "Acme Pay"},
		Carry:    carry,
	}
}

// everyState is a book with one row in each state, with everything that such a row may have.
func everyState() []Line {
	at := started.Add(time.Minute)
	related := []pipeline.RelatedID{{Name: "businessRepresentatives[0]", ID: "r-1"},
		{Name: "businessRepresentatives[1]", ID: "r-2"}}
	return []Line{
		{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created, CustomerID: "00123",
			ProviderStatus: "active", HTTPStatus: 201,
			RequestID: "req-1", Attempts: 1, At: at, Related: related, ProviderCreatedAt: "2026-11-21T06:31:00.5Z"},
			Key: "900123456", Name: "Comercial Uno", Carry: []string{"=1+1"}},
		{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Known, CustomerID: "c-3", Run: "20261101-000000-aaaa",
			At: at.Add(-time.Hour)}, Carry: []string{""}},
		{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Existing, CustomerID: "c-4", HTTPStatus: 409, Attempts: 2},
			Carry: []string{"x"}},
		{Outcome: pipeline.Outcome{Row: 7, State: pipeline.Invalid,
			Message: said("NIT needs nine digits; Correo is no e-mail address")}, Carry: []string{"x"},
			Problems: []Problem{
				withValue(wrong("NIT", "B7", "too_short", "needs nine digits"), "12"),
				withValue(wrong("Correo", "F7", "email", "is no e-mail address"), "=cmd()")}},
		{Outcome: pipeline.Outcome{Row: 8, State: pipeline.Duplicate, Message: said("same NIT as row 2")},
			Carry: []string{"x"}},
		{Outcome: pipeline.Outcome{Row: 9, State: pipeline.Changed, CustomerID: "c-9"}, Carry: []string{"x"}},
		{Outcome: pipeline.Outcome{Row: 10, State: pipeline.Rejected, HTTPStatus: 422, Code: "blocked",
			Message: said("=HYPERLINK(1)"), Attempts: 1}, Carry: []string{"x"}},
		{Outcome: pipeline.Outcome{Row: 11, State: pipeline.Uncertain, Attempts: 1}, Carry: []string{"x"}},
		{Outcome: pipeline.Outcome{Row: 12, State: pipeline.Pending}, Carry: []string{"x"}},
	}
}

func countsOf(lines []Line) pipeline.Counts {
	c := pipeline.Counts{}
	for _, l := range lines {
		c[l.State]++
	}
	return c
}

func writeReport(t testing.TB, path string, h Head, lines []Line, tail Tail) {
	t.Helper()
	w, err := Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, l := range lines {
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(tail); err != nil {
		t.Fatal(err)
	}
}

// writeAll writes the report in every format and returns the paths by extension.
func writeAll(t testing.TB, h Head, lines []Line, tail Tail) map[string]string {
	t.Helper()
	dir, paths := t.TempDir(), map[string]string{}
	for _, ext := range []string{".xlsx", ".csv", ".jsonl"} {
		paths[ext] = filepath.Join(dir, "r"+ext)
		writeReport(t, paths[ext], h, lines, tail)
	}
	return paths
}

// jsonLines are the lines of a report in JSON.
func jsonLines(t testing.TB, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
}

func openBook(t testing.TB, path string) *excelize.File {
	t.Helper()
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func sheetRows(t testing.TB, f *excelize.File, sheet string) [][]string {
	t.Helper()
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func padded(row []string, n int) []string {
	return append(slices.Clone(row), make([]string, max(0, n-len(row)))...)
}

func partOf(t testing.TB, path, name string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func entries(t testing.TB, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestColumnsAreThoseOfTheDesign(t *testing.T) {
	want := strings.Split("row state customer_id key name provider_status http_status code message request_id attempts "+
		"at run provider env account book provider_created_at related_ids", " ")
	if d := cmp.Diff(want, Columns()); d != "" {
		t.Error(d)
	}
}

// All formats have the same cells, every row once and in order.
func TestCarryRaw(t *testing.T) {
	lines := everyState()
	for raw, want := range map[bool][2]string{false: {"'=Tel.", "'=1+1"}, true: {"=Tel.", "=1+1"}} {
		h := testHead("=Tel.")
		h.CarryRaw = raw
		path := filepath.Join(t.TempDir(), "r.csv")
		writeReport(t, path, h, lines, Tail{Counts: countsOf(lines)})
		rows := readCSV(t, path)
		if got := [2]string{rows[0][fixedColumns], rows[1][fixedColumns]}; got != want {
			t.Errorf("raw %t: %q, want %q", raw, got, want)
		}
	}
}

func TestFormatsAgree(t *testing.T) {
	lines := everyState()
	w := writeAll(t, testHead("Tel."), lines, Tail{Counts: countsOf(lines), Finished: started.Add(time.Hour)})
	xlsx := reported(t, sheetRows(t, openBook(t, w[".xlsx"]), "Results"), 1)
	text := readCSV(t, w[".csv"])
	if len(xlsx) != len(lines)+1 || len(text) != len(lines)+1 {
		t.Fatalf("%d and %d rows, want %d", len(xlsx), len(text), len(lines)+1)
	}
	width := fixedColumns + 1
	for i := range xlsx {
		want := padded(xlsx[i], width)
		if i > 0 {
			want[messageAt] = pipeline.EscapeFormula(want[messageAt])
			want[fixedColumns] = pipeline.EscapeFormula(want[fixedColumns])
		}
		if d := cmp.Diff(want, text[i]); d != "" {
			t.Errorf("row %d: %s", i, d)
		}
	}
	wantFirst := []string{"2", "created", "00123", "900123456", "Comercial Uno", "active", "201", "", "", "req-1", "1",
		"2026-11-21T06:31:15Z", "20261121-063015-4f2a", "acme", "sandbox", "north", "books/merchants.xlsx",
		"2026-11-21T06:31:00.5Z",
		"businessRepresentatives[0]=r-1; businessRepresentatives[1]=r-2", "=1+1"}
	if d := cmp.Diff(wantFirst, padded(xlsx[1], width)); d != "" {
		t.Error(d)
	}
	if got := text[4][messageAt]; got != "NIT needs nine digits; Correo is no e-mail address" {
		t.Errorf("message %q", got)
	}
	if got := text[7][messageAt]; got != "'=HYPERLINK(1)" {
		t.Errorf("CSV message %q is a formula", got)
	}
	if got := text[2][runAt]; got != "20261101-000000-aaaa" {
		t.Errorf("run %q, want that of the request that created the customer", got)
	}
	all := jsonLines(t, w[".jsonl"])
	if len(all) != len(lines) {
		t.Fatalf("%d lines of JSON, want %d", len(all), len(lines))
	}
	for i, line := range all {
		checkJSON(t, line, padded(xlsx[i+1], width), lines[i])
	}
}

func checkJSON(t *testing.T, line string, cells []string, from Line) {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatal(err)
	}
	if len(m) != len(Columns())+2 {
		t.Errorf("%d members", len(m))
	}
	for i, name := range Columns() {
		got, there := m[name]
		if !there {
			t.Errorf("no %s", name)
			continue
		}
		switch i {
		case rowAt, attemptsAt, httpStatusAt:
			if got == nil && i == httpStatusAt && cells[i] == "" {
				continue
			}
			if n, ok := got.(float64); !ok || cells[i] != json.Number(jsonNumber(n)).String() {
				t.Errorf("%s is %v, want %s", name, got, cells[i])
			}
		case relatedIDsAt:
			if list, ok := got.([]any); !ok || len(list) != len(from.Related) {
				t.Errorf("related_ids %v", got)
			}
		default:
			if got != cells[i] {
				t.Errorf("%s is %v, want %s", name, got, cells[i])
			}
		}
	}
	if d := cmp.Diff(map[string]any{"Tel.": from.Carry[0]}, m["carry"]); d != "" {
		t.Error(d)
	}
	if list, ok := m["problems"].([]any); !ok || len(list) != len(from.Problems) {
		t.Errorf("problems %v", m["problems"])
	}
}

func jsonNumber(n float64) string {
	b, _ := json.Marshal(n)
	return string(b)
}

func TestJSONDistinguishesColumnsOfOneName(t *testing.T) {
	if d := cmp.Diff([]string{"Tel", "Tel (3)", "Tel (2)", ""},
		distinct([]string{"Tel", "Tel", "Tel (2)", ""})); d != "" {
		t.Error(d)
	}
}

func TestLinesThatAReportRefuses(t *testing.T) {
	good := Line{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Created}}
	for name, bad := range map[string]Line{
		"the same row again":    good,
		"an earlier row":        {Outcome: pipeline.Outcome{Row: 4, State: pipeline.Created}},
		"no row":                {Outcome: pipeline.Outcome{State: pipeline.Created}},
		"no state":              {Outcome: pipeline.Outcome{Row: 6}},
		"a state of its own":    {Outcome: pipeline.Outcome{Row: 6, State: "fine"}},
		"a carried cell extra":  {Outcome: pipeline.Outcome{Row: 6, State: pipeline.Created}, Carry: []string{"x"}},
		"a negative row number": {Outcome: pipeline.Outcome{Row: -1, State: pipeline.Created}},
	} {
		for _, ext := range []string{".xlsx", ".csv", ".jsonl"} {
			path := filepath.Join(t.TempDir(), "r"+ext)
			w, err := Create(path, testHead())
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Line(good); err != nil {
				t.Fatal(err)
			}
			if err := w.Line(bad); err == nil {
				t.Errorf("%s: %s was taken", ext, name)
			}
			w.Abort()
		}
	}
}

func TestCountsThatDisagreeAreSaid(t *testing.T) {
	for _, ext := range []string{".xlsx", ".csv", ".jsonl"} {
		path := filepath.Join(t.TempDir(), "r"+ext)
		w, err := Create(path, testHead())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Line(Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}}); err != nil {
			t.Fatal(err)
		}
		err = w.Close(Tail{Counts: pipeline.Counts{pipeline.Created: 1, pipeline.Pending: 1}})
		var mismatch *MismatchError
		if !errors.As(err, &mismatch) || mismatch.Lines[pipeline.Created] != 1 {
			t.Errorf("%s: %v", ext, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s: the IDs in hand are lost: %v", ext, err)
		}
	}
}

// said is a text of a provider.
func said(text string) *pipeline.Message { return pipeline.Say(pipeline.AsWritten, "text", text) }
