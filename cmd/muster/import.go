package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/templates"
)

// importFlags are what `muster import` was told.
type importFlags struct {
	book    bookFlags
	target  targetFlags
	ledger  ledgerFlags
	folder  folderFlags
	reports []string
	// reportFolder is where a report without a name goes; "" is the working
	// directory.
	reportFolder string
	password     string // of reports; from passwordFile
	passwordFile string
	limit        int
	pilot        int
	maxRejected  string
	yes          bool
	quiet        bool
	json         bool
	annotated    string
	log          logFlags
	metrics      string
	noFix        bool
}

func (p *program) importCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "import BOOK... --provider NAME|DIR | import --dir DIR --provider NAME|DIR",
		Short: "Enrol every merchant of a book, once each, and report on every row",
		Long: `import checks the whole book first, then enrols every row that is ready, once,
and writes a workbook that says what became of every row. Running it again is
always safe: what was enrolled is not sent again.

A book is a CSV or XLSX file; "-" is the standard input. Of a results workbook
the sheet Fix is imported, with the first run's provider and mapping; its rows
keep the numbers that they have in their book. --dir DIR takes every
book of a folder that is new or changed since its last run, in the order of
their names; where there is none it does nothing, says nothing, and exits 0.

Without --env and --base-url it is a rehearsal against a built-in stand-in.

EXIT STATUS
` + exitCodesText(),
		Example: "  muster import merchants.xlsx --provider passport\n  muster import merchants.csv --provider juicyway --mapping mapping.csv --env sandbox --ledger muster.db",
		Args:    f.folder.booksOrFolder,
		RunE: func(c *cobra.Command, books []string) error {
			if f.folder.dir != "" {
				f.folder.named = namedFiles(c, f.book.mapping)
			}
			if c.Flags().Changed("concurrency") && f.target.concurrency == 0 {
				return pipeline.Mistakef("--concurrency 0: from 1 to 1000 requests may be open at once")
			}
			if c.Flags().Changed("limit") && f.limit == 0 {
				return pipeline.Mistakef("--limit 0: says neither all nor none; at least 1 row is wanted").Try("leave --limit out to send all; `muster check` sends nothing")
			}
			return p.importBooks(f, books)
		},
	}
	f.book.register(c)
	f.target.register(c)
	f.folder.register(c)
	fl := c.Flags()
	fl.StringVar(&f.target.rate, "rate", "", "how often the provider is called: 5/s, 100/m, none (default: the provider's)")
	fl.IntVar(&f.target.concurrency, "concurrency", 0, "how many requests are open at once (default: the provider's)")
	fl.IntVar(&f.limit, "limit", 0, "send at most so many rows")
	fl.IntVar(&f.pilot, "pilot", 0, "first send so many rows, one of each kind, and ask before the others")
	fl.StringVar(&f.maxRejected, "max-rejected", "none", "halt after so many refusals: 10, 5%, none")
	fl.StringVar(&f.ledger.path, "ledger", "", "the ledger file (default: MUSTER_LEDGER; a rehearsal uses a throw-away one)")
	fl.BoolVar(&f.ledger.begin, "new-ledger", false, "begin a new ledger with --env production")
	fl.StringArrayVar(&f.reports, "report", nil, "where the report goes: .xlsx, .csv or .jsonl; may be given several times (default: BOOK.RUN.results.xlsx)")
	registerReportPassword(c, &f)
	fl.BoolVar(&f.noFix, "no-fix", false, noFixHelp)
	fl.BoolVar(&f.yes, "yes", false, "do not ask")
	fl.BoolVar(&f.quiet, "quiet", false, "say nothing but the result and errors")
	fl.BoolVar(&f.json, "json", false, "print the result as JSON lines")
	f.registerAnnotated(c)
	f.log.register(c)
	fl.StringVar(&f.metrics, "metrics", "", "write Prometheus metrics to this file (.prom), for the textfile collector")
	return c
}

func (f *bookFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.provider, "provider", "", "passport, juicyway, connectfi, or the folder of a definition of your own")
	c.Flags().StringVar(&f.mapping, "mapping", "", "mapping sheet (CSV or XLSX): which column feeds which field")
	c.Flags().StringVar(&f.sheet, "sheet", "", "sheet of the workbook, by its name or its number (default: the first visible one)")
	f.registerReading(c)
	c.Flags().StringArrayVar(&f.carry, "carry", nil, "column of the book to carry into the report; may be given several times")
}

// registerReading adds the flags that say how to read what a book does not say
// itself.
func (f *bookFlags) registerReading(c *cobra.Command) {
	settings.Func(c, "header-row", "number of the `row` that holds the header (default: found, below titles too)", func(s string) error {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no row number: rows are numbered from 1, as a spreadsheet program shows them", s)
		}
		f.headerRow = n
		return nil
	})
	c.Flags().StringVar(&f.encoding, "encoding", "", "how a CSV spells its text: utf-8, utf-16, windows-1252 (default: found)")
	c.Flags().StringVar(&f.passwordFile, "password-file", "", "`file` that holds the password of a protected workbook")
}

