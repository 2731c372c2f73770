package ledger

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestMembers: each row of a customer with several leads to the row that has the outcome, and counts are of rows,
// also after kills and people's verdicts.
func TestMembers(t *testing.T) { forStores(t, testMembers) }

func testMembers(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	must(t, s.Join(t.Context(), "r1", []pipeline.Member{{Row: 3, Head: 2}, {Row: 5, Head: 2}, {Row: 8, Head: 7},
		{Row: 11, Head: 10}, {Row: 12, Head: 10}, {Row: 13, Head: 10}}))
	must(t, s.Join(t.Context(), "r1", nil))
	uncertain, created := intent(2, "A", ""), intent(7, "B", "")
	begun(t, s, "r1", uncertain, created)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(created, pipeline.Created)})))
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{
		{Row: 9, State: pipeline.Invalid,
			Problems: []pipeline.Problem{{Code: pipeline.ProblemRequired, Message: pipeline.Say("required")}}},
		{Row: 10, State: pipeline.Changed, Ref: created.Ref,
			Problems: []pipeline.Problem{{Row: 12, Field: "name", Code: pipeline.ProblemDiffers,
				Message: pipeline.Say("differs")}}},
	}))
	for row, want := range map[int][]int{2: {2, 3, 5}, 3: {2, 3, 5}, 5: {2, 3, 5}, 4: {4}, 7: {7, 8}, 8: {7, 8}, 9: {9},
		10: {10, 11, 12, 13}, 13: {10, 11, 12, 13}, 99: {99}} {
		if diff := cmp.Diff(want, ask(l.Rows(t.Context(), "r1", row))(t)); diff != "" {
			t.Errorf("row %d: %s", row, diff)
		}
	}
	for row, want := range map[int]int{2: 2, 5: 2, 8: 7, 9: 9, 12: 10} {
		o, there, err := l.RowOutcome(t.Context(), "r1", row)
		if err != nil || !there || o.Row != want {
			t.Errorf("row %d: %+v, %v", row, o, err)
		}
		if want == 10 && o.Problems[0].Row != 12 {
			t.Errorf("its problem is in row %d", o.Problems[0].Row)
		}
	}
	if _, there, err := l.RowOutcome(t.Context(), "r1", 4); err != nil || there {
		t.Errorf("row 4 has an outcome: %v", err)
	}
	if diff := cmp.Diff(pipeline.Counts{pipeline.Uncertain: 3, pipeline.Created: 2, pipeline.Invalid: 1,
		pipeline.Changed: 4}, ask(l.Run(t.Context(), "r1"))(t).Counts); diff != "" {
		t.Errorf("of a run that was killed: %s", diff)
	}

	// Another run met them in other rows.
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	must(t, s.Join(t.Context(), "r2", []pipeline.Member{{Row: 21, Head: 20}}))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 20, State: pipeline.Uncertain, Ref: uncertain.Ref}}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Counts: pipeline.Counts{pipeline.Uncertain: 2}}))
	must(t, l.FinishRun(t.Context(),
		pipeline.Run{ID: "r1", Counts: pipeline.Counts{pipeline.Uncertain: 3, pipeline.Created: 2, pipeline.Invalid: 1,
			pipeline.Changed: 4}}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r3", Namespace: sandbox, Started: noon.Add(2 * time.Hour)}))
	if diff := cmp.Diff([]int{3}, ask(l.Rows(t.Context(), "r3", 3))(t)); diff != "" {
		t.Errorf("of a run without members: %s", diff)
	}
	accept := Verdict{Ref: created.Ref, Kind: VerdictAccept, Entries: append(intent(10, "B", "").Entries,
		pipeline.Entry{Path: "name", Value: "Casa Nueva"}),
		Keys: intent(10, "B", "").Keys, By: "Ana Ruiz", At: noon, Run: "r1", Row: 10}
	ask(s.Settle(t.Context(), []Verdict{verdict(uncertain, VerdictID, "cus-by-hand"), accept}))(t)
	for id, want := range map[string]pipeline.Counts{"r1": {pipeline.Created: 5, pipeline.Invalid: 1,
		pipeline.Known: 4}, "r2": {pipeline.Created: 2}} {
		if diff := cmp.Diff(want, ask(l.Run(t.Context(), id))(t).Counts); diff != "" {
			t.Errorf("%s, once settled: %s", id, diff)
		}
	}
	var none *NoRunError
	if err := s.Join(t.Context(), "r9", []pipeline.Member{{Row: 3, Head: 2}}); !errors.As(err, &none) {
		t.Errorf("a run that is not there: %v", err)
	}
}
