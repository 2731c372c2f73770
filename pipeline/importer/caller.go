package importer

import (
	"context"
	"sync/atomic"
	"time"
)

// caller makes the requests of a Send, as fast as the provider allows. Its methods may be called from several
// goroutines at once.
type caller struct {
	*brake
	guard  *guard
	setup  Setup
	sender Sender
	now    func() time.Time
	random func() float64

	began   time.Time
	asking  time.Duration // how long people took to answer since then, while nothing was called
	pace    pace
	silence *silence
	waits   waits
	made    atomic.Int64 // creates
	repeats atomic.Int64 // creates after the first of their row
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

// reached is the pace that the run reached.
func (c *caller) reached() Pace {
	return Pace{Calls: int(c.made.Load()), Took: c.took(), Slowest: every(c.pace.slowest)}
}

// took is how long the run has lasted, without the time that people took to answer.
func (c *caller) took() time.Duration { return c.now().Sub(c.began) - c.asking }

// throttled pauses and slows down the whole run after a 429, for the limit is the provider's and not the row's. sent
// is when the request left.
func (c *caller) throttled(sent time.Time, wait time.Duration) {
	now := c.now()
	if h := c.waits.see(now, wait); h != nil && !c.stopped() {
		c.halt(h)
		return
	}
	reached := time.Duration(0)
	if n := c.made.Load(); n > 0 {
		reached = max(c.pace.busy(now)-c.asking, 0) / time.Duration(n)
	}
	c.pace.pause(now, now.Add(wait))
	c.sender.Pause(now.Add(wait))
	c.pace.slower(sent, now, reached)
}

// waitOut waits for the end of a pause before a call is made; false when the run was stopped first. It waits here and
// not in the sender, where a stop could only end the wait together with the requests that have left.
func (c *caller) waitOut(ctx context.Context) bool {
	d := c.pace.paused(c.now())
	return d <= 0 || c.sleep(ctx, d)
}

// retryBudget bounds the attempts of a run beyond the first of each row, so that a provider in trouble does not get
// five times as many calls.
const retryBudget = 100

// mayRetry takes one repeat from the budget, which is a hundred and one for every five calls made. A repeat that it
// refuses is not added to a later budget.
func (c *caller) mayRetry() bool {
	if c.repeats.Add(1) <= retryBudget+c.made.Load()/5 {
		return true
	}
	c.repeats.Add(-1)
	return false
}

// pause waits before a request is repeated, and for the end of a pause of all calls; false when the run was stopped
// first.
func (c *caller) pause(ctx context.Context, d time.Duration) bool {
	return c.sleep(ctx, d) && c.waitOut(ctx)
}

// backoff is how long to wait before the next attempt.
func (c *caller) backoff(attempt int) time.Duration {
	return Backoff(attempt, firstBackoff, longestWait, c.random())
}
