package importer_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// rates collects the intervals that a run sets on its sender.
func rates(asked pipeline.Rate, to *[]time.Duration) option {
	return func(s *importer.Sending) {
		s.Rate = asked
		s.SetRate = func(r pipeline.Rate) { *to = append(*to, r.Interval()) }
	}
}

// A 429 halves the pace, four good answers restore a tenth of it, up to the pace that was asked for and never faster.
func TestThePaceHalvesAndRecovers(t *testing.T) {
	const second = time.Second
	cases := []struct {
		name  string
		asked pipeline.Rate
		at    []int // rows whose first attempt gets a 429
		want  []time.Duration
		rows  int
	}{
		{"once", pipeline.Rate{N: 1, Per: second}, []int{5}, []time.Duration{2 * second, 1800 * time.Millisecond,
			1620 * time.Millisecond, 1458 * time.Millisecond}, 14},
		{"back where it was", pipeline.Rate{N: 1, Per: second}, []int{1},
			[]time.Duration{2 * second, 1800 * time.Millisecond, 1620 * time.Millisecond,
				1458 * time.Millisecond, 1312200 * time.Microsecond, 1180980 * time.Microsecond,
				1062882 * time.Microsecond,
				second}, 400},
		{"again before it has recovered", pipeline.Rate{N: 10, Per: second}, []int{1, 10},
			[]time.Duration{200 * time.Millisecond, 180 * time.Millisecond,
				162 * time.Millisecond, 145800 * time.Microsecond, 291600 * time.Microsecond,
				262440 * time.Microsecond},
			13},
		{"never slower than a call in ten seconds", pipeline.Rate{N: 10, Per: time.Minute}, []int{1, 2, 3},
			[]time.Duration{10 * second, 9 * second, 10 * second, 9 * second, 10 * second, 9 * second}, 3},
		{"unless that was asked for", pipeline.Rate{N: 1, Per: time.Hour}, []int{1, 2},
			[]time.Duration{time.Hour, time.Hour}, 5},
		{"never", pipeline.Rate{N: 1, Per: second}, nil, nil, 60},
	}
	for _, c := range cases {
		bubble(t, c.name, func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.retryAfter = time.Second
			w.provider.latency = func(request) time.Duration { return time.Millisecond }
			w.provider.does = func(r request) step {
				for _, at := range c.at {
					if r.attempt == 1 && r.row == firstRow+at-1 {
						return throttles
					}
				}
				return accepts
			}
			var paces []time.Duration
			j := w.imports(t, people(c.rows), concurrency(1), rates(c.asked, &paces))
			if j.err != nil || j.counts[pipeline.Created] != c.rows {
				t.Fatalf("counts %v, error %v", j.counts, j.err)
			}
			if fmt.Sprint(paces) != fmt.Sprint(c.want) {
				t.Errorf("paces %v, want %v", paces, c.want)
			}
			slowest := time.Duration(0)
			for _, p := range paces {
				slowest = max(slowest, p)
				if p < c.asked.Interval() {
					t.Errorf("%v is faster than asked", p)
				}
			}
			if j.plan.Pace.Slowest.Interval() != slowest || j.plan.Pace.Calls != len(j.creates) {
				t.Errorf("told %+v, the slowest was %v, with %d calls", j.plan.Pace, slowest, len(j.creates))
			}
		})
	}
}

// Where no limit was asked for, a 429 sets one at twice the time that a call took so far, and it ends again after
// enough good answers.
func TestNoLimitComesBack(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(request) time.Duration { return time.Millisecond }
		w.provider.retryAfter = time.Second
		w.provider.does = func(r request) step {
			if r.row == firstRow+9 && r.attempt == 1 {
				return throttles
			}
			return accepts
		}
		var paces []time.Duration
		j := w.imports(t, people(200), concurrency(1), rates(pipeline.Rate{}, &paces))
		if j.err != nil || len(paces) < 3 || paces[0] != 2*time.Millisecond || paces[len(paces)-1] != 0 {
			t.Fatalf("paces %v, error %v", paces, j.err)
		}
		for i := 1; i < len(paces); i++ {
			if paces[i] >= paces[i-1] || paces[i-1]-paces[i] > paces[i-1]/5 && paces[i] != 0 {
				t.Errorf("paces %v", paces)
			}
		}
	})
}

