package runtext

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

func english(t *testing.T) *wording.Wording {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

func TestImported(t *testing.T) {
	const url = "https://sandbox.example.com"
	noon, interrupted := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC), pipeline.Say("halt.interrupted")
	run := pipeline.Run{ID: "r1", Book: "b.csv", Namespace: pipeline.Namespace{Provider: "acme", Env: "sandbox"}}
	rehearsed := pipeline.Run{Book: "b.csv", Namespace: pipeline.Namespace{Env: pipeline.EnvLocal}}
	halted := run
	halted.Halt = interrupted
	tally := func(c pipeline.Counts) enrol.Tally { return enrol.Tally{Counts: c, Customers: c.Total()} }
	for _, c := range []struct {
		name string
		end  enrol.Ending
		open []ledger.Unanswered
		want string
	}{
		{"all", enrol.Ending{Run: run, Tally: tally(pipeline.Counts{pipeline.Created: 2}),
			Reports: []string{"a.xlsx", "b.csv"}}, nil,
			"imported b.csv, 2 rows, into acme sandbox (run r1)\n" +
				"  created         2  Created in this run. Nothing to do.\nreport: a.xlsx\nreport: b.csv\n"},
		{"a rehearsal", enrol.Ending{Run: rehearsed}, nil,
			"rehearsal of b.csv, 0 rows: nothing left this machine, the customer IDs are made up\n"},
		{"stopped in part", enrol.Ending{Run: halted, Tally: tally(pipeline.Counts{pipeline.Created: 1}),
			Halt: &importer.Halt{Message: interrupted, Hint: pipeline.Say("run.again")}}, nil,
			"imported in part: b.csv, 1 row, into acme sandbox (run r1)\n" +
				"  created         1  Created in this run. Nothing to do.\n" +
				"stopped: interrupted\n  try: run the same command again to go on\n"},
		{"its report again", enrol.Ending{Run: halted, Tally: tally(pipeline.Counts{pipeline.Known: 1})}, nil,
			"not imported: b.csv, 1 row, into acme sandbox (run r1)\n" +
				"  known           1  Already enrolled by an earlier run, with the same data. Nothing to do.\n" +
				"stopped: interrupted\n"},
		{"rows unsent", enrol.Ending{Run: run, Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Pending: 2},
			Customers: 1, Unfinished: 2, Why: interrupted}}, nil,
			"not imported: b.csv, 2 rows, 1 customer, into acme sandbox (run r1)\n" +
				"  pending         2  Not sent: a limit, an interruption or a stopped run. The next run sends them.\n" +
				"not sent to https://sandbox.example.com: 2 rows, such as interrupted\n" +
				"  try: run the same command again to go on\n"},
		{"open requests", enrol.Ending{Run: run}, []ledger.Unanswered{{Run: "r0", Book: "a.csv", Row: 7, At: noon}},
			"imported b.csv, 0 rows, into acme sandbox (run r1)\nnever answered, sent by earlier runs:\n" +
				"  row 7 of a.csv (run r0), sent 2026-11-21 12:00:00 UTC\n" +
				"  look them up at the provider; `muster open -o open.xlsx` writes the sheet to fill in for `muster settle`, " +
				"and `muster show RUN:ROW` shows what happened\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, Imported(english(t), Look{}, c.end, url, c.open)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A workbook lists the problems of invalid rows; without one nothing refers to it.
func TestReported(t *testing.T) {
	end := enrol.Ending{Run: pipeline.Run{ID: "r1", Book: "b.csv",
		Namespace: pipeline.Namespace{Provider: "acme", Env: "sandbox"}},
		Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Invalid: 1}, Customers: 1}, Reports: []string{"a.csv"}}
	const head = "report of run r1: b.csv, 1 row, acme sandbox\n" +
		"  invalid         1  Breaks a rule of the provider or of the mapping; not sent. "
	if diff := cmp.Diff(head+"Fix its cells.\nreport: a.csv\n", Reported(english(t), Look{}, end)); diff != "" {
		t.Error(diff)
	}
	end.Reports = []string{"a.xlsx"}
	if diff := cmp.Diff(head+"Fix the cells listed in Problems.\nreport: a.xlsx\n",
		Reported(english(t), Look{}, end)); diff != "" {
		t.Error(diff)
	}
}

