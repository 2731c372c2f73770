package importer

import (
	"context"
	"sync"
)

// quota is how many rows a Send may hand to the clerk. A row that the ledger does not
// take gives its place back. Its methods may be called by many at once, free by one.
type quota struct {
	limit   int           // 0 is no limit
	changed chan struct{} // holds a token when free is to look again

	mu   sync.Mutex
	used int
	open int // of them, those of which it is not known yet whether the ledger takes them
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

// free says whether another row may be handed on; at the limit it waits for what
// becomes of those that were, unless the run is stopped first.
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

// decided says of n rows whether the ledger has taken them, of which back give their
// place back.
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
