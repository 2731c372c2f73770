package importer

import (
	"sync"
	"time"

	"muster/pipeline"
)

// A provider that accepts connections and answers nothing costs the whole timeout for each request, so that counting
// outcomes alone would take minutes to notice. A run therefore also halts when nothing was answered for so long, by
// at least so many attempts.
const (
	longSilence    = time.Minute
	fewestInSilent = 2
)

// silence measures for how long no attempt had an answer, over creates and look-ups. A pause that the provider asked
// for is an answer.
type silence struct {
	least int // attempts in succession before their time counts; for those that were not sent, fewestInSilent

	mu       sync.Mutex
	attempts int
	unsent   int       // of them, those that certainly were not sent
	since    time.Time // when the first of them was sent
}

func newSilence(concurrency int) *silence {
	return &silence{least: max(concurrency, fewestInSilent)}
}

// see counts one attempt, and when it was sent.
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

// allUnsent reports that certainly none of the attempts was sent.
func (q *silence) allUnsent() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.unsent == q.attempts
}

// over ends a silence: later attempts are measured afresh.
func (q *silence) over() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.attempts, q.unsent = 0, 0
}

// long reports whether the silence has lasted too long.
func (q *silence) long(now time.Time) (attempts int, lasted time.Duration, long bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.attempts == 0 {
		return 0, 0, false
	}
	least := q.least
	if q.unsent == q.attempts {
		least = fewestInSilent // no row is uncertain, and the first create goes alone
	}
	lasted = now.Sub(q.since)
	return q.attempts, lasted, q.attempts >= least && lasted >= longSilence
}

// halt is the reason to halt the run; nil when there is none.
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
