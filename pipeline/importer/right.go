package importer

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Right is the right to send of a namespace, which one sender at a time has. Its methods
// may be called by many at once.
type Right interface {
	// Wait is nil while a request may leave. While nobody can say it blocks. An error
	// says that none may any more.
	Wait(ctx context.Context) error
	// TookOver says when the right was taken, and whether from somebody who never said
	// that it ended. Zero: nobody can have sent shortly before.
	TookOver() (at time.Time, unannounced bool)
}

// SettledError is implemented by the error of a Write that says that a request is not this
// run's to settle any more: another sender has settled it, or has taken it over.
type SettledError interface {
	error
	SettledBefore() bool
}

func settledBefore(err error) bool {
	var settled SettledError
	return errors.As(err, &settled) && settled.SettledBefore()
}

// AwayError is implemented by the error of a ledger whose server was waited for long enough:
// it is of no use to try again.
type AwayError interface {
	error
	Away() bool
}

func isAway(err error) bool {
	var away AwayError
	return errors.As(err, &away) && away.Away()
}

// lastWord is how long after it had the right for the last time a sender may still begin
// a request: it sends nothing once it has not heard the ledger's server for so long.
const lastWord = 4 * time.Second

const (
	// lookEvery is how often a run looks whether the right is there, to say when it is not.
	lookEvery = time.Second
	// atOnce is how long an answer takes that is there.
	atOnce = 100 * time.Millisecond
)

// guard is what every request passes just before it is made: the right to send may be
// another's by now. Its methods may be called by many at once.
type guard struct {
	*brake
	right Right // nil: it is always there
	// until ends when the run is stopped: nobody waits for the right then.
	until context.Context
}

// newGuard's end is to be called when the Send ends.
func newGuard(ctx context.Context, b *brake, how *Sending) (g *guard, end func()) {
	g = &guard{brake: b, right: how.Right, until: ctx}
	if g.right == nil {
		return g, func() {}
	}
	var cancel context.CancelFunc
	g.until, cancel = context.WithCancel(ctx)
	var all sync.WaitGroup
	all.Go(func() {
		b.wait(g.until, nil)
		cancel()
	})
	all.Go(func() { g.look(how) })
	return g, func() {
		cancel()
		all.Wait()
	}
}

// look says when nobody can say whether the right is there, so that the run pauses, and
// when it goes on; it halts the run when the right is lost, whatever that waits for.
func (g *guard) look(how *Sending) {
	every := time.NewTicker(lookEvery)
	defer every.Stop()
	for silent := false; ; {
		select {
		case <-every.C:
		case <-g.until.Done():
			return
		}
		err := g.now()
		switch {
		case err == nil && silent:
			how.note("outcome.ledger_heard")
		case err == nil, g.until.Err() != nil:
		case !errors.Is(err, context.DeadlineExceeded):
			g.halt(lostRight(err))
			return
		case !silent:
			how.note("outcome.ledger_silent")
		}
		silent = err != nil
	}
}

// now is what can be said at once of the right.
func (g *guard) now() error {
	ctx, cancel := context.WithTimeout(g.until, atOnce)
	defer cancel()
	return g.right.Wait(ctx)
}

// pass waits until a request may leave; false says that the run is stopped, or by this
// halted: the right is another's, or nobody can say for too long.
func (g *guard) pass() bool {
	if g.right == nil {
		return true
	}
	err := g.right.Wait(g.until)
	if err == nil {
		return true
	}
	if g.until.Err() == nil {
		g.halt(lostRight(err))
	}
	return false
}

// unwritten halts for the error of a Write: intents are refused to who has lost the right.
func (g *guard) unwritten(err error) *Halt {
	if isAway(err) {
		return lostRight(err)
	}
	if g.right != nil {
		soon, cancel := context.WithTimeout(context.Background(), atOnce) // the run may be stopped by now
		defer cancel()
		if lost := g.right.Wait(soon); lost != nil && soon.Err() == nil {
			return lostRight(lost)
		}
	}
	return ledgerHalt(err)
}

func lostRight(err error) *Halt {
	halt := HaltBy(HaltLedger, err)
	if isAway(err) {
		return halt.Try("run.again")
	}
	return halt.Try("halt.run_when_free")
}

// earliest is before when this run makes no call, so that no second has one too many of
// it and of the sender before it.
func (how *Sending) earliest() (at time.Time) {
	if how.Right == nil || how.NoWait {
		return at
	}
	took, unannounced := how.Right.TookOver()
	if now := how.Now(); took.After(now) {
		took = now // somebody has set the clock
	}
	switch {
	case took.IsZero():
		return at
	case unannounced:
		return took.Add(lastWord)
	}
	return took.Add(how.Rate.Spacing())
}

// earlierEnd is when the requests of earlier runs had ended at the latest that this run
// began then.
func (how *Sending) earlierEnd(began time.Time, timeout time.Duration) time.Time {
	if how.Right == nil || how.NoWait {
		return began
	}
	if took, unannounced := how.Right.TookOver(); unannounced {
		if end := took.Add(lastWord + timeout); end.After(began) {
			return end
		}
	}
	return began
}

// settle writes settlements, together or, where that is refused, one by one, so that one
// that the ledger refuses does not take the others with it. kept says which are on disk.
// One that another sender has made before is left out, and is no error. lost is called
// for each that has an ID and is not in the ledger.
func (how *Sending) settle(ctx context.Context, run string, settlements []pipeline.Settlement, lost func(i int)) (
	kept []bool, err error) {
	_, err = how.Ledger.Write(ctx, run, nil, settlements)
	if err == nil {
		return slices.Repeat([]bool{true}, len(settlements)), nil
	}
	kept, all := make([]bool, len(settlements)), err
	err = nil
	for i := range settlements {
		one := all
		if len(settlements) > 1 && !isAway(all) {
			_, one = how.Ledger.Write(ctx, run, nil, settlements[i:i+1])
		}
		if kept[i] = one == nil; kept[i] {
			continue
		}
		if !settledBefore(one) {
			err = one
		}
		if o := &settlements[i].Outcome; o.CustomerID != "" && (isAway(one) || !how.has(ctx, o)) {
			lost(i)
		}
	}
	return kept, err
}

// has says that the ledger has a customer under its ID.
func (how *Sending) has(ctx context.Context, o *pipeline.Outcome) bool {
	claims, err := how.Ledger.FindIDs(ctx, []string{o.CustomerID})
	return err == nil && claims[0] != nil && claims[0].Ref == o.Ref
}
