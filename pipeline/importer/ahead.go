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
	waiting int     // handed to the clerk, and not taken by a worker
	lag     average // from when an intent is handed to the clerk until a worker may take it
	request average // how long a worker is busy with one
}

func newAhead(workers int) *ahead { return &ahead{workers: workers, again: make(chan struct{}, 1)} }

// most is how many may be ahead: those that the workers take while another is
// written, should that take long, and one. It is between 1 and the number of workers.
// The lock is held.
func (a *ahead) most() int {
	lag := a.lag.high()
	if lag <= 0 {
		return 1
	}
	taken := float64(a.workers) * float64(lag) / float64(max(a.request.mean, 1))
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

// wrote says how long it took until an intent was on disk that was handed over at
// the beginning of that time.
func (a *ahead) wrote(took time.Duration) { a.change(func() { a.lag.add(took) }) }

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

// average is a moving average, and how far values are from it, as TCP keeps them of
// its round trips (RFC 6298).
type average struct {
	mean, off time.Duration
	any       bool
}

func (a *average) add(d time.Duration) {
	d = max(d, 0)
	if !a.any {
		a.mean, a.off, a.any = d, d/2, true
		return
	}
	a.off += ((a.mean - d).Abs() - a.off) / 4
	a.mean += (d - a.mean) / 8
}

// high is what few values exceed.
func (a *average) high() time.Duration { return a.mean + 4*a.off }
