package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// The customers of a killed run's fixed rows are kept when its rows are forgotten, whichever kind of record has their
// outcome.
func TestForgetKeepsFixedOfKilledRun(t *testing.T) { forStores(t, testForgetKeepsFixedOfKilledRun) }

func testForgetKeepsFixedOfKilledRun(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	made := madeCustomers(t, s, 1)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	must(t, s.BeginFixed(t.Context(), "r2", &pipeline.Origin{Run: "r1"}, []BrokenRow{
		{5, s.CellsTag(digest("answered"))}, {6, s.CellsTag(digest("settled"))}, {7, s.CellsTag(digest("known"))}}))
	answered, settled := intent(5, "FIVE", "five@acme.test"), intent(6, "SIX", "six@acme.test")
	begun(t, s, "r2", answered, settled)
	twice := settlement(settled, pipeline.Created)
	twice.Attempts, twice.Outcome.Attempts = append(twice.Attempts, twice.Attempts[0]), 2
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{settlement(answered, pipeline.Created), twice})))
	must(t, s.Record(t.Context(), "r2", known(7, made[0])))
	ask(l.Forget(t.Context(), noon.Add(24*time.Hour), false))(t)
	fixed := ask(s.Fixed(t.Context()))(t)
	for cells, ref := range map[string]int64{"answered": answered.Ref, "settled": settled.Ref, "known": made[0]} {
		if f, ok := fixed[s.CellsTag(digest(cells))]; !ok || f.Outcome.Ref != ref {
			t.Errorf("%s: %v %+v", cells, ok, f)
		}
	}
}

// The request that made the customer of an open row is kept with the row.
func TestForgetKeepsStoryOfOpenRow(t *testing.T) { forStores(t, testForgetKeepsStoryOfOpenRow) }

func testForgetKeepsStoryOfOpenRow(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	made := madeCustomers(t, s, 2)
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r1", Finished: noon, Counts: pipeline.Counts{pipeline.Created: 2}}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 2, Ref: made[0], State: pipeline.Changed}}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Finished: noon.Add(2 * time.Hour),
		Counts: pipeline.Counts{pipeline.Changed: 1}}))
	want := ask(l.Attempts(t.Context(), made[0]))(t)
	for range 2 {
		f := ask(l.Forget(t.Context(), noon.Add(24*time.Hour), false))(t)
		if f.Open != 1 || f.Attempts > 1 {
			t.Errorf("%+v", f)
		}
		if diff := cmp.Diff(want, ask(l.Attempts(t.Context(), made[0]))(t)); diff != "" || len(want) != 1 {
			t.Error(diff)
		}
		if other := ask(l.Attempts(t.Context(), made[1]))(t); len(other) > 0 {
			t.Errorf("of a row that is not open: %v", other)
		}
	}
}
