package main

import (
	"context"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/terminal"
)

// asker puts the questions of a run to the person at the terminal.
//
// Where customers are real, a question is answered by typing the number in it, which neither a reflex nor pasted text
// does. The sandbox, this machine and a rehearsal ask for a y. Any other answer is a no.
type asker struct {
	*program
	stops *interrupts
	quiet bool // shows no customer with the question
}

// Ask asks, and waits for an answer or an interrupt.
func (a *asker) Ask(ctx context.Context, q enrol.Question) enrol.Answer {
	if q.After != nil { // nothing is under way while a person thinks
		a.stops.sending.Store(false)
		defer a.stops.sending.Store(true)
	}
	real := q.Target.Real()
	how := " " + a.sentence("run.ask_yes_no")
	if real {
		how = "\n" + a.sentence("run.ask_number", "number", q.Number())
	}
	question := a.words.Message(runtext.Question(q)) + how + " "
	if q.First != nil && !a.quiet {
		a.tell(runtext.Preview(a.words, a.stderrWidth(), []enrol.Previewed{*q.First}))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.stops.First(), cancel)()
	answer, err := a.person().Ask(ctx, question)
	switch {
	case ctx.Err() != nil || a.stops.Stopped(): // Ctrl-C may end the read before the interrupt is known here
		return enrol.Stopped
	case err == nil && (!real && a.isYes(answer) || real && terminal.Typed(answer, q.Number())):
		return enrol.Yes
	}
	return enrol.No
}

// isYes reports whether an answer is a yes, in the language of the question or in
// English.
func (p *program) isYes(answer string) bool {
	return terminal.Yes(answer, strings.Fields(p.sentence("run.words_for_yes")))
}
