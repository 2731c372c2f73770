package importer

import (
	"context"
	"fmt"

	"muster/pipeline"
)

// keepLedger is the clerk: the only one who writes. Whatever waits is written
// in one commit (group commit); what was begun is handed to the workers only
// after that, what was settled gives its place back only after that. It ends
// when the feeder has ended and every intent is settled. Ledger writes are
// not cancelled: an answer that is in hand belongs on disk. Once the run is
// stopped no intent is begun: a row that is not sent needs none, and one that
// could not be taken back would stay uncertain.
func (s *sending) keepLedger(ctx context.Context) error {
	disk := context.WithoutCancel(ctx)
	begin := s.begin
	open := 0 // intents on disk without an outcome
	var intents []*pipeline.Intent
	var outcomes []settled
	for begin != nil || open > 0 {
		intents, outcomes = intents[:0], outcomes[:0]
		select {
		case in, ok := <-begin:
			if !ok {
				begin = nil
				continue
			}
			intents = append(intents, in)
		case o := <-s.settled:
			outcomes = append(outcomes, o)
		}
		for more := true; more; {
			select {
			case in, ok := <-begin:
				if !ok {
					begin = nil
					break
				}
				intents = append(intents, in)
			case o := <-s.settled:
				outcomes = append(outcomes, o)
			default:
				more = false
			}
		}
		if s.stopping(ctx) {
			s.giveBack(len(intents))
			intents = intents[:0]
		}
		begun, kept := s.write(disk, intents, outcomes)
		if begun {
			open += len(intents)
			for _, in := range intents {
				s.ready <- in
			}
		} else {
			s.giveBack(len(intents))
		}
		open -= len(outcomes)
		s.giveBack(len(outcomes))
		if !kept {
			continue // what is not on disk is not told
		}
		for _, o := range outcomes {
			s.told(o)
		}
	}
	return nil
}

func (s *sending) giveBack(places int) {
	for range places {
		<-s.places
	}
}

// write commits the batch. When that fails the run halts: the intents are
// dropped, for they were never sent, and the outcomes are tried once more by
// themselves, then one by one; what the ledger cannot take is told to Lost. begun and kept say
// what is on disk: the intents, the outcomes.
func (s *sending) write(ctx context.Context, intents []*pipeline.Intent, outcomes []settled) (begun, kept bool) {
	if len(intents) == 0 && len(outcomes) == 0 {
		return true, true
	}
	settlements := make([]pipeline.Settlement, len(outcomes))
	for i, o := range outcomes {
		settlements[i] = o.settlement
	}
	err := s.how.Ledger.Write(ctx, s.setup.Run, intents, settlements)
	if err == nil {
		return true, true
	}
	s.stopNow(s.ledgerHalt(err))
	if len(settlements) == 0 || s.how.Ledger.Write(ctx, s.setup.Run, nil, settlements) == nil {
		return false, true
	}
	kept = true
	for _, o := range settlements {
		if s.how.Ledger.Write(ctx, s.setup.Run, nil, []pipeline.Settlement{o}) == nil {
			continue // one that the ledger refuses does not take the others with it
		}
		kept = false
		if o.Outcome.CustomerID != "" {
			s.how.Lost(o.Outcome)
		}
	}
	return false, kept
}

func (s *sending) ledgerHalt(err error) *Halt {
	return &Halt{Reason: HaltLedger, Err: fmt.Errorf("the ledger can no longer be written: %w", err),
		Hint: "mend what it says (room on the disk, the ledger's folder), then run again: nothing that was reported is lost"}
}

func ledgerUnread(err error) *Halt {
	return &Halt{Reason: HaltLedger, Err: fmt.Errorf("the ledger can no longer be read: %w", err),
		Hint: "mend the ledger's folder, then run again: nothing that was reported is lost"}
}

// tellSettled tells of a settlement that is on disk.
func (s *sending) tellSettled(done pipeline.Settlement) {
	s.pilot.see(done.Outcome)
	if s.how.Settled != nil {
		s.how.Settled(done)
	}
}

// told looks at an outcome that is on disk.
func (s *sending) told(o settled) {
	s.tellSettled(o.settlement)
	outcome := o.settlement.Outcome
	s.counts[outcome.State]++
	if attempts := o.settlement.Attempts; outcome.State == pipeline.Uncertain && len(attempts) > 0 {
		s.ours[outcome.Ref] = true
		s.ended[outcome.Ref] = attempts[len(attempts)-1].Ended
	}
	s.done++
	if s.done == 1 {
		close(s.opened)
	}
	if !o.unsent {
		if h := s.watch.see(outcome, o.answered); h != nil {
			s.stopNow(h)
		}
	}
	ready := s.Ready
	if s.how.Limit > 0 {
		ready = min(ready, s.how.Limit)
	}
	s.how.Progress(Progress{Settled: s.done, Ready: ready, Counts: s.counts})
}
