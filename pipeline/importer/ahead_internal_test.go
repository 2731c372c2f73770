package importer

import (
	"testing"
	"time"
)

func TestIntentsAhead(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		workers       int
		turn, request time.Duration
		want          int
	}{
		{8, 0, 0, 1},
		{8, 0, 50 * ms, 1},
		{8, ms, 0, 8},
		{8, ms, 50 * ms, 2},
		{8, 3 * ms, 50 * ms, 2},
		{8, 4 * ms, 50 * ms, 3},
		{64, ms, 50 * ms, 4},
		{64, 5 * ms, 50 * ms, 14},
		{64, 40 * ms, 50 * ms, 64},
		{64, ms, ms, 64},
		{1, time.Second, ms, 1},
	} {
		a := newAhead(c.workers)
		a.wrote(c.turn)
		a.asked(c.request)
		if got := a.most(); got != c.want {
			t.Errorf("%d workers, %s to write and %s to ask: %d ahead, want %d", c.workers, c.turn, c.request, got, c.want)
		}
	}
}

func TestAverageMoves(t *testing.T) {
	var a average
	for _, d := range []time.Duration{80, 160, -5} {
		a.add(d)
	}
	if a.value != 79 { // 80, 90, 78.75
		t.Errorf("%d", a.value)
	}
	for range 100 {
		a.add(800)
	}
	if a.value < 780 || a.value > 800 {
		t.Errorf("%d after a hundred of 800", a.value)
	}
}
