package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestForget: rows, attempts and refusals of older runs are removed; what prevents double creation, what is
// unsettled, and what later runs report stays.
func TestForget(t *testing.T) { forStores(t, testForget) }

func testForget(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	made, refused, open, gone := intent(2, "A", "a@example.org"), intent(3, "B", ""), intent(4, "C", ""),
		intent(5, "D", "")
	begun(t, s, "r1", made, refused, open, gone)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(made, pipeline.Created),
		settlement(refused, pipeline.Rejected), settlement(open, pipeline.Uncertain)})))
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 6, State: pipeline.Invalid}}))
	must(t, s.Join(t.Context(), "r1", []pipeline.Member{{Row: 7, Head: 6}, {Row: 14, Head: 4}}))
	// r1 was killed; its last request is settled by a later run.
	later := pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(48 * time.Hour)}
	must(t, l.StartRun(t.Context(), later))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 2, State: pipeline.Known, Ref: made.Ref},
		{Row: 3, State: pipeline.Uncertain, Ref: gone.Ref}}))
	refusal := settlement(gone, pipeline.Rejected)
	refusal.Outcome.Row = 3
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{refusal})))
	must(t, l.FinishRun(t.Context(), later))
	before, cut := dump(t, l), noon.Add(24*time.Hour)

	want := Forgotten{Runs: 1, Rows: 4, Attempts: 2, Customers: 1, Kept: 1}
	if diff := cmp.Diff(want, ask(l.Forget(t.Context(), cut, true))(t)); diff != "" {
		t.Errorf("rehearsed: %s", diff)
	}
	if diff := cmp.Diff(before, dump(t, l)); diff != "" {
		t.Errorf("a rehearsal removed something: %s", diff)
	}
	if diff := cmp.Diff(want, ask(l.Forget(t.Context(), cut, false))(t)); diff != "" {
		t.Error(diff)
	}
	if e := ask(l.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Error(e.Faults)
	}
	if c := finds(t, s, "reference", "A"); c == nil || c.State != pipeline.Created || c.Outcome.CustomerID == "" ||
		c.Body != s.BodyTag(made.Entries) {
		t.Errorf("the created customer: %+v", c)
	}
	claimed, err := s.Write(t.Context(), "r2", []*pipeline.Intent{intent(9, "A", "")}, nil)
	if err != nil || len(claimed) != 1 {
		t.Errorf("a second customer was begun: %v", err)
	}
	stories := ask(l.Customers(t.Context(), []int64{open.Ref, made.Ref, gone.Ref}))(t)
	if len(stories[0].Attempts) != 1 || stories[0].State != pipeline.Uncertain {
		t.Errorf("the unsettled one: %+v", stories[0])
	}
	if len(stories[1].Attempts) != 0 || stories[1].Outcome.RequestID != "" {
		t.Errorf("the created one: %+v", stories[1])
	}
	if _, err := l.Customers(t.Context(), []int64{refused.Ref}); !isA[*MoveError](err) {
		t.Errorf("the refused one: %v", err)
	}
	if refs := ask(l.History(t.Context(), []pipeline.Tag{s.KeyTag("reference", "B")}))(t); len(refs) != 0 {
		t.Errorf("its key: %v", refs)
	}
	count(t, s.Unsettled, 1, "unsettled")
	runs := ask(l.Runs(t.Context()))(t)
	if !runs[0].Forgotten.Equal(noon) || !runs[1].Forgotten.IsZero() {
		t.Errorf("forgotten %v and %v", runs[0].Forgotten, runs[1].Forgotten)
	}
	if diff := cmp.Diff(pipeline.Counts{pipeline.Created: 1, pipeline.Rejected: 1, pipeline.Invalid: 2,
		pipeline.Uncertain: 3}, runs[0].Counts); diff != "" {
		t.Errorf("the counts of the run that was killed: %s", diff)
	}
	if got := outcomes(t, l, "r2"); got[2].State != pipeline.Known || got[2].CustomerID == "" || got[2].Run != "r1" ||
		got[3].State != pipeline.Rejected {
		t.Errorf("the later run: %+v", got)
	}
	// Which rows are one customer is forgotten together with the outcome.
	for row, want := range map[int]int{7: 7, 14: 4} {
		if rows := ask(l.Rows(t.Context(), "r1", row))(t); rows[0] != want {
			t.Errorf("row %d is one customer with %v", row, rows)
		}
	}
	// A person's verdict still finds the unsettled customer.
	absent := []Verdict{verdict(open, VerdictAbsent, "")}
	if settled := ask(s.Settle(t.Context(), absent))(t); settled[0].State != pipeline.Pending {
		t.Errorf("%+v", settled)
	}
	if again := ask(l.Forget(t.Context(), cut, true))(t); again.Open != 1 || again.Customers != 0 {
		t.Errorf("while it is to be sent: %+v", again)
	}
	ask(l.Dismiss(t.Context(), "r1", open.Row, "Ana Ruiz"))(t)
	if again := ask(l.Forget(t.Context(), cut, false))(t); again.Runs != 0 || again.Attempts != 1 ||
		again.Customers != 1 {
		t.Errorf("again: %+v", again)
	}
}

// TestForgetKeepsOpenRows: a row that is open stays with its story, however old, and
// goes when it is closed.
func TestForgetKeepsOpenRows(t *testing.T) { forStores(t, testForgetKeepsOpenRows) }

func testForgetKeepsOpenRows(t *testing.T, on rooms) {
	n := newNights(t, on)
	run := n.begin("/in/a.csv", "a1")
	refused, made := intent(4, "C", ""), intent(5, "D", "")
	begun(t, n.s, run.ID, refused, made)
	must(t, wrote(n.s.Write(t.Context(), run.ID, nil, []pipeline.Settlement{settlement(refused, pipeline.Rejected),
		settlement(made, pipeline.Created)})))
	n.end(run, n.row(2, pipeline.Invalid, "A", "a"), n.row(3, pipeline.Invalid, "B", "b"))
	ask(n.l.Dismiss(t.Context(), run.ID, 3, "Ana Ruiz"))(t)
	cut := noon.AddDate(0, 0, 9)
	want := Forgotten{Runs: 1, Rows: 2, Attempts: 1, Open: 2}
	if diff := cmp.Diff(want, ask(n.l.Forget(t.Context(), cut, false))(t)); diff != "" {
		t.Error(diff)
	}
	n.want("after it", "n1:2 invalid 1", "n1:4 rejected 0")
	stories := ask(n.l.Customers(t.Context(), []int64{refused.Ref}))(t)
	if len(stories[0].Attempts) != 1 {
		t.Errorf("the refused one: %+v", stories[0])
	}
	if e := ask(n.l.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Error(e.Faults)
	}
	n.run("/in/a.csv", "a2", n.row(9, pipeline.Invalid, "B", "b"))
	n.want("dismissed for good")
	want = Forgotten{Runs: 1, Rows: 3, Attempts: 1, Customers: 1}
	if diff := cmp.Diff(want, ask(n.l.Forget(t.Context(), cut, false))(t)); diff != "" {
		t.Errorf("once they are closed: %s", diff)
	}
}
