package enrol

import (
	"context"
	"errors"
	"slices"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// EarlierRuns are what the ledger has of a job's namespace before the command begins a run.
type EarlierRuns struct {
	Unsettled  int
	Unanswered []ledger.Unanswered // some of the unsettled requests, oldest first
	Open       []ledger.OpenRow    // the rows that need a person
	// Upgraded says that an older ledger was upgraded; nil where it was not.
	Upgraded *pipeline.Message
	runs     []pipeline.Run  // the finished ones, by today's definition
	waiting  map[string]bool // IDs of runs with rows that still have no answer
	// GoesOn: another muster imports now. Requests without an answer are its own, or it settles them.
	GoesOn bool
	// postponed are the SHA-256 of books that a run has left to the next one.
	postponed map[string]bool
}

// ReadEarlierRuns reads the ledger without taking its lock, so that a command that finds nothing new disturbs nobody.
// A ledger that does not exist yet has no runs; where creating one is not allowed, the error comes here and not with
// the first book.
func ReadEarlierRuns(ctx context.Context, j Job) (e EarlierRuns, err error) {
	if j.Ledger.Missing != nil || j.Ledger.Path == "" {
		return e, j.Ledger.Missing
	}
	l, err := j.openToRead(ctx)
	var version *ledger.VersionError
	switch {
	case errors.Is(err, ledger.ErrNone) && j.Ledger.Begin:
		return e, nil
	case errors.Is(err, ledger.ErrNone):
		return e, noneBegun(j.Ledger.Path)
	case errors.As(err, &version) && version.Found < version.Known:
		// Only a writer can upgrade the ledger.
		if l, err = openToWrite(ctx, &j); err != nil {
			return e, err
		}
		if older := l.Older(); older != "" {
			e.Upgraded = upgraded(older)
		}
	case err != nil:
		return e, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	live, err := l.Live(ctx)
	if err != nil {
		return e, err
	}
	for _, run := range live {
		e.GoesOn = e.GoesOn || run.Namespace == j.Target.Namespace
	}
	runs, err := l.Runs(ctx)
	if err != nil {
		return e, err
	}
	e.postponed = map[string]bool{}
	for _, run := range runs {
		if run.Namespace == j.Target.Namespace && run.Halt != nil && run.Halt.Code == haltPostponed {
			e.postponed[run.SHA256] = true
		}
		if run.Namespace == j.Target.Namespace && run.Digest == j.provider().Digest && Complete(run) {
			e.runs = append(e.runs, run)
		}
	}
	if e.Open, err = openRowsOf(ctx, l, j.Target.Namespace); err != nil {
		return e, err
	}
	space, err := l.Space(ctx, j.Target.Namespace, j.provider())
	if err != nil {
		return e, err
	}
	if e.Unsettled, err = space.Unsettled(ctx); err != nil || e.Unsettled == 0 {
		return e, err
	}
	if e.waiting, err = space.Waiting(ctx); err != nil {
		return e, err
	}
	e.Unanswered, err = space.Unanswered(ctx, "", mostElsewhere)
	return e, err
}

// Complete reports whether a run went through its book and left no row for later.
func Complete(run pipeline.Run) bool {
	return !run.Finished.IsZero() && run.Halt == nil && run.Counts[pipeline.Pending] == 0
}

// Runs is how many runs may have imported a book already.
func (e *EarlierRuns) Runs() int { return len(e.runs) }

// Postponed reports whether a run left a file with that content to the next one.
func (e *EarlierRuns) Postponed(sha256 string) bool { return e.postponed[sha256] }

// Has reports whether a run had a file with that content.
func (e *EarlierRuns) Has(sha256 string) bool {
	return slices.ContainsFunc(e.runs, func(run pipeline.Run) bool { return run.SHA256 == sha256 })
}

// Imported finds the newest run that did with this book what an import would do now. A run that left a row uncertain
// counts as long as the request is unsettled, even when an earlier run sent it; once it is settled, the book must be
// imported again, because the row may have to be sent after all.
func (e *EarlierRuns) Imported(b *Book) (pipeline.Run, bool) {
	for _, run := range slices.Backward(e.runs) {
		if run.SHA256 != b.SHA256() || run.MappingSHA256 != b.mappingSHA256() || run.Sheet != b.Sheet() ||
			run.Reading != b.source.Reading ||
			(run.Mapping == "") != (b.source.Mapping == "") {
			continue
		}
		if run.Counts[pipeline.Uncertain] > 0 && !e.waiting[run.ID] {
			continue
		}
		return run, true
	}
	return pipeline.Run{}, false
}