func (f *targetFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.env, "env", "", "local, sandbox or production (default: local, a rehearsal)")
	c.Flags().StringVar(&f.baseURL, "base-url", "", "where the provider's API is")
	c.Flags().StringVar(&f.account, "account", "", "keeps several accounts at one provider apart in the ledger")
	c.Flags().BoolVar(&f.allowHTTP, "allow-http", false, "let a --base-url be unencrypted beyond this machine")
}

// someBooks asks for at least one book.
func someBooks(c *cobra.Command, books []string) error {
	if len(books) == 0 {
		return pipeline.Mistakef("no book is named").Try("such as: muster " + c.Name() + " merchants.xlsx --provider passport")
	}
	return nil
}

// importBooks runs the books in order; the gravest exit code counts.
func (p *program) importBooks(f importFlags, books []string) error {
	limit, err := settings.ParseMaxRejected(f.maxRejected)
	if err != nil {
		return err
	}
	if f.limit < 0 {
		return pipeline.Mistakef("--limit %d: a number of rows is wanted", f.limit)
	}
	if f.pilot < 0 {
		return pipeline.Mistakef("--pilot %d: a number of rows is wanted", f.pilot)
	}
	if len(books) > 1 && len(f.reports) > 0 {
		return pipeline.Mistakef("--report names one file, and there are %d books", len(books)).Try("leave --report out: each book gets a report of its own name")
	}
	if f.annotated != "" && (len(books) > 1 || f.folder.dir != "") {
		return pipeline.Mistakef("--annotated names one file, and there may be several books").Try("import them one by one")
	}
	if err := f.readReportPassword(false); err != nil {
		return err
	}
	if err := p.providerOfResults(context.Background(), &f.book, books); err != nil {
		return err
	}
	def, err := definition(f.book.provider)
	if err != nil {
		return err
	}
	t, err := f.target.resolve(def.Provider())
	if err != nil {
		return err
	}
	return p.observed(f, t.Namespace, books, func(o enrol.Observers) error { return p.importObserved(f, books, def, t, limit, o) })
}

// importObserved runs the books; o is told what becomes of them.
func (p *program) importObserved(f importFlags, books []string, def *templates.Definition, t pipeline.Target, limit importer.MaxRejected, o enrol.Observers) (err error) {
	rehearsal := t.Namespace.Rehearsal()
	if !rehearsal && !p.terminal && !f.yes {
		return pipeline.Mistakef("nobody is at a terminal to be asked, and requests would leave the machine").Try("add --yes once `muster check` says what you expect")
	}
	secrets := rehearsalSecrets(def.Provider())
	if !rehearsal {
		if secrets, err = p.secrets(def.Provider()); err != nil {
			return err
		}
	}
	stops := p.interrupts()
	defer stops.release()
	var g ground
	begin := func() *importRun {
		return &importRun{program: p, flags: f, def: def, target: t, secrets: secrets, maxRejected: limit, stops: stops, ground: &g, seen: o}
	}
	if f.folder.dir != "" {
		err = p.importFolder(f.folder, stops, begin)
	} else {
		err = p.eachBook(books, stops, func(path string) (int, error) { return begin().book(stops.ctx, path, books) })
	}
	if closeErr := g.close(); closeErr != nil {
		code := p.fail(closeErr)
		if err == nil {
			err = exitError(code)
		}
	}
	return err
}

// eachBook runs the books in order; the gravest exit code counts.
func (p *program) eachBook(books []string, stops *interrupts, run func(path string) (int, error)) error {
	code := exitOK
	for i, path := range books {
		if i > 0 && stops.stopped() {
			p.say("not begun: %s", list(books[i:]))
			code = graver(code, exitInterrupted)
			break
		}
		got, err := run(path)
		if err != nil {
			got = p.fail(err)
		}
		code = graver(code, got)
	}
	if code == exitOK {
		return nil
	}
	return exitError(code)
}

// importRun is one book imported once.
type importRun struct {
	*program
	flags       importFlags
	def         *templates.Definition
	target      pipeline.Target
	secrets     map[string]string
	maxRejected importer.MaxRejected
	stops       *interrupts
	ground      *ground
	seen        enrol.Observers
	checking    bool // nothing is sent

	run   pipeline.Run
	notes []string
}

// note tells a sentence now and keeps it for the report.
func (r *importRun) note(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	r.notes = append(r.notes, s)
	r.remark(s)
}

func (r *importRun) tell(s string) {
	if !r.flags.quiet {
		r.say("%s", s)
	}
}

