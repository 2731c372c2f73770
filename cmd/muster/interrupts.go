package main

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// secondSignal is how long after the first a signal is a second wish.
const secondSignal = time.Second

// interrupts turns SIGINT and SIGTERM into promise 7: the first closes stop,
// so that no further row is taken; the second cancels ctx.
type interrupts struct {
	stop    chan struct{}
	ctx     context.Context
	first   atomic.Bool
	sending atomic.Bool // requests may be in flight
	release func()
}

func (p *program) interrupts() *interrupts {
	ctx, cancel := context.WithCancel(context.Background())
	i := &interrupts{stop: make(chan struct{}), ctx: ctx}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	ended := make(chan struct{})
	i.release = func() {
		signal.Stop(signals)
		close(ended)
		cancel()
	}
	go func() {
		var at time.Time
		for {
			select {
			case <-signals:
				if i.first.CompareAndSwap(false, true) {
					at = time.Now()
					if i.sending.Load() {
						p.say("stopping: what is in flight settles first, then the report is written (once more stops at once)")
					} else {
						p.say("stopping")
					}
					close(i.stop)
					continue
				}
				// timeout(1) and some shells signal the process and then its group: one
				// wish to stop, told twice.
				if time.Since(at) >= secondSignal {
					cancel()
				}
			case <-ended:
				return
			}
		}
	}()
	return i
}

func (i *interrupts) stopped() bool { return i.first.Load() }
