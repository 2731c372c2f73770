package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/pipeline/wording"
	"muster/reports"
)

// resultPrinter prints the results of the runs of a command, on stdout. Those of
// JSON are printed as the runs go.
type resultPrinter struct {
	*program
	output outputFlags
	target pipeline.Target
	// openListed says that the requests which earlier runs left open were listed:
	// once for all books.
	openListed bool
}

// where says where requests go, before anything else.
func (p *resultPrinter) where(t enrol.Target) {
	if p.output.quiet {
		return
	}
	switch env := t.Namespace.Env; {
	case t.Rehearsal():
		p.sayf("rehearsal with the built-in stand-in of %s: nothing leaves this machine (--env local)", t.Title)
	case env == t.BaseURL:
		p.sayf("%s, %s", t.Title, env)
	default:
		p.sayf("%s, %s at %s", t.Title, env, t.BaseURL)
	}
}

// stopped says that a run was stopped at once.
func (p *resultPrinter) stopped(run pipeline.Run, kept bool) {
	advice := ""
	if kept {
		advice = "; `muster report " + run.ID + " -o FILE` writes the report"
	}
	p.sayf("stopped at once%s", advice)
}

// nothingToFix says that a results workbook has no rows to import.
func (p *resultPrinter) nothingToFix(b *enrol.Book) error {
	if p.output.json {
		run := pipeline.Run{Book: b.Name(), Namespace: p.target.Namespace}
		p.print(jsonlines.SummaryOf(enrol.Ending{Run: run}, exitOK, p.english))
		return nil
	}
	o := b.Origin()
	_, err := fmt.Fprintf(p.stdout, "nothing to mend: run %s left no row of %s in the sheet %s of %s\n",
		o.Run, o.Book.Path, pipeline.FixSheet, b.Name())
	if o.Rows > 0 {
		_, err = fmt.Fprintf(p.stdout, "nothing to import: every row of the sheet %s of %s was deleted\n",
			pipeline.FixSheet, b.Name())
	}
	return err
}

// imported prints the result of an import. A quiet run says nothing when every
// row was enrolled before and nothing is in doubt: cron then sends no mail.
func (p *resultPrinter) imported(e enrol.Ending) error {
	p.fixSheets(e)
	if p.output.json {
		return p.unreported(e)
	}
	t := &e.Tally
	if p.output.quiet && endingCode(e) == exitOK && t.Counts[pipeline.Known] == t.Rows() {
		return nil
	}
	headline := fmt.Sprintf("rehearsal of %s, %s: nothing left this machine, the customer IDs are made up",
		e.Run.Book, pipeline.CountRows(t.Rows(), t.Customers))
	if !e.Run.Namespace.Rehearsal() {
		headline = importedText(e)
	}
	elsewhere := e.Elsewhere
	if p.openListed {
		elsewhere = nil
	}
	p.openListed = p.openListed || len(elsewhere) > 0
	text := headline + "\n" + countsText(p.words, t.Counts, false) + p.endText(e) +
		openText(elsewhere, 0) + reportsText(e.Reports)
	if _, err := fmt.Fprint(p.stdout, text); err != nil {
		return err
	}
	return p.unreported(e)
}

// checked prints the result of a check.
func (p *resultPrinter) checked(e enrol.Ending) error {
	p.fixSheets(e)
	if p.output.json {
		return nil
	}
	_, err := fmt.Fprint(p.stdout, checkedText(p.words, e))
	return err
}

func checkedText(words *wording.Wording, e enrol.Ending) string {
	t := &e.Tally
	return fmt.Sprintf("checked %s, %s: nothing was sent\n", e.Run.Book, pipeline.CountRows(t.Rows(), t.Customers)) +
		countsText(words, t.Counts, true) + withoutIDText(t) + reportsText(e.Reports)
}

// fixSheets says how the sheets Fix of the reports are imported.
func (p *resultPrinter) fixSheets(e enrol.Ending) {
	for _, sheet := range e.Fix {
		if !p.output.quiet {
			p.sayf("%s to mend in the sheet %s of %s; then: %s", pipeline.Count(e.Tally.ToFix, "row"), pipeline.FixSheet,
				sheet.Path, sheet.Command)
		}
	}
}

