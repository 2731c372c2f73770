package terminal

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// secondSignal is how long after the first a signal must come to count as a second one.
const secondSignal = time.Second

// Interrupts are the signals by which a person or the system stops a command: after the first no further row is
// begun, after the second nothing is waited for. All methods may be called from several goroutines at once.
type Interrupts struct {
	stopped       atomic.Bool
	first, second context.Context
	cancel        [2]context.CancelFunc

	signals chan os.Signal
	ended   chan struct{}
	release sync.Once
}

// Watch handles SIGINT, SIGTERM and SIGHUP, which comes when a terminal is closed and never counts as a second signal,
// until Release. A command that was started to ignore SIGHUP, as by nohup, goes on ignoring it. say is called once, at
// the first signal: Stopped returns true by then, and First is done after it.
func Watch(say func()) *Interrupts {
	i := newInterrupts()
	signal.Notify(i.signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(i.signals, syscall.SIGHUP)
	}
	go i.watch(say)
	return i
}

func newInterrupts() *Interrupts {
	i := &Interrupts{signals: make(chan os.Signal, 2), ended: make(chan struct{})}
	i.first, i.cancel[0] = context.WithCancel(context.Background())
	i.second, i.cancel[1] = context.WithCancel(context.Background())
	return i
}

func (i *Interrupts) watch(say func()) {
	var at time.Time
	for {
		select {
		case s := <-i.signals:
			if i.stopped.CompareAndSwap(false, true) {
				at = time.Now()
				say()
				i.cancel[0]()
				continue
			}
			// timeout(1) and some shells signal the process and then its group: one request to stop, delivered twice. Whoever
			// closes the terminal after Ctrl-C only does not want to watch.
			if s != syscall.SIGHUP && time.Since(at) >= secondSignal {
				i.cancel[1]()
			}
		case <-i.ended:
			return
		}
	}
}

// First is done at the first signal, and at Release.
func (i *Interrupts) First() context.Context { return i.first }

// Second is done at the second signal, and at Release.
func (i *Interrupts) Second() context.Context { return i.second }

// Stopped says whether there was a signal.
func (i *Interrupts) Stopped() bool { return i.stopped.Load() }

// Release ends the watch: signals have their default effect again.
func (i *Interrupts) Release() {
	i.release.Do(func() {
		signal.Stop(i.signals)
		close(i.ended)
		i.cancel[0]()
		i.cancel[1]()
	})
}

// OutliveReaders keeps a command from being ended by the system when nobody reads its output any more, as in
// `muster import ... 2>&1 | head`: writing fails instead. The function that it returns restores the default.
func OutliveReaders() (restore func()) {
	broken := make(chan os.Signal, 1) // that it is handled is enough
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}
