package ledger

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A customer that exists without an ID may turn out absent: the provider's answer meant something else. Its row is
// then sent again.
func TestAbsentOfAnExisting(t *testing.T) { forStores(t, testAbsentOfAnExisting) }

func testAbsentOfAnExisting(t *testing.T, on rooms) {
	l, s, rows := disputed(t, on)
	count(t, s.Customers, 2, "customers")
	absent := []Verdict{verdict(rows[4], VerdictAbsent, "")}
	want := []Settled{{Ref: rows[4].Ref, State: pipeline.Pending}}
	if diff := cmp.Diff(want, ask(s.Settle(t.Context(), absent))(t)); diff != "" {
		t.Error(diff)
	}
	for _, o := range []pipeline.Outcome{outcomes(t, l, "r1")[4], outcomes(t, l, "r2")[14]} {
		if o.State != pipeline.Pending || o.Message.Code != "outcome.settled_absent" {
			t.Errorf("%+v", o)
		}
	}
	for id, counts := range map[string]pipeline.Counts{
		"r1": {pipeline.Created: 1, pipeline.Uncertain: 2, pipeline.Rejected: 1, pipeline.Pending: 2},
		"r2": {pipeline.Changed: 1, pipeline.Uncertain: 1, pipeline.Pending: 1},
	} {
		if diff := cmp.Diff(counts, ask(l.Run(t.Context(), id))(t).Counts); diff != "" {
			t.Errorf("counts of %s: %s", id, diff)
		}
	}
	count(t, s.Customers, 1, "customers")
	if finds(t, s, "reference", "REF-4") != nil {
		t.Error("absent left a claim")
	}
	want[0].Already, want[0].Before = true, Before{By: "Ana Ruiz", At: absent[0].At, Run: "r1"}
	if diff := cmp.Diff(want, ask(s.Settle(t.Context(), absent))(t)); diff != "" {
		t.Errorf("said again: %s", diff)
	}
	begun(t, s, "r2", intent(20, "REF-4", "row4@acme.test"))
}

func TestAbsentOfAnExistingWithAnID(t *testing.T) { forStores(t, testAbsentOfAnExistingWithAnID) }

func testAbsentOfAnExistingWithAnID(t *testing.T, on rooms) {
	_, s, rows := disputed(t, on)
	ask(s.Settle(t.Context(), []Verdict{verdict(rows[4], VerdictID, "cus-known")}))(t)
	_, err := s.Settle(t.Context(), []Verdict{verdict(rows[4], VerdictAbsent, "")})
	var e *VerdictsError
	if !errors.As(err, &e) || e.Mistakes[0].Fault != FaultSettled || e.Mistakes[0].By != "Ana Ruiz" {
		t.Errorf("got %v", err)
	}
}
