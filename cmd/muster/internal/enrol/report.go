package enrol

import (
	"context"
	"errors"
	"iter"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/reports"
)

// openRequests reads the requests without an answer.
type openRequests interface {
	RequestsAhead() *ledger.RequestsAhead
	Requests(ctx context.Context, besides string) iter.Seq2[ledger.Request, error]
}

// reporting reads the results of a run once: it adds them up, shows them to the observer, and writes them to all
// reports.
type reporting struct {
	job      *Job
	book     *Book
	command  string // that read the rows: import or check
	notes    []*pipeline.Message
	kinds    []*reports.Kind   // of problems, from the check
	pace     *pipeline.Message // of sending; nil when nothing could be sent
	ledger   string            // where a person finds it; "" for nowhere
	requests openRequests
	earlier  *earlierReports
	keep     bool // record the written reports in the ledger
	open     bool // write only the rows that need a person
	taken    bool // another muster settles the requests without an answer
	// standing: the rows have their present state over all runs; last is the last run of the book, if its ID is not
	// "".
	standing bool
	last     pipeline.Run
}

// The commands that write a results workbook.
const (
	commandImport = "import"
	commandCheck  = "check"
)

// each calls f with the results of a run, in the book's order, and counts the rows by state.
type each func(f func(importer.Result) error) (pipeline.Counts, error)

// write fills in e's totals and the files that were written; e has the run as it ended. When reports cannot be
// written, e.ReportErr says so; when the results cannot be read, no file is left behind.
func (r *reporting) write(ctx context.Context, results each, e *Ending) (err error) {
	head := r.head(&e.Run)
	if head.Fix.Hidden, err = r.book.HiddenColumns(ctx); err != nil {
		return err
	}
	var sights *sights
	sights, head.Sent = r.sights()
	all := r.job.Reports.open(r.book.rowsFrom(), head)
	annotated, err := r.job.Reports.annotate(r.book,
		reports.Original{Words: head.Words, Check: head.Check, Kept: head.Kept})
	if annotated != nil || err != nil {
		all = all.with(r.job.Reports.Annotated, annotated, err)
	}
	defer all.abort()
	digester := r.book.digester()
	mapped := newSamples(r.book, r.job.provider())
	var ahead *ledger.RequestsAhead
	if r.requests != nil {
		ahead = r.requests.RequestsAhead()
	}
	var ended importer.Result // used for all rows: the observer only borrows it
	counts, err := results(func(res importer.Result) error {
		e.Tally.add(&res)
		mapped.add(&res)
		ended = res
		r.job.see(RowEnded{Run: e.Run.ID, Result: &ended})
		line := line(res, r.book.carry)
		line.Sent = sights.of(&res)
		if reports.ToFix(&line.Outcome) {
			line.Digest = digester.line(line.Cells)
		}
		if err := r.addRequest(ctx, ahead, &line); err != nil {
			return err
		}
		all.line(line)
		return nil
	})
	if err != nil {
		return err
	}
	e.Tally.Counts, e.Run.Counts = counts, counts
	tail := reports.Tail{Finished: e.Run.Finished, Counts: counts, Customers: r.book.customersIn(&e.Tally),
		Halt: e.Run.Halt, Notes: r.notes, Pace: r.pace, Unanswered: r.elsewhere(ctx, e.Run.ID),
		Mapping: mapped.fields, Kinds: r.kinds}
	e.ReportErr = all.close(tail)
	e.Reports = all.paths()
	for _, m := range r.earlier.notes(all) {
		r.job.see(Noted{Run: e.Run.ID, Message: m, Warning: true})
	}
	if r.keep {
		e.ReportErr = errors.Join(e.ReportErr, r.earlier.keep(ctx, e.Run.ID, e.Reports))
	}
	r.nextSteps(head.Fix.Origin, e)
	return nil
}

// nextSteps lists the workbooks in which a person has something to do, which the annotated copy is not.
func (r *reporting) nextSteps(o *pipeline.Origin, e *Ending) {
	for _, path := range e.Reports {
		if !isWorkbook(path) || SameFile(path, r.job.Reports.Annotated) {
			continue
		}
		if e.Tally.ToFix > 0 && !o.NoFix {
			e.Fix = append(e.Fix, ToDo{Path: path, Command: reports.FixCommand(o, path)})
		}
		if e.Tally.Counts[pipeline.Uncertain] > 0 && r.command == commandImport && r.ledger != "" && !r.taken {
			e.Settle = append(e.Settle, ToDo{path, reports.SettleCommand(path, r.ledger, r.job.Reports.PasswordFile)})
		}
	}
}

