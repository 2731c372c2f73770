package importer_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// piloted records what a run's pilot reported and asked.
type piloted struct {
	begins   []int
	asked    int
	outcomes []pipeline.Outcome
	left     int
	sent     []int // rows that had been sent when GoOn was called
}

func (p *piloted) rows() (rows []int) {
	for _, o := range p.outcomes {
		rows = append(rows, o.Row-firstRow)
	}
	return rows
}

// pilot makes a run send n rows first, and then returns halt.
func (w *world) pilot(n int, p *piloted, halt *importer.Halt) option {
	return func(s *importer.Sending) {
		s.Stage = func(at importer.Stage) {
			if at.At == importer.StagePilot {
				p.begins = append(p.begins, at.Of)
			}
		}
		s.Pilot = importer.Pilot{Rows: n,
			GoOn: func(_ context.Context, outcomes []pipeline.Outcome, left int) *importer.Halt {
				p.asked++
				p.outcomes, p.left = outcomes, left
				for _, r := range w.provider.requests()[w.provider.watched:] {
					p.sent = append(p.sent, r.row-firstRow)
				}
				return halt
			}}
	}
}

var notGone = &importer.Halt{Reason: importer.HaltPilot, Err: errors.New("no")}

// mixed is a book of three shapes: without a tax number, without a city, and complete; with cities from a short list.
func mixed() []line {
	lines := people(12)
	for i := range lines {
		switch {
		case i >= 10:
			lines[i] = lines[i].with(1, "")
		case i >= 8:
			lines[i] = lines[i].with(3, "")
		case i >= 5:
			lines[i] = lines[i].with(3, "Pasto")
		}
	}
	return lines
}

func cities(w *world) { w.definition.Fields[3].Enum = []string{"Cali", "Pasto"} }

// A pilot takes one row of each signature, in the book's order, before a second of any; the rest is sent after the
// question, and no row twice.
func TestAPilotIsOneOfEachShape(t *testing.T) {
	for _, c := range []struct {
		name string
		n    int
		want []int
	}{
		{"fewer than shapes", 2, []int{0, 5}},
		{"as many as shapes", 4, []int{0, 5, 8, 10}},
		{"a second of some", 6, []int{0, 1, 5, 6, 8, 10}},
		{"a third of some", 9, []int{0, 1, 2, 5, 6, 8, 9, 10, 11}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			cities(w)
			var p piloted
			j := w.imports(t, mixed(), w.pilot(c.n, &p, nil))
			if !slices.Equal(p.rows(), c.want) || !slices.Equal(p.begins, []int{c.n}) || p.left != 12-c.n {
				t.Errorf("the pilot was rows %v of %v, with %d left; want %v", p.rows(), p.begins, p.left, c.want)
			}
			slices.Sort(p.sent)
			if !slices.Equal(p.sent, c.want) {
				t.Errorf("rows %v had been sent when it was asked, want %v", p.sent, c.want)
			}
			if j.err != nil || j.counts[pipeline.Created] != 12 || len(j.creates) != 12 {
				t.Errorf("%d requests, counts %v, error %v", len(j.creates), j.counts, j.err)
			}
		})
	}
}

// A new shape of the body is taken before another value of a field.
func TestAPilotLooksAtTheShapeFirst(t *testing.T) {
	w := newWorld()
	cities(w)
	w.shape = func(l line) string {
		if l[0] == "R12" {
			return "business"
		}
		return "individual"
	}
	var p piloted
	w.imports(t, mixed(), w.pilot(2, &p, nil))
	if !slices.Equal(p.rows(), []int{0, 11}) {
		t.Errorf("the pilot was rows %v", p.rows())
	}
}

// However many shapes there are, they are kept apart.
func TestAPilotDistinguishesAllShapes(t *testing.T) {
	w := newWorld()
	cities(w)
	lines := people(120)
	lines[2] = lines[2].with(3, "Pasto") // another signature, of a shape that was met before
	w.shape = func(l line) string {
		if n, err := strconv.Atoi(strings.TrimLeft(l[0], "R")); err == nil && n%2 == 0 {
			return "shape " + l[0]
		}
		return "individual"
	}
	var p piloted
	w.imports(t, lines, w.pilot(61, &p, nil))
	want := []int{0}
	for i := 1; i < 120; i += 2 {
		want = append(want, i)
	}
	if !slices.Equal(p.rows(), want) {
		t.Errorf("the pilot was rows %v", p.rows())
	}
}

