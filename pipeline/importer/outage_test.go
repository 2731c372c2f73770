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

func wary(s *importer.Sending) { s.Outage.Wary = true }

// knocks makes a run ask whether the provider is up.
func knocks(answer *pipeline.Message) option {
	return func(s *importer.Sending) {
		s.Outage.Knock = func(context.Context) *pipeline.Message { return answer }
	}
}

// An outage costs the rows that were under way when it began, and four more; the next run costs one, and none where
// it may knock first.
func TestAnOutageCostsTheFewestRows(t *testing.T) {
	for _, c := range []int{1, 2, 4} {
		for _, s := range []step{silentAfter, silentBefore, breaks} {
			bubble(t, fmt.Sprint(c, " ", s), func(t *testing.T) {
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
				var stages []importer.StageName
				j := w.imports(t, people(80), concurrency(c), func(s *importer.Sending) {
					s.Stage = func(stage importer.Stage) { stages = append(stages, stage.At) }
				})
				lost := j.counts[pipeline.Uncertain]
				if j.reason() != importer.HaltSilence || !importer.IsOutage(j.halt.Message) || lost < 4 || lost > 4+c {
					t.Errorf("halt %q: %v; counts %v", j.reason(), j.err, j.counts)
				}
				if took := time.Since(began); took < 25*time.Second || took > time.Minute {
					t.Errorf("it took %v", took)
				}
				if want := "[sending outage outage]"; fmt.Sprint(stages) != want {
					t.Errorf("stages %v, want %s", stages, want)
				}
				j = w.imports(t, people(80), concurrency(c), wary, knocks(said("HTTP 503")))
				if j.counts[pipeline.Uncertain] != lost || !importer.IsOutage(j.halt.Message) || len(j.creates) > 0 {
					t.Errorf("a run that knocks: %v; counts %v", j.err, j.counts)
				}
				j = w.imports(t, people(80), concurrency(c), wary, knocks(nil))
				if j.counts[pipeline.Uncertain] != lost+1 || !importer.IsOutage(j.halt.Message) {
					t.Errorf("the next run: %v; counts %v", j.err, j.counts)
				}
				w.provider.does = nil
				if j = w.imports(t, people(80), concurrency(c), wary); j.err != nil ||
					j.counts[pipeline.Created] != 80-10-lost-1 {
					t.Errorf("the run after it: %v; counts %v", j.err, j.counts)
				}
			})
		}
	}
}

// Requests that time out after half a minute cost no more rows, and count as an outage for the next run.
func TestAnOutageOfTimeouts(t *testing.T) {
	for _, c := range []int{1, 2, 4} {
		bubble(t, fmt.Sprint(c), func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.latency = func(request) time.Duration { return timeout }
			w.provider.does = func(request) step { return silentBefore }
			j := w.imports(t, people(80), concurrency(c))
			if n := j.counts[pipeline.Uncertain]; n > 4+c || j.halt == nil || !importer.IsOutage(j.halt.Message) {
				t.Errorf("%v, counts %v", j.err, j.counts)
			}
		})
	}
}

// A run is wary only until the provider has answered: a few lost answers later do not halt it sooner than any other
// run.
func TestWarinessEndsWithTheFirstAnswer(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := newWorld()
		w.provider.does = func(r request) step {
			if r.row > firstRow && r.row%10 == 0 {
				return silentBefore
			}
			return accepts
		}
		if j := w.imports(t, people(60), concurrency(2), wary); j.err != nil || j.counts[pipeline.Created] != 54 {
			t.Errorf("%v, counts %v", j.err, j.counts)
		}
	})
}

// A wary run that asks in vain about requests of earlier runs sends no new row; one request that is never answered
// does not count as an outage.
func TestAWaryRunAsksAboutEarlierRowsFirst(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUp} {
		for _, left := range []int{1, 3} {
			bubble(t, fmt.Sprint(by, " ", left), func(t *testing.T) {
				w := worldOf(by)
				w.leaves(t, people(left), silentBefore)
				look := w.provider.looks
				w.provider.found = func(l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
					return nil, errNoLookUp
				}
				w.provider.does = func(r request) step {
					if r.ref <= int64(left) {
						return silentBefore
					}
					return accepts
				}
				j := w.imports(t, people(left+5), wary)
				if halted := j.halt != nil && importer.IsOutage(j.halt.Message); halted != (left > 1) ||
					halted && j.counts[pipeline.Pending] != 5 || !halted && j.counts[pipeline.Created] != 5 {
					t.Errorf("%v, counts %v", j.err, j.counts)
				}
				w.provider.found, w.provider.does = look, nil
				if j = w.imports(t, people(left+5), wary); j.counts[pipeline.Uncertain] > 0 && by == pipeline.SettleResend {
					t.Errorf("the next run: %v, counts %v", j.err, j.counts)
				}
			})
		}
	}
}

// Any answer to the row that goes alone ends the outage.
func TestAnAnswerEndsTheOutage(t *testing.T) {
	for _, s := range []step{accepts, refuses} {
		bubble(t, fmt.Sprint(s), func(t *testing.T) {
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

// One slow answer does not hold up the others for ever.
func TestOneAnswerThatTakesLongHoldsNobodyUp(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(r request) time.Duration {
			switch {
			case r.row == firstRow+1:
				return time.Hour
			case r.row == firstRow+2:
				return time.Second
			}
			return time.Millisecond
		}
		w.provider.does = func(r request) step {
			if r.row == firstRow+2 {
				return silentBefore
			}
			return accepts
		}
		var mu sync.Mutex
		var last time.Time
		w.provider.gate = func(r request) {
			mu.Lock()
			defer mu.Unlock()
			last = r.at
		}
		began := time.Now()
		j := w.imports(t, people(30), concurrency(2))
		if took := last.Sub(began); j.err != nil || j.counts[pipeline.Created] != 29 || took > 2*timeout {
			t.Errorf("%v, counts %v, the last left after %v", j.err, j.counts, took)
		}
	})
}
