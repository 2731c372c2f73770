package importer_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

var errTaken = errors.New("another sender has the right")

// settledElsewhere is the error of a ledger in which another sender has settled the request.
type settledElsewhere struct{}

func (settledElsewhere) Error() string       { return "settled elsewhere" }
func (settledElsewhere) SettledBefore() bool { return true }

// fakeRight is the right to send. It is lost at the loseAt-th call of Wait (0: never), and Wait blocks before until.
type fakeRight struct {
	took        time.Time
	unannounced bool
	until       time.Time

	mu     sync.Mutex
	loseAt int
	asked  int
	lost   bool
}

func (r *fakeRight) Wait(ctx context.Context) error {
	if r.isLost() {
		return errTaken
	}
	r.mu.Lock()
	r.asked++
	r.lost = r.lost || r.asked == r.loseAt
	lost, until := r.lost, r.until
	r.mu.Unlock()
	if lost {
		return errTaken
	}
	if d := time.Until(until); d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (r *fakeRight) TookOver() (time.Time, bool) { return r.took, r.unannounced }

func (r *fakeRight) isLost() bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

func by(r *fakeRight) option { return func(s *importer.Sending) { s.Right = r } }

// Whenever the right is lost, nothing more is sent, rows that were never sent are pending, answers in hand are on
// disk, and the run says why it halts.
func TestTheRightIsLost(t *testing.T) {
	for _, first := range []step{accepts, throttles, unsent, rejects401} {
		for loseAt := 1; loseAt < 30; loseAt++ {
			bubble(t, fmt.Sprint(first, " ", loseAt), func(t *testing.T) {
				w := worldOf(pipeline.SettleNone)
				w.provider.does = func(r request) step {
					if r.attempt == 1 && r.row%3 == 0 {
						return first
					}
					return accepts
				}
				w.provider.latency = func(r request) time.Duration { return time.Duration(r.row) * time.Millisecond }
				r := &fakeRight{loseAt: loseAt}
				j := w.imports(t, people(12), concurrency(3), by(r))
				if !r.isLost() { // the run ended before
					if j.counts[pipeline.Created] != 12 {
						t.Errorf("%v, %v", j.err, j.counts)
					}
					return
				}
				if j.reason() != importer.HaltLedger || !errors.Is(j.err, errTaken) || j.halt.Hint == nil {
					t.Fatalf("halt %q: %v", j.reason(), j.err)
				}
				made := 0
				for _, rec := range w.provider.records {
					if rec.ours {
						made++
					}
				}
				if j.counts[pipeline.Created] != made || j.counts[pipeline.Pending] != 12-made {
					t.Errorf("%d were made: %v", made, j.counts)
				}
				again := w.imports(t, people(12), concurrency(3))
				if again.err != nil || again.counts[pipeline.Created] != 12-made || again.counts[pipeline.Known] != made {
					t.Errorf("run again: %v, %v", again.counts, again.err)
				}
			})
		}
	}
}

// While the ledger's server is silent no request leaves; then the run goes on by itself, and it reports both once.
func TestTheRunPausesWithTheLedger(t *testing.T) {
	for _, silence := range []time.Duration{time.Second / 2, 20 * time.Second} {
		bubble(t, silence.String(), func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.latency = func(request) time.Duration { return 1200 * time.Millisecond }
			r := &fakeRight{}
			began := time.Now()
			w.provider.gate = func(q request) {
				r.mu.Lock()
				defer r.mu.Unlock()
				if q.row == firstRow+1 {
					r.until = time.Now().Add(silence)
				} else if time.Now().Before(r.until) {
					t.Errorf("row %d was sent after %v", q.row, time.Since(began))
				}
			}
			var silent []time.Time
			j := w.imports(t, people(9), concurrency(1), by(r), func(s *importer.Sending) {
				s.Silent = func(since time.Time) { silent = append(silent, since) }
			})
			if len(silent) > 0 && (len(silent) != 2 || silent[0].IsZero() || !silent[1].IsZero()) ||
				len(silent) > 0 != (silence > 2*time.Second) {
				t.Errorf("silent since %v", silent)
			}
			if j.err != nil || j.counts[pipeline.Created] != 9 || len(j.creates) != 9 {
				t.Errorf("%v, %v, %d requests", j.err, j.counts, len(j.creates))
			}
			var want []pipeline.MessageCode
			if silence > 2*time.Second {
				want = []pipeline.MessageCode{"outcome.ledger_silent", "outcome.ledger_heard"}
			}
			var said []pipeline.MessageCode
			for _, m := range j.notes {
				said = append(said, m.Code)
			}
			if !slices.Equal(said, want) {
				t.Errorf("said %v, want %v", said, want)
			}
		})
	}
}

// A run that waits for something else also ends when the right is lost.
func TestTheRightIsLostWhileNothingIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := worldOf(pipeline.SettleLookUp)
		w.provider.does = meets(silentBefore)
		r := &fakeRight{}
		began := time.Now()
		time.AfterFunc(10*time.Second, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.lost = true
		})
		j := w.imports(t, people(1), by(r))
		if took := time.Since(began); took < 10*time.Second || took > 12*time.Second || j.reason() != importer.HaltLedger {
			t.Errorf("after %v: %v", took, j.err)
		}
	})
}

