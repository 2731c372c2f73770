package importer

import (
	"context"
	"sync"
	"time"

	"muster/pipeline"
)

// Outage is how a run meets a provider that does not answer, and what it knows of
// earlier runs that met one.
type Outage struct {
	// Wary says that the run before was halted by an outage: until the provider has
	// answered a create, the first one without an answer halts this run.
	Wary bool
	// Knock asks the provider for anything that changes nothing, so that a wary run
	// need not spend a row to find out that it is still down: it gives the reason, or
	// nil. A nil func is not called.
	Knock func(context.Context) *pipeline.Message
	// Pauses are how long everybody waits before one row goes alone, in turn; nil is
	// 5 and 20 seconds.
	Pauses []time.Duration
}

// mostUnknown is after how many unknown answers in a row everybody waits.
const mostUnknown = 2

var outagePauses = []time.Duration{5 * time.Second, 20 * time.Second}

// gate is what every create of the loop passes, so that an outage costs the fewest
// rows. After an unknown answer none begins before the next answer of those that
// are on their way; after two in a row nobody sends for a while and one row goes
// alone, as often as there are pauses; then the run halts. Its methods may be
// called by many at once.
type gate struct {
	*brake
	now     func() time.Time
	pauses  []time.Duration
	timeout time.Duration // of a request
	// stage is called with what the run is at, and with sending when an outage is
	// over; the lock is held.
	stage   func(Stage)
	sending Stage // set before the workers start

	mu      sync.Mutex
	wary    bool          // nothing was answered yet, and an earlier run ended in an outage
	open    int           // rows that were let in and have not left
	unknown int           // answers in a row
	begun   int           // pauses; 0 while there is no outage
	until   time.Time     // the end of the pause
	alone   bool          // one row goes alone, or waits for the end of the pause
	changed chan struct{} // closed when those that wait are to look again
}

func newGate(b *brake, how *Sending, timeout time.Duration) *gate {
	g := &gate{brake: b, now: how.Now, pauses: how.Outage.Pauses, stage: how.at, wary: how.Outage.Wary,
		changed: make(chan struct{})}
	if len(g.pauses) == 0 {
		g.pauses = outagePauses
	}
	g.timeout = max(timeout, g.pauses[0])
	return g
}

// enter waits until a row may be sent; alone says that no other goes with it, ok
// is false when the run was stopped first. Whoever was let in leaves.
func (g *gate) enter(ctx context.Context) (alone, ok bool) {
	var late <-chan time.Time // an answer that does not come is waited for so long
	for {
		g.mu.Lock()
		switch {
		case g.begun > 0 && !g.alone:
			g.alone = true
			g.open++
			wait := g.until.Sub(g.now())
			g.mu.Unlock()
			if g.sleep(ctx, wait) {
				return true, true
			}
			g.giveBack(true)
			return false, false
		case g.begun == 0 && (g.unknown == 0 || g.open == 0):
			g.open++
			g.mu.Unlock()
			return false, true
		}
		changed := g.changed
		if g.begun > 0 {
			late = nil
		} else if late == nil {
			timer := time.NewTimer(g.timeout)
			defer timer.Stop()
			late = timer.C
		}
		g.mu.Unlock()
		select {
		case <-changed:
		case <-late:
			g.mu.Lock()
			if g.begun == 0 {
				g.open++
				g.mu.Unlock()
				return false, true
			}
			g.mu.Unlock()
		case <-g.stop:
			return false, false
		case <-g.halted:
			return false, false
		case <-ctx.Done():
			return false, false
		}
	}
}

// giveBack leaves for a row that was let in and not sent.
func (g *gate) giveBack(alone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left(alone)
}

// left lets those that wait look again. The lock is held.
func (g *gate) left(alone bool) {
	g.open--
	if alone {
		g.alone = false
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// leave takes the last attempt at a row into account, and halts the run when it
// must, before the next row can go. doubted is an answer that proves nothing: the
// provider is there. paused says that everybody waits for it from now on.
func (g *gate) leave(ctx context.Context, alone bool, last pipeline.Attempt, doubted bool) (paused bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	begun := g.begun
	if h := g.take(alone, last, doubted); h != nil && !g.stopping(ctx) {
		g.halt(h)
	}
	g.left(alone)
	return g.begun > begun
}

// take is what an attempt says of the outage; not nil says that the run must halt.
// What was on its way with others when it began is no news of it. The lock is held.
func (g *gate) take(alone bool, last pipeline.Attempt, doubted bool) *Halt {
	switch {
	case g.begun > 0 && !alone:
		return nil
	case last.Verdict == pipeline.VerdictUnsent, last.Verdict == pipeline.VerdictUnauthorized,
		last.Verdict == pipeline.VerdictThrottled:
		return nil // a matter of other rules
	case last.Verdict != pipeline.VerdictUnknown, doubted, isAccepted(last):
		if g.begun > 0 {
			g.stage(g.sending)
		}
		g.unknown, g.begun, g.wary = 0, 0, false
		return nil
	case g.wary:
		return goesOn(answerOf(pipeline.Reply{Attempt: last}))
	}
	g.unknown++
	if g.unknown < mostUnknown {
		return nil
	}
	if g.begun == len(g.pauses) {
		return NewHalt(HaltSilence, "halt.outage", "count", g.unknown,
			"last", answerOf(pipeline.Reply{Attempt: last})).Try("halt.provider_down")
	}
	g.until = g.now().Add(g.pauses[g.begun])
	g.begun++
	g.stage(Stage{At: StageOutage, Of: g.unknown, Until: g.until})
	return nil
}

// goesOn halts a run that finds the provider as the run before left it.
func goesOn(why *pipeline.Message) *Halt {
	return NewHalt(HaltSilence, "halt.outage_goes_on", "last", why).Try("halt.provider_down")
}

// knock asks whether the provider is there before a wary run spends a row.
func (s *sending) knock(ctx context.Context) *Halt {
	if !s.how.Outage.Wary || s.how.Outage.Knock == nil {
		return nil
	}
	if why := s.how.Outage.Knock(ctx); why != nil && !s.stopping(ctx) {
		return goesOn(why)
	}
	return nil
}

// IsOutage reports whether a run was halted because the provider gave no clear
// answer, so that rows are uncertain for it: the next one is to be wary.
func IsOutage(halt *pipeline.Message) bool {
	if halt == nil {
		return false
	}
	switch halt.Code {
	case "halt.outage", "halt.outage_goes_on", "halt.silent_for", "halt.doubted":
		return true
	}
	return false
}
