package importer

import (
	"testing"
	"time"
)

func TestIntentsAhead(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		workers      int
		lag, request time.Duration
		want         int
	}{
		{8, 0, 0, 1},
		{8, 0, 50 * ms, 1},
		{8, ms, 0, 8},
		{8, ms, 50 * ms, 2},
		{8, 6 * ms, 50 * ms, 2},
		{8, 7 * ms, 50 * ms, 3},
		{64, ms, 50 * ms, 3},
		{64, 10 * ms, 50 * ms, 14},
		{64, 60 * ms, 50 * ms, 64},
		{64, ms, ms, 64},
		{1, time.Second, ms, 1},
	} {
		a := newAhead(c.workers)
		for range 50 { // always the same
			a.wrote(c.lag)
			a.asked(c.request)
		}
		if got := a.most(); got != c.want {
			t.Errorf("%d workers, %s to write and %s to ask: %d ahead, want %d", c.workers, c.lag, c.request, got, c.want)
		}
	}
	a := newAhead(8)
	for i := range 100 { // the same mean, with a longer one now and then
		a.wrote([]time.Duration{0, 20 * ms}[i%2])
		a.asked(50 * ms)
	}
	if got := a.most(); got < 6 {
		t.Errorf("%d ahead where writing takes 0 or 20 ms", got)
	}
}

func TestAverageMoves(t *testing.T) {
	var a average
	for _, d := range []time.Duration{80, 160, -5} {
		a.add(d)
	}
	if a.mean != 79 || a.off != 60 { // 80, 90, 78.75; 40, 50, 60
		t.Errorf("%d, off by %d", a.mean, a.off)
	}
	for range 100 {
		a.add(800)
	}
	if a.mean < 780 || a.high() > 840 {
		t.Errorf("%d, at most %d after a hundred of 800", a.mean, a.high())
	}
}
