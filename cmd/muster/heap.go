package main

import (
	"runtime/debug"
	"runtime/metrics"

	"muster/cmd/muster/internal/enrol"
)

const (
	// heapRoom is what the heap may grow by, in bytes, while rows are sent, before the
	// garbage collector runs. What an import keeps of a long book are tables without
	// pointers, which cost the collector nothing and need no room for as much again;
	// what it keeps of a short one is so little that a share of it is soon full.
	heapRoom = 16 << 20
	// checkPercent is the same in percent while a book is checked, of a check too: a row
	// that is ready leaves little but its text, so that with a quarter of the usual room
	// it takes a third less memory and no more time.
	checkPercent = 25
	usualPercent = 100 // Go's own
	// leastPercent and mostPercent bound what heapRoom is of what a run keeps.
	leastPercent, mostPercent = 20, 400
)

// room sets how far the heap may grow, by what a run is at.
type room struct{}

// See takes in that a book is checked, or was.
func (room) See(e enrol.Event) {
	switch e.(type) {
	case enrol.Began:
		debug.SetGCPercent(checkPercent)
	case enrol.SendBegan:
		debug.SetGCPercent(sendPercent(live()))
	case enrol.SendEnded: // what a workbook keeps is not known yet
		debug.SetGCPercent(min(sendPercent(live()), usualPercent))
	}
}

// sendPercent is how much the heap may grow in percent of what is live, in bytes.
func sendPercent(live uint64) int {
	return int(min(max(heapRoom*100/max(live, 1), leastPercent), mostPercent))
}

// collectAs sets the percentage, and gives what sets it back.
func collectAs(percent int) (back func()) {
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// live is how many bytes the last collection left.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
