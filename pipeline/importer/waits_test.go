package importer_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

func maxWait(d time.Duration) option { return func(s *importer.Sending) { s.MaxWait = d } }

// A provider's pause is waited for within the bound, and ends the run beyond it; no row is lost.
func TestWaitingHasABound(t *testing.T) {
	for _, c := range []struct {
		name  string
		pause time.Duration
		most  time.Duration
		times int // that the pause is asked for
		halts bool
	}{
		{"shorter", 20 * time.Minute, time.Hour, 1, false},
		{"longer", 24 * time.Hour, time.Hour, 99, true},
		{"just as long", time.Hour, time.Hour, 1, false},
		{"several in a row", 20 * time.Minute, time.Hour, 4, true},
		{"no bound", 24 * time.Hour, 0, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.patience = 1000 * time.Hour
				w.provider.retryAfter = c.pause
				n := 0
				w.provider.does = func(r request) step {
					if n++; n <= c.times {
						return throttles
					}
					return accepts
				}
				began := time.Now()
				j := w.imports(t, people(5), maxWait(c.most))
				if halted := j.reason() == importer.HaltWait; halted != c.halts || !halted && j.err != nil {
					t.Fatalf("%v", j.err)
				}
				if !c.halts {
					if j.counts[pipeline.Created] != 5 {
						t.Errorf("counts %v", j.counts)
					}
					return
				}
				if took := time.Since(began); j.counts[pipeline.Pending] != 5 || took > c.most {
					t.Errorf("counts %v after %v", j.counts, took)
				}
				from := time.Now().Add(c.pause)
				if at, ok := j.halt.Hint.Arg("until").(time.Time); !ok || !at.Equal(from) ||
					!strings.Contains(j.halt.Message.String(), "halt.max_wait") {
					t.Errorf("%s, try %s", j.halt.Message, j.halt.Hint)
				}
			})
		})
	}
}

// An answer between two pauses starts the count again.
func TestPausesWithAnswersBetweenAreNotAddedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.patience = 1000 * time.Hour
		w.provider.retryAfter = 50 * time.Minute
		w.provider.does = func(r request) step {
			if r.attempt == 1 {
				return throttles
			}
			return accepts
		}
		if j := w.imports(t, people(6), maxWait(time.Hour), concurrency(1)); j.err != nil || j.counts[pipeline.Created] != 6 {
			t.Errorf("%v: %v", j.err, j.counts)
		}
	})
}