// book goes through one book: open everything, check, ask, send, report.
func (r *importRun) book(ctx context.Context, path string, books []string) (code int, err error) {
	r.tell(firstLine(r.target, r.def.Provider()))
	r.run.ID = r.newRunID()
	b, err := r.flags.book.open(ctx, r.def, path)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	if done, err := r.nothingToMend(b); done {
		return exitOK, err
	}
	if err := r.refuseOverwriting(b); err != nil {
		return 0, err
	}
	if err := r.probeReports(b.bookName()); err != nil {
		return 0, err
	}
	if err := r.probeAnnotated(b); err != nil {
		return 0, err
	}
	if err := r.ground.lay(ctx, r, books); err != nil {
		return 0, err
	}
	l, space, provider := r.ground.ledger, r.ground.space, r.def.Provider()
	unsettled, err := space.Unsettled(ctx)
	if err != nil {
		return 0, err
	}
	notes, err := ledgerNotes(ctx, l, space, r.target, r.ground.throwAway, unsettled, r.ground.credentials)
	if err != nil {
		return 0, err
	}
	r.run = r.newRun(b, r.ground.standin.baseURL(r.target), r.ground.credentials)
	if err := l.StartRun(ctx, r.run); err != nil {
		return 0, err
	}
	// Whatever happens from here, the ledger says how the run ended.
	defer func() {
		if r.run.Finished.IsZero() { // else it is the time that the report tells
			r.run.Finished = r.now()
		}
		if err != nil && r.run.Halt == "" {
			r.run.Halt = err.Error()
		}
		if finishErr := l.FinishRun(context.WithoutCancel(ctx), r.run); finishErr != nil && err == nil {
			err = fmt.Errorf("close the run in the ledger: %w", finishErr)
		}
	}()
	r.seen.See(enrol.Began{Run: r.run})
	r.noteOrigin(b)
	for _, s := range b.found() {
		r.note("%s", s)
	}
	plan, err := importer.Check(ctx, importer.Setup{Provider: provider, Book: b, Checker: b.check, Ledger: space, Records: ledgerRecords{l, space}, Run: r.run.ID, Spell: b.spell, Signatures: r.flags.pilot > 0})
	if err != nil {
		return 0, err
	}
	for _, s := range []string{b.Trimmed(), b.Hidden()} {
		if s != "" {
			r.note("%s", s)
		}
	}
	r.noteExamples(b)
	for _, n := range notes {
		r.remark(n)
	}
	customers, err := space.Customers(ctx)
	if err != nil {
		return 0, err
	}
	r.tellPlan(plan, customers, unsettled)
	halt := r.confirm(ctx, plan, unsettled)
	if halt == nil {
		halt = r.send(ctx, plan, ledgerRecords{l, space}, sender{r.ground.client})
	}
	if ctx.Err() != nil {
		r.run.Halt = "stopped at once"
		advice := "; `muster report " + r.run.ID + " -o FILE` writes the report"
		if r.ground.throwAway {
			advice = ""
		}
		r.say("stopped at once%s", advice)
		return exitInterrupted, nil
	}
	return r.finish(ctx, plan, b, space, halt)
}

// send runs the loop; the halt is nil when it went through.
func (r *importRun) send(ctx context.Context, plan *importer.Plan, l ledgerRecords, s sender) *importer.Halt {
	r.stops.sending.Store(true)
	defer r.stops.sending.Store(false)
	// What waits for the pace when a person stops the run is not sent any more.
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-r.stops.stop:
			s.Stop()
		case <-ended:
		}
	}()
	r.seen.See(enrol.SendBegan{Run: r.run.ID})
	defer r.seen.See(enrol.SendEnded{Run: r.run.ID})
	watched, settled := r.watch(s)
	stage := func(stage importer.Stage) { r.seen.See(enrol.Staged{Run: r.run.ID, Stage: stage}) }
	progressed := func(p importer.Progress) { r.seen.See(enrol.Progressed{Run: r.run.ID, Progress: p}) }
	pilot := importer.Pilot{Rows: r.flags.pilot, GoOn: r.pilotGoOn}
	err := plan.Send(ctx, importer.Sending{Ledger: l, Sender: watched, Settled: settled, Pilot: pilot, Stage: stage, Concurrency: r.target.Limit.Concurrency, Limit: r.flags.limit,
		MaxRejected: r.maxRejected, Stop: r.stops.stop, Progress: progressed, Now: r.now,
		Sealed: l.Sealed, Rate: r.target.Limit.Rate, SetRate: s.SetRate, Tell: r.remark, Random: r.random,
		Lost: func(o pipeline.Outcome) {
			r.seen.See(enrol.Lost{Run: r.run.ID, Row: o.Row, CustomerID: o.CustomerID})
			r.say("not in the ledger: row %d of run %s is customer %s; keep this line: `muster settle` takes it, in a sheet with the columns run, row and customer_id", o.Row, r.run.ID, o.CustomerID)
		}})
	if err == nil {
		return nil
	}
	var halt *importer.Halt
	if !errors.As(err, &halt) {
		halt = &importer.Halt{Reason: importer.HaltProvider, Err: err}
	}
	return halt
}

