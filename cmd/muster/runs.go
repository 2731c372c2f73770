package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/jsonlines"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/templates"
)

func (p *program) runsCommand() *cobra.Command {
	var path string
	var asJSON bool
	var f runsFilter
	c := &cobra.Command{
		Use:     "runs",
		Short:   "List what the ledger knows of earlier runs, the oldest first",
		Example: "  muster runs --provider passport --since 7d\n  muster runs --unfinished --json",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) (err error) {
			ctx := context.Background()
			l, err := p.readLedger(ctx, path)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, l.Close()) }()
			all, err := l.Runs(ctx)
			if err != nil {
				return err
			}
			runs, err := f.pick(p, all)
			if err != nil {
				return err
			}
			for _, r := range runs {
				if asJSON {
					p.print(jsonlines.ListedRun{Run: r.ID, Provider: r.Namespace.Provider, Env: r.Namespace.Env,
						Account: r.Namespace.Account, Book: r.Book, SHA256: r.SHA256, Started: jsonlines.Stamp(r.Started),
						Finished: jsonlines.Stamp(r.Finished), Halt: r.Halt, Counts: jsonlines.CountsOf(r.Counts),
						Forgotten: jsonlines.Stamp(r.Forgotten)})
					continue
				}
				if _, err := fmt.Fprintln(p.stdout, runText(r)); err != nil {
					return err
				}
			}
			switch {
			case asJSON || len(runs) > 0:
			case len(all) > 0:
				_, err = fmt.Fprintf(p.stdout, "none of its %s fits\n", count(len(all), "run"))
			default:
				_, err = fmt.Fprintln(p.stdout, "no runs yet")
			}
			return err
		},
	}
	c.Flags().StringVar(&path, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON lines")
	f.register(c)
	return c
}

// runText is a run in a line.
func runText(r pipeline.Run) string {
	parts := []string{r.ID, r.Namespace.Provider, r.Namespace.Env}
	if r.Namespace.Account != "" {
		parts = append(parts, r.Namespace.Account)
	}
	parts = append(parts, r.Book)
	switch {
	case r.Finished.IsZero():
		parts = append(parts, "not finished: it was killed, or goes on")
	case len(r.Counts) > 0:
		parts = append(parts, r.Counts.String())
	default:
		parts = append(parts, "no rows")
	}
	if r.Halt != "" {
		parts = append(parts, "stopped: "+r.Halt)
	}
	if !r.Forgotten.IsZero() {
		parts = append(parts, "its rows were forgotten on "+r.Forgotten.Format(time.DateOnly))
	}
	return strings.Join(parts, "  ")
}

func (p *program) reportCommand() *cobra.Command {
	var ledgerPath, bookPath string
	var flags importFlags
	c := &cobra.Command{
		Use:     "report RUN -o FILE",
		Short:   "Write a run's report again, from the ledger and the book",
		Example: "  muster report 20261121-063015-4f2a -o results.xlsx",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(flags.reports) == 0 && flags.annotated == "" {
				return pipeline.Mistakef("-o FILE is missing: .xlsx, .csv or .jsonl")
			}
			if err := flags.readReportPassword(true); err != nil {
				return err
			}
			return p.reportAgain(ledgerPath, args[0], bookPath, flags)
		},
	}
	c.Flags().StringVar(&ledgerPath, "ledger", "", "the ledger file (default: MUSTER_LEDGER, else muster.db)")
	c.Flags().StringVar(&bookPath, "book", "", "where the book is now (default: where it was)")
	c.Flags().StringVar(&flags.book.mapping, "mapping", "", "where the mapping sheet is now (default: where it was)")
	flags.book.registerReading(c)
	c.Flags().StringVar(&flags.book.provider, "provider", "", "the definition (default: the run's; needed for one of your own)")
	c.Flags().StringArrayVar(&flags.book.carry, "carry", nil, "column of the book to carry into the report; may be given several times")
	c.Flags().StringArrayVarP(&flags.reports, "output", "o", nil, "the file to write: .xlsx, .csv or .jsonl; may be given several times")
	flags.registerAnnotated(c)
	registerReportPassword(c, &flags)
	c.Flags().BoolVar(&flags.noFix, "no-fix", false, noFixHelp)
	return c
}

