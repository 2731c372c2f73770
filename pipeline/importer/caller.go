package importer

import (
	"context"
	"sync/atomic"
	"time"
)

// caller makes the requests of a Send, at the pace that the provider bears. Its
// methods may be called by many at once.
type caller struct {
	*brake
	guard  *guard
	setup  Setup
	sender Sender
	now    func() time.Time
	random func() float64

	began   time.Time
	asking  time.Duration // how long people took to answer since; nothing is called meanwhile
	pace    pace
	silence *silence
	waits   waits
	made    atomic.Int64 // creates
	repeats atomic.Int64 // of them, those after the first of a row
}

func newCaller(s Setup, how *Sending, b *brake) *caller {
	c := &caller{brake: b, setup: s, sender: how.Sender, now: how.Now, random: how.Random, began: how.Now(),
		pace: pace{asked: how.Rate.Interval(), interval: how.Rate.Interval()}, silence: newSilence(how.Concurrency),
		waits: waits{most: how.MaxWait}}
	if how.SetRate != nil {
		c.pace.set = func(interval time.Duration) { how.SetRate(every(interval)) }
	}
	return c
}

// reached is how fast it went.
func (c *caller) reached() Pace {
	return Pace{Calls: int(c.made.Load()), Took: c.took(), Slowest: every(c.pace.slowest)}
}

// took is how long the run has lasted, without the time that a person took to
// answer.
func (c *caller) took() time.Duration { return c.now().Sub(c.began) - c.asking }

// throttled lets the whole run wait and slow down, for a request that left at
// sent: the limit is the provider's, not the row'c.
func (c *caller) throttled(sent time.Time, wait time.Duration) {
	now := c.now()
	if h := c.waits.see(now, wait); h != nil && !c.stopped() {
		c.halt(h)
		return
	}
	c.pace.pause(now.Add(wait))
	c.sender.Pause(now.Add(wait))
	reached := time.Duration(0)
	if n := c.made.Load(); n > 0 {
		reached = c.took() / time.Duration(n)
	}
	c.pace.slower(sent, now, reached)
}

// waitOut waits for the end of a pause before a call is made, unless the run
// is stopped first; false says that it was. A call that waits in the sender
// could only be ended with those whose requests have left.
func (c *caller) waitOut(ctx context.Context) bool {
	d := c.pace.paused(c.now())
	return d <= 0 || c.sleep(ctx, d)
}

// retryBudget bounds the attempts of a run beyond the first of each row, so
// that a provider in trouble is not called five times as often.
const retryBudget = 100

// mayRetry takes one repeat out of the budget: a hundred, and one for every
// five calls made. What it refuses is not owed later.
func (c *caller) mayRetry() bool {
	if c.repeats.Add(1) <= retryBudget+c.made.Load()/5 {
		return true
	}
	c.repeats.Add(-1)
	return false
}

// pause waits before a request is repeated, and for the end of a pause that
// holds all calls back; false says that the run was stopped first.
func (c *caller) pause(ctx context.Context, d time.Duration) bool {
	return c.sleep(ctx, d) && c.waitOut(ctx)
}

// backoff is how long to wait before the next attempt.
func (c *caller) backoff(attempt int) time.Duration {
	return Backoff(attempt, firstBackoff, longestWait, c.random())
}
