package ledger

import (
	"slices"
	"testing"
	"time"

	"muster/pipeline"
)

// digest is a digest of made-up cells.
func digest(text string) (d pipeline.CellsDigest) {
	copy(d[:], text)
	return d
}

// A broken row is recognised by its cells once the row that replaces it is enrolled, whether its run ended or was
// killed, and from then on always.
func TestFixed(t *testing.T) { forStores(t, testFixed) }

func testFixed(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	data := pipeline.Tag{7}
	must(t, s.Record(t.Context(), "r1", []pipeline.Outcome{{Row: 5, State: pipeline.Invalid, Data: data}}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon.Add(time.Hour)}))
	broken := func(rows ...int) (all []BrokenRow) {
		for _, row := range rows {
			all = append(all, BrokenRow{row, s.CellsTag(digest(string(rune('a' + row))))})
		}
		return all
	}
	must(t, s.BeginFixed(t.Context(), "r2", &pipeline.Origin{Run: "r1"}, broken(5, 6, 7, 8)))
	must(t, s.BeginFixed(t.Context(), "r2", &pipeline.Origin{Run: "r1"}, broken(5)))
	var ins []*pipeline.Intent
	for row, name := range map[int]string{5: "FIVE", 6: "SIX", 7: "SEVEN"} {
		ins = append(ins, intent(row, name, name+"@acme.test"))
	}
	begun(t, s, "r2", ins...)
	of := map[int]*pipeline.Intent{}
	for _, in := range ins {
		of[in.Row] = in
	}
	must(t, wrote(s.Write(t.Context(), "r2", nil, []pipeline.Settlement{settlement(of[5], pipeline.Created),
		settlement(of[6], pipeline.Rejected)})))
	hold := func(when string) {
		t.Helper()
		fixed := ask(s.Fixed(t.Context()))(t)
		got, ok := fixed[s.CellsTag(digest("f"))]
		if open := fixed[s.CellsTag(digest("h"))]; len(fixed) != 2 || !ok || open.Outcome.State != pipeline.Uncertain {
			t.Fatalf("%s: %v", when, fixed)
		}
		want := pipeline.FixedRow{Run: "r2", Row: 5, At: noon.Add(time.Hour)}
		o := got.Outcome
		if got.Outcome = (pipeline.Outcome{}); got.Run != want.Run || got.Row != want.Row || !got.At.Equal(want.At) ||
			o.CustomerID == "" || o.State != pipeline.Created || o.Run != "r2" || o.Ref != of[5].Ref {
			t.Errorf("%s: %+v, %+v", when, got, o)
		}
	}
	hold("while the run goes on, or after it was killed")
	must(t, s.EndFixed(t.Context(), "r2"))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Finished: noon.Add(2 * time.Hour)}))
	hold("after its end")
	vain := ask(s.FixedInVain(t.Context()))(t)
	if refused := vain[s.CellsTag(digest("g"))]; len(vain) != 1 || refused.Outcome.State != pipeline.Rejected {
		t.Errorf("fixed in vain: %v", vain)
	}
	ask(l.Forget(t.Context(), noon.Add(24*time.Hour), false))(t)
	hold("once its rows are forgotten")
	var rows []int64
	must(t, l.read(t.Context(), func(t *transaction) error {
		return t.each("SELECT row FROM fixed ORDER BY row", nil, func(r *cursor) error {
			rows = append(rows, 0)
			return r.Scan(&rows[len(rows)-1])
		})
	}))
	if !slices.Equal(rows, []int64{5, 6, 7}) { // 6 is open, and 8 was never sent
		t.Errorf("ties of rows %v are left", rows)
	}

	// A row that had no answer is recognised as soon as some run gets one.
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r3", Namespace: sandbox, Started: noon.Add(48 * time.Hour)}))
	found := settlement(of[7], pipeline.Created)
	found.Outcome.Row = 0
	must(t, wrote(s.Write(t.Context(), "r3", nil, []pipeline.Settlement{found})))
	if fixed := ask(s.Fixed(t.Context()))(t); len(fixed) != 2 ||
		fixed[s.CellsTag(digest("h"))].Outcome.State != pipeline.Created {
		t.Errorf("settled later: %v", fixed)
	}

	// The tables fixed and outcome both have the broken row.
	var run int64
	var kept []byte
	must(t, l.read(t.Context(), func(t *transaction) error {
		return t.one("SELECT broken_run, data FROM fixed WHERE row = 5", nil, &run, &kept)
	}))
	if run != 1 || pipeline.Tag(kept) != data {
		t.Errorf("broken run %d, data %x", run, kept)
	}
	other := pipeline.Namespace{Provider: "acme", Env: "production"}
	if fixed := ask(ask(l.Space(t.Context(), other, acme()))(t).Fixed(t.Context()))(t); len(fixed) > 0 {
		t.Errorf("in another namespace: %v", fixed)
	}
}

// A row that is known by the row that replaces it carries a message that says so, however known rows are stored.
func TestKnownWithMessage(t *testing.T) { forStores(t, testKnownWithMessage) }

func testKnownWithMessage(t *testing.T, on rooms) {
	l, s, _ := on.opened(t)
	in := intent(2, "MADE", "made@acme.test")
	begun(t, s, "r1", in)
	must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(in, pipeline.Created)})))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	says := pipeline.Say("outcome.fixed", "at", noon, "run", "r1", "row", 2)
	known := func(row int, says *pipeline.Message) pipeline.Outcome {
		return pipeline.Outcome{Row: row, Run: "r2", State: pipeline.Known, Ref: in.Ref, Message: says}
	}
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{known(2, nil), known(3, says), known(4, nil)}))
	got := outcomes(t, l, "r2")
	for row := 2; row <= 4; row++ {
		o := got[row]
		if o.State != pipeline.Known || o.CustomerID == "" || (o.Message != nil) != (row == 3) ||
			row == 3 && o.Message.Code != says.Code {
			t.Errorf("row %d: %+v", row, o)
		}
	}
}
