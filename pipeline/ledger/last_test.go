package ledger

import (
	"testing"

	"muster/pipeline"
)

// The last outcome of a row is found by its data, that of a pending customer that was sent also by its keys, and none
// is found for an enrolled one.
func TestLast(t *testing.T) { forStores(t, testLast) }

func testLast(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	broken, other := pipeline.Tag{1}, pipeline.Tag{2}
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 2, State: pipeline.Invalid, Data: broken},
		{Row: 3, State: pipeline.Duplicate, Data: broken}}))
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 7, State: pipeline.Duplicate, Data: broken}}))
	var ins []*pipeline.Intent
	for row, name := range []string{4: "REFUSED", 5: "ABSENT", 6: "MADE"} {
		if name != "" {
			ins = append(ins, intent(row, name, name+"@acme.test"))
		}
	}
	begun(t, s, "r1", ins...)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(ins[0], pipeline.Rejected),
		settlement(ins[1], pipeline.Pending), settlement(ins[2], pipeline.Created)})))
	by := func(in *pipeline.Intent) (f LookedFor) {
		f.Data = s.BodyTag(in.Entries)
		for _, k := range in.Keys {
			f.Keys = append(f.Keys, s.KeyTag(acme().Keys[k.Key].Name, k.Normalised))
		}
		return f
	}
	last := ask(s.Last(t.Context(), []LookedFor{{Data: broken}, {Data: other}, by(ins[0]), by(ins[1]), by(ins[2]), {}}))(t)
	type found struct {
		state pipeline.State
		run   string
		row   int
	}
	for i, want := range []found{{pipeline.Duplicate, "r2", 7}, {}, {pipeline.Rejected, "r1", 4},
		{pipeline.Pending, "r1", 5}, {}, {}} {
		var got found
		if o := last[i]; o != nil {
			got = found{o.State, o.Run, o.Row}
		}
		if got != want {
			t.Errorf("%d: %+v, want %+v", i, got, want)
		}
	}
	space := ask(l.Space(t.Context(), pipeline.Namespace{Provider: "acme", Env: "production"}, acme()))(t)
	if last := ask(space.Last(t.Context(), []LookedFor{{Data: broken}}))(t); last[0] != nil {
		t.Errorf("in another namespace: %+v", last[0])
	}
}
