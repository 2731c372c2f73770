package terminal

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// The first signal ends First, after say; a second one that comes with it is not counted. Release ends both.
func TestInterrupts(t *testing.T) {
	// The test must see the signals before the watch ends, because afterwards they would end the test.
	came := make(chan os.Signal, 2)
	signal.Notify(came, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(came)
	said := make(chan bool, 2)
	var i *Interrupts
	watched := make(chan struct{})
	i = Watch(func() {
		<-watched
		said <- i.Stopped() && i.First().Err() == nil
	})
	close(watched)
	defer i.Release()
	if i.Stopped() || i.First().Err() != nil || i.Second().Err() != nil {
		t.Error("it is stopped before any signal")
	}
	for _, s := range []syscall.Signal{syscall.SIGHUP, syscall.SIGINT} {
		if err := syscall.Kill(os.Getpid(), s); err != nil {
			t.Fatal(err)
		}
		<-came
	}
	<-i.First().Done()
	if !<-said || !i.Stopped() {
		t.Error("what there is to say comes between the signal and the end of First")
	}
	if i.Second().Err() != nil {
		t.Error("two signals at once count as two")
	}
	i.Release()
	i.Release()
	if i.First().Err() == nil || i.Second().Err() == nil || len(said) > 0 {
		t.Error("after Release something goes on")
	}
}

// A terminal that is closed while what is in flight settles does not cut that short; a second Ctrl-C does.
func TestAClosedTerminalIsNoSecondSignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := newInterrupts()
		go i.watch(func() {})
		defer i.Release()
		for _, c := range []struct {
			signal        os.Signal
			first, second bool
		}{{os.Interrupt, true, false}, {syscall.SIGHUP, true, false}, {os.Interrupt, true, true}} {
			i.signals <- c.signal
			synctest.Wait()
			if first, second := i.First().Err() != nil, i.Second().Err() != nil; first != c.first || second != c.second {
				t.Errorf("after %s: first %t, second %t", c.signal, first, second)
			}
			time.Sleep(2 * secondSignal)
		}
	})
}

// A command under nohup goes on when its terminal is closed.
func TestIgnoredHangUps(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	i := Watch(func() { t.Error("it stops") })
	defer i.Release()
	if !signal.Ignored(syscall.SIGHUP) {
		t.Error("SIGHUP is no longer ignored")
	}
}
