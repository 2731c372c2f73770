package main

import (
	"fmt"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/reports"
)

// summary is what a run came to, for stdout.
type summary struct {
	run       pipeline.Run
	target    pipeline.Target
	tally     tally
	reports   []string
	halt      *importer.Halt
	unsettled int
	elsewhere []ledger.Unanswered // of the unsettled those that other runs sent
	code      int
	json      bool
	check     bool
}

// unansweredTexts names requests that nothing is known of.
func unansweredTexts(list []ledger.Unanswered) []string {
	var texts []string
	for _, u := range list {
		texts = append(texts, fmt.Sprintf("row %d of %s (run %s), sent %s", u.Row, u.Book, u.Run, pipeline.Moment(u.At)))
	}
	return texts
}

// headline says how far the import came.
func (s summary) headline() string {
	c := s.tally.counts
	switch {
	case s.halt == nil && s.run.Halt == "":
		return "imported"
	case c[pipeline.Created]+c[pipeline.Existing]+c[pipeline.Rejected]+c[pipeline.Uncertain] == 0:
		return "not imported:"
	}
	return "imported in part:"
}

// whereTo is the host behind the name of an environment, which may be what is
// wrong.
func (s summary) whereTo() string {
	if s.target.BaseURL == "" || s.target.BaseURL == s.run.Namespace.Env {
		return ""
	}
	return " to " + s.target.BaseURL
}

func (p *program) summarise(s summary) error {
	if s.json {
		return nil
	}
	var b strings.Builder
	switch {
	case s.check:
		fmt.Fprintf(&b, "checked %s, %s: nothing was sent\n", s.run.Book, rowsText(s.tally.rows(), s.tally.customers))
	case s.run.Namespace.Rehearsal():
		fmt.Fprintf(&b, "rehearsal of %s, %s: nothing left this machine, the customer IDs are made up\n", s.run.Book, rowsText(s.tally.rows(), s.tally.customers))
	default:
		fmt.Fprintf(&b, "%s %s, %s, into %s %s (run %s)\n", s.headline(), s.run.Book, rowsText(s.tally.rows(), s.tally.customers), s.run.Namespace.Provider, s.run.Namespace.Env, s.run.ID)
	}
	for _, state := range pipeline.States() {
		n := s.tally.counts[state]
		if n == 0 {
			continue
		}
		meaning := reports.Meaning(state)
		name := string(state)
		if s.check && state == pipeline.Pending {
			name, meaning = "ready", reports.MeaningOfReady
		}
		fmt.Fprintf(&b, "  %-9s %7d  %s\n", name, n, meaning)
	}
	if s.halt == nil && s.run.Halt != "" {
		fmt.Fprintf(&b, "stopped: %s\n", s.run.Halt)
	}
	if s.halt != nil {
		fmt.Fprintf(&b, "stopped: %v\n", s.halt)
		if s.halt.Hint != "" {
			fmt.Fprintf(&b, "  try: %s\n", s.halt.Hint)
		}
	}
	if s.tally.withoutID > 0 {
		fmt.Fprintf(&b, "without an ID: %s that the provider has already; find the ID in its dashboard, fill the report's customer_id, and give it to `muster settle`\n", count(s.tally.withoutID, "row"))
	}
	if s.halt == nil && s.run.Halt == "" && s.tally.unfinished > 0 && !s.check {
		fmt.Fprintf(&b, "could not be sent%s: %s, such as %s\n  try: run the same command again to go on\n", s.whereTo(), count(s.tally.unfinished, "row"), s.tally.why)
	}
	for i, u := range unansweredTexts(s.elsewhere) {
		if i == 0 {
			fmt.Fprintf(&b, "never answered, sent by earlier runs:\n")
		}
		fmt.Fprintf(&b, "  %s\n", u)
	}
	if len(s.elsewhere) > 0 {
		fmt.Fprintf(&b, "  `muster settle` takes a person's word on them; `muster show RUN:ROW` tells their story\n")
	}
	for _, path := range s.reports {
		fmt.Fprintf(&b, "report: %s\n", path)
	}
	_, err := fmt.Fprint(p.stdout, b.String())
	return err
}

// silent says whether a run that was asked to be quiet has nothing to tell: every
// row was enrolled before, and nothing is in doubt. Cron then sends no mail.
func (r *importRun) silent(code int, t tally) bool {
	return r.flags.quiet && !r.flags.json && code == exitOK && t.counts[pipeline.Known] == t.rows()
}
