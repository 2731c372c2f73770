package ledger

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Right is the right to send of the namespaces that a ledger holds. Its methods may be
// called from several goroutines at once.
type Right struct {
	path  string
	file  bool // the lock of the file is the right
	pace  pace
	clock func() time.Time

	mu      sync.Mutex
	heard   time.Time     // when the last question was put that the server has answered
	lost    error         // why it is not held; or that the ledger is of no use any more
	changed chan struct{} // closed when something above changes
	taken   takeover
}

type takeover struct {
	at          time.Time
	unannounced bool
	elsewhere   bool
}

// pace is how often and how long a session on a server does what it does. Tests have
// shorter ones.
type pace struct {
	beat     time.Duration // between two questions to the server while nothing is written
	trusted  time.Duration // since it was heard: as long nobody else can have the right
	idle     time.Duration // after which the server ends a session that asks nothing
	patience time.Duration // for a server that is away
	pause    time.Duration // between two tries
	silence  time.Duration // of a statement, after which a second connection looks after it
}

// The server counts from a later moment than the session, and from then on longer.
var usualPace = pace{
	beat:     500 * time.Millisecond,
	trusted:  4 * time.Second,
	idle:     5 * time.Second,
	patience: time.Minute,
	pause:    250 * time.Millisecond,
	silence:  8 * time.Second,
}

func newRight(path string, p pace) *Right {
	return &Right{path: path, pace: p, clock: time.Now, changed: make(chan struct{}),
		lost: &LostRightError{Path: path}}
}

// Wait is asked in the moment before a request leaves. It is nil at once while nobody
// else can have the right; it blocks while the server is not heard, for a minute at
// most. Its errors: a [*LostRightError], an [*AwayError], the context's, or that the
// ledger is of no more use.
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

// sure: the server was heard lately.
func (r *Right) sure() bool {
	now := r.clock()
	return r.pace.fresh(now.Sub(r.heard), now.Round(0).Sub(r.heard.Round(0)))
}

// fresh asks both of the machine's clocks how long ago something was: the steady one,
// which is never set, stands still while the machine sleeps.
func (p pace) fresh(steady, wall time.Duration) bool { return steady < p.trusted && wall < p.trusted }

// TookOver says when the right was taken, by this machine's clock, and whether from
// somebody who had it and never said that it ended: then requests of that one may
// still be under way. Of a file both are zero.
func (r *Right) TookOver() (at time.Time, unannounced bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken.at, r.taken.unannounced
}

// OtherServer: the namespace was sent to from another server last, or this one was put
// back or took over since. In production that is refused before somebody has said that
// it is all right ([Options]).
func (r *Right) OtherServer() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken.elsewhere
}

// hear notes that the server has answered a question that was put at that time.
func (r *Right) hear(asked time.Time) {
	r.change(func() {
		if asked.After(r.heard) {
			r.heard = asked
		}
	})
}

// take notes that the right is held.
func (r *Right) take(t takeover) { r.change(func() { r.lost, r.taken = nil, t }) }

// lose notes that it is not, and keeps the first reason.
func (r *Right) lose(reason error) {
	r.change(func() {
		var none *LostRightError
		if r.lost == nil || errors.As(r.lost, &none) && none.Holder == "" {
			r.lost = reason
		}
	})
}

// refusal is why an intent may not be written, nil where it may.
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
