// Package progress tracks a run while it sends: how far it is, how fast, and what it waits for. A bar, sentences or
// JSON lines are made from its view.
package progress

import (
	"maps"
	"sync"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

const (
	// rateOver is the time over which the rate is measured.
	rateOver = 30 * time.Second
	// rateFrom is after how long a rate is meaningful.
	rateFrom = 2 * time.Second
	// risingFor is how long a rate is not what it will be after a pause.
	risingFor = 5 * time.Second
	// shortest is the shortest pause that is reported, and by how much a pause must exceed the last one to be
	// reported.
	shortest = 500 * time.Millisecond
)

// Track follows a run by its events, from [enrol.SendBegan] on. Its methods may be called from several goroutines at
// once.
type Track struct {
	now func() time.Time

	mu     sync.Mutex
	view   View            // without its counts
	counts pipeline.Counts // not shared: a view has a copy
	marks  []mark
	asking bool // a person is being asked, and time does not count
}

// mark is how many rows were settled at some time.
type mark struct {
	at      time.Time
	settled int
}

// NewTrack follows runs by the clock now.
func NewTrack(now func() time.Time) *Track { return &Track{now: now} }

// See takes an event of a run.
func (t *Track) See(e enrol.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch e := e.(type) {
	case enrol.SendBegan:
		t.view, t.asking, t.marks = View{Run: e.Run}, false, []mark{{at: t.now()}}
		t.counts = pipeline.Counts{}
		t.view.Ready = e.Ready
	case enrol.CreateBegan:
		t.view.Flight++
	case enrol.CreateEnded:
		t.view.Flight--
		if e.Attempt.Verdict == pipeline.VerdictThrottled || e.RetryAfter > 0 {
			t.view.Status = e.Attempt.HTTPStatus
		}
	case enrol.Paused:
		t.pause(e)
	case enrol.Progressed:
		t.view.Progress = e.Progress
		clear(t.counts)
		maps.Copy(t.counts, e.Progress.Counts)
	case enrol.Piloted:
		t.asking = e.Asked
	case enrol.Staged:
		t.view.Stage = e.Stage
		t.answered()
	case enrol.LedgerSilent:
		t.view.Silent = e.Since
	case enrol.SendEnded:
		t.answered()
	}
}

// answered resumes measuring after a question; the lock is held.
func (t *Track) answered() {
	if t.asking {
		t.asking, t.marks = false, []mark{{t.now(), t.view.Settled}}
	}
}

// Pause takes a pause and reports whether it is new: it is not when it is very short, or when another request has
// asked for the same. status is that of the answer that asked for it, 0 where it is not known.
func (t *Track) Pause(e enrol.Paused) (status int, fresh bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.view.Status, t.pause(e) && e.Wait >= shortest
}

// pause reports whether no other request has asked for the same; the lock is held.
func (t *Track) pause(e enrol.Paused) bool {
	now := e.Until.Add(-e.Wait)
	if e.Until.Sub(t.view.Paused) < shortest && t.view.Paused.After(now) {
		return false
	}
	t.view.Paused = e.Until
	return true
}

// View is what to show now, with the measured rate; false while a person is being asked.
func (t *Track) View() (View, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.asking || len(t.marks) == 0 {
		return View{}, false
	}
	at := t.now()
	if last := t.marks[len(t.marks)-1]; at.Sub(last.at) >= time.Second {
		t.marks = append(t.marks, mark{at, t.view.Settled})
		for len(t.marks) > 2 && at.Sub(t.marks[1].at) > rateOver {
			t.marks = t.marks[1:]
		}
	}
	v := t.view
	v.Resumed = !v.Paused.IsZero() && at.Sub(v.Paused) < risingFor
	for len(t.marks) > 1 && t.marks[0].at.Before(v.Paused) && at.Sub(t.marks[1].at) >= rateFrom {
		t.marks = t.marks[1:] // the rate is that since the pause
	}
	v.Counts = maps.Clone(t.counts)
	if first := t.marks[0]; at.Sub(first.at) >= rateFrom {
		v.Rate = float64(v.Settled-first.settled) / at.Sub(first.at).Seconds()
	}
	return v, true
}

// Every calls show at that interval until end is called; when end returns, show is not running any more.
func Every(interval time.Duration, show func()) (end func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				show()
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}
