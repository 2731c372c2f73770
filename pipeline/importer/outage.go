package importer

import (
	"context"
	"net/http"
	"sync"
	"time"

	"muster/pipeline"
)

// An outage costs the fewest rows: after so many unknown answers in a row nobody
// sends for a while and one row goes alone, as often as there are pauses; then
// the run halts.
const mostUnknown = 2

var outagePauses = []time.Duration{5 * time.Second, 20 * time.Second}

// outage is the gate that every create of the loop passes. Its methods may be
// called by many at once.
type outage struct {
	*brake
	now func() time.Time
	// wary: an earlier run ended in an outage, so that the first unknown answer
	// halts this one.
	wary bool

	mu      sync.Mutex
	unknown int           // answers in a row
	probes  int           // pauses begun; 0 while there is no outage
	until   time.Time     // the end of the pause
	alone   bool          // one row goes alone, or waits for the end of the pause
	changed chan struct{} // closed when those that wait are to look again
}

func newOutage(b *brake, how *Sending) *outage {
	return &outage{brake: b, now: how.Now, wary: how.Wary, changed: make(chan struct{})}
}

// enter waits until a row may be sent; probe says that it goes alone, ok is false
// when the run was stopped first.
func (o *outage) enter(ctx context.Context) (probe, ok bool) {
	for {
		o.mu.Lock()
		switch {
		case o.probes == 0:
			o.mu.Unlock()
			return false, true
		case !o.alone:
			o.alone = true
			wait := o.until.Sub(o.now())
			o.mu.Unlock()
			if wait <= 0 || o.sleep(ctx, wait) {
				return true, true
			}
			o.mu.Lock()
			o.alone = false
			o.wake()
			o.mu.Unlock()
			return false, false
		}
		changed := o.changed
		o.mu.Unlock()
		if !o.wait(ctx, changed) {
			return false, false
		}
	}
}

// wake lets those that wait look again. The lock is held.
func (o *outage) wake() {
	close(o.changed)
	o.changed = make(chan struct{})
}

// leave takes an end into account; not nil says that the run must halt. What was
// on its way with others when the outage began is no news of it.
func (o *outage) leave(probe bool, last pipeline.Attempt, doubted bool) *Halt {
	o.mu.Lock()
	defer o.mu.Unlock()
	if probe {
		o.alone = false
		defer o.wake()
	}
	switch {
	case o.probes > 0 && !probe:
		return nil
	case last.Verdict == pipeline.VerdictUnsent, last.Verdict == pipeline.VerdictUnauthorized,
		last.Verdict == pipeline.VerdictThrottled:
		return nil // a matter of other rules
	case last.Verdict != pipeline.VerdictUnknown, doubted, last.HTTPStatus == http.StatusAccepted:
		o.unknown, o.probes = 0, 0
		return nil
	case o.wary && o.unknown == 0 && o.probes == 0:
		o.unknown++
		return outageHalt(1)
	}
	o.unknown++
	if o.unknown < mostUnknown {
		return nil
	}
	if o.probes == len(outagePauses) {
		return outageHalt(o.unknown)
	}
	o.until = o.now().Add(outagePauses[o.probes])
	o.probes++
	return nil
}

func outageHalt(unknown int) *Halt {
	return NewHalt(HaltSilence, "halt.outage", "count", unknown).Try("halt.provider_down")
}

// HaltedByOutage is the message of a run that an outage of the provider halted:
// the next one is to be wary.
const HaltedByOutage pipeline.MessageCode = "halt.outage"
