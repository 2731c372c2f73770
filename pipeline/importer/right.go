package importer

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Right is the right to send of a namespace, which one sender at a time has. Its methods may be called from several
// goroutines at once.
type Right interface {
	// Wait returns nil while a request may leave. It blocks while that is not certain. An error says that no request
	// may leave any more.
	Wait(ctx context.Context) error
	// TookOver says when the right was taken, and whether the sender before ended without a goodbye. Zero: no other
	// sender can have sent shortly before.
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

// IDTakenError is implemented by the error of a Write that says that another customer has the ID of a settlement that is
// Sole.
type IDTakenError interface {
	error
	IDTaken() bool
}

func isIDTaken(err error) bool {
	var taken IDTakenError
	return errors.As(err, &taken) && taken.IDTaken()
}

// AwayError is implemented by the error of a ledger that has waited for its server long enough: trying again is of no
// use.
type AwayError interface {
	error
	Away() bool
}

func isAway(err error) bool {
	var away AwayError
	return errors.As(err, &away) && away.Away()
}

// lastWord is how long a sender that lost the right may still begin a request: it sends nothing once it has not heard
// the ledger's server for so long.
const lastWord = 4 * time.Second

const (
	// lookEvery is how often a run checks the right, to report when it cannot be confirmed.
	lookEvery = time.Second
	// atOnce is how long Wait may take before its answer counts as missing.
	atOnce = 100 * time.Millisecond
)

// guard is passed by every request just before it is made, as another sender may have the right by now. Its methods
// may be called from several goroutines at once.
type guard struct {
	*brake
	right Right // nil: always held
	// until ends when the run is stopped, so that nothing waits for the right any more.
	until context.Context
}

// newGuard starts watching the right; the caller calls end when the Send ends.
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

// look reports when the right cannot be confirmed, so that the run pauses, and when it goes on; it halts the run when
// the right is lost, also while no request is made.
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
			how.silent(time.Time{})
		case err == nil, g.until.Err() != nil:
		case !errors.Is(err, context.DeadlineExceeded):
			g.halt(lostRight(err))
			return
		case !silent:
			how.note("outcome.ledger_silent")
			how.silent(how.Now())
		}
		silent = err != nil
	}
}

// now is what Wait says at once.
func (g *guard) now() error {
	ctx, cancel := context.WithTimeout(g.until, atOnce)
	defer cancel()
	return g.right.Wait(ctx)
}

// pass waits until a request may leave. It returns false when the run is stopped, or when it halts the run because
// the right is lost, or was not confirmed for too long.
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

// unwritten is the halt for the error of a Write: a ledger refuses intents of a sender that lost the right.
func (g *guard) unwritten(err error) *Halt {
	if isAway(err) {
		return lostRight(err)
	}
	if g.right != nil {
		soon, cancel := context.WithTimeout(context.Background(), atOnce) // the run may be stopped already
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
	var mistake *pipeline.Mistake
	if errors.As(err, &mistake) && mistake.Hint != nil { // no sender has it: the ledger itself lost something
		return halt.Advise(mistake.Hint)
	}
	return halt.Try("halt.run_when_free")
}

// earliest is when this run may make its first call, so that no second has one call too many from it and the sender
// before.
func (how *Sending) earliest() (at time.Time) {
	if how.Right == nil || how.NoWait {
		return at
	}
	took, unannounced := how.Right.TookOver()
	if now := how.Now(); took.After(now) {
		took = now // the clock was set back
	}
	switch {
	case took.IsZero():
		return at
	case unannounced:
		return took.Add(lastWord)
	}
	return took.Add(how.Rate.Spacing())
}

// earlierEnd is when all requests of runs before this one, which began then, had ended at the latest.
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

// settle writes settlements together or, when that is refused, one by one, so that one refused settlement does not
// keep out the others. kept says which are on disk. One that another sender has written before is left out, and is no
// error. lost is called for each that has an ID and is not in the ledger.
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

// has reports whether the ledger has a customer under that ID.
func (how *Sending) has(ctx context.Context, o *pipeline.Outcome) bool {
	claims, err := how.Ledger.FindIDs(ctx, []string{o.CustomerID})
	return err == nil && claims[0] != nil && claims[0].Ref == o.Ref
}
