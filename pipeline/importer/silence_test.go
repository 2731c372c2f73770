package importer_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// A provider that is down ends the run within a minute and one timeout, also when it lets every request time out:
// whether it accepts connections and is silent, or refuses them.
func TestAProviderThatHangsHaltsSoon(t *testing.T) {
	const timeout = 30 * time.Second
	for _, s := range []step{silentBefore, silentAfter, breaks, unsent} {
		for _, c := range []int{1, 2, 8} {
			bubble(t, fmt.Sprint(s, " ", c), func(t *testing.T) {
				w := newWorld()
				w.patience = time.Hour
				w.provider.does = func(request) step { return s }
				w.provider.latency = func(request) time.Duration { return timeout }
				began := time.Now()
				j := w.imports(t, people(80), concurrency(c))
				took := time.Since(began)
				if j.reason() != importer.HaltSilence || j.halt.Hint == nil || took > 2*time.Minute {
					t.Errorf("halt %q: %v, after %v", j.reason(), j.err, took)
				}
				if n := j.counts[pipeline.Uncertain]; s != unsent && (n < c || n > 4*c) {
					t.Errorf("counts %v", j.counts)
				}
			})
		}
	}
}

// A provider that answers now and then is not down, and neither is one that is called seldom.
func TestAProviderThatAnswersNowAndThenIsNotDown(t *testing.T) {
	for _, c := range []struct {
		name    string
		does    func(r request) step
		latency time.Duration
		retry   time.Duration
	}{
		{"every other is answered", func(r request) step {
			if r.row%2 == 0 {
				return accepts
			}
			return silentAfter
		}, 30 * time.Second, 0},
		{"one is lost at a slow pace", func(r request) step {
			if r.row == 7 {
				return silentAfter
			}
			return accepts
		}, 10 * time.Minute, 0},
		{"it asks for patience", func(r request) step {
			if r.row > 7 && r.attempt == 1 {
				return throttles
			}
			return accepts
		}, time.Second, 5 * time.Minute},
	} {
		bubble(t, c.name, func(t *testing.T) {
			w := newWorld()
			w.patience = 24 * time.Hour
			w.provider.does, w.provider.retryAfter = c.does, c.retry
			w.provider.latency = func(r request) time.Duration {
				if r.step == accepts {
					return time.Second
				}
				return c.latency
			}
			if j := w.imports(t, people(12), concurrency(2)); j.err != nil {
				t.Errorf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
			}
		})
	}
}

// The time in which a person looks at a pilot is no silence.
func TestAPersonWhoThinksIsNoSilence(t *testing.T) {
	bubble(t, "pilot", func(t *testing.T) {
		w := newWorld()
		w.patience = time.Hour
		w.provider.does = func(r request) step {
			if n := r.row - firstRow; n == 1 || n == 2 {
				return silentAfter
			}
			return accepts
		}
		w.provider.latency = func(r request) time.Duration {
			if r.step == accepts {
				return time.Second
			}
			return 0
		}
		var p piloted
		thinks := func(s *importer.Sending) {
			s.Pilot.GoOn = func(context.Context, []pipeline.Outcome, int) *importer.Halt {
				time.Sleep(20 * time.Minute)
				return nil
			}
		}
		j := w.imports(t, people(12), concurrency(2), w.pilot(2, &p, nil), thinks)
		if j.err != nil || j.counts[pipeline.Created] != 10 || j.counts[pipeline.Uncertain] != 2 {
			t.Errorf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
		}
	})
}

// Settling gives up on a provider that hangs, and the rows to be sent find out that it is down; at the end of a run
// uncertain rows stay so, without a halt.
func TestSettlingGivesUpOnAProviderThatHangs(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUp} {
		for _, more := range []int{0, 30} {
			bubble(t, fmt.Sprint(by, more), func(t *testing.T) {
				w := worldOf(by)
				w.patience = 2 * time.Hour
				w.leaves(t, people(20), silentBefore)
				w.provider.does = func(request) step { return silentBefore }
				w.provider.latency = func(request) time.Duration { return 30 * time.Second }
				w.provider.looking = 30 * time.Second
				w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return nil, errNoLookUp }
				began := time.Now()
				j := w.imports(t, people(20+more), concurrency(2))
				if took := time.Since(began); took > 6*time.Minute || j.counts[pipeline.Uncertain] < 20 {
					t.Errorf("halt %q: %v, counts %v after %v", j.reason(), j.err, j.counts, took)
				}
				if halted := j.reason() == importer.HaltSilence; halted != (more > 0) {
					t.Errorf("halt %q: %v", j.reason(), j.err)
				}
			})
		}
	}
}
