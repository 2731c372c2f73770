package main

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/notify"
	"muster/cmd/muster/internal/runtext"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/ledger"
	"muster/templates"
)

// importFlags are the flags of `muster import`.
type importFlags struct {
	book        bookFlags
	target      targetFlags
	ledger      ledgerFlags
	folder      folderFlags
	report      reportFlags
	output      outputFlags
	limit       int
	pilot       int
	maxRejected string
	maxWait     time.Duration
	tryNow      bool
	yes         bool
	dryRun      bool
	log         logFlags
	metrics     string
	rows        bool // shows single cells
	notify      notifyFlags
}

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:         "import " + p.sentence("command.import_args"),
		Short:       p.sentence("command.import_short"),
		Long:        p.sentence("command.import_long"),
		Annotations: sending(p.exitCodesText()),
		Example:     p.sentence("command.import_example"),
		Args:        f.folder.booksOrFolder,
		RunE: func(c *cobra.Command, books []string) error {
			if f.folder.dir != "" {
				f.folder.named = namedFiles(c, f.book.mappings)
			}
			if c.Flags().Changed("concurrency") && f.target.concurrency == 0 {
				return pipeline.Wrong("target.concurrency", "number", 0)
			}
			if c.Flags().Changed("limit") && f.limit == 0 {
				return pipeline.Wrong("run.limit_of_none").Try("run.limit_of_all")
			}
			if f.dryRun {
				return p.dryRun(&f, books)
			}
			return p.notified(&f, func(c *notify.Collector) error { return p.importBooks(&f, books, c) })
		},
	}
	f.book.register(p, c)
	f.target.register(p, c)
	f.folder.register(p, c)
	fl := c.Flags()
	fl.StringVar(&f.target.rate, "rate", "", p.sentence("cmd_flags.rate"))
	fl.IntVar(&f.target.concurrency, "concurrency", 0, p.sentence("cmd_flags.concurrency"))
	fl.IntVar(&f.limit, "limit", 0, p.sentence("cmd_flags.limit"))
	fl.IntVar(&f.pilot, "pilot", 0, p.sentence("cmd_flags.pilot"))
	fl.StringVar(&f.maxRejected, "max-rejected", "none", p.sentence("cmd_flags.max_rejected"))
	fl.DurationVar(&f.maxWait, "max-wait", time.Hour, p.sentence("cmd_flags.max_wait"))
	fl.BoolVar(&f.tryNow, "try-now", false, p.sentence("cmd_flags.try_now"))
	f.ledger.register(p, c)
	fl.StringArrayVar(&f.report.paths, "report", nil, p.sentence("cmd_flags.report"))
	f.report.register(p, c)
	fl.BoolVar(&f.yes, "yes", false, p.sentence("cmd_flags.yes"))
	fl.BoolVar(&f.dryRun, "dry-run", false, p.sentence("cmd_flags.dry_run"))
	f.output.register(p, c)
	f.log.register(p, c)
	fl.BoolVar(&f.rows, "rows", false, p.sentence("cmd_flags.rows_of_import"))
	fl.StringVar(&f.metrics, "metrics", "", p.sentence("cmd_flags.metrics"))
	f.notify.register(p, c)
	return c
}

// someBooks asks for at least one book.
func someBooks(c *cobra.Command, books []string) error {
	if len(books) == 0 {
		return pipeline.Wrong("run.no_book").Try("run.such_as", "command", c.CommandPath())
	}
	return nil
}

// importBooks imports the books; the exit code is the most urgent of theirs.
func (p *program) importBooks(f *importFlags, books []string, notices *notify.Collector) error {
	limits, err := f.limits()
	if err != nil {
		return err
	}
	if len(books) > 1 && len(f.report.paths) > 0 {
		return pipeline.Wrong("run.one_report", "count", len(books)).Try("run.own_reports")
	}
	if f.report.annotated != "" && (len(books) > 1 || f.folder.dir != "") {
		return pipeline.Wrong("run.one_annotated").Try("run.import_one_by_one")
	}
	if err := f.report.readPassword(false); err != nil {
		return err
	}
	def, err := p.definitionFor(context.Background(), &f.book, f.ledger.ledgerFlag, books)
	if err != nil {
		return err
	}
	t, err := f.target.resolve(def.Provider())
	if err != nil {
		return err
	}
	return p.observed(f, t.Namespace, books, notices, func(o enrol.Observers) error {
		job, err := p.importJob(f, def, t)
		if err != nil {
			return err
		}
		job.Limits, job.Limits.OutagePauses = limits, p.outagePauses
		stops := p.interrupts()
		defer stops.Release()
		defer collectAs(checkPercent)()
		watch := append(o, stops, room{}, &narrator{program: p, output: f.output, importing: true})
		if f.rows && !f.output.quiet && !f.output.json {
			watch = append(watch, runtext.NewFoundRows(p.stderr, p.words))
		}
		job.Stop, job.Observer = stops.First().Done(), watch
		if p.terminal && !f.yes {
			job.Asker = &asker{program: p, stops: stops, quiet: f.output.quiet || f.output.json}
		}
		if f.folder.dir != "" {
			return p.importFolder(f, job, stops)
		}
		job.Ledger.Holder = "muster import " + strings.Join(books, " ")
		e := enrol.New(job)
		out := &resultPrinter{program: p, output: f.output, target: t}
		err = p.eachBook(books, stops, func(path string) (int, error) {
			_, code, err := p.importBook(stops.Second(), e, &f.book, path, out)
			return code, err
		})
		return p.closed(e, err)
	})
}

