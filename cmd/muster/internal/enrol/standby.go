package enrol

import (
	"context"
	"errors"
	"time"

	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// tryLockEvery is how often the lock of a ledger file is tried while another muster has it, because nothing signals
// its release.
const tryLockEvery = time.Second

// awaitLedger opens the ledger of a job for writing, waiting for another muster if the job says so. A person who
// stops the job ends the waiting with a halt.
func awaitLedger(ctx context.Context, j *Job) (*ledger.Ledger, error) {
	said := false
	for {
		l, err := openToWrite(ctx, j)
		var held *ledger.HeldError
		if !j.Ledger.Wait || !errors.As(err, &held) {
			return l, err
		}
		// A muster that is still starting has not written its name yet.
		if !said && held.Holder != "" {
			said = true
			j.seeHeld(held)
		}
		timer := time.NewTimer(tryLockEvery)
		select {
		case <-timer.C:
		case <-j.Stop:
			timer.Stop()
			return nil, stoppedWaiting()
		case <-ctx.Done():
			timer.Stop()
			return nil, stoppedWaiting()
		}
	}
}

// stoppedWaiting: a person stopped a job that waited for another muster.
func stoppedWaiting() error {
	return importer.NewHalt(importer.HaltInterrupted, "halt.interrupted_while_waiting").Try("halt.nothing_sent")
}

func (j *Job) seeHeld(held *ledger.HeldError) {
	j.see(Waiting{Ledger: held.Path, Holder: held.Holder, Since: held.Since})
}
