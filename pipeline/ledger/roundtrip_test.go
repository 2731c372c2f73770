package ledger

import (
	"fmt"
	"os"
	"testing"
	"time"

	"muster/pipeline"
)

// TestRoundTrips: on a server that is far away a call costs as many round trips for a thousand rows as for one, and
// most cost one. The last round counts: in those before the connection prepares its statements.
func TestRoundTrips(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	way := newLine(t, at.name)
	at.name = way.address
	l := at.open(t)
	s := space(t, l)
	must(t, l.Hold(t.Context(), sandbox, HoldOptions{}))
	const rows = 64
	for round := range unprepared + 2 {
		r1, r2 := fmt.Sprint("first", round), fmt.Sprint("second", round)
		for _, run := range []string{r1, r2} {
			must(t, l.StartRun(t.Context(), pipeline.Run{ID: run, Namespace: sandbox, Started: noon}))
		}
		write := func(run string, begin []*pipeline.Intent, settle []pipeline.Settlement) {
			t.Helper()
			if claimed := ask(s.Write(t.Context(), run, begin, settle))(t); len(claimed) > 0 {
				t.Errorf("claimed: %v", claimed)
			}
		}
		trips := func(what string, most int, f func()) {
			t.Helper()
			if n := way.countTrips(f); round > unprepared && n > most {
				t.Errorf("%s: %d round trips, want at most %d", what, n, most)
			}
		}
		batch := func(number int) (begin []*pipeline.Intent) {
			for row := range rows {
				begin = append(begin, intent(2+number*rows+row, fmt.Sprintf("R%d-%d-%d", round, number, row), ""))
			}
			return begin
		}
		settled := func(begin []*pipeline.Intent, states ...pipeline.State) (all []pipeline.Settlement) {
			for i, in := range begin {
				all = append(all, settlement(in, states[i%len(states)]))
			}
			return all
		}
		first, second, third, fourth := batch(0), batch(1), batch(2), batch(3)
		write(r1, batch(9), nil) // the runs are read once, and a layout that is new
		write(r2, batch(7), nil)
		trips("begin", 1, func() { write(r1, first, nil) })
		trips("settle and begin", 1, func() { write(r1, second, settled(first, pipeline.Created)) })
		trips("settle in all ways", 1, func() {
			write(r1, nil, settled(second, pipeline.Created, pipeline.Rejected, pipeline.Pending, pipeline.Existing,
				pipeline.Uncertain))
		})
		write(r1, third, nil)
		trips("settle another run's", 1, func() {
			write(r2, nil, settled(third, pipeline.Created, pipeline.Rejected, pipeline.Uncertain))
		})
		write(r1, fourth, nil)
		accepted := settled(fourth, pipeline.Uncertain)
		for i := range accepted {
			accepted[i].Await = "/v1/jobs/made-up"
		}
		trips("accept", 2, func() { write(r1, nil, accepted) })
		trips("take", 2, func() { ask(s.Take(t.Context(), r2, fourth[0].Ref))(t) })
		trips("begin claimed ones", 10, func() {
			again := append(batch(0), batch(8)...)
			for i := range again {
				again[i].Row += 100 * rows
			}
			if claimed := ask(s.Write(t.Context(), r2, again, nil))(t); len(claimed) != rows {
				t.Errorf("%d claimed, want %d", len(claimed), rows)
			}
		})
		var judged []pipeline.Outcome
		var tags []pipeline.Tag
		var ids []string
		for i := range 1000 {
			o := pipeline.Outcome{Row: 10_000 + i, State: pipeline.Invalid, At: noon}
			if i%2 == 0 && i/2 < rows {
				o = pipeline.Outcome{Row: 10_000 + i, Ref: first[i/2].Ref, State: pipeline.Known, At: noon}
			}
			judged = append(judged, o)
			tags = append(tags, s.KeyTag("reference", fmt.Sprintf("R%d-0-%d", round, i)))
			ids = append(ids, fmt.Sprintf("cus-%d", i))
		}
		trips("record", 1, func() { must(t, s.Record(t.Context(), r2, judged)) })
		trips("find", 2, func() { ask(s.Find(t.Context(), tags))(t) })
		trips("any refused", 1, func() { ask(s.AnyRefused(t.Context(), r2))(t) })
		trips("refused", 1, func() { ask(s.Refused(t.Context(), tags))(t) })
		trips("find IDs", 1, func() { ask(s.FindIDs(t.Context(), ids))(t) })
		trips("read outcomes", 6, func() {
			for _, err := range l.Outcomes(t.Context(), r2) {
				must(t, err)
			}
		})
		trips("list open rows", 30, func() { ask(l.Open(t.Context()))(t) })
		trips("finish", 2, func() {
			must(t, l.FinishRun(t.Context(), pipeline.Run{ID: r1, Finished: noon.Add(time.Hour)}))
		})
	}
}

