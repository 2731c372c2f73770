package main

import (
	"runtime/debug"
	"runtime/metrics"

	"muster/cmd/muster/internal/enrol"
)

const (
	// heapRoom is how far the heap may grow, in bytes, between garbage collections while rows are sent. What an
	// import keeps of a long book are tables without pointers, which the collector does not scan, so that a
	// percentage of them would be too much room; what it keeps of a short one is so little that a percentage would be
	// too little.
	heapRoom = 16 << 20
	// checkPercent is the percentage while a book is checked: a row that is ready leaves little more than its text,
	// so that with a quarter of the usual room a check takes a third less memory and no more time.
	checkPercent = 25
	usualPercent = 100 // Go's default
	// leastPercent and mostPercent bound heapRoom as a percentage of the live heap.
	leastPercent, mostPercent = 20, 400
)

// room sets how far the heap may grow, by the stage of a run.
type room struct{}

// See sets the percentage when a check begins or ends, and when sending does.
func (room) See(e enrol.Event) {
	switch e.(type) {
	case enrol.Began:
		debug.SetGCPercent(checkPercent)
	case enrol.SendBegan:
		debug.SetGCPercent(sendPercent(live()))
	case enrol.SendEnded: // what a workbook needs is not known yet
		debug.SetGCPercent(min(sendPercent(live()), usualPercent))
	}
}

// sendPercent is the percentage for heapRoom, given the live heap in bytes.
func sendPercent(live uint64) int {
	return int(min(max(heapRoom*100/max(live, 1), leastPercent), mostPercent))
}

// collectAs sets the percentage, and returns a function that restores it.
func collectAs(percent int) (back func()) {
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// live is how many bytes were alive after the last collection.
func live() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}
