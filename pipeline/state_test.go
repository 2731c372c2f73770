package pipeline

import (
	"slices"
	"testing"
)

// Exactly the legal moves: any other would let a late writer overwrite an answer (pipeline/README.md, States).
func TestStateMoves(t *testing.T) {
	legal := map[State][]State{
		Pending:   {Uncertain},
		Uncertain: {Created, Existing, Rejected, Pending, Uncertain},
	}
	for _, from := range States() {
		for _, to := range States() {
			if got, want := from.CanBecome(to), slices.Contains(legal[from], to); got != want {
				t.Errorf("from %s to %s: %v", from, to, got)
			}
		}
		for _, odd := range []State{"", "CREATED", "gone"} {
			if from.CanBecome(odd) || odd.CanBecome(from) {
				t.Errorf("%s and %q: a state that is none is moved", from, odd)
			}
		}
	}
}

func TestStateProperties(t *testing.T) {
	want := []struct {
		state     State
		word      string
		claim     bool
		needsAFix bool
	}{
		{Created, "created", true, false},
		{Known, "known", false, false},
		{Existing, "existing", true, false},
		{Invalid, "invalid", false, true},
		{Duplicate, "duplicate", false, true},
		{Changed, "changed", false, true},
		{Rejected, "rejected", false, true},
		{Uncertain, "uncertain", false, false},
		{Pending, "pending", false, false},
	}
	if len(States()) != len(want) {
		t.Fatalf("there are %d states", len(States()))
	}
	for i, w := range want {
		if s := States()[i]; s != w.state || string(s) != w.word {
			t.Errorf("state %d is %q, want %q", i, s, w.word)
		}
		if w.state.IsClaim() != w.claim || w.state.NeedsFix() != w.needsAFix {
			t.Errorf("%s: claim %v, needs a fix %v", w.state, w.state.IsClaim(), w.state.NeedsFix())
		}
		if w.claim && slices.ContainsFunc(States(), w.state.CanBecome) {
			t.Errorf("%s is a claim and can be moved on", w.state)
		}
	}
}

func TestCountsString(t *testing.T) {
	for want, counts := range map[string]Counts{"": {Known: 0}, "3 created, 1 rejected": {Rejected: 1, Created: 3}} {
		if got := counts.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestCountsTotal(t *testing.T) {
	for _, tt := range []struct {
		counts Counts
		want   int
	}{
		{nil, 0},
		{Counts{}, 0},
		{Counts{Created: 3}, 3},
		{Counts{Created: 1, Known: 2, Existing: 3, Invalid: 4, Duplicate: 5, Changed: 6, Rejected: 7, Uncertain: 8,
			Pending: 9}, 45},
	} {
		if got := tt.counts.Total(); got != tt.want {
			t.Errorf("%v: %d", tt.counts, got)
		}
	}
}

// A definition may give every verdict but unsent, which only muster can know.
func TestAnswerVerdicts(t *testing.T) {
	want := []Verdict{"created", "exists", "refused", "accepted", "busy", "throttled", "unauthorized", "denied", "halt",
		"unknown"}
	if got := AnswerVerdicts(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
