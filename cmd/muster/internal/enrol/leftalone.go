package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline/ledger"
)

// sayAgainAfter is how long what is left alone is not mentioned again.
const sayAgainAfter = 7 * 24 * time.Hour

// SaidAgain finds out of which files the ledger knows that it was said within the
// last week that they are left alone, and keeps that it is said now of the others. A
// ledger that another muster holds is not waited for: then it is said again.
func SaidAgain(ctx context.Context, j Job, files []ledger.LeftAlone) (again []bool, err error) {
	again = make([]bool, len(files))
	if j.Ledger.Missing != nil || j.Ledger.Path == "" {
		return again, nil
	}
	fresh := files
	l, err := ledger.Open(ctx, j.Ledger.Path, ledger.Options{ReadOnly: true, Now: j.Now})
	switch {
	case err == nil:
		if fresh, err = j.saidBefore(ctx, l, files, again); err != nil || len(fresh) == 0 {
			return again, err
		}
	case !errors.Is(err, ledger.ErrNone) || !j.Ledger.Begin:
		return again, nil // whoever needs the ledger says why it cannot be opened
	}
	l, err = openToWrite(ctx, &j)
	var held *ledger.HeldError
	if errors.As(err, &held) {
		return again, nil
	}
	if err != nil {
		return again, err
	}
	return again, errors.Join(l.KeepSaid(ctx, fresh), l.Close())
}

// saidBefore finds out of which files it was said, closes the ledger, and gives the
// others.
func (j *Job) saidBefore(ctx context.Context, l *ledger.Ledger, files []ledger.LeftAlone, again []bool) (
	fresh []ledger.LeftAlone, err error) {
	defer func() { err = errors.Join(err, l.Close()) }()
	for i, f := range files {
		at, err := l.SaidOf(ctx, f)
		if err != nil {
			return nil, err
		}
		if again[i] = !at.IsZero() && j.Now().Sub(at) < sayAgainAfter; !again[i] {
			fresh = append(fresh, f)
		}
	}
	return fresh, nil
}
