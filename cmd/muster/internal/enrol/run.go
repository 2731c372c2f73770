package enrol

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/reports"
)

// ErrStopped is the error of a run that was stopped at once: requests under way are uncertain, and [ReportAgain]
// writes what the ledger has.
var ErrStopped error = pipeline.Fail("halt.stopped_at_once")

// Enroller imports books for a [Job], one after the other. What they share (the ledger with its lock, the client with
// its pace and its token) is opened with the first good book, so that a mistake leaves nothing behind; later books
// know the customers of earlier ones. Its methods are called by one goroutine at a time.
type Enroller struct {
	job   Job
	conn  *connection // nil until the first run begins
	began time.Time   // to the millisecond, as a ledger stores times
}

// New makes an Enroller; nothing is opened yet. The caller closes it.
func New(j Job) *Enroller { return &Enroller{job: j, began: j.Now().Truncate(time.Millisecond)} }

// Job is the Enroller's job.
func (e *Enroller) Job() *Job { return &e.job }

// Begun reports whether a run has begun, or was about to.
func (e *Enroller) Begun() bool { return e.conn != nil }

// StandBy opens what the runs share before the first of them begins, so that no other muster's runs come between
// reading the ledger and the first run. A job that waits for other musters waits here.
func (e *Enroller) StandBy(ctx context.Context) error { return e.connect(ctx) }

// Close shows the open rows to the observer, and closes what the runs shared.
func (e *Enroller) Close() error {
	if e.conn == nil {
		return nil
	}
	return errors.Join(e.seeOpen(context.Background()), e.conn.close())
}

// connect opens what the runs share, unless it is open.
func (e *Enroller) connect(ctx context.Context) (err error) {
	if e.conn == nil {
		e.conn, err = connect(ctx, &e.job)
	}
	return err
}

// Run is one book imported once: begun, checked, sent and reported, in this order, by one goroutine.
type Run struct {
	job   *Job
	conn  *connection
	book  *Book
	data  pipeline.Run
	plan  *importer.Plan
	halt  *importer.Halt
	notes notes
	// unsettled counts the requests that earlier runs left open; ledgerNotes are the notes about the ledger.
	unsettled   int
	ledgerNotes []*pipeline.Message
	unreported  bool // the report could not be written
	away        bool // the ledger's server is, and so the end of the run cannot be recorded
	replaces    bool // some of its rows replace broken ones
	kinds       []*reports.Kind
}

// Begin writes a run of the book into the ledger, after checking that its reports can be written. The caller closes
// the Run, and the book after it.
func (e *Enroller) Begin(ctx context.Context, b *Book) (_ *Run, err error) {
	r := &Run{job: &e.job, book: b, data: e.job.newRun()}
	unannotated, err := e.job.Reports.probe(ctx, &e.job, b, r.data.ID)
	if err != nil {
		return nil, err
	}
	if err := e.connect(ctx); err != nil {
		return nil, err
	}
	r.conn = e.conn
	r.data.Started = e.job.Now() // it may have waited for the ledger
	if r.unsettled, err = r.conn.space.Unsettled(ctx); err != nil {
		return nil, err
	}
	if r.ledgerNotes, err = r.conn.notes(ctx, r.job, r.unsettled); err != nil {
		return nil, err
	}
	b.describe(&r.data)
	if err := r.conn.findBook(ctx, b, &r.data); err != nil {
		return nil, err
	}
	if err := r.conn.begin(ctx, r.job, &r.data); err != nil {
		return nil, err
	}
	r.notes = notes{job: r.job, run: r.data.ID}
	r.notes.beforeCheck(b)
	r.job.warnUnannotated(r.data.ID, unannotated)
	return r, nil
}

// haltPostponed is the halt of a run that left its book to the next one.
const haltPostponed pipeline.MessageCode = "halt.postponed"

// Postpone leaves a book to the next run: the ledger gets a run that went no further, which [EarlierRuns.Postponed]
// finds.
func (e *Enroller) Postpone(ctx context.Context, b *Book) error {
	if err := e.connect(ctx); err != nil {
		return err
	}
	run := e.job.newRun()
	b.describe(&run)
	run.BaseURL, run.Credentials = e.conn.baseURL, e.conn.credentials
	if err := e.conn.ledger.StartRun(ctx, run); err != nil {
		return err
	}
	run.Halt = pipeline.Say("halt.postponed")
	return e.conn.finish(ctx, e.Job(), &run, nil)
}

