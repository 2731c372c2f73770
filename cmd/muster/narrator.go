package main

import (
	"fmt"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
	"muster/pipeline/wording"
)

// narrator says in sentences, on stderr, what a run does.
type narrator struct {
	*program
	output outputFlags
}

// See says what there is to say of an event.
func (n *narrator) See(e enrol.Event) {
	switch e := e.(type) {
	case enrol.Noted:
		if e.Warning && !n.output.json {
			n.say("warning", "text", e.Message)
		} else {
			n.sayUnlessQuiet(n.words.Message(e.Message))
		}
	case enrol.NoLedger:
		n.sayUnlessQuiet("ledger " + e.Path + ": there is none yet, so nothing is known")
	case enrol.Planned:
		n.sayUnlessQuiet(planText(e))
	case enrol.Piloted:
		if e.Asked || !n.output.quiet {
			n.sayf("the pilot of %s:", pipeline.Count(len(e.Outcomes), "row"))
			for _, o := range e.Outcomes {
				n.sayf("%s", pilotLine(o, n.words))
			}
		}
	case enrol.Lost:
		n.sayf("not in the ledger: row %d of run %s is customer %s; keep this line: `muster settle` takes it, "+
			"in a sheet with the columns run, row and customer_id", e.Row, e.Run, e.CustomerID)
	case enrol.Moved:
		why := ""
		if e.Why != nil {
			why = " (" + n.words.Message(e.Why) + ")"
		}
		n.sayUnlessQuiet(fmt.Sprintf("%s: moved to %s%s", e.Book, e.To, why))
	}
}

// sayUnlessQuiet says a sentence that is no result and no error.
func (n *narrator) sayUnlessQuiet(s string) {
	if !n.output.quiet {
		n.sayf("%s", s)
	}
}

// planText says what was found, before anything is sent.
func planText(p enrol.Planned) string {
	var notes []string
	if p.Sends < p.Ready {
		notes = append(notes, fmt.Sprintf("of %d that are ready (--limit)", p.Ready))
	}
	if rate := p.Target.Limit.Rate; p.Sends > 0 && rate.N > 0 {
		notes = append(notes, fmt.Sprintf("takes %s at %s", progress.About(p.Least), rate))
	}
	if p.Sends > 0 {
		notes = append(notes, "at most "+pipeline.Count(p.Target.Limit.Concurrency, "request")+" open")
	}
	c := p.Customers
	fix := pipeline.Counts{pipeline.Invalid: c[pipeline.Invalid], pipeline.Duplicate: c[pipeline.Duplicate],
		pipeline.Changed: c[pipeline.Changed]}
	var b strings.Builder
	fmt.Fprintf(&b, "%s in the book", pipeline.CountRows(p.Counts.Total(), c.Total()))
	line := func(name string, n int, says string) {
		fmt.Fprintf(&b, "\n%s", strings.TrimRight(fmt.Sprintf("  %-9s %7d  %s", name, n, says), " "))
	}
	line("to send", p.Sends, strings.Join(notes, ", "))
	if p.Pilot > 0 {
		line("pilot", p.Pilot, "of them first, one of each kind before a second of any")
	}
	if n := c[pipeline.Known] + c[pipeline.Existing]; n > 0 {
		line("known", n, "enrolled already, nothing is sent")
	}
	if n := fix.Total(); n > 0 {
		line("to fix", n, fix.String()+"; not sent, the report says why")
	}
	if n := c[pipeline.Uncertain]; n > 0 {
		says := "sent by an earlier run and never answered; settled first"
		if !p.Asks {
			says = "sent by an earlier run and never answered; a person has to settle them"
		}
		line("unsettled", n, says)
	}
	return b.String()
}

// pilotLine is a row of a pilot: its state, and its ID or what the provider
// said.
func pilotLine(o pipeline.Outcome, words *wording.Wording) string {
	says := o.CustomerID
	if o.State != pipeline.Created {
		var parts []string
		if o.CustomerID != "" {
			parts = append(parts, o.CustomerID)
		}
		if o.HTTPStatus != 0 {
			parts = append(parts, strings.TrimSpace(fmt.Sprintf("HTTP %d %s", o.HTTPStatus, o.Code)))
		}
		if o.Message != nil {
			parts = append(parts, words.Message(o.Message))
		}
		for _, p := range o.Problems {
			parts = append(parts, strings.TrimSpace(p.Field+" "+words.Placed(p, wording.Cell)))
		}
		says = strings.Join(parts, ": ")
	}
	return strings.TrimRight(fmt.Sprintf("  row %-6d %-10s %s", o.Row, o.State, says), " ")
}
