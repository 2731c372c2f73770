package importer

import (
	"context"
	"sync"
	"time"
)

// brake stops a Send: a person does by stop, or any goroutine that finds a reason to halt. Its methods may be called
// from several goroutines at once.
type brake struct {
	stop   <-chan struct{} // closed by a person's first interrupt
	halted chan struct{}   // closed by the first halt
	once   sync.Once
	reason *Halt // read once halted is closed
}

func newBrake(stop <-chan struct{}) *brake { return &brake{stop: stop, halted: make(chan struct{})} }

// halt stops the run; only the first reason is kept.
func (b *brake) halt(h *Halt) {
	b.once.Do(func() {
		b.reason = h
		close(b.halted)
	})
}

// why is the reason why the run was halted; nil if it was not.
func (b *brake) why() *Halt {
	select {
	case <-b.halted:
		return b.reason
	default:
		return nil
	}
}

// stopping reports whether no further row may be taken.
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

// stopped reports whether a person has stopped the run, or it was halted.
func (b *brake) stopped() bool { return b.stopping(context.Background()) }

// wait waits for c to be closed; false when the run was stopped first.
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

// put puts a token into c; false when the run was stopped first, also when c has room at the same moment.
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

// sleep waits; false when the run was stopped first.
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
