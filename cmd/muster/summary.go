package main

import (
	"errors"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/jsonlines"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// resultPrinter prints the results of a command's runs on stdout. JSON is printed while a run goes on.
type resultPrinter struct {
	*program
	output outputFlags
	target pipeline.Target
	// openListed: the requests that earlier runs left open were listed, once for all books.
	openListed bool
	// explained are the states whose meanings were printed, once for all books.
	explained map[pipeline.MessageCode]bool
}

// resultLook is the style of the results.
func (p *resultPrinter) resultLook() runtext.Look {
	look := p.stdoutLook(p.output)
	if p.explained == nil {
		p.explained = map[pipeline.MessageCode]bool{}
	}
	look.Explained = p.explained
	return look
}

// where prints where requests go, before anything else.
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

// stopped prints that a run was stopped at once.
func (p *resultPrinter) stopped(run pipeline.Run, kept bool) {
	if kept {
		p.say("run.stopped_with_report", "run", run.ID)
		return
	}
	p.say("run.stopped_at_once")
}

// nothingToFix prints that a results workbook has no rows to import.
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
	return p.show(text + "\n")
}

// imported prints the result of an import. A quiet run prints nothing when every row was enrolled before and nothing
// is uncertain, so that cron sends no mail.
func (p *resultPrinter) imported(e enrol.Ending) error {
	if p.output.json {
		if e.Halt != nil && !p.output.quiet {
			p.tell(strings.TrimSuffix(runtext.Halted(p.words, e), "\n"))
		}
		p.toDo(e)
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
	if err := p.show(runtext.Imported(p.words, p.resultLook(), e, p.target.BaseURL, elsewhere)); err != nil {
		return err
	}
	p.toDo(e)
	return p.unreported(e)
}

// reported prints the result of writing an earlier run's reports.
func (p *resultPrinter) reported(e enrol.Ending) error {
	if err := p.show(runtext.Reported(p.words, p.resultLook(), e)); err != nil {
		return err
	}
	p.toDo(e)
	return p.unreported(e)
}

// checked prints the result of a check.
func (p *resultPrinter) checked(e enrol.Ending) error {
	if !p.output.json {
		if err := p.show(runtext.Checked(p.words, p.resultLook(), e)); err != nil {
			return err
		}
	}
	p.toDo(e)
	return nil
}

// toDo prints what a person should do next, each command on a line of its own; these are the last lines of a run. A
// quiet run prints them too, as cron mails its result to that person; with --json a program reads it.
func (p *resultPrinter) toDo(e enrol.Ending) {
	if p.output.quiet && p.output.json {
		return
	}
	for _, line := range runtext.ToDo(p.words, e) {
		p.tell(line)
	}
}

// unreported prints that a report could not be written, if so.
func (p *resultPrinter) unreported(e enrol.Ending) error {
	if e.ReportErr == nil {
		return nil
	}
	p.say("run.failed", "error", e.ReportErr)
	hint := pipeline.Say("run.report_again", "run", e.Run.ID)
	if changed := (*importer.Halt)(nil); errors.As(e.ReportErr, &changed) && changed.Reason == importer.HaltBook {
		hint = pipeline.Say("run.report_again_of_book", "run", e.Run.ID, "book", e.Run.Book)
	}
	p.sayHint(hint)
	return nil
}