// head is the part of a run's reports before the first row.
func (r *reporting) head(run *pipeline.Run) reports.Head {
	head := reports.Head{Words: r.job.Words, English: r.job.English, Zone: r.job.Zone, Run: *run,
		Provider: r.job.provider(),
		Fix:      reports.FixSource{Origin: r.origin(run)}, Ledger: r.ledger,
		Check: r.command == commandCheck, Password: r.job.Reports.Password, PasswordFile: r.job.Reports.PasswordFile}
	head.CarryRaw, head.Kept = r.job.Reports.CarryRaw, r.earlier.kept
	if head.Delimiter = r.job.Reports.Delimiter; head.Delimiter == 0 {
		head.Delimiter = r.book.Delimiter()
	}
	head.Open = r.open
	if head.Standing = r.standing; r.standing {
		head.Run.ID = "" // each row names the run that left it so
	}
	head.Compared = r.ledger != "" && !head.Check && !r.standing
	for _, c := range r.book.carry {
		head.Carry = append(head.Carry, c.Name)
	}
	if o := r.book.Origin(); o != nil {
		head.Run.Book, head.Run.Sheet, head.Run.SHA256 = o.Book.Path, o.Book.Sheet, o.Book.SHA256
	}
	for _, c := range r.book.Header() {
		head.Fix.Columns = append(head.Fix.Columns, c.Name)
	}
	head.Fix.Labels = map[int]pipeline.Localized{}
	for i, slot := range r.book.mapping.Slots() {
		title := head.Provider.Fields[slot.Field].Title
		if c := slot.Column; c != nil && c.Name == slot.Path && len(title) > 0 && c.Index < len(head.Fix.Columns) {
			head.Fix.Labels[c.Index] = title
		}
		values := head.Provider.Fields[slot.Field].Enum
		if len(values) > 1 && r.book.mapping.CopiesCell(i) && slot.Column.Index < len(head.Fix.Columns) {
			head.Fix.Choices = append(head.Fix.Choices, reports.Choice{Column: slot.Column.Index, Values: values})
		}
	}
	return head
}

// origin is what importing the sheet Fix of the run's workbook needs.
func (r *reporting) origin(run *pipeline.Run) *pipeline.Origin {
	b, n := r.book, run.Namespace
	o := &pipeline.Origin{Run: run.ID, Command: r.command, Provider: r.job.Again.Provider,
		Definition: r.job.provider().Name, Digest: run.Digest, Env: n.Env, Account: n.Account, Flags: r.job.Again.Flags,
		NoFix: r.job.Reports.NoFix, Book: pipeline.OriginBook{Path: b.Name(), Sheet: b.Sheet(), SHA256: b.SHA256()}}
	if !n.Rehearsal() {
		o.BaseURL = run.BaseURL
	}
	if r.last.ID != "" {
		o.Run = r.last.ID
	}
	first := b.Origin()
	if first != nil {
		o.Book.Path, o.Book.Sheet, o.Book.SHA256 = first.Book.Path, first.Book.Sheet, first.Book.SHA256
	}
	o.Mapping = b.mappingOfOrigin()
	return o
}

// addRequest adds to an uncertain line what was sent for it, and when.
func (r *reporting) addRequest(ctx context.Context, ahead *ledger.RequestsAhead, line *reports.Line) error {
	if ahead == nil || r.taken || line.State != pipeline.Uncertain || line.Ref == 0 {
		return nil
	}
	request, ok, err := ahead.Request(ctx, line.Ref)
	if err != nil || !ok {
		return err
	}
	line.Request = r.shown(request)
	line.Request.OfAnother = importer.SentAsAnother(&line.Outcome)
	return nil
}

// elsewhere are the unanswered requests of other runs, except those to which a row of this run has led.
func (r *reporting) elsewhere(ctx context.Context, run string) iter.Seq2[reports.Request, error] {
	if r.requests == nil || r.taken {
		return nil
	}
	return func(yield func(reports.Request, error) bool) {
		for request, err := range r.requests.Requests(ctx, run) {
			if err != nil {
				yield(reports.Request{}, err)
				return
			}
			if !yield(*r.shown(request), nil) {
				return
			}
		}
	}
}

// shown is a request as reports show it; secrets are masked here.
func (r *reporting) shown(q ledger.Request) *reports.Request {
	return &reports.Request{Outcome: q.Outcome, Book: q.Book, Name: q.Name,
		Key: importer.ShownKey(r.job.provider(), q.Keys)}
}

// line is a result as reports show it, with the carried columns; secrets are masked here.
func line(res importer.Result, carry []pipeline.Column) reports.Line {
	line := reports.Line{Outcome: res.Outcome, Key: res.Key, Name: res.Name, Cells: res.Cells, Head: res.Head,
		Lines: res.Lines}
	for _, c := range carry {
		line.Carry = append(line.Carry, res.Cells[c.Index])
	}
	for _, p := range res.Problems {
		out := reports.Problem{Problem: p}
		if p.Column != nil && p.Column.Index < len(res.Cells) {
			out.Value = res.Cells[p.Column.Index]
		}
		if p.Secret {
			out.Value = pipeline.LastFour(out.Value)
		}
		line.Problems = append(line.Problems, out)
	}
	return line
}
