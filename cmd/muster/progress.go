package main

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

const (
	// progressEvery is how often a line is written where there is no bar: often
	// enough to see that it lives, seldom enough for a log that is kept.
	progressEvery = 5 * time.Second
	// barEvery is how often a bar is drawn.
	barEvery = 200 * time.Millisecond
	// rateOver is the time over which the rate is measured.
	rateOver = 30 * time.Second
	// rateFrom is how long it takes until a rate says anything.
	rateFrom = 2 * time.Second
)

// progress tells how far a run has come: by a bar on a terminal, by a line now
// and then elsewhere. Its methods may be called at the same time.
type progress struct {
	run *importRun
	bar bool

	mu     sync.Mutex
	now    view
	marks  []mark
	told   bool // a line was written
	asking bool // a person is being asked: nothing is told

	quit  chan struct{}
	ended chan struct{}
}

// view is what is known of a run at one moment.
type view struct {
	importer.Progress
	stage  importer.Stage
	flight int       // creates that have begun and not ended
	paused time.Time // no call before then
	status int       // HTTP, of the answer that asked to wait; 0 where that is not known
	rate   float64   // rows a second of late; 0 when nothing was settled
}

// mark is how many rows were settled when.
type mark struct {
	at      time.Time
	settled int
}

func (r *importRun) newProgress() *progress {
	p := &progress{run: r, bar: r.mayDraw(), quit: make(chan struct{}), ended: make(chan struct{})}
	p.marks = []mark{{at: r.now()}}
	go p.live()
	return p
}

// live draws the bar or writes lines until the run ends.
func (p *progress) live() {
	defer close(p.ended)
	every := progressEvery
	if p.bar {
		every = barEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.show()
		case <-p.quit:
			return
		}
	}
}

func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asking {
		return
	}
	t := p.run.now()
	v := p.view(t)
	if p.bar {
		p.run.screen.Draw(v.bar(t, p.run.screen.Width()-1))
		return
	}
	p.told = true
	p.run.tell(v.line(t))
	p.run.tellEvent("progress", func() map[string]any {
		fields := map[string]any{"run": p.run.run.ID, "settled": v.Settled, "ready": v.Ready, "in_flight": v.flight, "per_second": v.rate, "counts": counted(v.Counts), "stage": v.stage.At}
		return fields
	})
}

// view is what to show at t, with the rate measured; the lock is held.
func (p *progress) view(t time.Time) view {
	last := p.marks[len(p.marks)-1]
	if t.Sub(last.at) >= time.Second {
		p.marks = append(p.marks, mark{t, p.now.Settled})
		for len(p.marks) > 2 && t.Sub(p.marks[1].at) > rateOver {
			p.marks = p.marks[1:]
		}
	}
	v := p.now
	if first := p.marks[0]; t.Sub(first.at) >= rateFrom {
		v.rate = float64(v.Settled-first.settled) / t.Sub(first.at).Seconds()
	}
	return v
}

// see takes in how far the rows are.
func (p *progress) see(now importer.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now.Counts = maps.Clone(now.Counts)
	p.now.Progress = now
}

// at takes in what the run is at.
func (p *progress) at(stage importer.Stage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now.stage = stage
}

// suspend takes the bar away while f asks a person; the time does not count.
func (p *progress) suspend(f func() *importer.Halt) *importer.Halt {
	p.mu.Lock()
	p.asking = true
	p.mu.Unlock()
	if p.bar {
		p.run.screen.Draw("")
	}
	defer func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.asking, p.marks = false, []mark{{p.run.now(), p.now.Settled}}
	}()
	return f()
}

// end takes the bar away, or tells the last of it where lines have been told
// before.
func (p *progress) end() {
	close(p.quit)
	<-p.ended
	if p.bar {
		p.run.screen.Draw("")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.told {
		t := p.run.now()
		p.run.tell(p.view(t).line(t))
	}
}

// shownSender is a sender whose requests and pauses a progress sees.
type shownSender struct {
	importer.Sender
	progress *progress
}

func (w shownSender) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, int) {
	p := w.progress
	p.mu.Lock()
	p.now.flight++
	p.mu.Unlock()
	reply, token := w.Sender.Create(ctx, in)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.now.flight--
	if reply.Verdict == pipeline.VerdictThrottled || reply.RetryAfter > 0 {
		p.now.status = reply.HTTPStatus
	}
	return reply, token
}

// toldPause is the shortest pause that is worth a word.
const toldPause = 500 * time.Millisecond

func (w shownSender) Pause(until time.Time) {
	w.Sender.Pause(until)
	p := w.progress
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.run.now()
	if until.Sub(p.now.paused) < toldPause && p.now.paused.After(now) {
		return // the same wish, of another request
	}
	p.now.paused = until
	if wait := until.Sub(now); wait >= toldPause {
		p.run.tellEvent("pause", func() map[string]any {
			return map[string]any{"run": p.run.run.ID, "seconds": wait.Round(time.Millisecond).Seconds(), "until": until.UTC().Format(time.RFC3339), "http_status": p.now.status}
		})
	}
}

// line is a view in a sentence.
func (v view) line(t time.Time) string {
	line := fmt.Sprintf("%d of %d done", v.Settled, v.Ready)
	if note := v.note(t); note != "" {
		line += ", " + note
	} else if v.rate > 0 {
		line += fmt.Sprintf(", %.1f/s", v.rate)
		if left := v.left(); left > 0 {
			line += ", " + about(left) + " left"
		}
	} else if v.flight > 0 {
		line += fmt.Sprintf(", %d in flight and nothing answered of late", v.flight)
	}
	if s := countsText(v.Counts); s != "" {
		line += ": " + s
	}
	return line
}

// left is how long the rest takes at the rate of late; 0 when that is not
// known, or when a question comes first.
func (v view) left() time.Duration {
	if v.stage.At == importer.StagePilot {
		return 0
	}
	if n := v.Ready - v.Settled; n > 0 && v.rate > 0 {
		return time.Duration(float64(n) / v.rate * float64(time.Second))
	}
	return 0
}

// note says what a run is at when it does not just send rows: it waits, settles
// or sends its pilot.
func (v view) note(t time.Time) string {
	if wait := v.paused.Sub(t); wait >= time.Second {
		status := "the provider's wish"
		if v.status != 0 {
			status = fmt.Sprint(v.status)
		}
		return fmt.Sprintf("%s: waiting %s", status, short(wait))
	}
	left := v.stage.Of - v.stage.Done
	switch v.stage.At {
	case importer.StageEarlier:
		return fmt.Sprintf("settling %s of earlier runs", count(left, "request"))
	case importer.StageSettling:
		if wait := v.stage.Until.Sub(t); wait >= time.Second {
			return fmt.Sprintf("%d unanswered: waiting %s to ask", left, short(wait))
		}
		return fmt.Sprintf("%d unanswered: asking", left)
	case importer.StagePilot:
		return fmt.Sprintf("pilot of %d", v.stage.Of)
	}
	return ""
}

// short is a wait to the second, as short as can be.
func short(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// countsText lists the states that occur.
func countsText(c pipeline.Counts) string {
	var parts []string
	for _, s := range pipeline.States() {
		if c[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", c[s], s))
		}
	}
	return strings.Join(parts, ", ")
}

// about rounds a duration for people.
func about(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < time.Minute:
		return count(int(d.Round(time.Second)/time.Second), "second")
	case d < 2*time.Hour:
		return fmt.Sprintf("about %s", count(int((d+30*time.Second)/time.Minute), "minute"))
	}
	return fmt.Sprintf("about %s", count(int((d+30*time.Minute)/time.Hour), "hour"))
}
