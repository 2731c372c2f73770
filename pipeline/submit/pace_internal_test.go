package submit

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// mostIn is the most of the times in any span of that length, its end excluded.
func mostIn(times []time.Time, span time.Duration) (most int) {
	first := 0
	for i := range times {
		for times[i].Sub(times[first]) >= span {
			first++
		}
		most = max(most, i-first+1)
	}
	return most
}

// paced lets workers make calls at a rate, with these times to find a connection and these delays of timers, and
// returns their starts in order.
func paced(t *testing.T, p *pacer, workers, calls int, dial, late func() time.Duration) []time.Time {
	t.Helper()
	p.sleep = func(ctx context.Context, d time.Duration) error {
		if d > 0 {
			d += late()
		}
		return sleep(ctx, d)
	}
	var mu sync.Mutex
	var starts []time.Time
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				mu.Lock()
				done := calls == 0
				if !done {
					calls--
				}
				mu.Unlock()
				if done {
					return
				}
				every, err := p.wait(t.Context())
				if err == nil {
					err = sleep(t.Context(), dial())
				}
				if err == nil {
					err = p.start(t.Context(), every)
				}
				mu.Lock()
				starts = append(starts, time.Now())
				mu.Unlock()
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	slices.SortFunc(starts, time.Time.Compare)
	return starts
}

// Whatever the rate, however many callers, however late timers are, no sliding second (or minute) has one start too
// many.
func TestTheWorstSlidingSecondHoldsTheRate(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := pipeline.Rate{N: rapid.IntRange(1, 200).Draw(rt, "rate"),
			Per: rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour}).Draw(rt, "per")}
		workers := rapid.IntRange(1, 12).Draw(rt, "at once")
		lateness := rapid.SampledFrom([]int{0, 1, 30, 400}).Draw(rt, "late, ms")
		luck := rapid.Uint64().Draw(rt, "luck")
		var mu sync.Mutex
		draw := func(ms int) func() time.Duration {
			return func() time.Duration {
				mu.Lock()
				defer mu.Unlock()
				luck = luck*6364136223846793005 + 1442695040888963407
				return time.Duration(luck>>33) % (time.Duration(ms)*time.Millisecond + 1)
			}
		}
		dialling := rapid.IntRange(0, 300).Draw(rt, "dialling, ms")
		var starts []time.Time
		synctest.Test(t, func(t *testing.T) {
			starts = paced(t, newPacer(r), workers, 3*r.N+5, draw(dialling), draw(lateness))
		})
		if most := mostIn(starts, r.Per); most > r.N {
			rt.Errorf("%d starts in one %v, %s is the limit", most, r.Per, r)
		}
	})
}

// The safety margin costs 2 %, and no more.
func TestSpacingCostsLittle(t *testing.T) {
	none := func() time.Duration { return 0 }
	for _, r := range []pipeline.Rate{{N: 1, Per: time.Second}, {N: 5, Per: time.Second}, {N: 200, Per: time.Second},
		{N: 100, Per: time.Minute}, {N: 1000, Per: time.Minute}, {N: 5000, Per: time.Hour}} {
		synctest.Test(t, func(t *testing.T) {
			calls := 4 * r.N
			starts := paced(t, newPacer(r), 3, calls, none, none)
			took := starts[len(starts)-1].Sub(starts[0])
			if least := time.Duration(calls-1) * r.Interval(); took < least || took > least+least/40 {
				t.Errorf("%s: %d starts took %v, at least %v are needed", r, calls, took, least)
			}
		})
	}
}

// A rate that changes counts the starts before the change, and holds from then on.
func TestChangedRatesAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(pipeline.Rate{N: 50, Per: time.Second})
		none := func() time.Duration { return 0 }
		var all []time.Time
		for _, r := range []pipeline.Rate{{N: 50, Per: time.Second}, {N: 1, Per: 40 * time.Millisecond},
			{N: 1, Per: 20 * time.Millisecond}, {N: 50, Per: time.Second}} {
			p.set(r)
			starts := paced(t, p, 4, 120, none, none)
			for i, at := range starts[1:] {
				if d := at.Sub(starts[i]); d < r.Interval() {
					t.Errorf("%s: %v between two", r, d)
				}
			}
			all = append(all, starts...)
		}
		if most := mostIn(all, time.Second); most > 50 {
			t.Errorf("%d starts in one second", most)
		}
	})
}