// TestWriteWithoutAnswer: a caller has the refs of its intents, also where the server committed and the answer is lost.
func TestWriteWithoutAnswer(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	way := newLine(t, at.name)
	at.name = way.address
	l := at.open(t)
	s := space(t, l)
	must(t, l.Hold(t.Context(), sandbox, HoldOptions{}))
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	for i, fault := range []commitFault{commitPasses, answerLost, commitLost, answerLost} {
		a, b := intent(2*i, fmt.Sprint("A", i), ""), intent(2*i+1, fmt.Sprint("B", i), "")
		way.failCommit(fault)
		ask(s.Write(t.Context(), "r1", []*pipeline.Intent{a, b}, nil))(t)
		for _, in := range []*pipeline.Intent{a, b} {
			if o, ok, err := l.RowOutcome(t.Context(), "r1", in.Row); err != nil || !ok || o.Ref != in.Ref || o.Ref == 0 {
				t.Errorf("try %d: row %d is customer %d, and the caller has %d (%v)", i, in.Row, o.Ref, in.Ref, err)
			}
		}
		way.failCommit(fault)
		ask(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(a, pipeline.Created),
			settlement(b, pipeline.Rejected)}))(t)
	}
	count(t, s.Customers, 4, "customers")
	count(t, s.Unsettled, 0, "unsettled")
}

// TestFirstRoundTrips: what an import does once costs no round trip for preparing it, and reads that follow one
// another none for ending the one before.
func TestFirstRoundTrips(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	at := onServerAt(server)(t)
	must(t, at.open(t).Close()) // creates it
	way := newLine(t, at.name)
	at.name = way.address
	var l *Ledger
	var s *Space
	trips := func(what string, most int, f func()) {
		t.Helper()
		if n := way.countTrips(f); n > most {
			t.Errorf("%s: %d round trips, want at most %d", what, n, most)
		}
	}
	trips("open", 23, func() { l = at.open(t) })
	trips("open the namespace", 11, func() { s = space(t, l) })
	trips("take the right", 5, func() { must(t, l.Hold(t.Context(), sandbox, HoldOptions{})) })
	trips("start a run", 3, func() {
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	})
	first := []*pipeline.Intent{intent(2, "R1", ""), intent(3, "R2", "")}
	trips("begin", 4, func() { ask(s.Write(t.Context(), "r1", first, nil))(t) })
	trips("settle", 1, func() {
		ask(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(first[0], pipeline.Created)}))(t)
	})
	trips("read", 10, func() {
		ask(s.Customers(t.Context()))(t)
		ask(s.Unsettled(t.Context()))(t)
		ask(s.Denied(t.Context()))(t)
		ask(s.Find(t.Context(), []pipeline.Tag{s.KeyTag("reference", "R1")}))(t)
		ask(s.Waiting(t.Context()))(t)
		ask(s.Unanswered(t.Context(), "r2", 10))(t)
		ask(l.Runs(t.Context()))(t)
	})
	trips("finish", 2, func() {
		must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r1", Finished: noon.Add(time.Hour), Counts: pipeline.Counts{}}))
	})
	trips("close", 3, func() { must(t, l.Close()) })
}
