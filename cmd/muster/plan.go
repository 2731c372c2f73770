package main

import (
	"fmt"
	"strings"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// firstLine says where requests go, before anything else.
func firstLine(t pipeline.Target, p *pipeline.Provider) string {
	if t.Namespace.Rehearsal() {
		return "rehearsal with the built-in stand-in of " + p.Title + ": nothing leaves this machine (--env local)"
	}
	where := t.Namespace.Env
	if where != t.BaseURL {
		where += " at " + t.BaseURL
	}
	return p.Title + ", " + where
}

// toSend is how many rows this run sends at the most.
func (r *importRun) toSend(plan *importer.Plan) int {
	if r.flags.limit > 0 {
		return min(plan.Ready, r.flags.limit)
	}
	return plan.Ready
}

// pilotOf is how many rows go first; 0 when there is no pilot, or when it
// would be all of them.
func (r *importRun) pilotOf(plan *importer.Plan) int {
	n := r.toSend(plan)
	if r.flags.pilot == 0 || r.flags.pilot >= n {
		return 0
	}
	return r.flags.pilot
}

// tellPlan says what was found, before anything is sent. unsettled are the
// requests of earlier runs that were never answered, customers those that the
// ledger knows here.
func (r *importRun) tellPlan(plan *importer.Plan, customers, unsettled int) {
	n := r.toSend(plan)
	var notes []string
	if n < plan.Ready {
		notes = append(notes, fmt.Sprintf("of %d that are ready (--limit)", plan.Ready))
	}
	least := time.Duration(0)
	if rate := r.target.Limit.Rate; n > 0 && rate.N > 0 {
		least = time.Duration(n) * rate.Interval()
		notes = append(notes, fmt.Sprintf("takes %s at %s", progress.About(least), rate))
	}
	if n > 0 {
		notes = append(notes, "at most "+count(r.target.Limit.Concurrency, "request")+" open")
	}
	c := plan.Customers
	fix := pipeline.Counts{pipeline.Invalid: c[pipeline.Invalid], pipeline.Duplicate: c[pipeline.Duplicate], pipeline.Changed: c[pipeline.Changed]}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in the book", rowsText(plan.Counts.Total(), c.Total()))
	line := func(name string, n int, says string) {
		fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("  %-9s %7d  %s", name, n, says), " "))
	}
	line("to send", n, strings.Join(notes, ", "))
	if k := r.pilotOf(plan); k > 0 {
		line("pilot", k, "of them first, one of each kind before a second of any")
	}
	if k := c[pipeline.Known] + c[pipeline.Existing]; k > 0 {
		line("known", k, "enrolled already, nothing is sent")
	}
	if k := fix.Total(); k > 0 {
		line("to fix", k, fix.String()+"; not sent, the report says why")
	}
	if k := c[pipeline.Uncertain]; k > 0 {
		says := "sent by an earlier run and never answered; settled first"
		if r.def.Provider().Settle.By == pipeline.SettleNone {
			says = "sent by an earlier run and never answered; a person has to settle them"
		}
		line("unsettled", k, says)
	}
	r.tell(b.String())
	r.seen.See(enrol.Planned{Run: r.run.ID, Target: enrol.Target{Target: r.target, Title: r.def.Provider().Title},
		BaseURL: r.run.BaseURL, Counts: plan.Counts, Customers: c, Ready: plan.Ready, Sends: n, Pilot: r.pilotOf(plan),
		Known: customers, Unsettled: unsettled, Least: least})
}