// Stopping a run does not wait for the ledger's server.
func TestStopEndsThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		stop := make(chan struct{})
		time.AfterFunc(3*time.Second, func() { close(stop) })
		began := time.Now()
		j := w.imports(t, people(3), by(&fakeRight{until: began.Add(time.Hour)}), stopAt(stop))
		if took := time.Since(began); took > 4*time.Second || j.reason() != importer.HaltInterrupted ||
			len(j.creates) != 0 || j.counts[pipeline.Pending] != 3 {
			t.Errorf("after %v: %v, %v", took, j.err, j.counts)
		}
	})
}

// A new sender waits for requests that the sender before may still send, and for the rate.
func TestTheFirstCallAfterATakeOver(t *testing.T) {
	for _, c := range []struct {
		name  string
		right *fakeRight
		since time.Duration // since the right was taken over
		want  time.Duration // of the first call after it
	}{
		{"at once", &fakeRight{unannounced: true}, 0, 4 * time.Second},
		{"a while ago", &fakeRight{unannounced: true}, time.Second, 4 * time.Second},
		{"long ago", &fakeRight{unannounced: true}, time.Hour, time.Hour},
		{"announced", &fakeRight{}, 0, 510 * time.Millisecond},
		{"by a clock that was ahead", &fakeRight{}, -time.Hour, 510 * time.Millisecond},
		{"announced a while ago", &fakeRight{}, time.Second, time.Second},
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			took := time.Now()
			c.right.took = took.Add(max(-c.since, 0))
			time.Sleep(c.since)
			rate := func(s *importer.Sending) { s.Rate = pipeline.Rate{N: 2, Per: time.Second} }
			j := w.imports(t, people(2), by(c.right), rate)
			if got := j.creates[0].at.Sub(took); got != c.want {
				t.Errorf("after %v, want %v", got, c.want)
			}
			if len(w.provider.pausedTo) > 0 != (c.want > c.since) {
				t.Errorf("the sender was held back until %v", w.provider.pausedTo)
			}
		})
	}
}

// After a sender that did not say goodbye, "absent" counts only when that sender cannot have sent the request any
// more.
func TestAbsentAfterATakeOver(t *testing.T) {
	for _, unannounced := range []bool{false, true} {
		bubble(t, fmt.Sprint(unannounced), func(t *testing.T) {
			w := worldOf(pipeline.SettleLookUp)
			w.provider.does = meets(silentBefore)
			w.imports(t, people(1), unsettled)
			w.provider.does = nil
			took := time.Now()
			var looked []time.Duration
			w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
				looked = append(looked, time.Since(took))
				return []pipeline.Found{}, nil
			}
			j := w.imports(t, people(1), by(&fakeRight{took: took, unannounced: unannounced}))
			want := settleWait
			if unannounced {
				want += 4*time.Second + timeout
			}
			if last := looked[len(looked)-1]; last < want || last > want+time.Second {
				t.Errorf("asked after %v, want %v: %v", looked, want, j.states())
			}
		})
	}
}

// A request that another sender has settled meanwhile is left out, and halts nothing. An ID that the ledger lacks is
// reported.
func TestWhatAnotherSenderSettles(t *testing.T) {
	for _, c := range []struct {
		name  string
		state pipeline.State
		id    string // in the ledger; "same" is the answer's
		lost  int
	}{{"found", pipeline.Created, "same", 0}, {"found as another", pipeline.Created, "c-other", 1},
		{"given up", pipeline.Pending, "", 1}} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.provider.gate = func(r request) {
				if r.row != firstRow+2 {
					return
				}
				w.ledger.mu.Lock()
				defer w.ledger.mu.Unlock()
				other := w.ledger.customers[r.ref-1]
				other.elsewhere, other.open, other.state = true, false, c.state
				if other.outcome.CustomerID = c.id; c.id == "same" {
					other.outcome.CustomerID = fmt.Sprintf("c-%d", len(w.provider.records)+1)
				}
			}
			lines := people(8)
			setup, checker := w.setup(&memoryBook{lines: lines})
			plan, err := importer.Check(t.Context(), setup)
			if err != nil {
				t.Fatal(err)
			}
			j := &journey{run: setup.Run, plan: plan, checker: checker}
			w.send(t.Context(), t, j, concurrency(1))
			if j.err != nil || len(j.lost) != c.lost || len(j.creates) != len(lines) {
				t.Errorf("%v, lost %v, %d requests", j.err, j.lost, len(j.creates))
			}
			if last := j.progress[len(j.progress)-1]; last.Settled != len(lines)-1 {
				t.Errorf("%d are settled", last.Settled)
			}
		})
	}
}

