package ledger

import (
	"context"
	"errors"
	"testing"
	"time"
)

// A request may leave while the server was heard lately by both of the machine's clocks: one of them stands still
// while the machine sleeps.
func TestRightIsSure(t *testing.T) {
	limit, moment := usualPace.trusted, time.Millisecond
	for name, c := range map[string]struct {
		steady, wall time.Duration
		sure         bool
	}{
		"at once":                {0, 0, true},
		"in time":                {limit - moment, limit - moment, true},
		"too late":               {limit, limit, false},
		"after a sleep":          {moment, time.Hour, false},
		"the clock was set back": {moment, -time.Hour, true},
		"set back, and too late": {limit, -time.Hour, false},
	} {
		if sure := usualPace.fresh(c.steady, c.wall); sure != c.sure {
			t.Errorf("%s: %v", name, sure)
		}
	}
	r, heard := newRight("somewhere", usualPace), time.Now()
	r.take(takeover{at: heard})
	r.hear(heard)
	for after, want := range map[time.Duration]bool{limit - moment: true, limit: false} {
		r.clock = func() time.Time { return heard.Add(after) }
		r.mu.Lock()
		sure := r.sure()
		r.mu.Unlock()
		if sure != want {
			t.Errorf("after %v: %v", after, sure)
		}
	}
}

// An answer counts from when its query was sent, and not from when it was read.
func TestAnOldAnswerSaysNothing(t *testing.T) {
	r := newRight("somewhere", quick)
	r.take(takeover{})
	r.hear(time.Now())
	r.hear(time.Now().Add(-time.Hour))
	if err := r.Wait(t.Context()); err != nil {
		t.Error("an older answer took away what a later one said:", err)
	}
	r = newRight("somewhere", quick)
	r.take(takeover{})
	r.hear(time.Now().Add(-quick.trusted))
	waited := make(chan error, 1)
	go func() { waited <- r.Wait(t.Context()) }()
	select {
	case err := <-waited:
		t.Fatal("a request would leave:", err)
	case <-time.After(50 * time.Millisecond):
	}
	r.hear(time.Now())
	if err := <-waited; err != nil {
		t.Error(err)
	}
}

// Waiting for the right ends when the right is lost, when the patience is over, and with its context.
func TestWaitEnds(t *testing.T) {
	brief := quick
	brief.patience = 10 * time.Millisecond
	r := newRight("somewhere", brief)
	var lost *LostRightError
	if err := r.Wait(t.Context()); !errors.As(err, &lost) {
		t.Errorf("never taken: %v", err)
	}
	r.take(takeover{})
	var away *AwayError
	if err := r.Wait(t.Context()); !errors.As(err, &away) || away.After != brief.patience {
		t.Errorf("never heard: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r.pace = quick
	if err := r.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	r.lose(&LostRightError{Holder: "B"})
	r.lose(&LostRightError{Holder: "C"})
	if err := r.Wait(t.Context()); !errors.As(err, &lost) || lost.Holder != "B" {
		t.Errorf("taken by B: %v", err)
	}
	if err := (&Right{file: true}).Wait(ctx); err != nil {
		t.Errorf("of a file: %v", err)
	}
}
