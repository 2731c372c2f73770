package importer

import (
	"context"
	"slices"

	"muster/pipeline"
)

// clerk is the only writer to the ledger while the loop runs. It is used by one goroutine.
type clerk struct {
	*brake
	plan     *Plan
	how      *Sending
	queue    *queue
	quota    *quota
	settling *settling
	guard    *guard
	settled  func(pipeline.Settlement) // called once the outcome is on disk

	watch   watch
	denials denials
	doubts  doubts
	counts  pipeline.Counts // of outcomes
	done    int             // outcomes
	claimed []claimed
}

// keepLedger writes what the feeder and the workers hand over. Everything that waits is written in one commit (group
// commit); only then are intents handed to the workers, and the places of settled rows released. It ends when the
// feeder has ended and every intent is settled. Ledger writes are not cancelled, because an answer that has arrived
// must get on disk. Once the run is stopped no intent is begun: a row that is not sent needs none, and an intent that
// could not be taken back would stay uncertain.
func (c *clerk) keepLedger(ctx context.Context) error {
	disk := context.WithoutCancel(ctx)
	begin := c.queue.begin
	open := 0 // intents on disk without an outcome
	var intents []*pipeline.Intent
	var judged []pipeline.Outcome
	var outcomes []settled
	take := func(f fed, ok bool) {
		switch {
		case !ok:
			begin = nil
		case f.in != nil:
			intents = append(intents, f.in)
		default:
			judged = append(judged, *f.judged)
		}
	}
	for begin != nil || open > 0 {
		intents, judged, outcomes = intents[:0], judged[:0], outcomes[:0]
		select {
		case f, ok := <-begin:
			take(f, ok)
		case o := <-c.queue.settled:
			outcomes = append(outcomes, o)
		}
		for more := true; more; {
			select {
			case f, ok := <-begin:
				take(f, ok)
			case o := <-c.queue.settled:
				outcomes = append(outcomes, o)
			default:
				more = false
			}
		}
		if err := c.record(disk, judged); err != nil {
			c.halt(ledgerHalt(err))
		}
		if c.stopping(ctx) {
			c.drop(len(intents))
			intents = intents[:0]
		}
		begun, taken, kept := c.write(disk, intents, outcomes)
		open += len(begun)
		if len(begun) > 0 {
			c.queue.ahead.wrote(c.how.Now().Sub(begun[0].At))
		}
		for _, in := range begun {
			c.queue.ready <- in
		}
		c.quota.decided(len(begun), 0)
		c.drop(len(intents) - len(begun) - len(taken))
		c.judgeTaken(disk, taken)
		open -= len(outcomes)
		c.giveBack(len(outcomes))
		for i, o := range outcomes {
			if kept[i] { // an outcome that is not on disk is not reported
				c.see(disk, o)
			} else {
				c.plan.reached.see(c.plan, pipeline.Outcome{Row: o.settlement.Outcome.Row, State: pipeline.Uncertain})
			}
		}
	}
	c.reject(disk, c.denials.rest())
	c.countClaimed()
	return nil
}

func (c *clerk) giveBack(places int) {
	for range places {
		<-c.queue.places
	}
}

// drop releases what n unwritten intents occupy, except their part of the quota, because the run is stopped.
func (c *clerk) drop(n int) {
	c.giveBack(n)
	c.queue.ahead.leave(n)
	c.quota.decided(n, 0)
}

// record writes the outcomes of rows that were judged again.
func (c *clerk) record(ctx context.Context, judged []pipeline.Outcome) error {
	if len(judged) == 0 {
		return nil
	}
	return c.plan.setup.Records.Record(ctx, c.plan.setup.Run, judged)
}

