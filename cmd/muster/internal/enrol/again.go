package enrol

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/templates"
)

// OpenAgain opens the book of an earlier run again, with its sheet and its mapping; s overrides how it was read then.
func OpenAgain(ctx context.Context, def *templates.Definition, run pipeline.Run, s Source) (*Book, error) {
	s.Path = cmp.Or(s.Path, run.Book)
	if len(s.Mappings) == 0 {
		s.Mapping = cmp.Or(s.Mapping, run.Mapping)
	}
	s.Sheet, s.Reading = run.Sheet, s.Reading.Or(run.Reading)
	s.Reading.Encoding, s.again = cmp.Or(s.Reading.Encoding, run.ReadAs), true
	if run.FixOf != "" && s.Fix == nil && s.FindRun != nil {
		f, err := NewFixOf(ctx, run, s.FindRun)
		if err != nil {
			return nil, err
		}
		s.Fix = f.of
	}
	b, err := Open(ctx, def, s)
	if err != nil {
		return nil, pipeline.Wrong("enrol.book_needed", "run", run.ID, "sha256", run.SHA256, "cause", err).
			Try("enrol.give_book_and_mapping")
	}
	if b.SHA256() != run.SHA256 {
		b.Close() // it was only read
		return nil, pipeline.Wrong("enrol.not_that_book", "book", s.Path, "run", run.ID, "sha256", run.SHA256).
			Try("enrol.find_copy")
	}
	return b, nil
}

// ReportAgain writes the reports of an earlier run from the ledger l and the run's book. It ignores the job's target,
// and uses its observer only for notes on what has changed since.
func ReportAgain(ctx context.Context, j Job, l *ledger.Ledger, run pipeline.Run, b *Book) (e Ending, err error) {
	return reportAgain(ctx, j, l, run, b, nil)
}

// ReportOpen is ReportAgain for only those rows, by the numbers under which their outcomes are stored. Counts are of
// these rows only.
func ReportOpen(ctx context.Context, j Job, l *ledger.Ledger, run pipeline.Run, b *Book, rows []int) (Ending, error) {
	return reportAgain(ctx, j, l, run, b, func(res importer.Result) bool {
		return slices.Contains(rows, cmp.Or(res.Head, res.Row))
	})
}

// reportAgain writes only the rows for which only returns true; nil writes all.
func reportAgain(ctx context.Context, j Job, l *ledger.Ledger, run pipeline.Run, b *Book,
	only func(importer.Result) bool) (e Ending, err error) {
	e.Run = run
	if err := j.Reports.refuseOverwriting(b); err != nil {
		return e, err
	}
	waiting := pipeline.Say("outcome.limit_reached")
	switch {
	case importer.IsLasting(run.Halt):
		waiting = pipeline.Say("outcome.run_halted_lasting", "reason", run.Halt)
	case run.Halt != nil:
		waiting = pipeline.Say("outcome.run_halted", "reason", run.Halt)
	case run.Finished.IsZero():
		waiting = pipeline.Say("outcome.run_killed")
	}
	space, err := l.Space(ctx, run.Namespace, j.provider())
	if err != nil {
		return e, err
	}
	setup := importer.Setup{Provider: j.provider(), Book: b, Checker: b.checker, Ledger: space,
		Records: ledgerRecords{l, space}, Run: run.ID}
	said := notes{job: &j, run: run.ID, kept: b.Notes()}
	if m := b.ignored(); m != nil {
		said.kept = append(said.kept, m)
	}
	if only == nil {
		said.kept = append(said.kept, pipeline.Say("enrol.written_again", "at", j.Now()))
	} else {
		said.kept = append(said.kept, pipeline.Say("enrol.open_rows_only", "at", j.Now()))
	}
	for _, m := range ChangedSince(run, b, j.provider().Digest) {
		said.add(m)
	}
	w := reporting{job: &j, book: b, command: commandImport, notes: said.kept, ledger: l.Path(),
		requests: space, earlier: j.earlierReports(ctx, l), open: only != nil}
	err = w.write(ctx, func(f func(importer.Result) error) (pipeline.Counts, error) {
		if only == nil {
			return importer.Results(ctx, setup, nil, waiting, f)
		}
		picked := pipeline.Counts{}
		_, err := importer.Results(ctx, setup, nil, waiting, func(res importer.Result) error {
			if !only(res) {
				return nil
			}
			picked[res.State]++
			return f(res)
		})
		return picked, err
	}, &e)
	if err == nil {
		err = j.keepReports(ctx, l, run.ID, e.Reports)
	}
	return e, errors.Join(err, e.ReportErr)
}

// keepReports records reports in a ledger that was opened for reading, unless another muster has it open for writing:
// a report without a record is judged by its content later.
func (j *Job) keepReports(ctx context.Context, l *ledger.Ledger, run string, written []string) error {
	if len(written) == 0 {
		return nil
	}
	o := j.Ledger.Options
	o.Now, o.Holder = j.Now, "muster report"
	open, err := ledger.Open(ctx, l.Path(), o)
	var held *ledger.HeldError
	if errors.As(err, &held) {
		return nil
	}
	if err != nil {
		return err
	}
	return errors.Join(j.earlierReports(ctx, open).keep(ctx, run, written), open.Close())
}

// ChangedSince says what has changed since a run was made.
func ChangedSince(run pipeline.Run, b *Book, definition string) []*pipeline.Message {
	var notes []*pipeline.Message
	if definition != run.Digest {
		notes = append(notes, pipeline.Say("enrol.definition_changed_since"))
	}
	now := b.mappingSHA256()
	switch {
	case run.Mapping == "" && run.MappingSHA256 == "" && now != "":
		notes = append(notes, pipeline.Say("enrol.run_without_mapping"))
	case run.MappingSHA256 != "" && now != run.MappingSHA256: // an older run did not store it
		notes = append(notes, pipeline.Say("enrol.mapping_changed_since"))
	}
	return notes
}
