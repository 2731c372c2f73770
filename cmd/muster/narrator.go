package main

import (
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
)

// narrator prints on stderr, in sentences, what a run does.
type narrator struct {
	*program
	output outputFlags
	// importing: the kinds of problems come before the question, and are not the result.
	importing bool
}

// See prints the sentences for an event.
func (n *narrator) See(e enrol.Event) {
	look := n.stderrLook(n.output)
	switch e := e.(type) {
	case enrol.Noted:
		if e.Warning && !n.output.json {
			n.say("run.warning", "text", e.Message)
		} else {
			n.sayUnlessQuiet(look.Words(n.words).Message(e.Message))
		}
	case enrol.NoLedger:
		n.sayUnlessQuiet(n.sentence("run.no_ledger", "path", e.Path))
	case enrol.Found:
		if n.importing {
			n.sayUnlessQuiet(strings.TrimSuffix(runtext.Kinds(n.words, e), "\n"))
		}
	case enrol.Planned:
		n.sayUnlessQuiet(runtext.Plan(n.words, look, e))
	case enrol.Piloted:
		if e.Asked || !n.output.quiet {
			n.say("run.pilot", "count", len(e.Outcomes))
			for _, o := range e.Outcomes {
				n.tell(runtext.PilotLine(n.words, look, o))
			}
		}
	case enrol.Lost:
		n.say("run.lost", "row", e.Row, "run", e.Run, "customer", e.CustomerID)
	case enrol.Waiting:
		// Also in a quiet run, which may wait just as long.
		if e.Holder == "" {
			n.say("run.waiting_for_one", "ledger", e.Ledger)
			break
		}
		n.say("run.waiting", "ledger", e.Ledger, "holder", e.Holder, "since", e.Since)
	case enrol.LeftAlone:
		// Also in a quiet run: whoever put the book there waits for its merchants.
		if !e.Again {
			n.sayMessage(e.Why)
		}
	case enrol.Refused:
		n.fail(e.Err) // every night, because the exit code reports it too
	case enrol.OpenCounted:
		// Also in a quiet run, because an open row may belong to a book that is gone. The result lists the requests
		// without an answer itself.
		if count := e.Older.Total(); count > e.Older[pipeline.Uncertain] && !n.output.json {
			n.say("run.older_open", "count", count, "counts", e.Older, "command",
				pipeline.ShellCommand("muster", "open", "--ledger", e.Ledger))
		}
	case enrol.Postponed:
		n.sayMessage(e.Why)
	case enrol.Moved:
		moved := pipeline.Say("run.moved", "book", e.Book, "to", e.To)
		if e.Why != nil {
			moved = pipeline.Say("run.moved_because", "book", e.Book, "to", e.To, "why", e.Why)
		}
		if e.Refused {
			// Also in a quiet run: whoever reads its error in a mail looks for the file.
			n.sayMessage(moved)
			return
		}
		n.sayUnlessQuiet(n.words.Message(moved))
	}
}

// sayUnlessQuiet prints a sentence that is neither a result nor an error.
func (n *narrator) sayUnlessQuiet(s string) {
	if !n.output.quiet {
		n.tell(s)
	}
}
