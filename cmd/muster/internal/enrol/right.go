package enrol

import (
	"context"
	"time"

	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// fileRight is the right to send for a ledger that is a file: its lock, which ends together with the process that has
// it and all its requests.
type fileRight struct {
	took time.Time // when the sender before had ended at the latest
}

func (fileRight) Wait(context.Context) error         { return nil }
func (r fileRight) TookOver() (at time.Time, _ bool) { return r.took, false }

// takeRight takes the right to send for a ledger on a server, and holds it until the connection is closed. For a file
// it determines when the sender before this one had ended at the latest: with the last run or, when that was killed,
// before the lock was free.
func (c *connection) takeRight(ctx context.Context, j *Job) error {
	if !c.throwAway && ledger.IsAddress(j.Ledger.Path) {
		c.right = c.ledger.Right()
		return c.hold(ctx, j)
	}
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

// hold takes the right to send, waiting for another muster if the job says so. A person who stops the job ends the
// waiting with a halt.
func (c *connection) hold(ctx context.Context, j *Job) error {
	waiting, end := context.WithCancel(ctx)
	defer end()
	go func() {
		select {
		case <-j.Stop:
			end()
		case <-waiting.Done():
		}
	}()
	err := c.ledger.Hold(waiting, j.Target.Namespace, ledger.HoldOptions{Wait: j.Ledger.Wait, Waiting: j.seeHeld})
	if err != nil && waiting.Err() != nil {
		return stoppedWaiting()
	}
	return err
}

var _ importer.Right = fileRight{}
