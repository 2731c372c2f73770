package enrol

import (
	"context"
	"slices"
	"time"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// OpenRows are the rows of the job's namespace that need a person; false where they are not known, because no run has
// begun or the ledger ends with the process.
func (e *Enroller) OpenRows(ctx context.Context) (rows []ledger.OpenRow, known bool, err error) {
	if e.conn == nil || e.conn.throwAway {
		return nil, false, nil
	}
	rows, err = openRowsOf(ctx, e.conn.ledger, e.job.Target.Namespace)
	return rows, err == nil, err
}

func openRowsOf(ctx context.Context, l *ledger.Ledger, n pipeline.Namespace) (rows []ledger.OpenRow, err error) {
	all, err := l.Open(ctx)
	for _, r := range all {
		if r.Run.Namespace == n {
			rows = append(rows, r)
		}
	}
	return rows, err
}

// openCounted counts open rows; older are those of runs that began before that time.
func openCounted(rows []ledger.OpenRow, ledger string, before time.Time) OpenCounted {
	e := OpenCounted{Ledger: ledger, Counts: pipeline.Counts{}, Older: pipeline.Counts{}}
	for _, r := range rows {
		e.Counts[r.Outcome.State]++
		if r.Run.Started.Before(before) {
			e.Older[r.Outcome.State]++
		}
	}
	return e
}

// SeeOpen shows the open rows of earlier runs to a job's observer when its command begins no run. A person has nothing
// to do about requests without an answer while another muster imports.
func (e *EarlierRuns) SeeOpen(j Job) {
	if j.Ledger.Path == "" {
		return
	}
	open := e.Open
	if e.GoesOn {
		open = slices.DeleteFunc(slices.Clone(open), func(r ledger.OpenRow) bool {
			return r.Outcome.State == pipeline.Uncertain
		})
	}
	j.see(openCounted(open, j.Ledger.Path, j.Now()))
}

// seeOpen shows them at the end of the command.
func (e *Enroller) seeOpen(ctx context.Context) error {
	rows, known, err := e.OpenRows(ctx)
	if known {
		e.job.see(openCounted(rows, e.conn.ledger.Path(), e.began))
	}
	return err
}