// Each command has a line of its own, those for uncertain rows first.
func TestToDo(t *testing.T) {
	end := enrol.Ending{Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Uncertain: 2}, ToFix: 1},
		Fix:    []enrol.ToDo{{Path: "a.xlsx", Command: "muster import a.xlsx"}},
		Settle: []enrol.ToDo{{Path: "a.xlsx", Command: "muster settle a.xlsx --ledger l.db"}}}
	want := []string{"find out what became of 2 rows, fill in their IDs in the sheet Uncertain of a.xlsx, then run:",
		"  muster settle a.xlsx --ledger l.db", "fix 1 row in the sheet Fix of a.xlsx, then run:",
		"  muster import a.xlsx"}
	if diff := cmp.Diff(want, ToDo(english(t), end)); diff != "" {
		t.Error(diff)
	}
	end.Settle, end.Tally.ToFix, end.Fix, end.Taken = nil, 0, nil, "muster open --ledger l.db"
	want = []string{"2 rows without an answer are settled by the other run. When it has ended, this shows what is left:",
		"  muster open --ledger l.db"}
	if diff := cmp.Diff(want, ToDo(english(t), end)); diff != "" {
		t.Error(diff)
	}
	text := countsText(english(t), Look{}, &end, false)
	if want := "  uncertain       2  Sent, no answer yet. The other run finds out what became of them.\n"; text != want {
		t.Errorf("%q, want %q", text, want)
	}
	if lines := ToDo(english(t), enrol.Ending{}); lines != nil {
		t.Error(lines)
	}
}

// In a check pending rows are called ready.
func TestChecked(t *testing.T) {
	e := enrol.Ending{Run: pipeline.Run{Book: "b.csv"},
		Tally: enrol.Tally{Counts: pipeline.Counts{pipeline.Pending: 3}, Customers: 2}}
	const want = "checked b.csv, 3 rows, 2 customers: nothing was sent\n" +
		"  ready           3  Passes every check; import would send it.\n"
	if diff := cmp.Diff(want, Checked(english(t), Look{}, e)); diff != "" {
		t.Error(diff)
	}
}

func TestPilotLine(t *testing.T) {
	for _, c := range []struct {
		outcome pipeline.Outcome
		want    string
	}{
		{pipeline.Outcome{Row: 2, State: pipeline.Created, CustomerID: "cus-1", HTTPStatus: 201},
			"  row 2      created    cus-1"},
		{pipeline.Outcome{Row: 3, State: pipeline.Existing, CustomerID: "cus-2", HTTPStatus: 409, Code: "there"},
			"  row 3      existing   cus-2: HTTP 409 there"},
		{pipeline.Outcome{Row: 4, State: pipeline.Uncertain, Message: pipeline.Say("halt.interrupted")},
			"  row 4      uncertain  interrupted"},
		{pipeline.Outcome{Row: 5, State: pipeline.Pending}, "  row 5      pending"},
	} {
		if got := PilotLine(english(t), Look{}, c.outcome); got != c.want {
			t.Errorf("%q\nwant %q", got, c.want)
		}
	}
}

// A row that only repeats another row of its customer is left out, and so are problems beyond the limit.
func TestProblems(t *testing.T) {
	var b strings.Builder
	p := NewProblems(&b, english(t))
	row := func(r importer.Result) { p.See(enrol.RowEnded{Result: &r}) }
	said := pipeline.Say("halt.interrupted")
	row(importer.Result{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created, Message: said}})
	row(importer.Result{Outcome: pipeline.Outcome{Row: 3, State: pipeline.Changed, Message: said}, Head: 3, Lines: 2})
	row(importer.Result{Outcome: pipeline.Outcome{Row: 4, State: pipeline.Changed, Message: said}, Head: 3, Lines: 2})
	row(importer.Result{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Duplicate, Message: said}})
	p.See(enrol.NoLedger{Path: "l.db"})
	for range mostProblems {
		row(importer.Result{Outcome: pipeline.Outcome{Row: 6, State: pipeline.Uncertain, Message: said}})
	}
	p.End()
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	want := []string{"row 3: changed: interrupted", "row 5: interrupted", "row 6: uncertain: interrupted",
		"... and 2 more problems; --report FILE.xlsx has all"}
	if diff := cmp.Diff(want, append(lines[:3:3], lines[len(lines)-1])); diff != "" || len(lines) != mostProblems+1 {
		t.Errorf("%d lines: %s", len(lines), diff)
	}
}
