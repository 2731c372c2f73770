package main

import (
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
)

// narrator says in sentences, on stderr, what a run does.
type narrator struct {
	*program
	output outputFlags
	// importing: the kinds of problems come before the question, and are no result.
	importing bool
}

// See says what there is to say of an event.
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
		// A quiet run says so too: it may take as long as the other one does.
		if e.Holder == "" {
			n.say("run.waiting_for_one", "ledger", e.Ledger)
			break
		}
		n.say("run.waiting", "ledger", e.Ledger, "holder", e.Holder, "since", e.Since)
	case enrol.LeftAlone:
		// A quiet run says so too: whoever put it there waits for its merchants.
		if !e.Again {
			n.sayMessage(e.Why)
		}
	case enrol.Refused:
		n.fail(e.Err) // each night: it says what the exit code asks for
	case enrol.OpenCounted:
		// A quiet run says so too: a row that is open may be of a book that is gone. The
		// result has named the requests without an answer, by themselves.
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
			// Whoever reads the error in the mail of a quiet run looks for the file.
			n.sayMessage(moved)
			return
		}
		n.sayUnlessQuiet(n.words.Message(moved))
	}
}

// sayUnlessQuiet says a sentence that is no result and no error.
func (n *narrator) sayUnlessQuiet(s string) {
	if !n.output.quiet {
		n.tell(s)
	}
}
