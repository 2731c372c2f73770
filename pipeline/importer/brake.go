package importer

import (
	"context"
	"sync"
	"time"
)

// brake stops a Send: a person does, by stop, or whoever finds a reason to halt
// it. Its methods may be called by many at once.
type brake struct {
	stop   <-chan struct{} // closed by a person's first interrupt
	halted chan struct{}   // closed by the first halt
	once   sync.Once
	reason *Halt // read once halted is closed
}

func newBrake(stop <-chan struct{}) *brake { return &brake{stop: stop, halted: make(chan struct{})} }

// halt stops the run; the first reason counts.
func (b *brake) halt(h *Halt) {
	b.once.Do(func() {
		b.reason = h
		close(b.halted)
	})
}

// why is why the run was halted; nil where it was not.
func (b *brake) why() *Halt {
	select {
	case <-b.halted:
		return b.reason
	default:
		return nil
	}
}

// stopping says whether no further row is to be taken.
func (b *brake) stopping(ctx context.Context) bool {
	select {
	case <-b.stop:
	case <-b.halted:
	case <-ctx.Done():
	default:
		return false
	}
	return true
}

// stopped says whether a person has stopped the run, or it was halted.
func (b *brake) stopped() bool { return b.stopping(context.Background()) }

// wait waits for c to be closed, unless the run is stopped first; false says
// that it was.
func (b *brake) wait(ctx context.Context, c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	case <-b.stop:
	case <-b.halted:
	case <-ctx.Done():
	}
	return false
}

// put puts a token into c, unless the run is stopped first; false says that it
// was. Room that comes free at the same moment does not count.
func (b *brake) put(ctx context.Context, c chan struct{}) bool {
	select {
	case c <- struct{}{}:
		if !b.stopping(ctx) {
			return true
		}
		<-c
	case <-b.stop:
	case <-b.halted:
	case <-ctx.Done():
	}
	return false
}

// sleep waits, unless the run is stopped first; false says that it was.
func (b *brake) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return !b.stopping(ctx)
	case <-b.stop:
	case <-b.halted:
	case <-ctx.Done():
	}
	return false
}