// write commits the batch. When that fails the outcomes are tried again without the intents, then one by one; those
// that the ledger cannot write go to Lost. Then the run halts, and the intents are dropped, as they were never sent;
// unless the only fault is that another sender had settled some of the outcomes. begun are the intents on disk, taken
// those whose key another customer has by now; kept says which outcomes are on disk.
func (c *clerk) write(ctx context.Context, intents []*pipeline.Intent, outcomes []settled) (
	begun, taken []*pipeline.Intent, kept []bool) {
	if len(intents) == 0 && len(outcomes) == 0 {
		return nil, nil, nil
	}
	settlements := make([]pipeline.Settlement, len(outcomes))
	for i, o := range outcomes {
		settlements[i] = o.settlement
	}
	claimed, err := c.commit(ctx, intents, settlements)
	for i := range outcomes {
		o := &outcomes[i]
		if settlements[i].Doubt != o.settlement.Doubt { // holdIDs withheld its ID
			o.answered, o.proof = false, false
		}
		o.settlement = settlements[i]
	}
	if err == nil {
		begun, taken = apart(intents, claimed)
		return begun, taken, slices.Repeat([]bool{true}, len(outcomes))
	}
	if !settledBefore(err) {
		c.halt(c.guard.unwritten(err))
	}
	if len(settlements) > 0 {
		var failed error
		kept, failed = c.how.settle(ctx, c.plan.setup.Run, settlements, func(i int) {
			c.how.Lost(settlements[i].Outcome)
		})
		if failed != nil {
			c.halt(c.guard.unwritten(failed))
		}
	}
	if len(intents) > 0 && settledBefore(err) && !c.stopping(ctx) {
		begun, taken, _ = c.write(ctx, intents, nil)
	}
	return begun, taken, kept
}

// commit writes the batch. No settlement is written with an ID that another customer has: the ledger looks in the same
// transaction, because a question of its own would cost a round trip to a server. Only where one is taken are those who
// have it looked up. After any other error the settlements have IDs that may be written.
func (c *clerk) commit(ctx context.Context, intents []*pipeline.Intent, settlements []pipeline.Settlement) (
	claimed []int, err error) {
	s := c.plan.setup
	sole := areDistinct(settlements)
	if sole {
		s.noteForms(settlements)
		mark(settlements, true)
		claimed, err = c.how.Ledger.Write(ctx, s.Run, intents, settlements)
		mark(settlements, false)
		if err == nil {
			return claimed, nil
		}
		if !isIDTaken(err) && !settledBefore(err) {
			c.halt(c.guard.unwritten(err))
		}
	}
	if err := s.holdIDs(ctx, settlements); err != nil {
		c.halt(ledgerUnread(err))
	}
	if !sole {
		s.noteForms(settlements)
	}
	if err != nil && !isIDTaken(err) {
		return nil, err
	}
	return c.how.Ledger.Write(ctx, s.Run, intents, settlements)
}

func mark(settlements []pipeline.Settlement, sole bool) {
	for i := range settlements {
		settlements[i].Sole = sole
	}
}

func ledgerHalt(err error) *Halt {
	if isAway(err) {
		return lostRight(err)
	}
	return NewHalt(HaltLedger, "halt.ledger_unwritten", "cause", err).Try("halt.fix_disk")
}

func ledgerUnread(err error) *Halt {
	if isAway(err) {
		return lostRight(err)
	}
	return NewHalt(HaltLedger, "halt.ledger_unread", "cause", err).Try("halt.fix_folder")
}

// see counts an outcome that is on disk.
func (c *clerk) see(ctx context.Context, o settled) {
	c.settled(o.settlement)
	outcome := o.settlement.Outcome
	c.plan.reached.see(c.plan, outcome)
	c.counts[outcome.State]++
	if attempts := o.settlement.Attempts; outcome.State == pipeline.Uncertain && len(attempts) > 0 {
		c.settling.leave(outcome.Ref, attempts[len(attempts)-1].Ended)
		if o.settlement.Await != "" {
			c.settling.awaited.accepted(outcome.Ref, o.settlement.AskAt)
		}
	}
	c.done++
	if c.done == 1 {
		close(c.queue.opened)
	}
	if h := c.doubts.see(o); h != nil {
		c.halt(h)
	}
	if o.answered {
		rejected, h := c.denials.see(o)
		if h != nil {
			c.halt(h)
		}
		c.reject(ctx, rejected)
	}
	if !o.unsent && !o.denied && !o.accepted {
		if h := c.watch.see(outcome, o.answered, c.plan.refusedBefore(outcome.Row)); h != nil {
			c.halt(h)
		}
	}
	c.progress()
}

func (c *clerk) progress() {
	c.how.Progress(Progress{Settled: c.done, Ready: c.quota.of(c.plan.Ready), Counts: c.counts})
}
