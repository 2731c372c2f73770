package importer

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"muster/pipeline"
)

// feeder reads the book again and hands intents of the rows that are ready to
// the clerk. It is used by one goroutine.
type feeder struct {
	*Plan
	*brake
	queue *queue
	quota *quota
	pilot *piloting
	// rejudged are the rows to judge anew, by index, with what became of their
	// attempt. Settling puts them there before the loop starts; the feeder takes out.
	rejudged map[int32]pipeline.Outcome
	now      func() time.Time
}

// quota is how many rows a Send may hand to the clerk. The feeder alone counts
// them while the loop runs.
type quota struct {
	limit int // 0 is no limit
	used  int
}

func (q *quota) reached() bool { return q.limit > 0 && q.used == q.limit }

// of is how many of n rows may be handed on in all.
func (q *quota) of(n int) int {
	if q.limit > 0 {
		return min(n, q.limit)
	}
	return n
}

// errStop ends a pass over the book early; it never leaves the package.
var errStop = errors.New("stop")

// feed reads the book again and makes intents of the rows that are ready: last of
// those that an earlier run saw denied, so that they hold nobody up.
func (f *feeder) feed(ctx context.Context) error {
	left := len(f.pilot.rows)
	err := f.pass(ctx, false, &left)
	if err == nil && slices.ContainsFunc(f.rows, func(r plannedRow) bool { return r.denied }) {
		err = f.pass(ctx, true, &left)
	}
	var h *Halt
	switch {
	case errors.Is(err, errStop), err != nil && ctx.Err() != nil:
		return nil
	case errors.As(err, &h):
		f.halt(h)
	case err != nil:
		f.halt(NewHalt(HaltBook, "halt.book_unread", "cause", err).Try("halt.run_when_readable"))
	}
	return nil
}

// pass is one pass over the book for the rows that were denied earlier, or for the
// others. left is how many rows of a pilot are still to come.
func (f *feeder) pass(ctx context.Context, denied bool, left *int) error {
	index, lines := 0, 0
	var d pipeline.Draft
	err := f.setup.Book.Rows(ctx, func(row pipeline.Row) error {
		if err := f.sameRow(index, row); err != nil {
			return err
		}
		if f.pilot.rows != nil && *left == 0 {
			return errStop // the others are for later
		}
		lines += row.Lines()
		if f.pilot.skips(int32(index)) || f.rows[index].denied != denied {
			index++
			return nil
		}
		*left--
		r := &f.rows[index]
		send := r.kind == kindReady && r.other < 0
		settledAs, again := f.rejudged[int32(index)]
		if again {
			var err error
			if send, err = f.rejudge(ctx, row, settledAs, &d); err != nil {
				return err
			}
			delete(f.rejudged, int32(index))
		}
		index++
		if !send {
			return nil
		}
		if f.quota.reached() {
			if again {
				f.holdBack(row.Number)
			}
			return errStop
		}
		if !again { // else it was checked just now
			f.setup.Checker.Check(row, &d)
		}
		if len(d.Problems) > 0 {
			return bookChanged("halt.row_fails", "row", row.Number)
		}
		if !f.put(ctx, f.queue.places) {
			return errStop
		}
		f.queue.begin <- f.intent(&d)
		f.quota.used++
		if f.quota.used == 1 && !f.wait(ctx, f.queue.opened) {
			return errStop
		}
		return nil
	})
	if err == nil && index != len(f.rows) {
		return bookChanged("halt.rows_changed", "count", f.Counts.Total(), "now", lines)
	}
	return err
}

func bookChanged(code pipeline.MessageCode, pairs ...any) *Halt {
	return NewHalt(HaltBook, code, pairs...).Try("halt.leave_book")
}

// intent copies what the draft lends.
func (f *feeder) intent(d *pipeline.Draft) *pipeline.Intent {
	return &pipeline.Intent{Row: d.Row, Shape: d.Shape, Name: d.Name, Body: slices.Clone(d.Body),
		Entries: slices.Clone(d.Entries), Keys: slices.Clone(d.Keys), IdempotencyKey: newUUID(), At: f.now()}
}

// newUUID is a random UUID (RFC 9562, version 4).
func newUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails (crypto/rand)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
