package enrol

import (
	"cmp"
	"context"
	"errors"
	"path/filepath"
	"slices"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/templates"
)

// LastRunOf is the last run of the book at path: one with that content, else one of a file at that path, else one of
// a file with that name; false when there is none. Runs of a sheet Fix do not count. digest is the SHA-256 of the
// file, in hex.
func LastRunOf(runs []pipeline.Run, path, digest string) (pipeline.Run, bool) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		absolute = path
	}
	for _, same := range []func(r *pipeline.Run) bool{
		func(r *pipeline.Run) bool { return r.SHA256 == digest },
		func(r *pipeline.Run) bool { return r.Path == absolute || r.Book == path },
		func(r *pipeline.Run) bool { return filepath.Base(r.Book) == filepath.Base(path) },
	} {
		for _, r := range slices.Backward(runs) {
			if r.FixOf == "" && r.Of.SHA256 == "" && (r.Halt == nil || r.Halt.Code != haltPostponed) && same(&r) {
				return r, true
			}
		}
	}
	return pipeline.Run{}, false
}

// OpenAsLast opens a book as its last run read it, except where s says otherwise; when the content differs, the
// encoding is determined anew. The run may be the zero Run.
func OpenAsLast(ctx context.Context, def *templates.Definition, last pipeline.Run, digest string, s Source) (*Book,
	error) {
	if len(s.Mappings) == 0 {
		s.Mapping = cmp.Or(s.Mapping, last.Mapping)
	}
	s.Sheet, s.Reading = cmp.Or(s.Sheet, last.Sheet), s.Reading.Or(last.Reading)
	if s.Reading.Encoding == "" && last.SHA256 == digest {
		s.Reading.Encoding = last.ReadAs
	}
	return Open(ctx, def, s)
}

// Standing writes the present state of every row of a book over all runs of a ledger: the last outcome of each, under
// any row number. last is the run whose way of reading the book is used; its ID may be "". Nothing is sent, and no
// run is begun.
func Standing(ctx context.Context, j Job, l *ledger.Ledger, last pipeline.Run, b *Book) (e Ending, err error) {
	e.Run = j.newRun()
	b.describe(&e.Run)
	if err := j.Reports.refuseOverwriting(b); err != nil {
		return e, err
	}
	space, err := l.Space(ctx, j.Target.Namespace, j.provider())
	if err != nil {
		return e, err
	}
	records := &checkRecords{space: space, whole: true}
	fixed, err := b.fixed(ctx, space)
	if err != nil {
		return e, err
	}
	said := notes{job: &j, run: e.Run.ID}
	said.beforeCheck(b)
	b.prepare(ctx, j.Now())
	checker := &noting{Checker: b.checker, provider: j.provider(), space: space}
	if checker.inVain, err = b.fixedInVain(ctx, space); err != nil {
		return e, err
	}
	plan, err := importer.Check(ctx, importer.Setup{Provider: j.provider(), Book: b, Checker: checker,
		Ledger: space, Records: records, Spell: b.spell, Fixed: fixed,
		Repeats: b.repeats()})
	if err != nil {
		return e, err
	}
	said.afterCheck(b, plan)
	if err := records.remember(ctx, space, checker.rows); err != nil {
		return e, err
	}
	e.Run.Finished = j.Now()
	w := reporting{job: &j, book: b, command: commandImport, notes: said.kept, ledger: l.Path(), requests: space,
		earlier: j.earlierReports(ctx, l), standing: true, last: last}
	err = w.write(ctx, func(f func(importer.Result) error) (pipeline.Counts, error) {
		return plan.Results(ctx, pipeline.Say("outcome.never_sent"), f)
	}, &e)
	if err == nil {
		err = j.keepReports(ctx, l, "", e.Reports)
	}
	return e, errors.Join(err, e.ReportErr)
}