// unreported says that a report could not be written, if so.
func (p *resultPrinter) unreported(e enrol.Ending) error {
	if e.ReportErr != nil {
		p.sayf("muster: write the report: %v", e.ReportErr)
		p.sayf("  try: `muster report %s -o FILE` writes it again, from the ledger and the book", e.Run.ID)
	}
	return nil
}

// importedText says how far an import came, and where it went.
func importedText(e enrol.Ending) string {
	c, how := e.Tally.Counts, "imported in part:"
	switch {
	case e.Run.Halt == nil:
		how = "imported"
	case c[pipeline.Created]+c[pipeline.Existing]+c[pipeline.Rejected]+c[pipeline.Uncertain] == 0:
		how = "not imported:"
	}
	return fmt.Sprintf("%s %s, %s, into %s %s (run %s)", how, e.Run.Book,
		pipeline.CountRows(e.Tally.Rows(), e.Tally.Customers), e.Run.Namespace.Provider, e.Run.Namespace.Env, e.Run.ID)
}

// countsText lists the states that occur, with what they mean; of a check the
// pending rows are ready.
func countsText(words *wording.Wording, counts pipeline.Counts, check bool) string {
	name := func(s pipeline.State) string {
		if check && s == pipeline.Pending {
			return words.Message(reports.StateReady())
		}
		return words.State(s)
	}
	width := 0
	for _, s := range pipeline.States() {
		width = max(width, utf8.RuneCountInString(name(s)))
	}
	var b strings.Builder
	for _, s := range pipeline.States() {
		meaning := reports.Meaning(s)
		if check && s == pipeline.Pending {
			meaning = reports.MeaningOfReady()
		}
		if n := counts[s]; n > 0 {
			fmt.Fprintf(&b, "  %-*s %7d  %s\n", width, name(s), n, words.Message(meaning))
		}
	}
	return b.String()
}

// endText says why a run stopped, and what it leaves to do.
func (p *resultPrinter) endText(e enrol.Ending) string {
	var b strings.Builder
	t := &e.Tally
	switch {
	case e.Halt != nil:
		fmt.Fprintf(&b, "stopped: %s\n", p.words.Error(e.Halt))
		if e.Halt.Hint != nil {
			fmt.Fprintf(&b, "  try: %s\n", p.words.Message(e.Halt.Hint))
		}
	case e.Run.Halt != nil:
		fmt.Fprintf(&b, "stopped: %s\n", p.words.Message(e.Run.Halt))
	}
	b.WriteString(withoutIDText(t))
	if e.Run.Halt == nil && t.Unfinished > 0 {
		// The host behind the name of an environment may be what is wrong.
		host := ""
		if p.target.BaseURL != "" && p.target.BaseURL != e.Run.Namespace.Env {
			host = " to " + p.target.BaseURL
		}
		fmt.Fprintf(&b, "could not be sent%s: %s, such as %s\n  try: run the same command again to go on\n",
			host, pipeline.Count(t.Unfinished, "row"), p.words.Message(t.Why))
	}
	return b.String()
}

func withoutIDText(t *enrol.Tally) string {
	if t.WithoutID == 0 {
		return ""
	}
	return fmt.Sprintf("without an ID: %s that the provider has already; find the ID in its dashboard, fill the "+
		"report's customer_id, and give it to `muster settle`\n", pipeline.Count(t.WithoutID, "row"))
}

// openText names requests of earlier runs that nothing is known of, and how many
// more there are.
func openText(open []ledger.Unanswered, more int) string {
	if len(open) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("never answered, sent by earlier runs:\n")
	for _, u := range open {
		fmt.Fprintf(&b, "  row %d of %s (run %s), sent %s\n", u.Row, u.Book, u.Run, pipeline.Moment(u.At))
	}
	if more > 0 {
		fmt.Fprintf(&b, "  and %d more\n", more)
	}
	b.WriteString(settleAdvice)
	return b.String()
}

const settleAdvice = "  `muster settle` takes a person's word on them; `muster show RUN:ROW` tells their story\n"

func reportsText(paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintf(&b, "report: %s\n", path)
	}
	return b.String()
}
