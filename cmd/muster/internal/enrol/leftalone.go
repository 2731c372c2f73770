package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline/ledger"
)

// sayAgainAfter is how long what was said of a file is not said again.
const sayAgainAfter = 7 * 24 * time.Hour

// SaidBefore finds out of which files of a folder, as they are now, the ledger knows
// that it was said within the last week why they are not imported. Where it cannot be
// asked, that was said of none.
func SaidBefore(ctx context.Context, j Job, files []ledger.LeftAlone) (before []bool, err error) {
	before = make([]bool, len(files))
	if j.Ledger.Missing != nil || j.Ledger.Path == "" || len(files) == 0 {
		return before, nil
	}
	l, err := j.openToRead(ctx)
	if err != nil {
		return before, nil // whoever needs the ledger says why it cannot be opened
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	for i, f := range files {
		at, err := l.SaidOf(ctx, f)
		if err != nil {
			return nil, err
		}
		before[i] = !at.IsZero() && j.Now().Sub(at) < sayAgainAfter
	}
	return before, nil
}

// KeepSaid keeps in the ledger that it was said now why these files are not imported.
// Where it cannot be opened, or another muster holds it, that is said again.
func (e *Enroller) KeepSaid(ctx context.Context, files []ledger.LeftAlone) error {
	if e.job.Ledger.Path == "" || len(files) == 0 {
		return nil
	}
	if e.conn != nil {
		return e.conn.ledger.KeepSaid(ctx, files)
	}
	l, err := openToWrite(ctx, &e.job)
	if err != nil {
		return nil // whoever needs the ledger says why
	}
	return errors.Join(l.KeepSaid(ctx, files), l.Close())
}
