package importer

import (
	"context"
	"math"
	"sync"
	"time"
)

// ahead bounds how many intents are on disk that no worker has taken yet. Each of
// them is a row in doubt if the process dies, though nothing of it was sent: there
// are as many as keep the workers busy while the next are written, and no more. Its
// methods may be called by many at once, enter by one.
type ahead struct {
	workers int
	again   chan struct{} // holds a token when enter is to look again

	mu      sync.Mutex
	waiting int // handed to the clerk, and not taken by a worker
	turn    average
	request average
}

func newAhead(workers int) *ahead { return &ahead{workers: workers, again: make(chan struct{}, 1)} }

// most is how many may be ahead: those that the workers take while an intent waits
// for the clerk's turn under way and then for its own, and one. It is between 1 and
// the number of workers. The lock is held.
func (a *ahead) most() int {
	if a.turn.value <= 0 {
		return 1
	}
	taken := 2 * float64(a.workers) * a.turn.value.Seconds() / max(a.request.value, 1).Seconds()
	return int(math.Ceil(min(taken, float64(a.workers-1)))) + 1
}

// enter waits until another intent may be written, unless the run is stopped first;
// false says that it was.
func (a *ahead) enter(ctx context.Context, b *brake) bool {
	for {
		a.mu.Lock()
		free := a.waiting < a.most()
		if free {
			a.waiting++
		}
		a.mu.Unlock()
		if free {
			return true
		}
		if !b.wait(ctx, a.again) {
			return false
		}
	}
}

// leave says that a worker has taken n intents, or that they are not written.
func (a *ahead) leave(n int) { a.change(func() { a.waiting -= n }) }

// wrote says how long one turn of the clerk took: what waited, written and dealt with.
func (a *ahead) wrote(took time.Duration) { a.change(func() { a.turn.add(took) }) }

// asked says how long a worker was busy with one intent.
func (a *ahead) asked(took time.Duration) { a.change(func() { a.request.add(took) }) }

func (a *ahead) change(f func()) {
	a.mu.Lock()
	f()
	a.mu.Unlock()
	select {
	case a.again <- struct{}{}:
	default:
	}
}

// average is a moving average, the last eight values or so.
type average struct {
	value time.Duration
	any   bool
}

func (a *average) add(d time.Duration) {
	d = max(d, 0)
	if !a.any {
		a.value, a.any = d, true
		return
	}
	a.value += (d - a.value) / 8
}
