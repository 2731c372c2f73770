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
	met      time.Duration // the interval at which the last 429 came
	leaps    int           // recoveries since, of a pace that is faster than that
	slowed   time.Time     // when it was halved last
	stepped  time.Time     // when it changed last
	resumes  time.Time     // no call before then
	began    time.Time     // when the first create left
	rested   time.Duration // in pauses since, those under way included
}

// begin notes that a create leaves.
func (p *pace) begin(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.began.IsZero() {
		p.began, p.rested = now, 0
	}
}

// busy is for how long calls have been made, without the pauses.
func (p *pace) busy(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(now.Sub(p.began)-p.rested+max(p.resumes.Sub(now), 0), 0)
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
	p.met, p.leaps = p.interval, 0
	p.interval = max(p.asked, min(2*p.interval, slowestPace))
	p.slowest = max(p.slowest, p.interval)
	p.set(p.interval)
}

// pause holds back all calls until then; it never shortens a longer pause.
func (p *pace) pause(now, until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.resumes) {
		from := now
		if p.resumes.After(now) {
			from = p.resumes
		}
		p.rested += until.Sub(from)
		p.resumes = until
	}
}

func (p *pace) paused(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resumes.Sub(now)
}

// faster recovers by a tenth after enough good answers; sent is when the answered request left. Once the pace is faster
// than the one at which the last 429 came, that one was not about the pace, and each recovery is a tenth larger than
// the one before, up to half; but then only answers to requests that left since the last one say that it goes well.
// Where no limit was asked for, the limit that a 429 set ends when the interval is down to a millisecond.
func (p *pace) faster(sent, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.set == nil || p.interval == p.asked {
		return
	}
	past := p.interval < p.met
	if past && !sent.After(p.stepped) {
		return
	}
	if p.good++; p.good < recoverAfter && now.Sub(p.stepped) < recoverWithin {
		return
	}
	p.good, p.stepped = 0, now
	tenths := 1
	if past {
		p.leaps++
		tenths = min(1+p.leaps, 5)
	}
	p.interval = max(p.interval*time.Duration(10-tenths)/10, p.asked)
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
