package ledger

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// correcting is a verdict that replaces an earlier one.
func correcting(in *pipeline.Intent, says VerdictKind, id string) Verdict {
	v := verdict(in, says, id)
	v.By, v.Correct = "Eva Paz", true
	return v
}

// sound fails the test unless the ledger's tables agree with one another.
func sound(t *testing.T, l *Ledger) {
	t.Helper()
	if e := ask(l.Examine(t.Context()))(t); len(e.Faults) > 0 {
		t.Errorf("%v", e.Faults)
	}
}

// A person's verdict on a customer is corrected by a later one: another ID, absent, or an ID after absent. The
// outcomes and counts of all runs follow, and the customer's story lists every verdict.
func TestCorrections(t *testing.T) { forStores(t, testCorrections) }

func testCorrections(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r3", Namespace: sandbox}))
	said := func(v Verdict, want Settled) {
		t.Helper()
		want.Ref = v.Ref
		if diff := cmp.Diff([]Settled{want}, ask(s.Settle(t.Context(), []Verdict{v}))(t)); diff != "" {
			t.Error(diff)
		}
		sound(t, l)
	}
	stands := func(row int, state pipeline.State, id string, customers int) {
		t.Helper()
		met := map[int]int{3: 13, 4: 14}[row]
		for run, row := range map[string]int{"r1": row, "r2": met} {
			if o := outcomes(t, l, run)[row]; o.State != state || o.CustomerID != id {
				t.Errorf("%s, row %d: %s, ID %q; want %s, %q", run, row, o.State, o.CustomerID, state, id)
			}
		}
		if n := ask(l.Run(t.Context(), "r2"))(t).Counts[state]; n == 0 {
			t.Errorf("no row of r2 counts as %s", state)
		}
		count(t, s.Customers, customers, "customers")
	}
	said(verdict(rows[3], VerdictID, "cus-a"), Settled{State: pipeline.Created, CustomerID: "cus-a"})
	must(t, s.Record(t.Context(), "r3", []pipeline.Outcome{{Row: 2, State: pipeline.Known, Ref: rows[3].Ref}}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r3", Counts: pipeline.Counts{pipeline.Known: 1}}))

	said(correcting(rows[3], VerdictID, "cus-b"),
		Settled{State: pipeline.Created, CustomerID: "cus-b", Corrected: true})
	stands(3, pipeline.Created, "cus-b", 3)
	said(correcting(rows[3], VerdictAbsent, ""), Settled{State: pipeline.Pending, Corrected: true})
	stands(3, pipeline.Pending, "", 2)
	if diff := cmp.Diff(pipeline.Counts{pipeline.Pending: 1}, ask(l.Run(t.Context(), "r3"))(t).Counts); diff != "" {
		t.Errorf("the run that knew it: %s", diff)
	}
	if finds(t, s, "reference", "REF-3") != nil {
		t.Error("absent left a claim")
	}
	said(correcting(rows[3], VerdictID, "cus-a"),
		Settled{State: pipeline.Created, CustomerID: "cus-a", Corrected: true})
	stands(3, pipeline.Created, "cus-a", 3)
	if c := finds(t, s, "reference", "REF-3"); c == nil || c.Ref != rows[3].Ref {
		t.Errorf("claim %+v", c)
	}

	// A customer that was existing before becomes existing again.
	said(verdict(rows[4], VerdictAbsent, ""), Settled{State: pipeline.Pending})
	said(correcting(rows[4], VerdictID, "cus-d"),
		Settled{State: pipeline.Existing, CustomerID: "cus-d", Corrected: true})
	stands(4, pipeline.Existing, "cus-d", 3)

	// Verdicts of older sheets change nothing, nor does the last one when repeated.
	before := dump(t, l)
	for _, v := range []Verdict{verdict(rows[3], VerdictID, "cus-b"), verdict(rows[3], VerdictAbsent, ""),
		correcting(rows[3], VerdictID, "cus-a")} {
		said(v, Settled{State: pipeline.Created, CustomerID: "cus-a", Already: true,
			Before: Before{By: "Eva Paz", At: correcting(rows[3], VerdictID, "cus-a").At, Run: "r1"}})
	}
	if diff := cmp.Diff(before, dump(t, l)); diff != "" {
		t.Errorf("said again: %s", diff)
	}
	var kinds []VerdictKind
	for _, v := range ask(l.Customers(t.Context(), []int64{rows[3].Ref}))(t)[0].Verdicts {
		kinds = append(kinds, v.Kind)
	}
	if diff := cmp.Diff([]VerdictKind{VerdictID, VerdictID, VerdictAbsent, VerdictID}, kinds); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeCorrected(t *testing.T) { forStores(t, testWhatCannotBeCorrected) }

func testWhatCannotBeCorrected(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	ask(s.Settle(t.Context(), []Verdict{verdict(rows[3], VerdictID, "cus-a"), verdict(rows[6], VerdictAbsent, ""),
		verdict(rows[4], VerdictAbsent, "")}))(t)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r3", Namespace: sandbox}))
	begun(t, s, "r3", intent(2, "REF-6", "row6@acme.test"))
	for _, c := range []struct {
		name string
		v    Verdict
		want VerdictFault
	}{
		{"the ID of an answer", correcting(rows[2], VerdictID, "cus-x"), FaultOtherID},
		{"a creation that an answer proved", correcting(rows[2], VerdictAbsent, ""), FaultState},
		{"a refusal", correcting(rows[5], VerdictID, "cus-x"), FaultState},
		{"a row that nobody settled", correcting(rows[7], VerdictID, "cus-x"), FaultState},
		{"without saying so, another ID", verdict(rows[3], VerdictID, "cus-x"), FaultSettled},
		{"without saying so, absent", verdict(rows[3], VerdictAbsent, ""), FaultSettled},
		{"without saying so, an ID after absent", verdict(rows[4], VerdictID, "cus-x"), FaultSettled},
		{"by the ID of another customer", correcting(rows[3], VerdictID, "cus-1"), FaultIDTaken},
		{"absent, and the row was sent again", correcting(rows[6], VerdictID, "cus-x"), FaultSentAgain},
	} {
		before := dump(t, l)
		_, err := s.Settle(t.Context(), []Verdict{c.v})
		var e *VerdictsError
		if !errors.As(err, &e) || e.Mistakes[0].Fault != c.want || e.Mistakes[0].Error() == "" {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		} else if c.want == FaultSentAgain && (e.Mistakes[0].OtherRun != "r3" || e.Mistakes[0].OtherRow != 2) {
			t.Errorf("%s: does not say which: %+v", c.name, e.Mistakes[0])
		}
		if diff := cmp.Diff(before, dump(t, l)); diff != "" {
			t.Errorf("%s: something was written: %s", c.name, diff)
		}
	}
}

// The story and the message both say whether the provider was asked.
func TestUncheckedIDs(t *testing.T) { forStores(t, testUncheckedIDs) }

func testUncheckedIDs(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	v := verdict(rows[3], VerdictID, "cus-a")
	v.Checked = CheckedNot
	ask(s.Settle(t.Context(), []Verdict{v}))(t)
	if o := outcomes(t, l, "r1")[3]; o.Message.Code != "outcome.settled_id_unchecked" {
		t.Errorf("it says %s", o.Message)
	}
	v = correcting(rows[3], VerdictID, "cus-b")
	v.Checked = CheckedAgrees
	ask(s.Settle(t.Context(), []Verdict{v}))(t)
	if o := outcomes(t, l, "r1")[3]; o.Message.Code != "outcome.settled_id_checked" {
		t.Errorf("it says %s", o.Message)
	}
	c := ask(l.Customers(t.Context(), []int64{rows[3].Ref}))(t)[0]
	if len(c.Verdicts) != 2 || c.Verdicts[0].Checked != CheckedNot || c.Verdicts[1].Checked != CheckedAgrees {
		t.Errorf("%+v", c.Verdicts)
	}
}
