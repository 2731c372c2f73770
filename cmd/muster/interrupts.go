package main

import (
	"sync/atomic"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
)

// interrupts implements promise 7 for SIGINT and SIGTERM: after the first no further row is taken, after the second
// nothing is waited for.
type interrupts struct {
	*terminal.Interrupts
	sending atomic.Bool // requests may be under way
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

// See notes whether requests may be under way.
func (i *interrupts) See(e enrol.Event) {
	switch e.(type) {
	case enrol.SendBegan:
		i.sending.Store(true)
	case enrol.SendEnded:
		i.sending.Store(false)
	}
}
