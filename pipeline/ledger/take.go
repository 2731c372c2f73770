package ledger

import (
	"context"
	"errors"

	"muster/pipeline"
)

// Take takes over the unsettled request of the customer ref for a run that is about to repeat it. It is false where the
// request is settled by now, and must not be repeated. From then on a run that has lost the right to send does not
// release the request's keys ([TakenError]), even if it began the request. Take needs the right to send: its errors are
// those of a Write that begins intents.
func (s *Space) Take(ctx context.Context, run string, ref int64) (taken bool, err error) {
	err = s.writeIntents(ctx, func(t *transaction) error {
		n, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		taken, err = t.changed("UPDATE sealed SET taken = ? WHERE customer = ? AND namespace = ?", n, ref, s.number.Load())
		return err
	})
	return taken && err == nil, err
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