// One early 429 slows a run without a limit for some seconds only, and the next one slows it again: by the time that a
// call takes, whatever the pauses before it were.
func TestAnEarly429IsSoonOver(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(request) time.Duration { return 75 * time.Millisecond }
		w.provider.retryAfter = time.Hour
		w.provider.does = func(r request) step {
			if (r.row == firstRow || r.row == firstRow+120) && r.attempt == 1 {
				return throttles
			}
			return accepts
		}
		var paces []time.Duration
		j := w.imports(t, people(240), concurrency(1), rates(pipeline.Rate{}, &paces))
		ends := 0
		for i, p := range paces {
			if p > 160*time.Millisecond || i > 0 && p > paces[i-1] && paces[i-1] != 0 {
				t.Errorf("paces %v", paces)
			}
			if p == 0 {
				ends++
			}
		}
		if j.err != nil || ends != 2 || paces[0] != 150*time.Millisecond {
			t.Errorf("paces %v, error %v", paces, j.err)
		}
	})
}

// Several 429s for requests that were under way together halve the pace once.
func TestABurstHalvesOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(r request) time.Duration {
			return time.Second +
				time.Duration(r.row)*time.Millisecond
		}
		w.provider.retryAfter = 10 * time.Second
		w.provider.does = func(r request) step {
			if r.row > firstRow && r.attempt == 1 && r.row <= firstRow+8 {
				return throttles
			}
			return accepts
		}
		var paces []time.Duration
		w.imports(t, people(9), concurrency(8), rates(pipeline.Rate{N: 10, Per: time.Second}, &paces))
		if len(paces) == 0 || paces[0] != 200*time.Millisecond {
			t.Fatalf("paces %v", paces)
		}
		for _, p := range paces[1:] {
			if p >= paces[0] {
				t.Errorf("paces %v", paces)
			}
		}
	})
}

// A steady few 429s in a hundred slow a run down a little, and not more and more.
func TestAFew429sDoNotWearThePaceDown(t *testing.T) {
	for _, every := range []int{50, 33} {
		bubble(t, fmt.Sprint(every), func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.latency = func(request) time.Duration { return 10 * time.Millisecond }
			calls := 0
			w.provider.does = func(r request) step {
				if calls++; calls%every == 0 {
					return throttles
				}
				return accepts
			}
			var paces []time.Duration
			j := w.imports(t, people(500), concurrency(1), rates(pipeline.Rate{N: 100, Per: time.Second}, &paces))
			if j.err != nil || j.counts[pipeline.Created] != 500 {
				t.Fatalf("counts %v, error %v", j.counts, j.err)
			}
			if slowest := j.plan.Pace.Slowest.Interval(); slowest > 40*time.Millisecond {
				t.Errorf("slowed down to a call every %v, from one every 10ms", slowest)
			}
		})
	}
}

// Retry-After holds for all: no call starts before it is over, a longer one is not cut short, and a 503 with
// Retry-After counts like a 429.
func TestRetryAfterPausesAll(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(r request) time.Duration { return time.Duration(r.row) * time.Millisecond }
		w.provider.retryAfter = time.Minute
		w.provider.does = func(r request) step {
			if r.attempt == 1 && r.row%7 == 0 {
				return throttles
			}
			return accepts
		}
		j := w.imports(t, people(40), concurrency(4))
		if j.err != nil || j.counts[pipeline.Created] != 40 || w.provider.pauses == 0 {
			t.Fatalf("counts %v, error %v", j.counts, j.err)
		}
		for i, until := range w.provider.pausedTo {
			from := until.Add(-time.Minute)
			for _, r := range j.creates {
				if r.at.After(from) && r.at.Before(until) {
					t.Errorf("pause %d: row %d left %v before its end", i, r.row, until.Sub(r.at))
				}
			}
		}
	})
}

// A provider that is out of service and says when it is back costs no row, however often it says so: the rows that
// met it wait, none begins, and they are sent again first. A wait that is too long ends the run.
func TestOutOfServiceSpendsNoRow(t *testing.T) {
	for _, c := range []int{1, 4} {
		for _, by := range []pipeline.SettleBy{pipeline.SettleNone, pipeline.SettleResend} {
			bubble(t, fmt.Sprint(c, " ", by), func(t *testing.T) {
				w := worldOf(by)
				began := time.Now()
				w.provider.latency = func(request) time.Duration { return 100 * time.Millisecond }
				w.provider.retryAfter = time.Minute
				w.provider.does = func(r request) step {
					if up := time.Since(began); up > time.Second && up < 30*time.Minute {
						return maintains
					}
					return accepts
				}
				j := w.imports(t, people(60), concurrency(c))
				if j.err != nil || j.counts[pipeline.Created] != 60 {
					t.Fatalf("counts %v, error %v", j.counts, j.err)
				}
				told := map[int]bool{}
				for _, r := range j.creates {
					if r.step == maintains {
						told[r.row] = true
					}
				}
				for i, until := range w.provider.pausedTo {
					for _, r := range j.creates {
						if r.at.After(until.Add(-time.Minute)) && r.at.Before(until) {
							t.Errorf("pause %d: row %d left %v before its end", i, r.row, until.Sub(r.at))
						}
					}
				}
				if len(told) > 2*c {
					t.Errorf("%d rows were sent in vain", len(told))
				}
				// An outage that lasts longer than allowed leaves all rows pending.
				w.provider.does = func(request) step { return maintains }
				j = w.imports(t, people(80), concurrency(c), func(s *importer.Sending) { s.MaxWait = time.Hour })
				if j.reason() != importer.HaltWait || j.counts[pipeline.Pending] != 20 {
					t.Errorf("counts %v, error %v", j.counts, j.err)
				}
			})
		}
	}
}

