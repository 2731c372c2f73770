package enrol

import (
	"context"
	"time"

	"muster/pipeline/importer"
)

// fileRight is the right to send of a ledger that is a file: its lock, which dies with the
// process that has it, and so do all requests of that one.
type fileRight struct {
	took time.Time // by then the sender before had ended
}

func (fileRight) Wait(context.Context) error         { return nil }
func (r fileRight) TookOver() (at time.Time, _ bool) { return r.took, false }

// takeRight says when the sender before this one had ended at the latest: the last run,
// or, where that one was killed, before the lock was free.
func (c *connection) takeRight(ctx context.Context, j *Job) error {
	took := j.Now()
	last, ok, err := c.space.LastRun(ctx)
	if err != nil || !ok {
		return err
	}
	if !last.Finished.IsZero() {
		took = last.Finished
	}
	c.right = fileRight{took}
	return nil
}

var _ importer.Right = fileRight{}
