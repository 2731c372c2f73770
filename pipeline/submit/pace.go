package submit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"muster/pipeline"
)

// pacer spaces the calls of one client. A call passes wait before it looks
// for a connection, and start when it has one: dialling takes its time, so
// that calls which were let go 1/R apart could reach the socket closer
// together.
type pacer struct {
	limiter *rate.Limiter

	mu          sync.Mutex
	interval    time.Duration
	pausedUntil time.Time
	last        time.Time // the latest start
}

func newPacer(r pipeline.Rate) *pacer {
	p := &pacer{limiter: rate.NewLimiter(rate.Inf, 1)}
	p.set(r)
	return p
}

func (p *pacer) set(r pipeline.Rate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interval = r.Interval()
	if p.interval <= 0 {
		p.limiter.SetLimit(rate.Inf)
		return
	}
	p.limiter.SetLimit(rate.Every(p.interval))
}

// pause holds all later calls back for d; it never shortens a longer pause.
func (p *pacer) pause(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until := time.Now().Add(d); until.After(p.pausedUntil) {
		p.pausedUntil = until
	}
}

func (p *pacer) state() (interval, paused time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.interval, time.Until(p.pausedUntil)
}

// wait returns when a call may go, with the interval that was in force.
func (p *pacer) wait(ctx context.Context) (time.Duration, error) {
	for {
		interval, paused := p.state()
		if paused > 0 {
			if err := sleep(ctx, paused); err != nil {
				return 0, err
			}
			continue
		}
		if err := p.limiter.Wait(ctx); err != nil {
			return 0, err
		}
		// A pause or another rate may have come meanwhile; everybody who waited
		// then queues again, or all would go at once when the pause ends.
		if now, paused := p.state(); paused <= 0 && now == interval {
			return interval, nil
		}
	}
}

// free says that a call may go at once.
func (p *pacer) free() bool {
	interval, paused := p.state()
	return interval <= 0 && paused <= 0
}

// start returns when interval has passed since the last call's start.
func (p *pacer) start(ctx context.Context, interval time.Duration) error {
	p.mu.Lock()
	now := time.Now()
	at := p.last.Add(interval)
	if at.Before(now) {
		at = now
	}
	p.last = at
	p.mu.Unlock()
	return sleep(ctx, at.Sub(now))
}

func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
