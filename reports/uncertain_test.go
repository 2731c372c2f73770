package reports

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func some(requests ...Request) func(func(Request, error) bool) {
	return func(yield func(Request, error) bool) {
		for _, r := range requests {
			if !yield(r, nil) {
				return
			}
		}
	}
}

// TestUncertainSheet: every open request is there once, with what a person needs to find it at the provider and an
// empty cell for the answer.
func TestUncertainSheet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	h := testHead()
	h.Ledger = "/srv/it's here/muster.db"
	h.Provider.Settle = pipeline.Settle{By: pipeline.SettleNone, Advice: pipeline.Localized{"": "ask its support"}}
	request := func(ref int64, row int) Request {
		return Request{Outcome: pipeline.Outcome{Ref: ref, Run: "20261101-000000-aaaa", Row: row,
			State: pipeline.Uncertain, At: started, Attempts: 2,
			HTTPStatus: 503, Code: "=down", Message: said("try later"), RequestID: "q-1"}, Book: "yesterday.csv",
			Key: "****1234", Name: "Comercial Dos"}
	}
	met := request(7, 40)
	writeReport(t, path, h, []Line{
		// The run was killed before it knew more.
		{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Uncertain, Ref: 9, At: started}, Key: "900123456"},
		{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Created}},
		{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Uncertain, Ref: 7}, Key: "900123457", Name: "=x",
			Request: &met},
		// of the same customer
		{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Uncertain, Ref: 7}, Key: "900123457", Name: "=x",
			Request: &met},
	}, Tail{Unanswered: some(request(7, 40), request(8, 41))})
	f := openBook(t, path)
	head := []string{"row", "key", "name", "customer_id", "sent", "attempts", "http_status", "code", "message",
		"request_id", "advice", "book", "run"}
	sent := "2026-11-21T06:30:15Z"
	want := [][]string{head,
		{"2", "900123456", "", "", sent, "0", "", "",
			"report.ended_before_result", "", "ask its support",
			"books/merchants.xlsx", h.Run.ID},
		{"4", "900123457", "=x", "", sent, "2", "503", "=down", "try later", "q-1", "ask its support",
			"books/merchants.xlsx", h.Run.ID},
		{"41", "****1234", "Comercial Dos", "", sent, "2", "503", "=down", "try later", "q-1", "ask its support",
			"yesterday.csv", "20261101-000000-aaaa"},
	}
	if d := cmp.Diff(want, sheetRows(t, f, pipeline.UncertainSheet)); d != "" {
		t.Error(d)
	}
	all := fmt.Sprint(sheetRows(t, f, pipeline.SummarySheet))
	command := "muster settle " + pipeline.ShellCommand(path) + " --ledger '/srv/it'\\''s here/muster.db'"
	for _, want := range []string{`• report.next_uncertain count=3 number=3 report.next_unanswered count=1 ` +
		`number=1 report.provider_cannot_be_asked`, "report.then_run] [" + command} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %s", want, all)
		}
	}
	// A check is not a run of the ledger: its requests are settled under the row that was sent.
	h.Check = true
	writeReport(t, path, h, []Line{{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Uncertain, Ref: 7},
		Key: "900123457", Request: &met}}, Tail{Unanswered: some(request(7, 40))})
	if rows := sheetRows(t, openBook(t, path), pipeline.UncertainSheet); len(rows) != 2 || rows[1][0] != "40" ||
		rows[1][12] != "20261101-000000-aaaa" || rows[1][11] != "yesterday.csv" {
		t.Errorf("%q", rows)
	}
	// Without open requests there is no such sheet.
	writeReport(t, path, testHead(), nil, Tail{Unanswered: some()})
	if d := cmp.Diff([]string{"Summary", "Results", "Problems", "About"}, openBook(t, path).GetSheetList()); d != "" {
		t.Error(d)
	}
}

// When the ledger cannot be read while the workbook is finished, there is an error, and no clear text of the book is
// left.
func TestUncertainThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(filepath.Join(dir, "r.xlsx"), testHead())
	if err != nil {
		t.Fatal(err)
	}
	broken := func(yield func(Request, error) bool) { yield(Request{}, os.ErrClosed) }
	if err := w.Close(Tail{Unanswered: broken}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("%v", err)
	}
	if got := entries(t, dir); len(got) != 0 {
		t.Errorf("left %v", got)
	}
}

// TestSummaryShowsWhatIsNew: rows that an earlier run left in the same state do not count as new, and without a
// comparison nothing is said.
func TestSummaryShowsWhatIsNew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	h := testHead()
	h.Compared, h.Run.Person, h.Run.Machine, h.Run.Mapping, h.Run.MappingSHA256 = true, "ana", "finance",
		"mapping.csv", "cd34"
	email := []Problem{wrong("Correo", "", "email", "is no e-mail address"), wrong("Correo", "", "email", "has spaces")}
	lines := []Line{
		{Outcome: pipeline.Outcome{Row: 7, State: pipeline.Invalid, New: true}, Problems: email},
		{Outcome: pipeline.Outcome{Row: 8, State: pipeline.Invalid}, Problems: email[:1]},
		{Outcome: pipeline.Outcome{Row: 9, State: pipeline.Rejected, New: true, Code: "blocked",
			Message: said("not approved")}},
	}
	writeReport(t, path, h, lines, Tail{})
	f := openBook(t, path)
	rows := sheetRows(t, f, pipeline.SummarySheet)
	about := sheetRows(t, f, "About")
	find := func(first string) []string {
		for _, row := range slices.Concat(rows, about) {
			if len(row) > 0 && row[0] == first {
				return row
			}
		}
		return nil
	}
	for _, want := range [][]string{
		{"invalid", "2", "1", "report.meaning_invalid sheet=(report.sheet_problems)"},
		{"Correo", "2", "1", `report.kind_detail what=(report.kind_email count=2) rows=(report.kind_rows count=2 rows=[7 8]) ` +
			`detail=(report.kind_first row=7 problem=(is no e-mail address))`},
		{"report.whole_row", "1", "1", `report.kind_detail what=(report.kind_other count=1 code="blocked") ` +
			`rows=(report.kind_rows count=1 rows=[9]) detail=(not approved)`},
		{"report.label_by", `report.by_person_on_machine person="ana" machine="finance"`},
		{"report.label_mapping_sha256", "cd34"},
	} {
		if d := cmp.Diff(want, find(want[0])); d != "" {
			t.Error(d)
		}
	}
	var fresh []string
	for _, row := range sheetRows(t, f, pipeline.ProblemsSheet)[1:] {
		fresh = append(fresh, row[0]+padded(row, 7)[6])
	}
	if d := cmp.Diff([]string{"7yes", "7yes", "8"}, fresh); d != "" {
		t.Error(d)
	}
	if got, err := f.GetSheetDimension(pipeline.SummarySheet); err != nil || got != fmt.Sprintf("A1:D%d", len(rows)) {
		t.Errorf("Summary has dimension %s and %d rows (%v)", got, len(rows), err)
	}
	h.Compared = false
	writeReport(t, path, h, lines, Tail{})
	f = openBook(t, path)
	if text := fmt.Sprint(sheetRows(t, f, pipeline.SummarySheet),
		sheetRows(t, f, pipeline.ProblemsSheet)); strings.Contains(text, "new_rows") || strings.Contains(text, "yes") {
		t.Error("rows that were compared with nothing are called new")
	}
}
