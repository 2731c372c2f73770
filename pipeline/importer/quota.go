package importer

import (
	"context"
	"sync"
)

// quota bounds how many rows a Send may hand to the clerk. A row that the ledger leaves out does not count. Its
// methods may be called from several goroutines at once, free from one.
type quota struct {
	limit   int           // 0 is no limit
	changed chan struct{} // holds a token when free must look again

	mu   sync.Mutex
	used int
	open int // those of used that the ledger has neither taken nor left out yet
}

func newQuota(limit int) *quota { return &quota{limit: limit, changed: make(chan struct{}, 1)} }

// of is how many of n rows may be handed on in all.
func (q *quota) of(n int) int {
	if q.limit > 0 {
		return min(n, q.limit)
	}
	return n
}

// taken is how many rows were handed on.
func (q *quota) taken() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.used
}

func (q *quota) reached() bool { return q.limit > 0 && q.taken() == q.limit }

// free reports whether another row may be handed on. At the limit it waits until the ledger has taken or left out the
// rows before; it returns false when the run is stopped first.
func (q *quota) free(ctx context.Context, b *brake) bool {
	for {
		q.mu.Lock()
		free, open := q.limit == 0 || q.used < q.limit, q.open
		q.mu.Unlock()
		if free || open == 0 {
			return free
		}
		if !b.wait(ctx, q.changed) {
			return false
		}
	}
}

// take counts a row that is handed on.
func (q *quota) take() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.used++
	q.open++
}

// decided records that the ledger has decided on n rows, and left out back of them.
func (q *quota) decided(n, back int) {
	q.mu.Lock()
	q.open -= n
	q.used -= back
	q.mu.Unlock()
	select {
	case q.changed <- struct{}{}:
	default:
	}
}
