package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"muster/pipeline"
)

// Right is the right to send of the namespaces that a ledger holds. Its methods may be called from several goroutines
// at once.
type Right struct {
	path  string
	file  bool // of a file, whose lock is the right
	pace  pace
	clock func() time.Time

	mu      sync.Mutex
	heard   time.Time     // when the last query that the server answered was sent
	lost    error         // why the right is not held, or the ledger can no longer be used
	changed chan struct{} // closed when one of the above changes
	taken   takeover
}

type takeover struct {
	at          time.Time
	unannounced bool
	elsewhere   *pipeline.Message // nil where the sender before used the same server
}

// pace are the times of a session on a server. Tests have shorter ones.
type pace struct {
	beat     time.Duration // between two pings while nothing is written
	trusted  time.Duration // after the server was heard, during which nobody else can have the right
	idle     time.Duration // after which the server ends a session that sends nothing
	patience time.Duration // how long a server may be away
	returns  time.Duration // after a fail-over, until the sender has found the new server
	pause    time.Duration // between two tries
	silence  time.Duration // of a statement, before a second connection looks for its backend
}

// idle is longer than trusted, and the server counts it from a later moment, so that the right is never trusted after
// the server gave it away.
var usualPace = pace{
	beat:     500 * time.Millisecond,
	trusted:  4 * time.Second,
	idle:     5 * time.Second,
	patience: time.Minute,
	returns:  dialTimeout + 5*time.Second,
	pause:    250 * time.Millisecond,
	silence:  8 * time.Second,
}

func newRight(path string, p pace) *Right {
	return &Right{path: path, pace: p, clock: time.Now, changed: make(chan struct{}),
		lost: &LostRightError{Path: path}}
}

// Wait is called right before a request leaves. It returns nil at once while nobody else can have the right, and
// waits, up to a minute, while the server is not heard. Its errors: a [*LostRightError], an [*AwayError], the
// context's, or why the ledger can no longer be used.
func (r *Right) Wait(ctx context.Context) error {
	if r.file {
		return nil
	}
	var late <-chan time.Time
	for {
		r.mu.Lock()
		err, sure, changed := r.lost, r.sure(), r.changed
		r.mu.Unlock()
		switch {
		case err != nil:
			return err
		case sure:
			return nil
		}
		if late == nil {
			timer := time.NewTimer(r.pace.patience)
			defer timer.Stop()
			late = timer.C
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return &AwayError{Path: r.path, After: r.pace.patience}
		}
	}
}

// sure reports whether the server was heard lately enough.
func (r *Right) sure() bool {
	now := r.clock()
	return r.pace.fresh(now.Sub(r.heard), now.Round(0).Sub(r.heard.Round(0)))
}

// fresh compares a duration by both of the machine's clocks: the monotonic one never jumps, but stands still while
// the machine sleeps.
func (p pace) fresh(steady, wall time.Duration) bool { return steady < p.trusted && wall < p.trusted }

// TookOver says when the right was taken, by this machine's clock, and whether the sender before had not said
// goodbye: then requests of that sender may still be under way. Both are zero for a file.
func (r *Right) TookOver() (at time.Time, unannounced bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken.at, r.taken.unannounced
}

// OtherServer says how the namespace was last sent to from another server, or from this one before it was restored or
// promoted, so that customers may be missing; nil where it was not. In production that is refused until a person
// confirms it ([Options]).
func (r *Right) OtherServer() *pipeline.Message {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken.elsewhere
}

// hear notes that the server has answered a query that was sent at that time.
func (r *Right) hear(asked time.Time) {
	r.change(func() {
		if asked.After(r.heard) {
			r.heard = asked
		}
	})
}

// take notes that the right is held.
func (r *Right) take(t takeover) { r.change(func() { r.lost, r.taken = nil, t }) }

// lose notes that the right is not held, and keeps the first reason.
func (r *Right) lose(reason error) {
	r.change(func() {
		var none *LostRightError
		if r.lost == nil || errors.As(r.lost, &none) && none.Holder == "" {
			r.lost = reason
		}
	})
}

// refusal is why no intent may be written; nil when it may.
func (r *Right) refusal() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.lost
}

func (r *Right) change(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
	close(r.changed)
	r.changed = make(chan struct{})
}
