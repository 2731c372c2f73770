package importer

import (
	"context"
	"sync"
	"time"

	"muster/pipeline"
)

// Outage is how a run deals with a provider that does not answer, and what it knows of outages of earlier runs.
type Outage struct {
	// Wary says that the run before was halted by an outage: until the provider has answered a create, the first one
	// without an answer halts this run.
	Wary bool
	// Knock sends the provider a request that changes nothing, so that a wary run need not risk a row to find out
	// that the provider is still down: it returns the reason, or nil. It may be nil.
	Knock func(context.Context) *pipeline.Message
	// Pauses are how long all rows wait before one goes alone, in turn; nil is 5 and 20 seconds.
	Pauses []time.Duration
}

// mostUnknown is after how many unknown answers in succession all rows wait.
const mostUnknown = 2

var outagePauses = []time.Duration{5 * time.Second, 20 * time.Second}

// gate lets every create of the loop pass in such a way that an outage costs the fewest rows. After an unknown answer
// none begins before another answer of those under way; after two in succession all wait for a pause and then one row
// goes alone, as often as there are pauses; then the run halts. Its methods may be called from several goroutines at
// once.
type gate struct {
	*brake
	now     func() time.Time
	pauses  []time.Duration
	timeout time.Duration // of a request
	// stage is called with the run's stage, and with sending when an outage is over. The lock is held.
	stage   func(Stage)
	sending Stage // set before the workers start

	mu      sync.Mutex
	wary    bool          // nothing was answered yet, and the run before ended in an outage
	open    int           // rows between enter and leave
	unknown int           // answers in succession
	begun   int           // pauses begun; 0 while there is no outage
	until   time.Time     // the end of the pause
	alone   bool          // one row goes alone, or waits for the end of the pause
	changed chan struct{} // closed when those that wait must look again
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

// enter waits until a row may be sent. alone says that no other row goes with it; ok is false when the run was
// stopped first. After ok the caller must call leave or giveBack.
func (g *gate) enter(ctx context.Context) (alone, ok bool) {
	var late <-chan time.Time // fires when an answer has taken too long to wait for
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

// giveBack is leave for a row that was not sent.
func (g *gate) giveBack(alone bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.left(alone)
}

// left wakes those that wait. The lock is held.
func (g *gate) left(alone bool) {
	g.open--
	if alone {
		g.alone = false
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

// leave takes the last attempt at a row into account, and halts the run when it must, before the next row can go.
// doubted is an answer that proves nothing, except that the provider is up. paused says that all rows wait from now
// on.
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

// take decides from an attempt about the outage; the run must halt when the result is not nil. Answers to requests
// that were under way when the outage began say nothing new. The lock is held.
func (g *gate) take(alone bool, last pipeline.Attempt, doubted bool) *Halt {
	switch {
	case g.begun > 0 && !alone:
		return nil
	case last.Verdict == pipeline.VerdictUnsent, last.Verdict == pipeline.VerdictUnauthorized,
		last.Verdict == pipeline.VerdictThrottled:
		return nil // other rules decide
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

// goesOn is the halt of a run that finds that the outage of the run before goes on.
func goesOn(why *pipeline.Message) *Halt {
	return NewHalt(HaltSilence, "halt.outage_goes_on", "last", why).Try("halt.provider_down")
}

// knock asks whether the provider is up before a wary run risks a row.
func (s *sending) knock(ctx context.Context) *Halt {
	if !s.how.Outage.Wary || s.how.Outage.Knock == nil {
		return nil
	}
	if why := s.how.Outage.Knock(ctx); why != nil && !s.stopping(ctx) {
		return goesOn(why)
	}
	return nil
}

// IsOutage reports whether a run was halted because the provider gave no clear answer, and rows are uncertain because
// of it: the next run must be wary.
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
