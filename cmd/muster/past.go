package main

import (
	"context"
	"errors"
	"slices"

	"muster/cmd/muster/internal/inbox"
	"muster/pipeline"
	"muster/pipeline/ledger"
)

// past is what the ledger knows of a namespace before anything is begun.
type past struct {
	runs       []pipeline.Run // those that finished, by the definition as it is today
	unsettled  int
	unanswered []ledger.Unanswered // some of them, the oldest first
	open       map[string]bool     // runs with unsettled requests
}

// lookBack reads the ledger without taking its lock, so that a look that finds
// nothing new disturbs nobody. A ledger that is not there yet knows nothing;
// where none may be begun it is lost, which is told tonight and not with the
// next book.
func (r *importRun) lookBack(ctx context.Context) (p past, err error) {
	path, err := r.findLedger(r.flags.ledger, r.target.Namespace.Rehearsal())
	if err != nil || path == "" {
		return p, err
	}
	l, err := ledger.Open(ctx, path, ledger.Options{ReadOnly: true, Now: r.now})
	var version *ledger.VersionError
	switch {
	case errors.Is(err, ledger.ErrNone) && r.flags.ledger.mayBegin(r.target):
		return p, nil
	case errors.Is(err, ledger.ErrNone):
		return p, noneBegun(path)
	case errors.As(err, &version) && version.Found < version.Known:
		// Only a writer brings it up to date.
		if l, _, err = r.openLedger(ctx, r.flags.ledger, r.target, "muster import --dir"); err != nil {
			return p, err
		}
		if older := l.Older(); older != "" {
			r.tell("the ledger was an older muster's and is brought up to date; as it was, it is at " + older + ", with its key file")
		}
	case err != nil:
		return p, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	runs, err := l.Runs(ctx)
	if err != nil {
		return p, err
	}
	for _, run := range runs {
		if run.Namespace == r.target.Namespace && run.Digest == r.def.Provider().Digest && finished(run) {
			p.runs = append(p.runs, run)
		}
	}
	space, err := l.Space(ctx, r.target.Namespace, r.def.Provider())
	if err != nil {
		return p, err
	}
	if p.unsettled, err = space.Unsettled(ctx); err != nil || p.unsettled == 0 {
		return p, err
	}
	all, err := space.Unanswered(ctx, "", p.unsettled)
	p.open = map[string]bool{}
	for _, u := range all {
		p.open[u.Run] = true
	}
	p.unanswered = all[:min(len(all), unansweredShown)]
	return p, err
}

// finished reports whether a run went through and left no row for later.
func finished(run pipeline.Run) bool {
	return !run.Finished.IsZero() && run.Halt == "" && run.Counts[pipeline.Pending] == 0
}

// imported finds the newest run that did with this very book what an import
// would do now. The book is opened only when one had a file of the same
// content: how it is read and mapped shows then.
func (fi *folderImport) imported(ctx context.Context, b inbox.File) (pipeline.Run, bool, error) {
	if len(fi.past.runs) == 0 {
		return pipeline.Run{}, false, nil
	}
	digest, err := b.SHA256()
	if err != nil {
		return pipeline.Run{}, false, pipeline.Mistakef("%w", err)
	}
	if !slices.ContainsFunc(fi.past.runs, func(run pipeline.Run) bool { return run.SHA256 == digest }) {
		return pipeline.Run{}, false, nil
	}
	r := fi.begin()
	opened, err := r.flags.book.open(ctx, r.def, b.Path)
	if err != nil {
		return pipeline.Run{}, false, nil // told when it is its turn to be imported
	}
	defer opened.Close()
	would := r.newRun(opened, r.target.BaseURL, pipeline.Tag{})
	for _, run := range slices.Backward(fi.past.runs) {
		if run.SHA256 != would.SHA256 || run.MappingSHA256 != would.MappingSHA256 || run.Sheet != would.Sheet ||
			run.HeaderRow != would.HeaderRow || run.Encoding != would.Encoding || (run.Mapping == "") != (would.Mapping == "") {
			continue
		}
		if run.Counts[pipeline.Uncertain] > 0 && !fi.past.open[run.ID] {
			continue // its open rows are settled by now, and may have to be sent
		}
		return run, true, nil
	}
	return pipeline.Run{}, false, nil
}
