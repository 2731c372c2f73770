package main

import (
	"fmt"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// progressEvery is how often a line is written: often enough to see that it
// lives, seldom enough for a log that is kept.
const progressEvery = 5 * time.Second

// progress tells how far a run has come. It is called by one goroutine.
type progress struct {
	run     *importRun
	started time.Time
	told    time.Time
	last    importer.Progress
}

func (r *importRun) newProgress() *progress {
	now := r.now()
	return &progress{run: r, started: now, told: now}
}

func (p *progress) see(now importer.Progress) {
	p.last = now
	if t := p.run.now(); t.Sub(p.told) >= progressEvery {
		p.told = t
		p.tell(t)
	}
}

func (p *progress) tell(t time.Time) {
	passed := t.Sub(p.started)
	rate := float64(p.last.Settled) / passed.Seconds()
	line := fmt.Sprintf("%d of %d done, %.1f/s", p.last.Settled, p.last.Ready, rate)
	if left := p.last.Ready - p.last.Settled; left > 0 && rate > 0 {
		line += ", " + about(time.Duration(float64(left)/rate*float64(time.Second))) + " left"
	}
	if s := countsText(p.last.Counts); s != "" {
		line += ": " + s
	}
	p.run.tell(line)
}

// end tells the last of it, where lines have been told before.
func (p *progress) end() {
	if !p.told.Equal(p.started) {
		p.tell(p.run.now())
	}
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

// firstLine says where requests go, before anything else.
func (t target) firstLine(p *pipeline.Provider) string {
	if t.namespace.Rehearsal() {
		return "rehearsal with the built-in stand-in of " + p.Title + ": nothing leaves this machine (--env local)"
	}
	where := t.namespace.Env
	if where != t.baseURL {
		where += " at " + t.baseURL
	}
	return p.Title + ", " + where
}

// tellPlan says what was found, before anything is sent.
func (r *importRun) tellPlan(plan *importer.Plan) {
	n := plan.Ready
	held := ""
	if r.flags.limit > 0 && n > r.flags.limit {
		held = fmt.Sprintf(" (of %d; --limit)", n)
		n = r.flags.limit
	}
	line := fmt.Sprintf("%s in the book: %d to send%s", rowsText(plan.Counts.Total(), plan.Customers.Total()), n, held)
	others := pipeline.Counts{}
	for s, k := range plan.Customers {
		if s != pipeline.Pending {
			others[s] = k
		}
	}
	if s := countsText(others); s != "" {
		line += ", " + s
	}
	if n > 0 && r.target.limit.Rate.N > 0 {
		line += fmt.Sprintf("; at %s that takes %s", r.target.limit.Rate, about(time.Duration(n)*r.target.limit.Rate.Interval()))
	}
	r.tell(line)
	if r.flags.json {
		r.event(map[string]any{"type": "plan", "run": r.run.ID, "env": r.target.namespace.Env, "rows": plan.Counts.Total(), "customers": plan.Customers.Total(), "ready": n, "counts": counted(others)})
	}
}
