package main

import (
	"context"
	"fmt"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
)

// asker puts the questions of a run to the person at the terminal.
//
// Where customers are real a question is answered by typing the number that it
// names: neither a reflex nor what happens to be pasted says that. The sandbox,
// this machine and a rehearsal ask for a y. Anything else is a no.
type asker struct {
	*program
	stops *interrupts
}

// Ask asks, and waits for an answer or an interrupt.
func (a *asker) Ask(ctx context.Context, q enrol.Question) enrol.Answer {
	if q.After != nil { // nothing is in flight while a person thinks
		a.stops.sending.Store(false)
		defer a.stops.sending.Store(true)
	}
	question, real := questionText(q), q.Target.Real()
	if real {
		question = fmt.Sprintf("%s\nType %d to go on; anything else stops here: ", question, q.Number())
	} else {
		question += " [y/N] "
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(a.stops.First(), cancel)()
	answer, err := a.person().Ask(ctx, question)
	switch {
	case ctx.Err() != nil || a.stops.Stopped(): // Ctrl-C at a question may end the read before it is known here
		return enrol.Stopped
	case err == nil && (!real && terminal.Yes(answer) || real && terminal.Typed(answer, q.Number())):
		return enrol.Yes
	}
	return enrol.No
}

func questionText(q enrol.Question) string {
	place := q.Target.Place()
	if q.After != nil {
		return fmt.Sprintf("The pilot %s. Send the other %s to %s?", q.After.Result(),
			pipeline.Count(q.Customers, "customer"), place)
	}
	earlier := pipeline.Count(q.Unsettled, "earlier request")
	if q.Customers == 0 {
		return fmt.Sprintf("Settle %s without an answer with %s?", earlier, place)
	}
	question := fmt.Sprintf("Send %s to %s", pipeline.Count(q.Customers, "customer"), place)
	if q.Pilot > 0 {
		question += fmt.Sprintf("; %d of them first", q.Pilot)
	}
	if q.Unsettled > 0 {
		question += fmt.Sprintf("; before that, settle %s without an answer", earlier)
	}
	return question + "?"
}