// Data is the run as the ledger has it, or will have it once it is closed.
func (r *Run) Data() pipeline.Run { return r.data }

// newRun is the record of a run that begins now, without its book.
func (j *Job) newRun() pipeline.Run {
	now := j.Now()
	run := pipeline.Run{ID: pipeline.NewRunID(now, j.Random()), Namespace: j.Target.Namespace,
		BaseURL: j.Target.BaseURL, Version: j.Author.Version, Person: j.Author.Person, Machine: j.Author.Machine,
		Digest: j.provider().Digest, Started: now}
	if name := j.provider().Name; name != run.Namespace.Provider {
		run.Definition = name
	}
	return run
}

// describe fills in the book of a run.
func (b *Book) describe(run *pipeline.Run) {
	run.Book, run.Path, run.Sheet, run.SHA256 = b.Name(), whereIs(b.Name()), b.Sheet(), b.SHA256()
	run.Reading, run.ReadAs = b.source.Reading, b.Encoding()
	if fix := b.source.Fix; fix != nil {
		run.FixOf = fix.Run.ID
	}
	run.MappingSHA256 = b.mappingSHA256()
	if b.source.Mapping != "" {
		run.Mapping = whereIs(b.source.Mapping) // muster open is run in another folder than the night's job
	}
}

// findBook fills in the path of the book that the rows of a sheet Fix come from: its workbook has the path as a user
// typed it, in a folder that is not known.
func (c *connection) findBook(ctx context.Context, b *Book, run *pipeline.Run) error {
	origin := b.Origin()
	if origin == nil {
		return nil
	}
	run.Of = pipeline.OriginBook{Path: whereIs(origin.Book.Path), Sheet: origin.Book.Sheet, SHA256: origin.Book.SHA256}
	first, ok, err := c.ledger.RunByID(ctx, origin.Run)
	if path := cmp.Or(first.Of.Path, first.Path); ok && path != "" {
		run.Of.Path = path
	}
	return err
}

// whereIs is the path by which later runs recognise a book: absolute, with the links of its folder resolved, but not
// its own; "" for standard input.
func whereIs(path string) string {
	if path == standardInput {
		return ""
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(folder, filepath.Base(path))
	}
	return path
}

// PutAway records where the book of a run was moved to. When the Enroller has begun no run, and the ledger cannot be
// opened because another muster has it, nothing is recorded: later runs then treat the file as another book, unless
// its content is the same.
func (e *Enroller) PutAway(ctx context.Context, run, to string) error {
	if e.conn != nil {
		return e.conn.ledger.KeepMove(ctx, run, whereIs(to))
	}
	l, err := openToWrite(ctx, &e.job)
	if err != nil {
		return nil
	}
	return errors.Join(l.KeepMove(ctx, run, whereIs(to)), l.Close())
}

// begin writes a run into the ledger.
func (c *connection) begin(ctx context.Context, j *Job, run *pipeline.Run) error {
	run.BaseURL, run.Credentials = c.baseURL, c.credentials
	if err := c.ledger.StartRun(ctx, *run); err != nil {
		return err
	}
	j.see(Began{*run})
	return nil
}