// When a pilot halts the run, the rest stays pending; the next run goes on from there, with a pilot of the rows that
// are left and were not refused.
func TestAHaltedPilot(t *testing.T) {
	w := newWorld()
	cities(w)
	var p piloted
	w.provider.does = func(r request) step {
		if r.row == firstRow+5 {
			return refuses
		}
		return accepts
	}
	j := w.imports(t, mixed(), w.pilot(3, &p, notGone))
	if j.reason() != importer.HaltPilot || j.counts[pipeline.Created] != 2 || j.counts[pipeline.Rejected] != 1 ||
		j.counts[pipeline.Pending] != 9 {
		t.Fatalf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
	}
	if p.outcomes[1].State != pipeline.Rejected || p.outcomes[0].CustomerID == "" {
		t.Errorf("it was shown %+v", p.outcomes)
	}
	w.provider.does = nil
	var again piloted
	j = w.imports(t, mixed(), w.pilot(3, &again, nil))
	if j.err != nil || j.counts[pipeline.Known] != 2 || j.counts[pipeline.Created] != 10 ||
		!slices.Equal(again.rows(), []int{1, 6, 9}) {
		t.Errorf("run again: pilot %v, counts %v, error %v", again.rows(), j.counts, j.err)
	}
}

// The limit includes the pilot's rows. A pilot of all rows, or of all that the limit allows, asks nothing.
func TestAPilotAndALimit(t *testing.T) {
	for _, c := range []struct{ pilot, limit, created, asked, begun, left int }{
		{3, 0, 12, 1, 1, 9},
		{3, 5, 5, 1, 1, 2},
		{3, 3, 3, 0, 1, 0},
		{5, 3, 3, 0, 1, 0},
		{12, 0, 12, 0, 0, 0},
		{11, 0, 12, 1, 1, 1},
		{40, 20, 12, 0, 0, 0},
	} {
		w := newWorld()
		cities(w)
		var p piloted
		j := w.imports(t, mixed(), w.pilot(c.pilot, &p, nil), limit(c.limit))
		if j.err != nil || j.counts[pipeline.Created] != c.created || len(j.creates) != c.created ||
			p.asked != c.asked || len(p.begins) != c.begun || p.left != c.left {
			t.Errorf("pilot %d, limit %d: %d requests, counts %v, asked %d times, begun %v, %d left, error %v", c.pilot,
				c.limit, len(j.creates), j.counts, p.asked, p.begins, p.left, j.err)
		}
	}
}

// Only the first create of a run goes alone; the first one after the pilot does not.
func TestThePilotsFirstRequestGoesAlone(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := newWorld()
		cities(w)
		w.provider.latency = func(request) time.Duration { return time.Second }
		var p piloted
		j := w.imports(t, mixed(), w.pilot(4, &p, nil), concurrency(2))
		if j.err != nil || len(j.creates) != 12 {
			t.Fatalf("%d requests, error %v", len(j.creates), j.err)
		}
		if apart := j.creates[1].at.Sub(j.creates[0].at); apart < time.Second {
			t.Errorf("the second request left %v after the first", apart)
		}
		if apart := j.creates[5].at.Sub(j.creates[4].at); apart != 0 {
			t.Errorf("the first request after the pilot went alone: the second left %v later", apart)
		}
	})
}

// A pilot's unanswered rows are settled, as the definition allows, before they are shown; those that only a person
// can settle are shown uncertain.
func TestAPilotIsSettledBeforeItIsShown(t *testing.T) {
	for by, want := range map[pipeline.SettleBy]pipeline.State{
		pipeline.SettleResend: pipeline.Created, pipeline.SettleLookUpResend: pipeline.Created,
		pipeline.SettleLookUp: pipeline.Created, pipeline.SettleNone: pipeline.Uncertain,
	} {
		bubble(t, string(by), func(t *testing.T) {
			w := worldOf(by)
			w.provider.does = func(r request) step {
				if r.row == firstRow+1 && r.attempt == 1 {
					return silentAfter
				}
				return accepts
			}
			var p piloted
			j := w.imports(t, people(6), w.pilot(2, &p, nil))
			if len(p.outcomes) != 2 || p.outcomes[0].State != pipeline.Created || p.outcomes[1].State != want {
				t.Errorf("it was shown %+v", p.outcomes)
			}
			if j.err != nil || len(w.provider.records) != 6 {
				t.Errorf("counts %v, error %v", j.counts, j.err)
			}
		})
	}
}

