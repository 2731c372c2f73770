package importer

import (
	"sync"
	"time"

	"muster/pipeline"
)

// A provider that takes connections and answers nothing costs its whole
// timeout for each request, so that counting outcomes alone takes minutes to
// tell that it is down: a run also halts when nothing was answered for so long,
// by at least so many attempts.
const (
	longSilence    = time.Minute
	fewestInSilent = 2
)

// silence measures for how long no attempt had an answer, of creates and
// look-ups. A pause that the provider asked for is an answer.
type silence struct {
	least int // attempts in a row before their time counts; of those that were not sent, fewestInSilent

	mu       sync.Mutex
	attempts int
	unsent   int       // of them, those that certainly were not sent
	since    time.Time // when the first of them was sent
}

func newSilence(concurrency int) *silence {
	return &silence{least: max(concurrency, fewestInSilent)}
}

// see takes one attempt into account, which was sent then.
func (q *silence) see(v pipeline.Verdict, retryAfter time.Duration, sent time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if retryAfter > 0 || v != pipeline.VerdictUnknown && v != pipeline.VerdictUnsent {
		q.attempts, q.unsent = 0, 0
		return
	}
	if q.attempts == 0 || sent.Before(q.since) {
		q.since = sent
	}
	q.attempts++
	if v == pipeline.VerdictUnsent {
		q.unsent++
	}
}

// allUnsent says that certainly none of the attempts was sent.
func (q *silence) allUnsent() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.unsent == q.attempts
}

// over ends it: what comes is measured by itself.
func (q *silence) over() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.attempts, q.unsent = 0, 0
}

// long says whether it lasts too long.
func (q *silence) long(now time.Time) (attempts int, lasted time.Duration, long bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.attempts == 0 {
		return 0, 0, false
	}
	least := q.least
	if q.unsent == q.attempts {
		least = fewestInSilent // nothing is in doubt, and the first create goes alone
	}
	lasted = now.Sub(q.since)
	return q.attempts, lasted, q.attempts >= least && lasted >= longSilence
}

// halt is not nil when the run must halt.
func (q *silence) halt(now time.Time) *Halt {
	attempts, lasted, long := q.long(now)
	if !long {
		return nil
	}
	if q.allUnsent() {
		return NewHalt(HaltSilence, "halt.not_sent_for", "time", lasted, "count", attempts).
			Try("halt.provider_down_or_url")
	}
	return NewHalt(HaltSilence, "halt.silent_for", "time", lasted, "count", attempts).Try("halt.provider_down")
}
