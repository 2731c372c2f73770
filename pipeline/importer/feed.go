package importer

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"muster/pipeline"
)

// feeder reads the book again and hands intents of the ready rows to the clerk. It is used by one goroutine.
type feeder struct {
	*Plan
	*brake
	queue *queue
	quota *quota
	pilot *piloting
	// rejudged are the rows to judge again, by index, with the outcome of their earlier attempt. Settling adds them
	// before the loop starts; the feeder removes them.
	rejudged map[int32]pipeline.Outcome
	// turn selects which rows are fed.
	turn int
	// again selects only the rows to judge again; the others were fed before.
	again bool
	now   func() time.Time
}

// errStop ends a pass over the book early; it never leaves the package.
var errStop = errors.New("stop")

// feed reads the book again and makes intents of the ready rows.
func (f *feeder) feed(ctx context.Context) error {
	index, lines, left := 0, 0, len(f.pilot.rows)
	var d pipeline.Draft
	err := f.setup.Book.Rows(ctx, func(row pipeline.Row) error {
		if err := f.sameRow(index, row); err != nil {
			return err
		}
		if f.pilot.rows != nil && left == 0 {
			return errStop // the other rows are fed later
		}
		lines += row.Lines()
		if f.pilot.skips(int32(index)) || f.rows.at(index).turn() != f.turn {
			index++
			return nil
		}
		left--
		r := f.rows.at(index)
		send := r.kind == kindReady && !r.is(flagLost)
		settledAs, again := f.rejudged[int32(index)]
		send = send && !f.again
		if again {
			var judged pipeline.Outcome
			var err error
			if judged, send, err = f.rejudge(ctx, row, settledAs, &d); err != nil {
				return err
			}
			f.queue.begin <- fed{judged: &judged}
			delete(f.rejudged, int32(index))
		}
		index++
		if !send {
			return nil
		}
		if !f.quota.free(ctx, f.brake) {
			if again {
				f.holdBack(row.Number)
			}
			return errStop
		}
		if !again { // otherwise it was checked just now
			f.setup.Checker.Check(row, &d)
		}
		if len(d.Problems) > 0 {
			return bookChanged("halt.row_fails", "row", row.Number)
		}
		if !f.queue.ahead.enter(ctx, f.brake) {
			return errStop
		}
		if !f.put(ctx, f.queue.places) {
			f.queue.ahead.leave(1)
			return errStop
		}
		f.quota.take()
		f.queue.begin <- fed{in: f.intent(&d)}
		if !f.waitForFirst(ctx) {
			return errStop
		}
		return nil
	})
	var h *Halt
	switch {
	case errors.Is(err, errStop), err != nil && ctx.Err() != nil:
		return nil
	case errors.As(err, &h):
		f.halt(h)
		return nil
	case err != nil:
		f.halt(NewHalt(HaltBook, "halt.book_unread", "cause", err).Try("halt.run_when_readable"))
		return nil
	}
	if index != f.rows.len() {
		f.halt(bookChanged("halt.rows_changed", "count", f.Counts.Total(), "now", lines))
	}
	return nil
}

// waitForFirst waits for the outcome of the first create, which goes alone; when the ledger does not take that
// intent, the next one is the first. It returns false when the run was stopped first.
func (f *feeder) waitForFirst(ctx context.Context) bool {
	select {
	case <-f.queue.opened:
		return true
	case <-f.queue.refused:
		return true
	case <-f.stop:
	case <-f.halted:
	case <-ctx.Done():
	}
	return false
}

func bookChanged(code pipeline.MessageCode, pairs ...any) *Halt {
	return NewHalt(HaltBook, code, pairs...).Try("halt.leave_book")
}

// intent copies the draft, whose memory is used again for the next row.
func (f *feeder) intent(d *pipeline.Draft) *pipeline.Intent {
	return &pipeline.Intent{Row: d.Row, Shape: d.Shape, Name: d.Name, Body: slices.Clone(d.Body),
		Entries: slices.Clone(d.Entries), Keys: slices.Clone(d.Keys), IdempotencyKey: newUUID(), At: f.now()}
}

func newUUID() string {
	var random [16]byte
	rand.Read(random[:]) // never fails (crypto/rand)
	var text [36]byte
	return string(pipeline.AppendUUID(text[:0], random))
}