// A pilot waits for nothing but its own rows.
func TestAPilotDoesNotWaitForEarlierRuns(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleLookUp)
		w.leaves(t, people(1), silentBefore)
		w.provider.does = nil
		began := time.Now()
		var asked time.Duration
		j := w.imports(t, people(6), func(s *importer.Sending) {
			s.Pilot = importer.Pilot{Rows: 2, GoOn: func(context.Context, []pipeline.Outcome, int) *importer.Halt {
				asked = time.Since(began)
				return nil
			}}
		})
		if j.err != nil || asked >= settleWait || j.counts[pipeline.Created] != 5 {
			t.Errorf("asked after %v, counts %v, error %v", asked, j.counts, j.err)
		}
	})
}

// An interrupt while a pilot is sent, or while GoOn waits, is an interrupt; nothing of the rest is sent.
func TestAStopInAPilot(t *testing.T) {
	w := newWorld()
	stop := make(chan struct{})
	w.provider.does = func(r request) step {
		if r.row == firstRow+1 {
			close(stop)
		}
		return accepts
	}
	var p piloted
	j := w.imports(t, people(9), w.pilot(3, &p, nil), concurrency(1), stopAt(stop))
	if j.reason() != importer.HaltInterrupted || p.asked != 0 || len(j.creates) != 2 {
		t.Errorf("halt %q, asked %d times, %d requests", j.reason(), p.asked, len(j.creates))
	}
	asked := make(chan struct{})
	j = w.imports(t, people(9), stopAt(asked), func(s *importer.Sending) {
		s.Pilot = importer.Pilot{Rows: 2, GoOn: func(context.Context, []pipeline.Outcome, int) *importer.Halt {
			close(asked)
			return nil
		}}
	})
	if j.reason() != importer.HaltInterrupted || len(j.creates) != 2 || j.counts[pipeline.Pending] != 5 {
		t.Errorf("asked: halt %q, %d requests, counts %v", j.reason(), len(j.creates), j.counts)
	}
}

// Refusals before and after the question are counted together.
func TestRefusalsCountAcrossAPilot(t *testing.T) {
	w := newWorld()
	w.provider.does = func(request) step { return refuses }
	var p piloted
	j := w.imports(t, people(40), w.pilot(15, &p, nil), concurrency(1))
	if j.reason() != importer.HaltRefusals || p.asked != 1 || len(j.creates) > 21 {
		t.Errorf("halt %q, asked %d times, %d requests", j.reason(), p.asked, len(j.creates))
	}
}

// The time that a person takes to answer does not lower the rate that was reached.
func TestThinkingDoesNotSlowTheRateThatWasReached(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := newWorld()
		w.patience = 2 * time.Hour
		w.provider.latency = func(request) time.Duration { return 100 * time.Millisecond }
		j := w.imports(t, people(11), concurrency(1), func(s *importer.Sending) {
			s.Pilot = importer.Pilot{Rows: 1, GoOn: func(context.Context, []pipeline.Outcome, int) *importer.Halt {
				time.Sleep(time.Hour)
				return nil
			}}
		})
		if j.err != nil || j.plan.Pace.Took > 2*time.Second {
			t.Errorf("it is said to have taken %v, error %v", j.plan.Pace.Took, j.err)
		}
	})
}

// genPilot is a pilot of any size, or none; with goesOn it always goes on, else only sometimes.
func genPilot(t *rapid.T, goesOn bool) option {
	n := rapid.IntRange(0, 6).Draw(t, "pilot")
	halts := !goesOn && rapid.IntRange(0, 3).Draw(t, "the pilot halts") == 0
	return func(s *importer.Sending) {
		s.Pilot.Rows = n
		s.Pilot.GoOn = func(_ context.Context, outcomes []pipeline.Outcome, left int) *importer.Halt {
			if len(outcomes) > n || left <= 0 {
				t.Errorf("a pilot of %d was shown %d rows, and %d are left", n, len(outcomes), left)
			}
			if halts {
				return notGone
			}
			return nil
		}
	}
}
