package importer

import (
	"sync"
	"time"
)

// waits bounds the pauses that a provider asks for: those in succession together, from the first one until an answer
// that asks for none.
type waits struct {
	most time.Duration // 0 is no limit

	mu    sync.Mutex
	since time.Time // when the first of them began; zero when there is none
}

// see counts a pause that begins now; the run must end instead of waiting when the result is not nil.
func (w *waits) see(now time.Time, wait time.Duration) *Halt {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since.IsZero() {
		w.since = now
	}
	until := now.Add(wait)
	if w.most <= 0 || until.Sub(w.since) <= w.most {
		return nil
	}
	return NewHalt(HaltWait, "halt.max_wait", "until", until, "most", w.most).Try("halt.run_from", "until", until)
}

// over ends a succession of pauses.
func (w *waits) over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.since = time.Time{}
}