// limits are the limits that the flags set for a run.
func (f *importFlags) limits() (enrol.Limits, error) {
	most, err := settings.ParseMaxRejected(f.maxRejected)
	switch {
	case err != nil:
		return enrol.Limits{}, err
	case f.limit < 0:
		return enrol.Limits{}, pipeline.Wrong("run.no_number_of_rows", "flag", "--limit", "number", f.limit)
	case f.maxWait < 0:
		return enrol.Limits{}, pipeline.Wrong("run.negative_wait", "wait", f.maxWait.String())
	case f.pilot < 0:
		return enrol.Limits{}, pipeline.Wrong("run.no_number_of_rows", "flag", "--pilot", "number", f.pilot)
	}
	return enrol.Limits{Rows: f.limit, Pilot: f.pilot, MaxRejected: most, MaxWait: f.maxWait, TryNow: f.tryNow}, nil
}

// importJob is the job that the flags ask for, without observers and questions.
func (p *program) importJob(f *importFlags, def *templates.Definition, t pipeline.Target) (enrol.Job, error) {
	j := p.job(def, t)
	if !t.Namespace.Rehearsal() {
		if !p.terminal && !f.yes {
			return j, pipeline.Wrong("run.nobody_to_ask").Try("run.add_yes")
		}
		var err error
		if j.Secrets, err = settings.Secrets(def.Provider(), p.getenv); err != nil {
			return j, err
		}
		if j.Certificate, err = p.connection(def.Provider(), j.Secrets); err != nil {
			return j, err
		}
	}
	j.Ledger.Path, j.Ledger.Missing = p.findLedger(f.ledger.name, t.Namespace.Rehearsal())
	j.Ledger.Options, j.Ledger.Wait = p.ledgerOptions(f.ledger.ledgerFlag), f.ledger.wait
	j.Ledger.Begin = f.ledger.begin || t.Namespace.Env != pipeline.EnvProduction
	j.Reports = p.reports(&f.report, f.ledger.name)
	j.Reports.Default = true
	again := flagsAgain{namespace: t.Namespace, baseURL: t.BaseURL, rate: f.target.rate,
		concurrency: f.target.concurrency, ledger: f.ledger.ledgerFlag, maxRejected: f.maxRejected, carry: f.book.carry,
		carryRaw: f.report.carryRaw, delimiter: f.report.delimiter, passwordFile: f.report.passwordFile, yes: f.yes}
	if again.ledger.name == "" && !t.Namespace.Rehearsal() {
		again.ledger.name = p.ledgerToRead("")
	}
	j.Again = enrol.Again{Provider: f.book.provider, Flags: again.flags(def.Provider())}
	return j, nil
}

// connection returns the client certificate that the environment names, if any, and warns about suspicious settings
// of the connection.
func (p *program) connection(provider *pipeline.Provider, secrets map[string]string) (*tls.Certificate, error) {
	certificate, warnings, err := settings.ClientCertificate(p.getenv, p.now())
	if err != nil {
		return nil, err
	}
	warnings = slices.Concat(settings.SecretDoubts(provider, secrets), settings.Authorities(p.getenv), warnings)
	for _, w := range warnings {
		p.say("run.warning", "text", w)
	}
	return certificate, nil
}

// importBook opens, checks, asks about, sends and reports one book. The run is the ledger's; the zero Run when none
// began.
func (p *program) importBook(ctx context.Context, e *enrol.Enroller, f *bookFlags, path string, out *resultPrinter) (
	run pipeline.Run, code int, err error) {
	out.where(e.Job().Target)
	b, err := f.open(ctx, e.Job(), path)
	if err != nil {
		return run, 0, bookError{err}
	}
	defer b.Close()
	if b.NothingToFix() {
		return run, exitOK, out.nothingToFix(b)
	}
	if err := p.allowOpenReport(ctx, &e.Job().Reports, b, e.Job().Asker != nil); err != nil {
		return run, 0, err
	}
	r, err := e.Begin(ctx, b)
	if err != nil {
		return run, 0, err
	}
	defer func() {
		err = r.Close(ctx, err)
		if run = r.Data(); errors.Is(err, enrol.ErrStopped) {
			out.stopped(run, e.Job().Ledger.Path != "")
			code, err = exitInterrupted, nil
		}
	}()
	if err := r.Check(ctx); err != nil {
		return run, 0, bookError{err}
	}
	if err := r.Send(ctx); err != nil {
		return run, 0, err
	}
	end, err := r.Report(ctx)
	if err != nil {
		return run, 0, err
	}
	code = endingCode(end)
	return run, code, unprinted(code, out.imported(end))
}

// closed closes an Enroller; err is the error of its runs.
func (p *program) closed(e *enrol.Enroller, err error) error {
	failed := e.Close()
	if away := (*ledger.AwayError)(nil); err != nil && errors.As(failed, &away) {
		return err // the runs have reported that error
	}
	if failed != nil {
		code := p.fail(failed)
		if err == nil {
			return exitError(code)
		}
	}
	return err
}

// eachBook runs the books in order; the exit code is the most urgent of theirs. Errors are printed, and returned for
// the log.
func (p *program) eachBook(books []string, stops *interrupts, run func(path string) (int, error)) error {
	var codes bookCodes
	var failed error
	for i, path := range books {
		if i > 0 && stops.Stopped() {
			p.say("run.not_begun", "books", books[i:])
			codes.add(exitInterrupted)
			break
		}
		got, err := run(path)
		if err != nil {
			got = p.fail(err)
			failed = errors.Join(failed, err)
		}
		if isRefusal(err) {
			codes.refused = true
		} else {
			codes.add(got)
		}
	}
	code := codes.exit()
	if code == exitOK {
		return nil
	}
	return errors.Join(exitError(code), failed)
}
