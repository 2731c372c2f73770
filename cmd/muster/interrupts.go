package main

import (
	"context"
	"sync/atomic"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
)

// interrupts turns SIGINT and SIGTERM into promise 7: the first closes stop,
// so that no further row is taken; the second cancels ctx.
type interrupts struct {
	stop    <-chan struct{}
	first   context.Context // is done when stop is closed
	ctx     context.Context
	stopped func() bool
	sending atomic.Bool // requests may be in flight
	release func()
}

func (p *program) interrupts() *interrupts {
	i := &interrupts{}
	watch := terminal.Watch(func() {
		if i.sending.Load() {
			p.say("stopping: what is in flight settles first, then the report is written (once more stops at once)")
		} else {
			p.say("stopping")
		}
	})
	i.first, i.stop, i.ctx = watch.First(), watch.First().Done(), watch.Second()
	i.stopped, i.release = watch.Stopped, watch.Release
	return i
}

// See takes in whether requests may be in flight.
func (i *interrupts) See(e enrol.Event) {
	switch e.(type) {
	case enrol.SendBegan:
		i.sending.Store(true)
	case enrol.SendEnded:
		i.sending.Store(false)
	}
}
