package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/runtext"
	"muster/pipeline"
	"muster/templates"
)

// checkFlags are the flags of `muster check`.
type checkFlags struct {
	book   bookFlags
	target targetFlags
	ledger ledgerFlag
	report reportFlags
	output outputFlags
	rows   bool // shows single cells
	dryRun bool // of an import: against the import's ledger
	// preview is how many customers are shown field by field.
	preview int
}

func (p *program) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:         "check " + p.sentence("command.check_args"),
		Short:       p.sentence("command.check_short"),
		Long:        p.sentence("command.check_long"),
		Annotations: withExitCodes(p.sentence("command.check_exit")),
		Example:     p.sentence("command.check_example"),
		Args:        booksBesidePreview,
		RunE:        func(_ *cobra.Command, books []string) error { return p.checkBooks(f, books) },
	}
	f.book.register(p, c)
	f.target.register(p, c)
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger_to_compare"))
	c.Flags().StringArrayVar(&f.report.paths, "report", nil, p.sentence("cmd_flags.report_of_check"))
	f.report.register(p, c)
	c.Flags().BoolVar(&f.rows, "rows", false, p.sentence("cmd_flags.rows"))
	c.Flags().IntVar(&f.preview, "preview", 0, p.sentence("cmd_flags.preview"))
	c.Flags().Lookup("preview").NoOptDefVal = "3"
	f.output.register(p, c)
	return c
}

// booksBesidePreview asks for at least one book, and for "=" before the number of customers: --preview also works
// without a number, so that in "--preview 3" the 3 would be a book.
func booksBesidePreview(c *cobra.Command, books []string) error {
	if c.Flags().Changed("preview") {
		for _, name := range books {
			if _, err := strconv.Atoi(name); err != nil {
				continue
			}
			if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
				return pipeline.Wrong("cmd_usage.preview_apart", "number", name).
					Try("cmd_usage.preview_joined", "number", name)
			}
		}
	}
	return someBooks(c, books)
}

func (p *program) checkBooks(f checkFlags, books []string) error {
	if f.preview < 0 {
		return pipeline.Wrong("run.no_number_of_rows", "flag", "--preview", "number", f.preview)
	}
	if len(books) > 1 && len(f.report.paths) > 0 {
		return pipeline.Wrong("run.one_report", "count", len(books)).Try("run.check_one_by_one")
	}
	if len(books) > 1 && f.report.annotated != "" {
		return pipeline.Wrong("run.one_annotated").Try("run.check_one_by_one")
	}
	if err := f.report.readPassword(true); err != nil {
		return err
	}
	def, err := p.definitionFor(context.Background(), &f.book, f.ledger, books)
	if err != nil {
		return err
	}
	t, err := f.target.resolve(def.Provider())
	if err != nil {
		return err
	}
	defer collectAs(checkPercent)()
	stops := p.interrupts()
	defer stops.Release()
	job := p.checkJob(&f, def, t)
	out := &resultPrinter{program: p, output: f.output, target: t}
	// Nothing is under way that would have to be settled: the first interrupt ends the command.
	return p.eachBook(books, stops, func(path string) (int, error) {
		return p.checkBook(stops.First(), job, &f, path, out)
	})
}

// checkJob is the job that the flags ask for, without observers.
func (p *program) checkJob(f *checkFlags, def *templates.Definition, t pipeline.Target) enrol.Job {
	j := p.job(def, t)
	j.Ledger.Path, j.Ledger.Options = f.ledger.name, p.ledgerOptions(f.ledger)
	switch rehearsal := t.Namespace.Rehearsal(); {
	case f.ledger.name != "" || rehearsal:
	case f.dryRun:
		j.Ledger.Path, _ = p.findLedger("", rehearsal) // without a ledger there is nothing to compare with
	default:
		j.Ledger.Path = p.getenv("MUSTER_LEDGER")
	}
	j.Reports = p.reports(&f.report, f.ledger.name)
	again := flagsAgain{namespace: t.Namespace, baseURL: t.BaseURL, ledger: ledgerFlag{name: j.Ledger.Path, allowPlain: f.ledger.allowPlain}, carry: f.book.carry,
		carryRaw: f.report.carryRaw, delimiter: f.report.delimiter, passwordFile: f.report.passwordFile}
	j.Again = enrol.Again{Provider: f.book.provider, Flags: again.flags(def.Provider())}
	return j
}

// checkBook opens one book, checks it, and writes its reports.
func (p *program) checkBook(ctx context.Context, j enrol.Job, f *checkFlags, path string, out *resultPrinter) (
	code int, err error) {
	b, err := f.book.open(ctx, &j, path)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	if b.NothingToFix() {
		return exitOK, out.nothingToFix(b)
	}
	if err := p.allowOpenReport(ctx, &j.Reports, b, p.terminal); err != nil {
		return 0, err
	}
	problems := runtext.NewProblems(p.stdout, p.words)
	observers := append(p.shown(f.output, ""), &narrator{program: p, output: f.output})
	if !f.output.json {
		observers = append(observers, kindPrinter{p})
	}
	if f.rows && !f.output.json {
		observers = append(observers, problems)
	}
	j.Observer = observers
	if f.preview > 0 && !f.output.quiet && !f.output.json {
		first, err := j.Preview(ctx, b, f.preview)
		if err != nil {
			return 0, err
		}
		if err := p.show(runtext.Preview(p.words, p.stdoutWidth(), first)); err != nil {
			return 0, err
		}
	}
	end, err := enrol.Check(ctx, j, b)
	if err != nil {
		return 0, err
	}
	problems.End()
	if err := out.checked(end); err != nil {
		return 0, err
	}
	return endingCode(end), end.ReportErr
}

// kindPrinter prints the kinds of a check's problems, which are its result.
type kindPrinter struct{ *program }

// See prints them.
func (p kindPrinter) See(e enrol.Event) {
	if found, ok := e.(enrol.Found); ok {
		_ = p.show(runtext.Kinds(p.words, found)) // the result that follows fails in the same way
	}
}
