package importer_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// The first interrupt takes no further row; requests under way are settled, the rest is pending, and the next run
// goes on (promise 7).
func TestStopSettlesWhatIsInFlight(t *testing.T) {
	for _, c := range []int{1, 2, 4} {
		for _, at := range []int{0, 1, 2, 3, 10, 11} {
			t.Run(fmt.Sprint(c, " ", at), func(t *testing.T) {
				w := newWorld()
				stop := make(chan struct{})
				var once sync.Once
				if at == 0 {
					close(stop)
				}
				w.provider.does = func(r request) step {
					if r.row == firstRow+at-1 {
						once.Do(func() { close(stop) })
					}
					return accepts
				}
				w.provider.gate = func(r request) {
					if r.row == firstRow+at-1 {
						pause(2 * time.Millisecond) // under way when the run is stopped
					}
				}
				j := w.imports(t, people(50), concurrency(c), stopAt(stop))
				if j.reason() != importer.HaltInterrupted || j.halt.Hint == nil {
					t.Fatalf("halt %q: %v", j.reason(), j.err)
				}
				// Requests may overtake each other, and c were about to leave.
				n, after := len(j.creates), 0
				for i, r := range j.creates {
					if r.row == firstRow+at-1 {
						after = n - i - 1
					}
				}
				if after > c-1 || (at == 0) != (n == 0) {
					t.Errorf("%d requests, %d of them after the stop", n, after)
				}
				if j.counts[pipeline.Created] != n || j.counts[pipeline.Pending] != 50-n {
					t.Errorf("%d requests, counts %v", n, j.counts)
				}
				if j = w.imports(t, people(50)); j.err != nil || len(j.creates) != 50-n {
					t.Errorf("run again: %d requests, error %v", len(j.creates), j.err)
				}
			})
		}
	}
}

// A stop ends every wait: for the provider's pace, for a token, for a look-up.
func TestStopEndsEveryWait(t *testing.T) {
	cases := map[string]func(w *world, stop func()){
		"a pace": func(w *world, stop func()) {
			w.provider.retryAfter = time.Hour
			w.provider.does = func(r request) step {
				go stop()
				return throttles
			}
		},
		"a pace that has just ended": func(w *world, stop func()) {
			w.provider.does = func(request) step { stop(); return throttles }
		},
		"a way that is not there": func(w *world, stop func()) {
			w.provider.does = func(request) step { stop(); return unsent }
		},
		"a token": func(w *world, stop func()) {
			w.provider.does = func(request) step { stop(); return rejects401 }
		},
	}
	for name, prepare := range cases {
		bubble(t, name, func(t *testing.T) {
			w := newWorld()
			stop := make(chan struct{})
			var once sync.Once
			prepare(w, func() { once.Do(func() { close(stop) }) })
			began := time.Now()
			j := w.imports(t, people(10), stopAt(stop))
			if j.reason() != importer.HaltInterrupted || j.counts[pipeline.Pending] != 10 || len(j.creates) != 1 {
				t.Errorf("halt %q: %v, counts %v, %d requests", j.reason(), j.err, j.counts, len(j.creates))
			}
			if time.Since(began) > 5*time.Second {
				t.Errorf("took %v", time.Since(began))
			}
		})
	}
}

func TestStopDuringALookUp(t *testing.T) {
	w := newWorld()
	w.definition.LookUps = []pipeline.LookUp{{Name: "by-reference", Key: "reference"}}
	w.provider.has(person(1))
	stop := make(chan struct{})
	var once sync.Once
	w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
		once.Do(func() { close(stop) })
		return nil, errNoLookUp
	}
	j := w.imports(t, people(5), stopAt(stop))
	if j.reason() != importer.HaltInterrupted || j.counts[pipeline.Pending] != 5 || len(w.provider.lookUps) != 1 {
		t.Errorf("halt %q, counts %v, look-ups %q", j.reason(), j.counts, w.provider.lookUps)
	}
}

// The second interrupt stops at once: a request that was sent and not answered is uncertain, on disk, and never sent
// again.
func TestACancelledContextLeavesTheUnansweredUncertain(t *testing.T) {
	for _, at := range []int{1, 2, 9} {
		for _, c := range []int{1, 3} {
			t.Run(fmt.Sprint(at, " ", c), func(t *testing.T) {
				w := newWorld()
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				w.provider.does = func(r request) step {
					if r.row >= firstRow+at-1 {
						return hangs
					}
					return accepts
				}
				w.provider.gate = func(r request) {
					if r.step == hangs {
						go func() {
							pause(2 * time.Millisecond)
							cancel()
						}()
					}
				}
				j := w.importsBook(ctx, t, &memoryBook{lines: people(40)}, concurrency(c))
				if j.reason() != importer.HaltInterrupted {
					t.Fatalf("halt %q: %v", j.reason(), j.err)
				}
				unanswered := 0
				for _, r := range j.creates {
					if r.step == hangs {
						unanswered++
						if got := j.results[r.row-firstRow].State; got != pipeline.Uncertain {
							t.Errorf("row %d is %s", r.row, got)
						}
					}
				}
				made := j.counts[pipeline.Created]
				if unanswered == 0 || made > at-1 || j.counts[pipeline.Uncertain] != unanswered ||
					j.counts[pipeline.Pending] != 40-made-unanswered {
					t.Errorf("%d unanswered, counts %v", unanswered, j.counts)
				}
				w.provider.does, w.provider.gate = nil, nil
				if j = w.imports(t, people(40)); j.counts[pipeline.Uncertain] != unanswered ||
					len(j.creates) != 40-made-unanswered {
					t.Errorf("run again: %d requests, counts %v", len(j.creates), j.counts)
				}
			})
		}
	}
}

// A context that ended before anything was sent.
func TestACancelledContextSendsNothing(t *testing.T) {
	w := newWorld()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	j := w.importsBook(ctx, t, &memoryBook{lines: people(10)})
	if j.reason() != importer.HaltInterrupted || len(j.creates) != 0 || j.counts[pipeline.Pending] != 10 {
		t.Errorf("halt %q, %d requests, counts %v", j.reason(), len(j.creates), j.counts)
	}
}

// Stopped, halted or limited at any moment with any concurrency, Send returns and leaves no intent open (the harness
// fails a Send that does not return).
func TestEveryEndReturns(t *testing.T) {
	rnd := seeded(11)
	for i := range 100 {
		w := newWorld()
		stop := make(chan struct{})
		var once sync.Once
		at := 1 + rnd.IntN(25)
		n := 1 + rnd.IntN(25)
		if i%5 == 0 {
			w.ledger.failFrom = 1 + rnd.IntN(20)
		}
		if i%3 == 0 {
			w.ledger.slow = time.Duration(rnd.IntN(200)) * time.Microsecond
		}
		w.provider.does = func(r request) step {
			if r.row-firstRow+1 == at {
				if i%2 == 0 {
					once.Do(func() { close(stop) })
				} else if i%4 == 1 {
					return forbids
				}
			}
			return step(r.row * (i + 7) % 3)
		}
		j := w.imports(t, people(n), concurrency(1+rnd.IntN(4)), limit(rnd.IntN(12)), stopAt(stop))
		if t.Failed() {
			t.Fatalf("round %d: halt %q, counts %v", i, j.reason(), j.counts)
		}
	}
}
