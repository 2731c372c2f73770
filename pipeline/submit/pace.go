package submit

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"muster/pipeline"
)

// pacer spaces the calls of one client. A call passes wait before it looks for a connection, and start when it has
// one: dialling takes time, so that calls that were released 1/R apart could reach the socket closer together.
type pacer struct {
	limiter *rate.Limiter
	sleep   func(ctx context.Context, d time.Duration) error

	mu          sync.Mutex
	interval    time.Duration // between two starts
	pausedUntil time.Time
	last        time.Time // the latest planned start
	starts      starts
}

// mostStarts is the largest N of a rate whose starts are counted: with more starts in its time, a few late ones do
// not matter.
const mostStarts = 1000

// starts are the latest starts: as many as a rate allows in its Per.
type starts struct {
	per  time.Duration
	at   []time.Time // a ring; empty where starts are not counted
	next int
}

// newStarts are the starts of a rate; last is the latest known one, or zero.
func newStarts(r pipeline.Rate, last time.Time) starts {
	if r.N <= 0 || r.N > mostStarts {
		return starts{}
	}
	s := starts{per: r.Per + r.Per/100, at: make([]time.Time, r.N)}
	s.add(last)
	return s
}

func (s *starts) last() (at time.Time) {
	if n := len(s.at); n > 0 {
		at = s.at[(s.next+n-1)%n]
	}
	return at
}

// wait is how long a call must wait before it starts, so that no Per has one too many.
func (s *starts) wait(now time.Time) time.Duration {
	if len(s.at) == 0 || s.at[s.next].IsZero() {
		return 0
	}
	return s.at[s.next].Add(s.per).Sub(now)
}

func (s *starts) add(now time.Time) {
	if len(s.at) > 0 {
		s.at[s.next] = now
		s.next = (s.next + 1) % len(s.at)
	}
}

func newPacer(r pipeline.Rate) *pacer {
	p := &pacer{limiter: rate.NewLimiter(rate.Inf, 1), sleep: sleep}
	p.set(r)
	return p
}

func (p *pacer) set(r pipeline.Rate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interval = r.Spacing()
	p.starts = newStarts(r, p.starts.last())
	if p.interval <= 0 {
		p.limiter.SetLimit(rate.Inf)
		return
	}
	p.limiter.SetLimit(rate.Every(p.interval))
}

// pause holds back all later calls for d; it never shortens a longer pause.
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

// wait returns when a call may go, with the interval in force.
func (p *pacer) wait(ctx context.Context) (time.Duration, error) {
	for {
		interval, paused := p.state()
		if paused > 0 {
			if err := p.sleep(ctx, paused); err != nil {
				return 0, err
			}
			continue
		}
		if err := p.limiter.Wait(ctx); err != nil {
			return 0, err
		}
		// A pause or another rate may have come meanwhile. Everyone who waited then queues again; otherwise all would
		// go at once when the pause ends.
		if now, paused := p.state(); paused <= 0 && now == interval {
			return interval, nil
		}
	}
}

// free reports whether a call may go at once.
func (p *pacer) free() bool {
	interval, paused := p.state()
	return interval <= 0 && paused <= 0
}

// start returns when interval has passed since the last call's start. A timer may be late and the next one on time,
// so that starts are counted too.
func (p *pacer) start(ctx context.Context, interval time.Duration) error {
	p.mu.Lock()
	now := time.Now()
	at := p.last.Add(interval)
	if at.Before(now) {
		at = now
	}
	p.last = at
	p.mu.Unlock()
	for {
		if err := p.sleep(ctx, at.Sub(now)); err != nil {
			return err
		}
		p.mu.Lock()
		now = time.Now()
		wait := p.starts.wait(now)
		if wait <= 0 {
			p.starts.add(now)
		}
		p.mu.Unlock()
		if wait <= 0 {
			return nil
		}
		at = now.Add(wait)
	}
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
