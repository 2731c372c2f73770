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
	if t.Rehearsal() {
		p.say("run.rehearsal", "provider", t.Title)
		return
	}
	p.sayMessage(t.Place())
}

// stopped says that a run was stopped at once.
func (p *resultPrinter) stopped(run pipeline.Run, kept bool) {
	if kept {
		p.say("run.stopped_with_report", "run", run.ID)
		return
	}
	p.say("run.stopped_at_once")
}

// nothingToFix says that a results workbook has no rows to import.
func (p *resultPrinter) nothingToFix(b *enrol.Book) error {
	if p.output.json {
		run := pipeline.Run{Book: b.Name(), Namespace: p.target.Namespace}
		p.print(jsonlines.SummaryOf(enrol.Ending{Run: run}, exitOK, p.english))
		return nil
	}
	o := b.Origin()
	text := p.sentence("run.nothing_to_fix", "run", o.Run, "book", o.Book.Path, "sheet", o.FixSheet(),
		"workbook", b.Name())
	if o.Rows > 0 {
		text = p.sentence("run.fix_rows_deleted", "sheet", o.FixSheet(), "workbook", b.Name())
	}
	_, err := fmt.Fprintln(p.stdout, text)
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
	elsewhere := e.Elsewhere
	if p.openListed {
		elsewhere = nil
	}
	p.openListed = p.openListed || len(elsewhere) > 0
	text := p.words.Message(headline(e)) + "\n" + countsText(p.words, t.Counts, false) + p.endText(e) +
		p.openText(elsewhere, 0) + reportsText(p.words, e.Reports)
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
	return words.Say("run.checked", "book", e.Run.Book, "rows", rowsOf(t.Rows(), t.Customers)) + "\n" +
		countsText(words, t.Counts, true) + withoutIDText(words, t) + reportsText(words, e.Reports)
}

// fixSheets says how the sheets Fix of the reports are imported.
func (p *resultPrinter) fixSheets(e enrol.Ending) {
	for _, sheet := range e.Fix {
		if !p.output.quiet {
			p.say("run.fix_rows", "count", e.Tally.ToFix, "sheet", reports.SheetFix(), "workbook", sheet.Path,
				"command", sheet.Command)
		}
	}
}

// unreported says that a report could not be written, if so.
func (p *resultPrinter) unreported(e enrol.Ending) error {
	if e.ReportErr != nil {
		p.say("run.report_unwritten", "cause", e.ReportErr)
		p.sayHint(pipeline.Say("run.report_again", "run", e.Run.ID))
	}
	return nil
}

// headline says how far an import came, and where it went.
func headline(e enrol.Ending) *pipeline.Message {
	c, run := e.Tally.Counts, &e.Run
	rows := rowsOf(e.Tally.Rows(), e.Tally.Customers)
	switch {
	case run.Namespace.Rehearsal():
		return pipeline.Say("run.rehearsed", "book", run.Book, "rows", rows)
	case run.Halt == nil:
		return pipeline.Say("run.imported", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
			"env", run.Namespace.Env, "run", run.ID)
	case c[pipeline.Created]+c[pipeline.Existing]+c[pipeline.Rejected]+c[pipeline.Uncertain] == 0:
		return pipeline.Say("run.not_imported", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
			"env", run.Namespace.Env, "run", run.ID)
	}
	return pipeline.Say("run.imported_in_part", "book", run.Book, "rows", rows, "provider", run.Namespace.Provider,
		"env", run.Namespace.Env, "run", run.ID)
}

// rowsOf counts rows, and customers where those are fewer.
func rowsOf(rows, customers int) *pipeline.Message {
	if rows == customers {
		return pipeline.Say("rows", "count", rows)
	}
	return pipeline.Say("rows_of_customers", "rows", pipeline.Say("rows", "count", rows),
		"customers", pipeline.Say("customers", "count", customers))
}

// countsText lists the states that occur, with what they mean; of a check the
// pending rows are ready.
func countsText(words *wording.Wording, counts pipeline.Counts, check bool) string {
	var lines []countLine
	for _, s := range pipeline.States() {
		name, meaning := words.State(s), reports.Meaning(s)
		if check && s == pipeline.Pending {
			name, meaning = words.Message(reports.StateReady()), reports.MeaningOfReady()
		}
		if n := counts[s]; n > 0 {
			lines = append(lines, countLine{name, n, words.Message(meaning)})
		}
	}
	return countLines(lines)
}

// countLine is how many rows there are of a kind, and what there is to say of
// them.
type countLine struct {
	name string
	n    int
	note string
}

// countLines writes them below each other, each on a line of its own.
func countLines(lines []countLine) string {
	width := len("uncertain")
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.name))
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("  %-*s %7d  %s", width, l.name, l.n, l.note), " "))
	}
	return b.String()
}

// endText says why a run stopped, and what it leaves to do.
func (p *resultPrinter) endText(e enrol.Ending) string {
	var b strings.Builder
	t := &e.Tally
	switch {
	case e.Halt != nil:
		fmt.Fprintln(&b, p.sentence("run.stopped", "reason", e.Halt))
		b.WriteString(p.hintText(e.Halt.Hint))
	case e.Run.Halt != nil:
		fmt.Fprintln(&b, p.sentence("run.stopped", "reason", e.Run.Halt))
	}
	b.WriteString(withoutIDText(p.words, t))
	if e.Run.Halt == nil && t.Unfinished > 0 {
		// The host behind the name of an environment may be what is wrong.
		unsent := pipeline.Say("run.unsent", "count", t.Unfinished, "example", t.Why)
		if url := p.target.BaseURL; url != "" && url != e.Run.Namespace.Env {
			unsent = pipeline.Say("run.unsent_to", "count", t.Unfinished, "url", url, "example", t.Why)
		}
		fmt.Fprintln(&b, p.words.Message(unsent))
		b.WriteString(p.hintText(pipeline.Say("run.again")))
	}
	return b.String()
}

func withoutIDText(words *wording.Wording, t *enrol.Tally) string {
	if t.WithoutID == 0 {
		return ""
	}
	return words.Say("run.without_id", "count", t.WithoutID) + "\n"
}

// openText names requests of earlier runs that nothing is known of, and how many
// more there are.
func (p *program) openText(open []ledger.Unanswered, more int) string {
	if len(open) == 0 {
		return ""
	}
	var b strings.Builder
	fmt.Fprintln(&b, p.sentence("run.open"))
	for _, u := range open {
		fmt.Fprintln(&b, "  "+p.sentence("run.open_request", "row", u.Row, "book", u.Book, "run", u.Run, "at", u.At))
	}
	if more > 0 {
		fmt.Fprintln(&b, "  "+p.sentence("run.open_more", "count", more))
	}
	b.WriteString(p.settleAdvice())
	return b.String()
}

func (p *program) settleAdvice() string { return "  " + p.sentence("run.settle_advice") + "\n" }

func reportsText(words *wording.Wording, paths []string) string {
	var b strings.Builder
	for _, path := range paths {
		fmt.Fprintln(&b, words.Say("run.report", "path", path))
	}
	return b.String()
}
