package enrol

import (
	"cmp"
	"context"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/templates"
)

// OpenAgain opens the very book of an earlier run, with its sheet and its
// mapping; what s does not say is as it was.
func OpenAgain(ctx context.Context, def *templates.Definition, run pipeline.Run, s Source) (*Book, error) {
	s.Path, s.Mapping = cmp.Or(s.Path, run.Book), cmp.Or(s.Mapping, run.Mapping)
	s.Sheet, s.HeaderRow, s.Encoding = run.Sheet, cmp.Or(s.HeaderRow, run.HeaderRow), cmp.Or(s.Encoding, run.Encoding)
	b, err := Open(ctx, def, s)
	if err != nil {
		return nil, pipeline.Mistakef("run %s: its book (SHA-256 %s) is needed: %w", run.ID, run.SHA256, err).
			Try("name it with --book FILE, its mapping sheet with --mapping FILE")
	}
	if b.SHA256() != run.SHA256 {
		b.Close() // it was only read
		return nil, pipeline.Mistakef("%s is not the book of run %s: that one has the SHA-256 %s", s.Path, run.ID,
			run.SHA256).
			Try("it was changed since, or is another: find the copy with that SHA-256 and name it with --book FILE")
	}
	return b, nil
}

// ReportAgain writes the reports of an earlier run, from the ledger l and the
// run's book. The job's target does not matter, nor who watches, but for the
// notes on what has changed since.
func ReportAgain(ctx context.Context, j Job, l *ledger.Ledger, run pipeline.Run, b *Book) (e Ending, err error) {
	e.Run = run
	if err := j.Reports.refuseOverwriting(b); err != nil {
		return e, err
	}
	waiting := "not sent: the limit of this run was reached; run again to go on"
	switch {
	case run.Halt != "":
		waiting = "not sent: " + run.Halt + "; run again to go on"
	case run.Finished.IsZero():
		waiting = "not sent: the run was killed, or goes on; run again to go on"
	}
	space, err := l.Space(ctx, run.Namespace, j.provider())
	if err != nil {
		return e, err
	}
	setup := importer.Setup{Provider: j.provider(), Book: b, Checker: b.checker, Ledger: space,
		Records: ledgerRecords{l, space}, Run: run.ID, Sentence: j.sentence}
	said := notes{job: &j, run: run.ID, kept: b.Notes()}
	if s := b.ignored(); s != "" {
		said.kept = append(said.kept, s)
	}
	said.kept = append(said.kept, "written again from the ledger on "+pipeline.Moment(j.Now()))
	for _, s := range ChangedSince(run, b, j.provider().Digest) {
		said.note(Noted{Run: run.ID, Message: s})
	}
	w := reporting{job: &j, book: b, command: commandImport, waiting: waiting, notes: said.kept, ledger: l.Path(),
		requests: space}
	err = w.write(ctx, func(f func(importer.Result) error) (pipeline.Counts, error) {
		return importer.Results(ctx, setup, nil, waiting, f)
	}, &e)
	return e, err
}

// ChangedSince are sentences on what is not as it was when a run was made.
func ChangedSince(run pipeline.Run, b *Book, definition string) []string {
	var notes []string
	if definition != run.Digest {
		notes = append(notes, "the definition has changed since the run")
	}
	now := b.mappingSHA256()
	switch {
	case run.Mapping == "" && run.MappingSHA256 == "" && now != "":
		notes = append(notes, "the run had no mapping sheet")
	case run.MappingSHA256 != "" && now != run.MappingSHA256: // of an older run it is not known
		notes = append(notes, "the mapping has changed since the run")
	}
	return notes
}
