package openrows

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func english(t *testing.T) *wording.Wording {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// someRows are of two books and a sheet Fix.
func someRows() []ledger.OpenRow {
	north := &pipeline.Run{ID: "r1", Path: "/in/north.csv", MovedTo: "/in/done/north.csv",
		Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"}}
	south := &pipeline.Run{ID: "r2", Book: "south.csv", Namespace: pipeline.Namespace{Provider: "other", Env: "sandbox",
		Account: "co"}}
	fix := &pipeline.Run{ID: "r3", Path: "/in/fix.xlsx", Of: pipeline.OriginBook{Path: "/in/east.csv"},
		Namespace: north.Namespace}
	column := pipeline.Column{Name: "Correo", Index: 2}
	return []ledger.OpenRow{
		{Run: north, Since: noon, Outcome: pipeline.Outcome{Row: 9, State: pipeline.Invalid,
			Problems: []pipeline.Problem{{Column: &column, Message: pipeline.Say("no_digits")}}}},
		{Run: north, Since: noon.AddDate(0, 0, 1), Outcome: pipeline.Outcome{Row: 12, State: pipeline.Duplicate,
			Code: pipeline.CodeOtherData, Message: pipeline.Say("outcome.limit_reached")},
			Also: []ledger.RowAt{{Run: south, Row: 4}}},
		{Run: south, Since: noon, Outcome: pipeline.Outcome{Row: 2, State: pipeline.Uncertain}},
		{Run: fix, Since: noon, Outcome: pipeline.Outcome{Row: 5, State: pipeline.Changed}},
	}
}

func TestBooks(t *testing.T) {
	for _, c := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"all", Filter{}, "/in/done/north.csv 2, south.csv 1, /in/east.csv 1"},
		{"a provider", Filter{Provider: "acme"}, "/in/done/north.csv 2, /in/east.csv 1"},
		{"an environment", Filter{Env: "sandbox"}, "south.csv 1"},
		{"an account", Filter{Account: "co"}, "south.csv 1"},
		{"a name", Filter{Book: "e*.csv"}, "/in/east.csv 1"},
		{"a path", Filter{Book: "/in/done/*"}, "/in/done/north.csv 2"},
		{"none", Filter{Provider: "none"}, ""},
	} {
		var got []string
		for _, b := range Books(someRows(), c.filter) {
			got = append(got, b.Path()+" "+string(rune('0'+len(b.Rows))))
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: %s", c.name, s)
		}
	}
	counts := Counts(Books(someRows(), Filter{}))
	want := pipeline.Counts{pipeline.Invalid: 1, pipeline.Duplicate: 1, pipeline.Uncertain: 1, pipeline.Changed: 1}
	if diff := cmp.Diff(want, counts); diff != "" {
		t.Error(diff)
	}
}

func TestText(t *testing.T) {
	books := Books(someRows(), Filter{})
	books[0].AtHand, books[0].Keys = true, map[int]string{9: "900155433"}
	want := `/in/done/north.csv: 2 open rows (acme prod, run r1)
  row 9   invalid    since 2026-11-21  900155433
    Correo has no digits
  row 12  duplicate  since 2026-11-22
    not sent: the limit of this run was reached; run again to go on
    the same row, unaltered: south.csv, row 4
  invalid: fix the cells in the book or in the sheet Fix of its report, and import it again
  duplicate: delete one of the two rows or correct its key, and import the book again
  to close a row that nobody will fix: muster open --dismiss r1:9 (run:row), with the same --ledger

south.csv: 1 open row (other sandbox, account co, run r2)
  row 2  uncertain  since 2026-11-21
  uncertain: look the customer up at the provider, then enter the result with muster settle
  no keys: south.csv cannot be read as the run read it

/in/east.csv: 1 open row (acme prod, run r3 of its sheet Fix, /in/fix.xlsx)
  row 5  changed  since 2026-11-21
  changed: decide which data are right: correct the book, or accept the change with muster settle
  to close a row that nobody will fix: muster open --dismiss r3:5 (run:row), with the same --ledger
  no keys: /in/fix.xlsx cannot be read as the run read it
`
	if diff := cmp.Diff(want, Text(english(t), runtext.Look{}, books)); diff != "" {
		t.Error(diff)
	}
	painted := Text(english(t), runtext.Look{Colour: true}, books)
	if !strings.Contains(painted, "  row 9   \x1b[31minvalid\x1b[0m    since 2026-11-21  900155433\n") {
		t.Errorf("at a terminal %q", painted)
	}
}

// TestFind: a book that cannot be opened is not at hand; only an interruption is an error.
func TestFind(t *testing.T) {
	b := Books(someRows(), Filter{})[0]
	none := func(run pipeline.Run, path string) (*enrol.Book, error) {
		if run.ID != "r1" || path != "/in/done/north.csv" {
			t.Errorf("run %s is looked for at %s", run.ID, path)
		}
		return nil, errors.New("no such file")
	}
	if err := b.Find(t.Context(), nil, none); err != nil || b.AtHand {
		t.Errorf("at hand %v, %v", b.AtHand, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Find(ctx, nil, none); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// TestDismissMistake: each fault has its sentence, and no other error gets one.
func TestDismissMistake(t *testing.T) {
	words := english(t)
	for _, c := range []struct {
		err  error
		want string
	}{
		{&ledger.DismissError{Fault: ledger.DismissNotOpen, Run: "r1", Row: 2}, "row 2 of run r1 is not open"},
		{&ledger.DismissError{Fault: ledger.DismissToSettle, Run: "r1", Row: 2, State: pipeline.Uncertain},
			"row 2 of run r1 is uncertain: it was sent, and cannot be dismissed"},
	} {
		if got := words.Error(DismissMistake(c.err)); got != c.want {
			t.Errorf("%s", got)
		}
	}
	if err := errors.New("disk full"); DismissMistake(err) != err {
		t.Error("another error was changed")
	}
}

// TestApart: the uncertain rows of a namespace are in flight while a run of it goes on, and no others.
func TestApart(t *testing.T) {
	rows := someRows()
	live := map[string]ledger.Live{
		"r7": {Run: "r7", Namespace: rows[0].Run.Namespace, Started: noon},
		"r8": {Run: "r8", Namespace: rows[2].Run.Namespace, Started: noon, Holder: "muster import (PID 1)"}}
	open, flying := Apart(rows, live, Filter{})
	if len(open) != 3 || Rows(flying) != 1 {
		t.Errorf("%d open, %d in flight", len(open), Rows(flying))
	}
	want := "south.csv: 1 request in flight or being settled (other sandbox, account co, run r8, running since " +
		"2026-11-21 12:00:00 UTC by muster import (PID 1)): nothing to do while it runs\n"
	if diff := cmp.Diff(want, InFlight(english(t), flying)); diff != "" {
		t.Error(diff)
	}
	if open, flying = Apart(rows, live, Filter{Env: "prod"}); len(open) != 3 || len(flying) != 0 {
		t.Errorf("filtered: %d open, %d in flight", len(open), len(flying))
	}
	if open, flying = Apart(rows, nil, Filter{}); len(open) != len(rows) || len(flying) != 0 {
		t.Errorf("no run goes on: %d open, %d in flight", len(open), len(flying))
	}
}