// A row becomes what the sender before says meanwhile of a request that it left open: a request that never left is
// sent as new, and not repeated; one that had its answer makes the row known.
func TestWhatTheSenderBeforeSettles(t *testing.T) {
	for _, settle := range []pipeline.SettleBy{pipeline.SettleNone, pipeline.SettleResend, pipeline.SettleLookUp,
		pipeline.SettleLookUpResend} {
		for state, want := range map[pipeline.State]pipeline.State{pipeline.Pending: pipeline.Created,
			pipeline.Created: pipeline.Known} {
			for _, judged := range []bool{false, true} { // before or after the rows' outcomes are recorded
				bubble(t, fmt.Sprint(settle, " ", state, " ", judged), func(t *testing.T) {
					w := worldOf(settle)
					first := silentBefore
					if state == pipeline.Created {
						first = silentAfter
					}
					w.provider.does = meets(first)
					w.imports(t, people(1), unsettled)
					w.provider.does = nil
					says := func() {
						w.ledger.mu.Lock()
						defer w.ledger.mu.Unlock()
						c := w.ledger.customers[0]
						if c.state, c.elsewhere = state, true; state == pipeline.Created {
							c.outcome.CustomerID = "c-1"
							return
						}
						for _, tag := range c.keys {
							delete(w.ledger.live, tag)
						}
					}
					creates := 0
					if want == pipeline.Created {
						creates = 1
					}
					if judged {
						w.ledger.judged = says
					}
					j := w.imports(t, append(people(2)[1:], people(1)...), by(&fakeRight{took: time.Now(), unannounced: true}),
						func(s *importer.Sending) {
							if !judged {
								time.AfterFunc(time.Second, says)
							}
						})
					if j.err != nil || len(j.creates) != creates+1 || j.counts[want] < 1 || j.counts.Total() != 2 ||
						j.counts[pipeline.Created] != creates+1 {
						t.Errorf("%v, %d requests, %v", j.err, len(j.creates), j.counts)
					}
				})
			}
		}
	}
}

// A request that the sender before gives back in the very moment in which it is about to
// be repeated is not repeated: its row is sent as if it never was. A run that has lost the
// right repeats nothing.
func TestARequestIsRepeatedByWhoHasTakenIt(t *testing.T) {
	for _, settle := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUpResend} {
		for _, lost := range []bool{false, true} {
			bubble(t, fmt.Sprint(settle, " ", lost), func(t *testing.T) {
				w := worldOf(settle)
				w.provider.does = meets(silentBefore)
				w.imports(t, people(1), unsettled)
				w.provider.does = nil
				r := &fakeRight{took: time.Now(), unannounced: true}
				w.ledger.takes = func() {
					if lost {
						r.mu.Lock()
						defer r.mu.Unlock()
						r.lost = true
						return
					}
					w.ledger.mu.Lock()
					defer w.ledger.mu.Unlock()
					c := w.ledger.customers[0]
					c.state, c.elsewhere = pipeline.Pending, true
					for _, tag := range c.keys {
						delete(w.ledger.live, tag)
					}
				}
				j := w.imports(t, people(1), by(r))
				switch {
				case lost && (len(j.creates) != 0 || j.reason() != importer.HaltLedger || !errors.Is(j.err, errTaken)):
					t.Errorf("%d requests: %v", len(j.creates), j.err)
				case !lost && (j.err != nil || len(j.creates) != 1 || j.counts[pipeline.Created] != 1 ||
					j.results[0].Message != nil):
					t.Errorf("%d requests, %v: %v", len(j.creates), j.results[0], j.err)
				}
			})
		}
	}
}

// Take is false of what another sender has settled.
func (l *memoryLedger) Take(_ context.Context, _ string, ref int64) (bool, error) {
	if l.takes != nil {
		l.takes()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.right.isLost() {
		return false, errTaken
	}
	return l.customers[ref-1].state == pipeline.Uncertain, nil
}

// judges is called before outcomes are recorded. A row cannot wait for a request that
// another sender has settled.
func (l *memoryLedger) judges(outcomes []pipeline.Outcome) error {
	if before := l.judged; before != nil {
		l.judged = nil
		before()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, o := range outcomes {
		if o.State == pipeline.Uncertain && l.customers[o.Ref-1].elsewhere {
			return settledElsewhere{}
		}
	}
	return nil
}

// serverAway is the error of a ledger that has waited for its server in vain.
type serverAway struct{}

func (serverAway) Error() string { return "not heard for a minute" }
func (serverAway) Away() bool    { return true }

// A ledger that has waited for its server in vain does not wait again for each row in hand: created customers are
// reported, and the run halts.
func TestAServerThatStaysAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.ledger.failFrom, w.ledger.fails = 4, serverAway{}
		w.ledger.slow = 5 * time.Millisecond
		j := w.imports(t, people(40), concurrency(4), by(&fakeRight{}))
		if j.reason() != importer.HaltLedger || !errors.Is(j.err, serverAway{}) || j.halt.Hint.Code != "run.again" {
			t.Errorf("%v", j.err)
		}
		w.holdLost(t, j, "away")
		// Two for what was in hand, and two for what came back since.
		if n := w.ledger.writes - 3; n > 4 {
			t.Errorf("%d writes were tried", n)
		}
	})
}
