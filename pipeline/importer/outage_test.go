package importer_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

func wary(s *importer.Sending) { s.Wary = true }

// An outage costs four rows and what was on its way with them; a run after it
// costs one.
func TestAnOutageCostsTheFewestRows(t *testing.T) {
	for _, c := range []int{1, 4} {
		for _, s := range []step{silentAfter, silentBefore, breaks} {
			t.Run(fmt.Sprint(c, " ", s), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld()
					w.patience = time.Hour
					w.provider.latency = func(request) time.Duration { return 100 * time.Millisecond }
					w.provider.does = func(r request) step {
						if r.row < firstRow+10 {
							return accepts
						}
						return s
					}
					began := time.Now()
					j := w.imports(t, people(80), concurrency(c))
					lost := j.counts[pipeline.Uncertain]
					if j.reason() != importer.HaltSilence || j.halt.Message.Code != importer.HaltedByOutage ||
						lost < 4 || lost > 4+2*(c-1) { // on their way: with the last good answer, with the outage
						t.Errorf("halt %q: %v; counts %v", j.reason(), j.err, j.counts)
					}
					if took := time.Since(began); took < 25*time.Second || took > time.Minute {
						t.Errorf("it took %v", took)
					}
					if j = w.imports(t, people(80), concurrency(c), wary); j.counts[pipeline.Uncertain] != lost+1 ||
						j.halt == nil || j.halt.Message.Code != importer.HaltedByOutage {
						t.Errorf("the next run: %v; counts %v", j.err, j.counts)
					}
					w.provider.does = nil
					if j = w.imports(t, people(80), concurrency(c), wary); j.err != nil ||
						j.counts[pipeline.Created] != 80-10-lost-1 {
						t.Errorf("the run after it: %v; counts %v", j.err, j.counts)
					}
				})
			})
		}
	}
}

// The row that goes alone ends the outage with any answer.
func TestAnAnswerEndsTheOutage(t *testing.T) {
	for _, s := range []step{accepts, refuses} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			w.patience = time.Hour
			n := 0
			w.provider.does = func(r request) step {
				if n++; n%4 == 0 {
					return s
				}
				return silentBefore
			}
			if j := w.imports(t, people(50), concurrency(1)); j.err != nil || j.counts[pipeline.Pending] > 0 {
				t.Errorf("step %d: %v; counts %v", s, j.err, j.counts)
			}
		})
	}
}
