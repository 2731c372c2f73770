package importer

import (
	"sync"
	"time"

	"muster/pipeline"
)

// The pace recovers by a tenth after so many answers in succession that are no 429 or, when that many take too long,
// with the next answer after so much time. So 2 % of 429s at random do not wear it down, and a slow pace does not
// stay slow.
const (
	recoverAfter  = 4
	recoverWithin = 250 * time.Millisecond
)

// pace is how fast calls are made: it halves on a 429 and recovers slowly, up to the pace that was asked for. It is
// pure arithmetic; the lock is for the workers.
type pace struct {
	mu sync.Mutex
	// set is called with each new interval, in order; nil where the pace is fixed.
	set      func(time.Duration)
	asked    time.Duration // between two calls; 0 is no limit
	interval time.Duration // in force
	slowest  time.Duration
	good     int
	slowed   time.Time // when it was halved last
	stepped  time.Time // when it changed last
	resumes  time.Time // no call before then
}

// slowestPace is the slowest pace after 429s: a call every ten seconds, or the pace that was asked for if that is
// slower. Retry-After and backoff may delay calls further.
const slowestPace = 10 * time.Second

// slower halves the pace, once for all calls that were under way together: one that left before the last halving says
// nothing of the new pace. reached is the interval between calls that the run reached so far, which is used where no
// limit was asked for.
func (p *pace) slower(sent, now time.Time, reached time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.good = 0
	if p.set == nil || !sent.After(p.slowed) {
		return
	}
	p.slowed, p.stepped = now, now
	if p.interval == 0 {
		p.interval = max(reached, time.Millisecond)
	}
	p.interval = max(p.asked, min(2*p.interval, slowestPace))
	p.slowest = max(p.slowest, p.interval)
	p.set(p.interval)
}

// pause holds back all calls until then; it never shortens a longer pause.
func (p *pace) pause(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.resumes) {
		p.resumes = until
	}
}

func (p *pace) paused(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resumes.Sub(now)
}

// faster recovers by a tenth after enough good answers. Where no limit was asked for, the limit that a 429 set ends
// when the interval is down to a millisecond.
func (p *pace) faster(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set == nil || p.interval == p.asked {
		return
	}
	if p.good++; p.good < recoverAfter && now.Sub(p.stepped) < recoverWithin {
		return
	}
	p.good, p.stepped = 0, now
	p.interval = max(p.interval*9/10, p.asked)
	if p.asked == 0 && p.interval <= time.Millisecond {
		p.interval = 0
	}
	p.set(p.interval)
}

// every is the rate of one call per interval.
func every(interval time.Duration) pipeline.Rate {
	if interval <= 0 {
		return pipeline.Rate{}
	}
	return pipeline.Rate{N: 1, Per: interval}
}
