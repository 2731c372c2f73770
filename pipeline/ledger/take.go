package ledger

import (
	"context"
	"errors"
	"sync"

	"muster/pipeline"
)

// Take takes over the unsettled request of the customer ref for a run that is about to repeat it. It is false where the
// request is settled by now, and must not be repeated. From then on a run that has lost the right to send does not
// release the request's keys ([TakenError]), even if it began the request. Take needs the right to send: its errors are
// those of a Write that begins intents. Calls that wait for one another share a transaction, and
// the context of the first.
func (s *Space) Take(ctx context.Context, run string, ref int64) (bool, error) {
	t := &take{run: run, ref: ref, done: make(chan struct{})}
	if first := s.takes.join(t); first {
		go s.takes.run(func(run string, refs []int64) (map[int64]bool, error) { return s.takeAll(ctx, run, refs) })
	}
	<-t.done
	return t.taken, t.err
}

const takeMany = `UPDATE sealed SET taken = ?1 WHERE namespace = ?2
	AND customer IN (SELECT CAST(j.value AS INTEGER) FROM json_each(?3) j) RETURNING customer`

// takeAll takes over what is unsettled of several requests.
func (s *Space) takeAll(ctx context.Context, run string, refs []int64) (taken map[int64]bool, err error) {
	err = s.writeIntents(ctx, func(t *transaction) error {
		taken = make(map[int64]bool, len(refs))
		n, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		return t.each(takeMany, []any{n, s.number.Load(), refs}, func(rows *cursor) error {
			var ref int64
			err := rows.Scan(&ref)
			taken[ref] = true
			return err
		})
	})
	return taken, err
}

// take is a call of [Space.Take].
type take struct {
	run   string
	ref   int64
	taken bool
	err   error
	done  chan struct{} // closed when taken and err are set
}

// takes are the calls that wait for a transaction.
type takes struct {
	mu      sync.Mutex
	waiting []*take
	working bool
}

// join adds a call, and reports whether nobody runs them yet.
func (q *takes) join(t *take) (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, t)
	first, q.working = !q.working, true
	return first
}

// run runs calls, all of one run at a time, until none waits.
func (q *takes) run(all func(run string, refs []int64) (map[int64]bool, error)) {
	for {
		q.mu.Lock()
		var now, later []*take
		for _, t := range q.waiting {
			if t.run == q.waiting[0].run {
				now = append(now, t)
			} else {
				later = append(later, t)
			}
		}
		if q.waiting = later; len(now) == 0 {
			q.working = false
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		refs := make([]int64, len(now))
		for i, t := range now {
			refs[i] = t.ref
		}
		taken, err := all(now[0].run, refs)
		for _, t := range now {
			t.taken, t.err = taken[t.ref] && err == nil, err
			close(t.done)
		}
	}
}

// TakenError: a run that has lost the right to send would release the keys of a request that the present sender has
// taken over, and settles.
type TakenError struct{ Ref int64 }

// Error shows the code and the arguments of the sentence.
func (e *TakenError) Error() string { return e.Sentence().String() }

// SettledBefore reports that the request is another sender's to settle.
func (*TakenError) SettledBefore() bool { return true }

// Sentence names the customer by the ledger's own number.
func (e *TakenError) Sentence() *pipeline.Message {
	return pipeline.Say("ledger.taken_over", "number", int(e.Ref))
}

// removal deletes the sealed request of a settled customer: one that this run began, and any.
type removal struct{ own, any string }

var (
	// anyRemoval is for the sender, and for a customer that was made.
	anyRemoval = removal{removeOwn, removeSealed}
	// freeRemoval leaves requests that another run has taken over. The server locks the row before it looks at taken:
	// either the removal finds the request or [Space.Take] does.
	freeRemoval = removal{removeOwn + " AND coalesce(taken, ?2) = ?2",
		"DELETE FROM sealed WHERE customer = ?1 AND namespace = ?2 AND coalesce(taken, ?3) = ?3 RETURNING run, row"}
)

// releases says that a customer in that state has given its keys back.
func releases(state pipeline.State) bool { return state != pipeline.Uncertain && !state.IsClaim() }

// unsettleable is why no sealed request of a customer was found; free says that those of others were left.
func (s *Space) unsettleable(t *transaction, o *pipeline.Outcome, free bool) error {
	err := s.cannot(t, o.Ref, o.State)
	var move *MoveError
	if free && errors.As(err, &move) && move.From == pipeline.Uncertain {
		return &TakenError{o.Ref}
	}
	return err
}
