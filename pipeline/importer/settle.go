package importer

import (
	"context"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Settling: a request that was sent and never answered is asked about in the way that the definition allows, and in
// no other. Intents of earlier runs come first, whatever the book; those of this run, and those too young for
// "absent" to count, come at its end.

// settling asks about requests without an answer, before the loop starts and after it has ended; while the loop runs
// only the clerk calls it, with those that are left.
type settling struct {
	*Plan
	*brake
	how    *Sending
	caller *caller
	quota  *quota
	// settled is called with each settlement on disk.
	settled func(pipeline.Settlement)

	rowsOf map[int64][]int32   // rows that wait for an intent, by its ref
	ours   map[int64]bool      // intents that this run began
	ended  map[int64]time.Time // when the attempts of this run without an answer ended, by ref
	// rejudged are the rows to judge again, by index, with the outcome of their attempt.
	rejudged map[int32]pipeline.Outcome
	// refused are requests that stay open although a repeat was answered, by ref: asking again would get the same
	// answer.
	refused map[int64]bool
	awaited awaited
	// silent and answered count requests of earlier runs that were asked about without and with an answer.
	silent, answered int
}

func newSettling(p *Plan, how *Sending, b *brake, caller *caller, q *quota,
	settled func(pipeline.Settlement)) *settling {
	return &settling{Plan: p, brake: b, how: how, caller: caller, quota: q, settled: settled,
		rowsOf: map[int64][]int32{}, ours: map[int64]bool{}, ended: map[int64]time.Time{},
		rejudged: map[int32]pipeline.Outcome{}, refused: map[int64]bool{}, awaited: newAwaited()}
}

// leave records that the loop leaves an intent without an answer, and when its last attempt ended.
func (s *settling) leave(ref int64, ended time.Time) {
	s.ours[ref] = true
	s.ended[ref] = ended
}

// unanswered is one intent to settle.
type unanswered struct {
	in *pipeline.Intent
	// due is when "absent" begins to count, and when it is safe to send again.
	due time.Time
}

// canSettle reports whether muster can settle an intent, or only a person.
func (s *settling) canSettle() bool {
	return s.how.Sealed != nil && (s.setup.Provider.Settle.By != pipeline.SettleNone || s.canAsk())
}

// sealed lists the unsettled intents that can be asked about and whose sealed requests can be read. Their entries are
// left out, because the list may be as long as a book.
func (s *settling) sealed(ctx context.Context) ([]unanswered, error) {
	var list []unanswered
	for in, err := range s.how.Sealed(ctx) {
		if err != nil && ctx.Err() != nil {
			return nil, nil // the run is stopped
		}
		if err != nil {
			return nil, ledgerUnread(err)
		}
		if s.refused[in.Ref] {
			continue
		}
		if in.Await != "" {
			if s.canAsk() && !in.Sent.Elsewhere(s.how.Here) { // an accepted request is settled in no other way
				list = append(list, unanswered{&in, s.awaited.due(in.Ref)})
			}
			continue
		}
		resend := s.setup.Provider.Settle.By == pipeline.SettleResend
		if _, value := s.settler(&in); value == "" && !resend || resend && in.Sent.Elsewhere(s.how.Here) {
			continue // without a value to look up, or a way to repeat it here, only a person can settle it
		}
		if _, err = EntriesOf(in.Body); err != nil {
			return nil, ledgerUnread(pipeline.Fail("ledger.request_unread", "row", in.Row, "cause", err))
		}
		due := s.endOf(&in).Add(s.settleAfter())
		if in.Sent.Elsewhere(s.how.Here) { // absence settles nothing: no run has to wait for it anew
			due = in.At.Add(s.setup.Provider.Timeout + s.settleAfter())
		}
		list = append(list, unanswered{&in, due})
	}
	return list, nil
}

// settleAfter is how long after an attempt "absent" begins to count.
func (s *settling) settleAfter() time.Duration {
	if s.how.NoWait {
		return 0
	}
	return s.setup.Provider.Settle.After
}

// endOf is when the last attempt of an intent had ended at the latest. For an intent of an earlier run only this is
// known: its attempts ended before this run began, because one muster at a time has the right to send. A long
// Retry-After, or a night of sleep, may lie between an intent and its request. A sender without a goodbye may have
// sent a little longer ([Sending.earlierEnd]). Where the reference alone keeps a repeat from creating a second
// customer, the timeout after that is enough.
func (s *settling) endOf(in *pipeline.Intent) time.Time {
	if ended, seen := s.ended[in.Ref]; seen {
		return ended
	}
	timedOut := in.At.Add(s.setup.Provider.Timeout)
	if s.setup.Provider.Settle.By == pipeline.SettleResend && timedOut.Before(s.caller.began) {
		return timedOut
	}
	return s.how.earlierEnd(s.caller.began, s.setup.Provider.Timeout)
}

// settleEarlier settles the intents of earlier runs that can be settled now.
func (s *settling) settleEarlier(ctx context.Context) error {
	for i := range s.rows.len() {
		if r := s.rows.at(i); !r.is(flagLost) && (r.kind == kindUnsettled || r.kind == kindHeld) {
			ref := s.refs.at(i)
			s.rowsOf[ref] = append(s.rowsOf[ref], int32(i))
		}
	}
	s.noteLostAwait(ctx)
	if !s.canSettle() {
		return nil
	}
	list, err := s.sealed(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	s.how.note("outcome.resolving_earlier", "count", len(list))
	if err := s.settleAll(ctx, list, Stage{At: StageEarlier, Of: len(list)}); err != nil {
		return err
	}
	// A single request that is never answered may be that request's own fault.
	if s.how.Outage.Wary && s.answered == 0 && s.silent >= mostUnknown && !s.stopping(ctx) {
		return goesOn(pipeline.Say("outcome.earlier_silent", "count", s.silent))
	}
	return nil
}

// settleRounds is how often an intent without an answer is asked about at the end of a run.
const settleRounds = 5

// settleRest settles the intents of this run, and those that settleEarlier could not settle, once they are due; in
// several rounds, because a repeat can be lost like the first attempt. For a pilot it settles the pilot's own rows,
// before the other rows are sent.
func (s *settling) settleRest(ctx context.Context, pilot bool) error {
	if !s.canSettle() {
		return nil
	}
	left, idle := 0, 0
	if err := s.awaitRest(ctx, pilot); err != nil {
		return err
	}
	for range settleRounds {
		list, err := s.sealed(ctx)
		list = slices.DeleteFunc(list, func(u unanswered) bool {
			return u.in.Await != "" || pilot && !s.ours[u.in.Ref]
		})
		if err != nil || s.stopping(ctx) {
			return err
		}
		if len(list) != left {
			idle = 0
		} else if idle++; idle == 2 {
			break // two rounds in succession settled nothing
		}
		if len(list) == 0 {
			break
		}
		left = len(list)
		slices.SortStableFunc(list, func(a, b unanswered) int { return a.due.Compare(b.due) })
		stage := Stage{At: StageSettling, Of: len(list), Until: list[len(list)-1].due}
		if wait := stage.Until.Sub(s.how.Now()); wait > time.Second {
			s.how.note("outcome.resolving_later", "count", len(list), "wait", wait)
		}
		if err := s.settleAll(ctx, list, stage); err != nil {
			return err
		}
	}
	return s.awaitRest(ctx, pilot) // a repeat may have been accepted
}

// standing is how far settling got with one intent.
type standing uint8

const (
	stillYoung  standing = iota // absent does not count yet
	stillSilent                 // asked, without an answer
	stillOpen                   // asked and answered, and the answer does not settle it
	settledNow
)

// settleAll settles each intent of list, several at once, in StageSettling once they are due: workers ask, and one
// goroutine writes the answers. It leaves the rest when the provider is silent: the rows that are sent next meet that
// themselves.
func (s *settling) settleAll(ctx context.Context, list []unanswered, stage Stage) error {
	var (
		asking, writing sync.WaitGroup
		mu              sync.Mutex // guards one count of silence for all
		silent          int
		workers         = min(s.how.Concurrency, len(list))
		wait            = stage.At == StageSettling
		next            = make(chan unanswered)
		answers         = make(chan answer, workers)
	)
	s.how.at(stage)
	for range workers {
		asking.Go(func() {
			for u := range next {
				mu.Lock()
				_, _, long := s.caller.silence.long(s.how.Now())
				givenUp := silent >= s.how.Concurrency+10 || silent > 0 && long
				mu.Unlock()
				if givenUp || s.stopping(ctx) || wait && !s.sleep(ctx, u.due.Sub(s.how.Now())) ||
					!s.caller.waitOut(ctx) {
					continue
				}
				done, how, halt := s.settleOne(ctx, u)
				mu.Lock()
				switch how {
				case stillSilent:
					silent++
					s.silent++
				case stillOpen, settledNow:
					silent = 0
					s.answered++
				}
				mu.Unlock()
				answers <- answer{u, done, how}
				if halt != nil {
					s.halt(halt)
				}
			}
		})
	}
	writing.Go(func() { s.keepAnswers(context.WithoutCancel(ctx), answers, wait, stage) })
	for _, u := range list {
		next <- u
	}
	close(next)
	asking.Wait()
	close(answers)
	writing.Wait()
	if halt := s.why(); halt != nil {
		return halt
	}
	return nil
}
