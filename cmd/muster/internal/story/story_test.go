package story

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// written is the text that write makes, in English.
func written(t *testing.T, write func(*Text)) string {
	t.Helper()
	text := New(english(t))
	write(text)
	return text.String()
}

func TestRun(t *testing.T) {
	whole := pipeline.Run{ID: "r1", Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"},
		BaseURL: "https://a.test", Book: "b.xlsx", Sheet: "Merchants", SHA256: "aa", Mapping: "m.csv", Version: "1",
		Digest: "0123456789abcdef", Person: "ana", Machine: "host", Started: noon,
		Finished: noon.Add(1500 * time.Millisecond),
		Counts:   pipeline.Counts{pipeline.Created: 2}}
	killed := pipeline.Run{ID: "r2", Namespace: whole.Namespace, BaseURL: "prod", Book: "b.csv", Machine: "host",
		Started: noon, Halt: pipeline.Say("halt.interrupted"), Forgotten: noon}
	for _, c := range []struct {
		name string
		run  pipeline.Run
		live *ledger.Live
		want string
	}{
		{"going on", killed, &ledger.Live{Started: noon, Holder: "muster import b.csv"},
			"run r2\n  to acme prod\n  book b.csv\n    SHA-256 \n  muster , definition \n  run on host\n" +
				"  running since 2026-11-21 12:00:00 UTC by muster import b.csv\n  no rows\n" +
				"  stopped: interrupted\n  rows forgotten on 2026-11-21 12:00:00 UTC\n"},
		{"finished", whole, nil, "run r1\n  to acme prod\n  at https://a.test\n  book b.xlsx, sheet \"Merchants\"\n" +
			"    SHA-256 aa\n  mapping m.csv\n  muster 1, definition 0123456789ab\n  run by ana on host\n" +
			"  started 2026-11-21 12:00:00 UTC, finished 2026-11-21 12:00:01 UTC (took 2 s)\n  2 rows: 2 created\n"},
		{"killed and forgotten", killed, nil,
			"run r2\n  to acme prod\n  book b.csv\n    SHA-256 \n  muster , definition \n" +
				"  run on host\n" +
				"  started 2026-11-21 12:00:00 UTC; not finished: killed, or still running\n  no rows\n" +
				"  stopped: interrupted\n  rows forgotten on 2026-11-21 12:00:00 UTC\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, written(t, func(s *Text) { s.Run(c.run, c.live) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRow(t *testing.T) {
	run := pipeline.Run{ID: "r1", Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"}, Book: "b.csv"}
	o := pipeline.Outcome{Row: 4, State: pipeline.Rejected, Ref: 1}
	const head = "run r1, row 4: rejected\n  to acme prod, book b.csv\n"
	if diff := cmp.Diff(head, written(t, func(s *Text) { s.Row(run, o, []int{4}) })); diff != "" {
		t.Error(diff)
	}
	o.Ref = 0
	want := head + "  rows 4 and 5 of the book are one customer, shown with the first of them\n" +
		"nothing was sent for this row\n"
	if diff := cmp.Diff(want, written(t, func(s *Text) { s.Row(run, o, []int{4, 5}) })); diff != "" {
		t.Error(diff)
	}
}

func TestCustomer(t *testing.T) {
	c := ledger.Customer{Ref: 3, Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"}, State: pipeline.Created,
		Outcome: pipeline.Outcome{Run: "r2", Row: 4, At: noon, CustomerID: "cus-1", ProviderStatus: "active",
			Related: []pipeline.RelatedID{{Name: "owner", ID: "own-1"}}},
		Attempts: []ledger.RunAttempt{
			{Run: "r1", Attempt: pipeline.Attempt{Sent: noon, Verdict: pipeline.VerdictUnknown}},
			{Run: "r2", Attempt: pipeline.Attempt{Sent: noon, Ended: noon.Add(time.Second),
				Verdict: pipeline.VerdictThrottled, HTTPStatus: 503, Code: "down", RequestID: "q-1"}},
		},
		Verdicts: []ledger.PastVerdict{
			{Kind: ledger.VerdictAccept, By: "ana", At: noon},
			{Kind: ledger.VerdictAbsent, By: "ana", At: noon, Run: "r1", Row: 4},
			{Kind: ledger.VerdictID, CustomerID: "cus-1", Checked: ledger.CheckedFound, By: "ana", At: noon},
		},
		Met: []pipeline.Outcome{{Run: "r3", Row: 9, State: pipeline.Known}}}
	want := "customer 3 of acme prod: created, ID cus-1\n  created 2026-11-21 12:00:00 UTC, by run r2, row 4\n" +
		"  the provider says: status active\n  ID of owner: own-1\n" +
		"  attempt 1, in run r1: 2026-11-21 12:00:00 UTC, end unknown: result unknown, no answer\n" +
		"  attempt 2: 2026-11-21 12:00:00 UTC, took 1 s: out of service for now, HTTP 503, code down, request ID q-1\n" +
		"  settled by ana on 2026-11-21 12:00:00 UTC: accepted\n" +
		"  settled by ana on 2026-11-21 12:00:00 UTC: absent (run r1, row 4)\n" +
		"  corrected by ana on 2026-11-21 12:00:00 UTC: customer ID cus-1, which the provider has\n" +
		"  seen in run r3, row 9: known\n"
	if diff := cmp.Diff(want, written(t, func(s *Text) { s.Customer(&c) })); diff != "" {
		t.Error(diff)
	}
}

// The text says when a customer has no ID, or no request.
func TestCustomerWithoutID(t *testing.T) {
	at := func(state pipeline.State) string {
		return written(t, func(s *Text) {
			s.Customer(&ledger.Customer{Ref: 3, State: state,
				Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"},
				Outcome:   pipeline.Outcome{Run: "r2", Row: 4, At: noon}})
		})
	}
	const by = "2026-11-21 12:00:00 UTC, by run r2, row 4\n"
	const none = "  no attempt recorded: the run ended before it knew more, or its details were forgotten (muster forget)\n"
	for state, want := range map[pipeline.State]string{
		pipeline.Existing:  "customer 3 of acme prod: existing, ID unknown\n  since " + by + none,
		pipeline.Uncertain: "customer 3 of acme prod: uncertain\n  sent " + by + none,
		pipeline.Rejected:  "customer 3 of acme prod: rejected\n  last tried " + by + none,
	} {
		if diff := cmp.Diff(want, at(state)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestLine(t *testing.T) {
	run := pipeline.Run{ID: "r1", Namespace: pipeline.Namespace{Provider: "acme", Env: "prod"}, Book: "b.csv",
		Started: noon}
	done := run
	done.Namespace.Account, done.Finished, done.Counts = "co", noon.Add(90*time.Second), pipeline.Counts{pipeline.Created: 2}
	halted := run
	halted.Finished, halted.Halt, halted.Forgotten = noon.Add(3*time.Hour), pipeline.Say("halt.interrupted"), noon
	for _, c := range []struct {
		run       pipeline.Run
		live      *ledger.Live
		dismissed int
		want      string
	}{
		{run, &ledger.Live{Started: noon, Holder: "muster import b.csv"}, 0, "r1  2026-11-21 12:00  -  acme  prod  b.csv  " +
			"running since 2026-11-21 12:00:00 UTC by muster import b.csv"},
		{run, nil, 0, "r1  2026-11-21 12:00  -  acme  prod  b.csv  not finished: killed, or still running"},
		{done, nil, 3, "r1  2026-11-21 12:00  90 s  acme  prod  co  b.csv  2 created  3 dismissed"},
		{halted, nil, 0, "r1  2026-11-21 12:00  3 h  acme  prod  b.csv  no rows  stopped: interrupted  " +
			"rows forgotten on 2026-11-21"},
	} {
		if got := Line(Cells(english(t), c.run, c.live, c.dismissed, time.UTC)); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

// The columns of a list stand below their headings, however long a cell is.
func TestTable(t *testing.T) {
	got := Table(english(t), [][]string{{"r1", "2026-11-21 06:30", "2 s", "passport", "local", "merchants.csv", "3 created"},
		{"20261121-063015-4f2a", "2026-11-21 06:30", "14 min", "p", "production", "b.csv", "1 known", "stopped"}})
	const want = "run                   started           took    provider  environment  book           rows by state\n" +
		"r1                    2026-11-21 06:30  2 s     passport  local        merchants.csv  3 created\n" +
		"20261121-063015-4f2a  2026-11-21 06:30  14 min  p         production   b.csv          1 known  stopped\n"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