// openAgain opens the very book of an earlier run, with its sheet and its
// mapping, and gives the flags with which it was opened; path is where the
// book is now, "" where it was.
func (f bookFlags) openAgain(ctx context.Context, def *templates.Definition, run pipeline.Run, path string) (*openBook, bookFlags, error) {
	if path == "" {
		path = run.Book
	}
	if f.mapping == "" {
		f.mapping = run.Mapping
	}
	f.sheet, f.headerRow = run.Sheet, cmp.Or(f.headerRow, run.HeaderRow)
	f.encoding = cmp.Or(f.encoding, run.Encoding)
	b, err := f.open(ctx, def, path)
	if err != nil {
		return nil, f, pipeline.Mistakef("run %s: its book (SHA-256 %s) is needed: %w", run.ID, run.SHA256, err).Try("name it with --book FILE, its mapping sheet with --mapping FILE")
	}
	if b.SHA256() != run.SHA256 {
		b.Close() // it was only read
		return nil, f, pipeline.Mistakef("%s is not the book of run %s: that one has the SHA-256 %s", path, run.ID, run.SHA256).Try("it was changed since, or is another: find the copy with that SHA-256 and name it with --book FILE")
	}
	return b, f, nil
}

func (p *program) reportAgain(ledgerPath, id, bookPath string, flags importFlags) (err error) {
	ctx := context.Background()
	l, err := p.readLedger(ctx, ledgerPath)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	run, err := l.Run(ctx, id)
	if err != nil {
		return err
	}
	if !run.Forgotten.IsZero() {
		return pipeline.Mistakef("run %s: its rows were forgotten on %s, so that its report cannot be written again", run.ID, run.Forgotten.Format(time.DateOnly)).Try("look for a report that was written before")
	}
	if flags.book.provider == "" {
		flags.book.provider = run.Namespace.Provider
	}
	def, err := definition(flags.book.provider)
	if err != nil {
		return err
	}
	b, opened, err := flags.book.openAgain(ctx, def, run, bookPath)
	if err != nil {
		return err
	}
	defer b.Close()
	bookPath = b.Name()
	flags.book, flags.ledger.path = opened, l.Path()
	r := &importRun{program: p, def: def, run: run, flags: flags}
	if err := r.refuseOverwriting(b); err != nil {
		return err
	}
	waiting := "not sent: the limit of this run was reached; run again to go on"
	switch {
	case run.Halt != "":
		waiting = "not sent: " + run.Halt + "; run again to go on"
	case run.Finished.IsZero():
		waiting = "not sent: the run was killed, or goes on; run again to go on"
	}
	space, err := l.Space(ctx, run.Namespace, def.Provider())
	if err != nil {
		return err
	}
	setup := importer.Setup{Provider: def.Provider(), Book: b, Checker: b.check, Ledger: space, Records: ledgerRecords{l, space}, Run: run.ID}
	notes := b.Notes()
	if s := b.ignored(); s != "" {
		notes = append(notes, s)
	}
	notes = append(notes, "written again from the ledger on "+pipeline.Moment(p.now()))
	for _, s := range changedSince(run, b, def.Provider().Digest) {
		p.say("%s", s)
		notes = append(notes, s)
	}
	paths, total, err := r.report(ctx, b, func(each func(importer.Result) error) (pipeline.Counts, error) {
		return importer.Results(ctx, setup, nil, waiting, each)
	}, reportFlags{paths: flags.reports, named: true, book: bookPath, waiting: waiting, notes: notes, ledger: l.Path(), space: space}, &run)
	if err != nil {
		return err
	}
	return p.summarise(summary{run: run, tally: total, reports: paths})
}
