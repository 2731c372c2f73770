package main

import (
	"sync/atomic"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
)

// interrupts turns SIGINT and SIGTERM into promise 7: after the first no further
// row is taken, after the second nothing is waited for.
type interrupts struct {
	*terminal.Interrupts
	sending atomic.Bool // requests may be in flight
}

func (p *program) interrupts() *interrupts {
	i := &interrupts{}
	i.Interrupts = terminal.Watch(func() {
		if i.sending.Load() {
			p.say("run.stopping_in_flight")
		} else {
			p.say("run.stopping")
		}
	})
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
