package terminal

import (
	"sync"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
)

// longWait is how long nothing is sent before even a quiet run says why.
const longWait = time.Minute

// Waits makes an otherwise quiet run report that the provider makes it wait for long: in one pause, or in several
// without a finished row between. Its methods may be called from several goroutines at once.
type Waits struct {
	say   func(*pipeline.Message)
	track *progress.Track

	mu      sync.Mutex
	settled int
	since   time.Time // when the first of successive pauses began; zero when there is none
	said    time.Time // end of the wait in the last report
}

// NewWaits passes its sentences to say, with the clock now.
func NewWaits(say func(*pipeline.Message), now func() time.Time) *Waits {
	return &Waits{say: say, track: progress.NewTrack(now)}
}

// See takes an event of the run.
func (w *Waits) See(e enrol.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := e.(type) {
	case enrol.Paused:
		if status, fresh := w.track.Pause(e); fresh {
			w.pause(e, status)
		}
		return
	case enrol.SendBegan:
		w.settled, w.since = 0, time.Time{}
	case enrol.Progressed:
		if e.Progress.Settled != w.settled {
			w.settled, w.since = e.Progress.Settled, time.Time{}
		}
	}
	w.track.See(e)
}

// pause reports a pause if it is long; the lock is held.
func (w *Waits) pause(e enrol.Paused, status int) {
	if w.since.IsZero() {
		w.since = e.Until.Add(-e.Wait)
	}
	if e.Until.Sub(w.since) <= longWait || e.Until.Sub(w.said) <= longWait {
		return
	}
	w.said = e.Until
	if status != 0 {
		w.say(pipeline.Say("progress.long_wait_status", "status", status, "wait", e.Wait, "until", e.Until))
		return
	}
	w.say(pipeline.Say("progress.long_wait", "wait", e.Wait, "until", e.Until))
}
