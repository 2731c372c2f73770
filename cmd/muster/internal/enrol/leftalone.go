package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline/ledger"
)

// sayAgainAfter is after how long a report about a file is repeated.
const sayAgainAfter = 7 * 24 * time.Hour

// SaidBefore reports for which of a folder's files, in their present state, muster has said within the last week why
// they are not imported. Where the ledger cannot be read, for none.
func SaidBefore(ctx context.Context, j Job, files []ledger.LeftAlone) (before []bool, err error) {
	before = make([]bool, len(files))
	if j.Ledger.Missing != nil || j.Ledger.Path == "" || len(files) == 0 {
		return before, nil
	}
	l, err := j.openToRead(ctx)
	if err != nil {
		return before, nil // the code that needs the ledger reports why it cannot be opened
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

// KeepSaid records in the ledger that muster has said now why these files are not imported. When the ledger cannot be
// opened, or another muster has it, the report will be repeated.
func (e *Enroller) KeepSaid(ctx context.Context, files []ledger.LeftAlone) error {
	if e.job.Ledger.Path == "" || len(files) == 0 {
		return nil
	}
	if e.conn != nil {
		return e.conn.ledger.KeepSaid(ctx, files)
	}
	l, err := openToWrite(ctx, &e.job)
	if err != nil {
		return nil // the code that needs the ledger reports why
	}
	return errors.Join(l.KeepSaid(ctx, files), l.Close())
}
