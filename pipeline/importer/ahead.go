package importer

import (
	"context"
	"math"
	"sync"
	"time"
)

// ahead bounds how many intents are on disk that no worker has taken yet. Each becomes an uncertain row if the
// process dies, though nothing of it was sent; so there are only as many as keep the workers busy while the next are
// written. Its methods may be called from several goroutines at once, enter from one.
type ahead struct {
	workers int
	again   chan struct{} // holds a token when enter must look again

	mu      sync.Mutex
	waiting int     // handed to the clerk, and not yet taken by a worker
	lag     average // from handing an intent to the clerk until a worker may take it
	request average // how long a worker is busy with one
}

func newAhead(workers int) *ahead { return &ahead{workers: workers, again: make(chan struct{}, 1)} }

// most is how many may be ahead: as many as the workers take while another is written, even when that takes long, and
// one more. It is between 1 and the number of workers. The caller holds the lock.
func (a *ahead) most() int {
	lag := a.lag.high()
	if lag <= 0 {
		return 1
	}
	taken := float64(a.workers) * float64(lag) / float64(max(a.request.mean, 1))
	return int(math.Ceil(min(taken, float64(a.workers-1)))) + 1
}

// enter waits until another intent may be written; false when the run was stopped first.
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

// leave records that a worker has taken n intents, or that they are not written.
func (a *ahead) leave(n int) { a.change(func() { a.waiting -= n }) }

// wrote records how long an intent took from being handed over to being on disk.
func (a *ahead) wrote(took time.Duration) { a.change(func() { a.lag.add(took) }) }

// asked records how long a worker was busy with one intent.
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

// average is a moving average with its mean deviation, as TCP computes them for round trips (RFC 6298).
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

// high is a value that few values exceed.
func (a *average) high() time.Duration { return a.mean + 4*a.off }