// noting is a checker that also notes what the ledger may recognise each row by.
type noting struct {
	importer.Checker
	provider *pipeline.Provider
	space    *ledger.Space
	inVain   *fixedRows
	rows     []notedRow // ascending
}

type notedRow struct {
	number int
	by     ledger.LookedFor
	inVain *pipeline.FixedRow // the row that replaces it, when that is not enrolled; else nil
}

func (n *noting) Check(row pipeline.Row, d *pipeline.Draft) {
	n.Checker.Check(row, d)
	noted := notedRow{number: row.Number}
	if len(d.Entries) > 0 {
		noted.by.Data = n.space.BodyTag(d.Entries)
	}
	for _, k := range d.Keys {
		key := &n.provider.Keys[k.Key]
		noted.by.Keys = append(noted.by.Keys, n.space.KeyTag(key.Name, k.Compared(key.Normalise)))
	}
	if fixed, there := n.inVain.Find(row); there {
		noted.inVain = &fixed
	}
	n.rows = append(n.rows, noted)
}

// remember adds what earlier runs left to the check's outcomes: for rows to fix, when they were last reported; for
// rows that would be sent, that they were rejected, or sent and not created.
func (r *checkRecords) remember(ctx context.Context, space *ledger.Space, rows []notedRow) error {
	const together = 1000
	r.sort()
	found := map[int]*pipeline.Outcome{}
	var unanswered []int64
	for i := range r.outcomes {
		o := &r.outcomes[i]
		found[o.Row] = o
		if o.State == pipeline.Uncertain && o.Ref != 0 {
			unanswered = append(unanswered, o.Ref)
		}
	}
	sent, err := space.Enrolled(ctx, unanswered)
	if err != nil {
		return err
	}
	for _, o := range found {
		if was, ok := sent[o.Ref]; ok && o.State == pipeline.Uncertain {
			o.Run, o.At = was.Run, was.At
		}
	}
	var more []pipeline.Outcome
	for part := range slices.Chunk(rows, together) {
		var open []notedRow
		var asked []ledger.LookedFor
		for _, row := range part {
			o := found[row.number]
			switch {
			case r.isKnown(row.number):
				continue
			case o == nil:
			case o.State == pipeline.Invalid || o.State == pipeline.Duplicate:
				row.by.Keys = nil
			default:
				continue
			}
			open, asked = append(open, row), append(asked, row.by)
		}
		last, err := space.Last(ctx, asked)
		if err != nil {
			return err
		}
		for i, was := range last {
			o := found[open[i].number]
			vain := open[i].inVain
			switch {
			case vain != nil && o != nil:
				*o = inPlaceOf(vain, o.Row)
			case vain != nil:
				more = append(more, inPlaceOf(vain, open[i].number))
			case o != nil && was != nil:
				o.Run, o.At = was.Run, was.At
			case o != nil && o.Message == nil:
				o.Message = pipeline.Say("outcome.not_imported")
			case o == nil && was != nil && (was.State == pipeline.Rejected || was.State == pipeline.Pending):
				was.Row = open[i].number
				more = append(more, *was)
			}
		}
	}
	r.outcomes = append(r.outcomes, more...)
	return nil
}

// inPlaceOf is the outcome for a broken row of the row that replaces it.
func inPlaceOf(f *pipeline.FixedRow, row int) pipeline.Outcome {
	o := f.Outcome
	sentence := pipeline.Say("sentences", "all", allSaid(&o))
	o.Message = pipeline.Say("outcome.fixed_in_vain", "at", f.At, "run", f.Run, "row", f.Row, "state", o.State,
		"sentence", sentence)
	o.Row, o.Problems = row, nil
	return o
}

// allSaid is the outcome's message and its problems.
func allSaid(o *pipeline.Outcome) (all []*pipeline.Message) {
	if o.Message != nil {
		all = append(all, o.Message)
	}
	for _, p := range o.Problems {
		all = append(all, pipeline.Say("outcome.problem", "problem", p))
	}
	return all
}
