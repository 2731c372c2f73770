package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/templates"
)

// againFlags are the flags of `muster report`.
type againFlags struct {
	book     bookFlags
	target   targetFlags // for --book without a run
	bookPath string
	ledger   ledgerFlag
	last     bool
	report   reportFlags
	// corrected is the file to write the book to, with the cells of the sheet Fix in the file from.
	corrected, from string
}

func (p *program) reportCommand() *cobra.Command {
	var f againFlags
	c := &cobra.Command{
		Use:     "report " + p.sentence("command.report_args"),
		Short:   p.sentence("command.report_short"),
		Long:    p.sentence("command.report_long"),
		Example: p.sentence("command.report_example"),
		Args:    atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch {
			case f.last && len(args) > 0:
				return pipeline.Wrong("cmd_show.report_last_and_run", "run", args[0])
			case f.corrected != "" || f.from != "":
				return p.reportCorrected(context.Background(), f, args)
			case len(args) == 0 && f.bookPath == "" && !f.last:
				return pipeline.Wrong("cmd_show.report_of_what").Try("cmd_show.report_such_as")
			case len(f.report.paths) == 0 && f.report.annotated == "":
				return pipeline.Wrong("cmd_show.report_unnamed").Try("cmd_show.report_such_as")
			}
			if err := f.report.readPassword(true); err != nil {
				return err
			}
			switch {
			case f.last:
				return p.reportAgain(context.Background(), f, "")
			case len(args) == 0:
				return p.reportBook(context.Background(), f)
			}
			return p.reportAgain(context.Background(), f, args[0])
		},
	}
	fl := c.Flags()
	f.ledger.register(p, c, p.sentence("cmd_flags.ledger"))
	fl.BoolVar(&f.last, "last", false, p.sentence("cmd_flags.report_last"))
	fl.StringVar(&f.bookPath, "book", "", p.sentence("cmd_flags.book_again"))
	fl.StringArrayVar(&f.book.mappings, "mapping", nil, p.sentence("cmd_flags.mapping_again"))
	f.book.registerReading(p, c)
	fl.StringVar(&f.book.provider, "provider", "", p.sentence("cmd_flags.provider_again"))
	fl.StringVar(&f.corrected, "corrected", "", p.sentence("cmd_flags.corrected"))
	fl.StringVar(&f.from, "from", "", p.sentence("cmd_flags.from"))
	fl.StringVar(&f.book.fixRun, "run", "", p.sentence("cmd_flags.run_of_from"))
	f.target.register(p, c)
	fl.Lookup("env").Usage = p.sentence("cmd_flags.env_of_book")
	fl.StringArrayVar(&f.book.carry, "carry", nil, p.sentence("cmd_flags.carry"))
	fl.StringArrayVarP(&f.report.paths, "output", "o", nil, p.sentence("cmd_flags.output_report"))
	f.report.register(p, c)
	return c
}

// reportAgain writes the reports of a run, or of the last run where id is "", from the ledger and the book.
func (p *program) reportAgain(ctx context.Context, f againFlags, id string) (err error) {
	l, err := p.readLedger(ctx, f.ledger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if id == "" {
		if id, err = lastRun(ctx, l, f.book.provider); err != nil {
			return err
		}
	}
	run, err := l.Run(ctx, id)
	if err != nil {
		return err
	}
	if !run.Forgotten.IsZero() {
		return pipeline.Wrong("cmd_show.report_forgotten", "run", run.ID,
			"date", run.Forgotten.Format(time.DateOnly)).Try("cmd_show.report_of_before")
	}
	if f.book.provider == "" {
		f.book.provider = run.DefinitionName()
	}
	def, err := definition(f.book.provider)
	if err != nil {
		return err
	}
	b, err := f.book.openAgain(ctx, def, l, run, f.bookPath)
	if err != nil {
		return err
	}
	defer b.Close()
	end, err := enrol.ReportAgain(ctx, p.jobAgain(&f, def, l, run), l, run, b)
	if err != nil {
		return err
	}
	return (&resultPrinter{program: p}).reported(end)
}

// jobAgain is the job of writing reports of an earlier run.
func (p *program) jobAgain(f *againFlags, def *templates.Definition, l *ledger.Ledger, run pipeline.Run) enrol.Job {
	n := run.Namespace
	j := p.job(def, pipeline.Target{Namespace: n})
	j.Observer = &narrator{program: p}
	j.Ledger.Options = p.ledgerOptions(f.ledger)
	j.Reports = p.reports(&f.report, l.Path())
	again := flagsAgain{namespace: n, ledger: ledgerFlag{name: l.Path(), allowPlain: f.ledger.allowPlain}, carry: f.book.carry,
		carryRaw: f.report.carryRaw, delimiter: f.report.delimiter, passwordFile: f.report.passwordFile}
	if !n.Rehearsal() {
		again.baseURL = run.BaseURL
	}
	j.Again = enrol.Again{Provider: f.book.provider, Flags: again.flags(def.Provider())}
	return j
}

// ranBy reports whether a run used the definition of that name, or an overlay of it.
func ranBy(r *pipeline.Run, provider string) bool {
	return provider == r.Namespace.Provider || provider == r.Definition
}

// lastRun is the ID of the run that started last; of that provider, unless it is "".
func lastRun(ctx context.Context, l *ledger.Ledger, provider string) (string, error) {
	runs, err := l.Runs(ctx)
	if err != nil {
		return "", err
	}
	for _, r := range slices.Backward(runs) {
		if provider == "" || ranBy(&r, provider) {
			return r.ID, nil
		}
	}
	return "", pipeline.Wrong("cmd_show.report_no_runs", "ledger", l.Path())
}