// A stop does not wait for the end of a pause, whichever row caused it.
func TestStopEndsAPauseOfOthers(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleNone)
		w.provider.latency = func(r request) time.Duration {
			if r.row == firstRow+2 {
				return time.Second / 2 // the first of four to be answered
			}
			return time.Second
		}
		w.provider.retryAfter = time.Hour
		w.provider.does = func(r request) step {
			if r.row == firstRow+2 {
				return throttles
			}
			return accepts
		}
		stop := make(chan struct{})
		began := time.Now()
		time.AfterFunc(time.Minute, func() { close(stop) })
		j := w.imports(t, people(20), concurrency(4), stopAt(stop))
		if took := time.Since(began); took != time.Minute || j.reason() != importer.HaltInterrupted ||
			len(j.creates) != 5 {
			t.Errorf("took %v, halt %q: %v, %d requests", took, j.reason(), j.err, len(j.creates))
		}
	})
}

// Repeats are bounded for the run, and not only for the row: a hundred, and one for five calls. Repeats that were
// refused in a bad hour are not made up for when the provider is back.
func TestTheRetryBudget(t *testing.T) {
	for _, s := range []step{throttles, unsent} {
		bubble(t, fmt.Sprint(s), func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.does = func(r request) step {
				n := r.row - firstRow
				switch {
				case n%9 == 0: // breaks the series without an answer
					return accepts
				case n < 300:
					return s
				case r.attempt < 3 && n%2 == 0:
					return s
				}
				return accepts
			}
			j := w.imports(t, people(800), concurrency(1))
			if j.err != nil {
				t.Fatal(j.err)
			}
			repeats, rows := 0, 0
			for i, r := range j.creates {
				if r.attempt > 1 {
					repeats++
				}
				if repeats > 100+(i+1)/5 {
					t.Fatalf("%d of the first %d calls are repeats", repeats, i+1)
				}
			}
			for _, r := range j.results[300:] {
				if r.State == pipeline.Created {
					rows++
				}
			}
			if repeats < 100 || rows < 250 {
				t.Errorf("%d repeats, %d of the last 500 rows are created", repeats, rows)
			}
			// Of the last 500 rows some 220 need two repeats each, and 100 or more calls' worth of budget are between
			// them.
			again := 0
			for _, r := range j.creates {
				if r.row >= firstRow+300 && r.attempt > 1 {
					again++
				}
			}
			if again < 50 {
				t.Errorf("%d repeats when the provider was back", again)
			}
		})
	}
}

// A token address that is down counts as silence: the run halts, with nothing sent and nothing lost.
func TestATokenAddressThatIsDownHalts(t *testing.T) {
	for _, c := range []int{1, 4} {
		bubble(t, fmt.Sprint(c), func(t *testing.T) {
			w := worldOf(pipeline.SettleNone)
			w.provider.authorise = func(int) error { return errors.New("connection refused") }
			w.provider.does = func(r request) step {
				if r.row >= firstRow+5 {
					return rejects401
				}
				return accepts
			}
			j := w.imports(t, people(80), concurrency(c))
			// One of the five may still be under way when the others have found out.
			if n := j.counts[pipeline.Created]; j.reason() != importer.HaltSilence || n > 5 || n < 6-c ||
				j.counts[pipeline.Pending] != 80-n {
				t.Errorf("halt %q: %v, counts %v", j.reason(), j.err, j.counts)
			}
			if n := len(j.creates); n > 5*(2*(c+10)+2*c) { // a late answer may have broken the silence once
				t.Errorf("%d requests", n)
			}
		})
	}
}