// finish writes the reports and the summary, and gives the exit code.
func (r *importRun) finish(ctx context.Context, plan *importer.Plan, b *openBook, space unsettledCounter, halt *importer.Halt) (int, error) {
	waiting := "not sent: the limit of this run was reached; run again to go on"
	if halt != nil {
		waiting = "not sent: " + halt.Error() + "; run again to go on"
		r.seen.See(enrol.Halted{Run: r.run.ID, Halt: halt})
		r.run.Halt = halt.Error()
	}
	elsewhere, err := space.Unanswered(ctx, r.run.ID, unansweredShown)
	if err != nil {
		return 0, err
	}
	r.run.Finished = r.now()
	kept := r.ground.ledger.Path()
	if r.ground.throwAway {
		kept = ""
	}
	paths, total, err := r.report(ctx, b, func(each func(importer.Result) error) (pipeline.Counts, error) {
		return plan.Results(ctx, waiting, r.eachRow(waiting, each))
	}, reportFlags{paths: r.flags.reports, folder: r.flags.reportFolder, book: b.bookName(), waiting: waiting, notes: r.notes, pace: paceText(r.target.Limit) + reached(plan.Pace), ledger: kept, space: space}, &r.run)
	reportErr := err
	if reportErr != nil {
		// The run is what counts: what became of it is told all the same.
		if total.counts, err = r.countOutcomes(ctx, plan); err != nil {
			return 0, errors.Join(reportErr, err)
		}
		total.customers = plan.Customers.Total()
		r.run.Counts = total.counts
	}
	unsettled, err := space.Unsettled(ctx)
	if err != nil {
		return 0, err
	}
	ending := enrol.Ending{Run: r.run, Tally: total.ending(), Pace: plan.Pace, Unsettled: unsettled, Elsewhere: elsewhere,
		Halt: halt, Reports: paths, ReportErr: reportErr}
	code := endingCode(ending)
	r.seen.See(enrol.Finished{Ending: ending})
	if r.silent(code, total) {
		return code, nil
	}
	if r.ground.openTold {
		elsewhere = nil
	}
	r.ground.openTold = r.ground.openTold || len(elsewhere) > 0
	if err := r.summarise(summary{run: r.run, target: r.target, tally: total, reports: paths, halt: halt, unsettled: unsettled, elsewhere: elsewhere, code: code, json: r.flags.json}); err != nil {
		return 0, err
	}
	if reportErr != nil {
		r.say("muster: write the report: %v", reportErr)
		r.say("  try: `muster report %s -o FILE` writes it again, from the ledger and the book", r.run.ID)
		if halt == nil {
			// Without its report the book is not done with.
			r.run.Halt = "the report could not be written"
		}
	}
	return code, nil
}

// countOutcomes counts the run's rows by the outcomes that are on disk; the
// others are pending.
func (r *importRun) countOutcomes(ctx context.Context, plan *importer.Plan) (pipeline.Counts, error) {
	counts := pipeline.Counts{}
	for o, err := range r.ground.ledger.Outcomes(ctx, r.run.ID) {
		if err != nil {
			return nil, err
		}
		counts[o.State] += plan.Lines(o.Row)
	}
	counts[pipeline.Pending] += plan.Counts.Total() - counts.Total()
	return counts, nil
}

// unansweredShown is how many requests of earlier runs are named.
const unansweredShown = 10

type unsettledCounter interface {
	requestReader
	Unsettled(ctx context.Context) (int, error)
	Unanswered(ctx context.Context, besides string, most int) ([]ledger.Unanswered, error)
}

func (r *importRun) newRun(b *openBook, baseURL string, credentials pipeline.Tag) pipeline.Run {
	p := r.def.Provider()
	return pipeline.Run{ID: r.run.ID, Namespace: r.target.Namespace, BaseURL: baseURL, Book: b.Name(), Sheet: b.Sheet(), SHA256: b.SHA256(),
		HeaderRow: r.flags.book.headerRow, Encoding: r.flags.book.encoding, Mapping: b.path, MappingSHA256: b.mappingSHA256(),
		Version: version(), Digest: p.Digest, Credentials: credentials, Person: person(), Machine: machine(), Started: r.now()}
}

// newRunID sorts by time and is not met twice.
func (p *program) newRunID() string {
	return pipeline.NewRunID(p.now(), p.random())
}