// Check reads the whole book and judges every row. Nothing is sent.
func (r *Run) Check(ctx context.Context) (err error) {
	ids, err := r.conn.knownIDs(ctx)
	if err != nil {
		return err
	}
	denied, err := r.conn.space.Denied(ctx)
	if err != nil {
		return err
	}
	var refusals importer.Refusals
	switch some, err := r.conn.space.AnyRefused(ctx, r.data.ID); {
	case err != nil:
		return err
	case some:
		refusals = r.conn.space
	}
	if err := r.tie(ctx); err != nil {
		return err
	}
	fixed, err := r.book.fixed(ctx, r.conn.space)
	if err != nil {
		return err
	}
	found, err := r.job.newKinds(r.data.ID, r.book)
	if err != nil {
		return err
	}
	records := ledgerRecords{r.conn.ledger, r.conn.space}
	r.book.prepare(ctx, r.job.Now())
	r.plan, err = importer.Check(ctx, importer.Setup{Provider: r.job.provider(), Book: r.book, Checker: r.book.checker,
		Parts:  r.book.part,
		Ledger: records, Records: records, Run: r.data.ID, Spell: r.book.spell,
		IDs: ids, Denied: denied, Refusals: refusals, Fixed: fixed, Repeats: r.book.repeats(), Found: found.add, Bytes: r.book.TextSize(),
		Signatures: r.job.Limits.Pilot > 0})
	if err != nil {
		return err
	}
	r.notes.afterCheck(r.book, r.plan)
	r.kinds = found.end(r.plan.Counts.Total())
	for _, n := range r.ledgerNotes {
		r.job.see(Noted{Run: r.data.ID, Message: n})
	}
	known, err := r.conn.space.Customers(ctx)
	if err != nil {
		return err
	}
	r.job.see(r.planned(known))
	return nil
}

// tie records which broken rows the rows of a sheet Fix replace.
func (r *Run) tie(ctx context.Context) error {
	rows, err := r.book.replaced(ctx, r.conn.space)
	if err != nil || len(rows) == 0 {
		return err
	}
	r.replaces = true
	return r.conn.space.BeginFixed(ctx, r.data.ID, r.book.Origin(), rows)
}

// planned is what the run would do.
func (r *Run) planned(known int) Planned {
	p := Planned{Run: r.data.ID, Target: r.job.Target, BaseURL: r.data.BaseURL, Counts: r.plan.Counts,
		Customers: r.plan.Customers, Repeated: r.plan.Repeated, Ready: r.plan.Ready, Sends: r.job.sends(r.plan), Pilot: r.job.pilotOf(r.plan),
		Known: known, Unsettled: r.unsettled, Asks: r.job.AsksProvider()}
	if rate := r.job.Target.Limit.Rate; rate.N > 0 {
		p.Least = time.Duration(p.Sends) * rate.Spacing()
	}
	return p
}

// Send asks whether it may send, and sends the ready rows. When the answer was no, or not all rows were tried, the
// [Ending] has a halt. Its error is [ErrStopped].
func (r *Run) Send(ctx context.Context) error {
	r.halt = r.job.askAndSend(ctx, r.conn, r.plan, r.data.ID, r.unsettled,
		func() *Previewed { return r.first(ctx) })
	if ctx.Err() != nil {
		return ErrStopped
	}
	return nil
}

// first is the first customer to be sent; nil when there is none, or when it cannot be read again, which sending it
// will report.
func (r *Run) first(ctx context.Context) *Previewed {
	number, ok := r.plan.FirstReady()
	if !ok {
		return nil
	}
	all, err := r.job.preview(ctx, r.book, 1, func(row pipeline.Row) bool { return row.Number == number })
	if err != nil || len(all) == 0 {
		return nil
	}
	return &all[0]
}

// Close records in the ledger how the run ended. err is why it broke off, nil when it did not; it is returned, or the
// ledger's error.
func (r *Run) Close(ctx context.Context, err error) error {
	switch {
	case err != nil && r.data.Halt == nil:
		r.data.Halt = pipeline.MessageOf(err)
	case r.unreported && r.halt == nil:
		// Without its report the book is not finished.
		r.data.Halt = pipeline.Say("halt.report_unwritten")
	}
	if r.replaces {
		if failed := r.conn.space.EndFixed(context.WithoutCancel(ctx), r.data.ID); failed != nil && err == nil {
			err = failed
		}
	}
	if failed := r.conn.finish(ctx, r.job, &r.data, err); !r.away || err != nil {
		return failed
	}
	return nil // it was said
}

// finish records in the ledger how a run ended, with the time of its report when it has one.
func (c *connection) finish(ctx context.Context, j *Job, run *pipeline.Run, err error) error {
	if run.Finished.IsZero() {
		run.Finished = j.Now()
	}
	if failed := c.ledger.FinishRun(context.WithoutCancel(ctx), *run); failed != nil && err == nil {
		return pipeline.Fail("enrol.finish_run", "run", run.ID, "cause", failed)
	}
	return err
}
