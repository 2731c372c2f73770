package main

import (
	"runtime/debug"
	"testing"

	"muster/cmd/muster/internal/enrol"
)

// While rows are sent the heap has the same room for any run, within bounds.
func TestRoomOfTheHeap(t *testing.T) {
	for live, want := range map[uint64]int{
		0: mostPercent, 1 << 20: mostPercent, 8 << 20: 200, 16 << 20: 100, 64 << 20: 25, 1 << 30: leastPercent,
	} {
		if got := sendPercent(live); got != want {
			t.Errorf("%d MiB: %d %%, want %d", live>>20, got, want)
		}
	}
	percent := func() int {
		p := debug.SetGCPercent(100)
		debug.SetGCPercent(p)
		return p
	}
	before := percent()
	back := collectAs(checkPercent)
	for _, c := range []struct {
		event       enrol.Event
		least, most int
	}{
		{enrol.SendBegan{}, leastPercent, mostPercent}, {enrol.SendEnded{}, leastPercent, usualPercent},
		{enrol.Began{}, checkPercent, checkPercent},
	} {
		room{}.See(c.event)
		if p := percent(); p < c.least || p > c.most {
			t.Errorf("%T: %d %%", c.event, p)
		}
	}
	if back(); percent() != before {
		t.Errorf("%d %% at the end, %d before", percent(), before)
	}
}
