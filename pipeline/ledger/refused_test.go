package ledger

import (
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

// TestRefused: a row that a run left rejected is found by its data, also where it was found at fault only after its
// answer; one that was left otherwise, or has other data, is not.
func TestRefused(t *testing.T) { forStores(t, testRefused) }

func testRefused(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	if ask(s.AnyRefused(t.Context(), "r1"))(t) {
		t.Error("a first run")
	}
	var ins []*pipeline.Intent
	for i, name := range []string{"REFUSED", "DENIED", "ABSENT", "MADE", "OPEN"} {
		ins = append(ins, intent(2+i, name, name+"@acme.test"))
	}
	begun(t, s, "r1", ins...)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(ins[0], pipeline.Rejected),
		settlement(ins[1], pipeline.Pending), settlement(ins[2], pipeline.Pending),
		settlement(ins[3], pipeline.Created)})))
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 3, State: pipeline.Rejected, Ref: ins[1].Ref,
		Data: s.BodyTag(ins[1].Entries)}, {Row: 90, State: pipeline.Invalid, Data: pipeline.Tag{9}}}))
	data := []pipeline.Tag{{9}, {}}
	for _, in := range ins {
		data = append(data, s.BodyTag(in.Entries))
	}
	data = append(data, s.BodyTag(intent(9, "REFUSED", "other@acme.test").Entries))
	want := []bool{2: true, true, 7: false}
	check := func(when string, s *Space, want []bool) {
		t.Helper()
		got := ask(s.Refused(t.Context(), data))(t)
		for i := range want {
			if got[i] != want[i] {
				t.Errorf("%s, tag %d: %t", when, i, got[i])
			}
		}
	}
	check("in the run", s, want)
	if !ask(s.AnyRefused(t.Context(), "r2"))(t) {
		t.Error("a run without counts may have left some")
	}
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r1", Finished: noon,
		Counts: pipeline.Counts{pipeline.Rejected: 2, pipeline.Created: 1}}))
	if !ask(s.AnyRefused(t.Context(), "r2"))(t) {
		t.Error("the run left two")
	}
	other := ask(l.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "production"}, acme()))(t)
	if ask(other.AnyRefused(t.Context(), "r2"))(t) {
		t.Error("in another namespace")
	}
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "p1", Namespace: other.ns, Started: noon}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "p1", Finished: noon, Counts: pipeline.Counts{pipeline.Created: 1}}))
	if ask(other.AnyRefused(t.Context(), "p2"))(t) {
		t.Error("after a run that left none")
	}
	// What is open is not forgotten; a later run of the book without these rows closes them.
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Minute)}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Finished: noon.Add(2 * time.Minute)}))
	ask(l.Forget(t.Context(), noon.Add(time.Hour), false))(t)
	check("forgotten", s, make([]bool, len(data)))
}

// TestRefusedIsIndexed: a row that every night refused costs one search.
func TestRefusedIsIndexed(t *testing.T) {
	l, _, _ := opened(t)
	plan := planOf(t, l, strings.NewReplacer("?1", "x'00'", "?2", "1").Replace(findRefused))
	if !strings.Contains(plan, "outcome_data") || strings.Contains(plan, "SCAN o") {
		t.Error(plan)
	}
}
