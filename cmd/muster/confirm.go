package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// A question in an environment where customers are real is answered by typing
// the number of customers that it names: neither a reflex nor what happens to
// be pasted says that. The sandbox, this machine and a rehearsal ask for a y.

// place names where requests go: the host, the provider, the environment.
func (r *importRun) place() string {
	p := r.def.Provider()
	switch {
	case r.target.Namespace.Rehearsal():
		return "the built-in stand-in of " + p.Title
	case r.target.Namespace.Env == r.target.BaseURL:
		return p.Title + " at " + r.target.BaseURL
	}
	return fmt.Sprintf("%s, %s, at %s", p.Title, r.target.Namespace.Env, r.target.BaseURL)
}

// confirm asks before anything leaves the machine; the halt says no.
func (r *importRun) confirm(ctx context.Context, plan *importer.Plan, unsettled int) *importer.Halt {
	n := r.toSend(plan)
	if r.def.Provider().Settle.By == pipeline.SettleNone {
		unsettled = 0 // nobody is asked
	}
	if r.target.Namespace.Rehearsal() || n+unsettled == 0 || r.flags.yes {
		return nil
	}
	what := fmt.Sprintf("Send %s to %s", count(n, "customer"), r.place())
	if k := r.pilotOf(plan); k > 0 {
		what += fmt.Sprintf("; %d of them first", k)
	}
	if unsettled > 0 {
		what += fmt.Sprintf("; before that, settle %s without an answer", count(unsettled, "earlier request"))
	}
	if n == 0 {
		what = fmt.Sprintf("Settle %s without an answer with %s", count(unsettled, "earlier request"), r.place())
		n = unsettled
	}
	yes, stopped := r.ask(ctx, what+"?", n)
	switch {
	case yes:
		return nil
	case stopped:
		return &importer.Halt{Reason: importer.HaltInterrupted, Err: errors.New("interrupted at the question"), Hint: "nothing was sent; run it again to go on"}
	}
	return &importer.Halt{Reason: importer.HaltInterrupted, Err: errors.New("the question was answered with no"), Hint: "nothing was sent; run it again to go on"}
}

// pilotGoOn shows what a pilot came to and says whether the others are sent. On
// a terminal a person decides; elsewhere, and with --yes, they are sent when
// every row of the pilot has its customer.
func (r *importRun) pilotGoOn(ctx context.Context, outcomes []pipeline.Outcome, left int) *importer.Halt {
	others := pipeline.Counts{}
	for _, o := range outcomes {
		if o.State != pipeline.Created && (o.State != pipeline.Existing || o.CustomerID == "") {
			others[o.State]++
		}
	}
	asks := r.terminal && !r.flags.yes
	r.seen.See(enrol.Piloted{Run: r.run.ID, Outcomes: outcomes, Left: left, Failed: others, Asked: asks})
	if asks || !r.flags.quiet {
		r.say("the pilot of %s:", count(len(outcomes), "row"))
		for _, o := range outcomes {
			r.say("%s", pilotLine(o))
		}
	}
	came := "came to " + others.String()
	if others.Total() == 0 {
		came = "went well"
	}
	rest := fmt.Sprintf("the other %d are not sent", left)
	if left == 1 {
		rest = "the other one is not sent"
	}
	if !asks {
		if others.Total() == 0 {
			return nil
		}
		return &importer.Halt{Reason: importer.HaltPilot, Err: fmt.Errorf("the pilot of %s %s; %s", count(len(outcomes), "row"), came, rest),
			Hint: "read what the report says of its rows, mend the book or settle them, and run again: it goes on from there"}
	}
	question := fmt.Sprintf("The pilot %s. Send the other %s to %s?", came, count(left, "customer"), r.place())
	r.stops.sending.Store(false) // nothing is in flight while a person thinks
	defer r.stops.sending.Store(true)
	yes, stopped := r.ask(ctx, question, left)
	switch {
	case yes:
		return nil
	case stopped:
		return &importer.Halt{Reason: importer.HaltInterrupted, Err: errors.New("interrupted after the pilot"), Hint: "run the same command again to go on"}
	case others.Total() > 0:
		return &importer.Halt{Reason: importer.HaltPilot, Err: fmt.Errorf("the pilot %s, and you did not go on; %s", came, rest), Hint: "mend the book, and run again: it goes on from there"}
	}
	return &importer.Halt{Reason: importer.HaltInterrupted, Err: fmt.Errorf("the pilot went well, and you did not go on; %s", rest), Hint: "run again to go on from there"}
}

// pilotLine is a row of a pilot: its state, and its ID or what the provider
// said.
func pilotLine(o pipeline.Outcome) string {
	says := o.CustomerID
	if o.State != pipeline.Created {
		var parts []string
		if o.CustomerID != "" {
			parts = append(parts, o.CustomerID)
		}
		if o.HTTPStatus != 0 {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", o.HTTPStatus, o.Code)))
		}
		if o.Message != "" {
			parts = append(parts, o.Message)
		}
		for _, p := range o.Problems {
			parts = append(parts, strings.TrimSpace(p.Field+" "+p.Message))
		}
		says = strings.Join(parts, ": ")
	}
	return strings.TrimRight(fmt.Sprintf("  row %-6d %-10s %s", o.Row, o.State, says), " ")
}

// ask puts a question to the person at the terminal. Where customers may be
// real the answer is n, typed; elsewhere y. Anything else is a no.
func (r *importRun) ask(ctx context.Context, question string, n int) (yes, stopped bool) {
	real := r.target.Real()
	if real {
		question = fmt.Sprintf("%s\nType %d to go on; anything else stops here: ", question, n)
	} else {
		question += " [y/N] "
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.stops.first, cancel)()
	answer, err := r.person().Ask(ctx, question)
	// Ctrl-C at a question may end the read before it is known here.
	if ctx.Err() != nil || r.stops.stopped() {
		return false, true
	}
	return err == nil && (!real && terminal.Yes(answer) || real && terminal.Typed(answer, n)), false
}
