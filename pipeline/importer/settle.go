package importer

import (
	"context"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Settling: what was sent and never answered is asked for again in the way
// that the definition allows, and in no other. Intents of earlier runs come
// first, whatever the book; those of this run, and those that are too young
// for an "absent" to count, come at its end.

// settling asks what became of requests without an answer, before the loop
// starts and after it has ended; while the loop runs the clerk alone reports to it
// those that are left.
type settling struct {
	*Plan
	*brake
	how    *Sending
	caller *caller
	quota  *quota
	// settled is called with what is on disk.
	settled func(pipeline.Settlement)

	rowsOf map[int64][]int32   // rows that wait for an intent, by its ref
	ours   map[int64]bool      // intents that this run began
	ended  map[int64]time.Time // attempts of this run without an answer, by ref: when they ended
	// rejudged are the rows to judge anew, by index, with what became of their
	// attempt.
	rejudged map[int32]pipeline.Outcome
	// refused are requests that stay open though a repeat was answered, by ref: the
	// same question again would have the same answer.
	refused map[int64]bool
	awaited awaited
	// silent and answered are how many requests of earlier runs were asked about in
	// vain, and not in vain.
	silent, answered int
}

func newSettling(p *Plan, how *Sending, b *brake, caller *caller, q *quota,
	settled func(pipeline.Settlement)) *settling {
	return &settling{Plan: p, brake: b, how: how, caller: caller, quota: q, settled: settled,
		rowsOf: map[int64][]int32{}, ours: map[int64]bool{}, ended: map[int64]time.Time{},
		rejudged: map[int32]pipeline.Outcome{}, refused: map[int64]bool{}, awaited: newAwaited()}
}

// leave says that the loop leaves an intent without an answer, whose last
// attempt ended then.
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

// canSettle says whether anything but a person can settle an intent.
func (s *settling) canSettle() bool {
	return s.how.Sealed != nil && (s.setup.Provider.Settle.By != pipeline.SettleNone || s.canAsk())
}

// sealed lists the unsettled intents that can be asked for, whose requests can be
// read. Their entries are left out: the list may be as long as a book.
func (s *settling) sealed(ctx context.Context) ([]unanswered, error) {
	var list []unanswered
	for in, err := range s.how.Sealed(ctx) {
		if err != nil && ctx.Err() != nil {
			return nil, nil // stopped at once
		}
		if err != nil {
			return nil, ledgerUnread(err)
		}
		if s.refused[in.Ref] {
			continue
		}
		if in.Await != "" {
			if s.canAsk() && !in.Sent.Elsewhere(s.how.Here) { // nothing else settles what a provider has accepted
				list = append(list, unanswered{&in, s.awaited.due(in.Ref)})
			}
			continue
		}
		resend := s.setup.Provider.Settle.By == pipeline.SettleResend
		if _, value := s.settler(&in); value == "" && !resend || resend && in.Sent.Elsewhere(s.how.Here) {
			continue // nothing to look it up by, or to repeat here: only a person can settle it
		}
		if _, err = EntriesOf(in.Body); err != nil {
			return nil, ledgerUnread(pipeline.Fail("ledger.request_unread", "row", in.Row, "cause", err))
		}
		list = append(list, unanswered{&in, s.endOf(&in).Add(s.settleAfter())})
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

// endOf is when the last attempt of an intent had ended at the latest. Of an
// earlier run's no more is known than that it ended before this run began, for
// one muster at a time has the right to send: between an intent and its request may
// lie a long Retry-After, or a night with the lid closed. One that never gave the
// right back may have sent a moment longer ([Sending.earlierEnd]). Where the reference
// alone keeps a repeat from making a second customer, its timeout will do.
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
	// One that is never answered may be the provider's fault with that one.
	if s.how.Outage.Wary && s.answered == 0 && s.silent >= mostUnknown && !s.stopping(ctx) {
		return goesOn(pipeline.Say("outcome.earlier_silent", "count", s.silent))
	}
	return nil
}

// settleRounds is how often an intent that gets no answer is asked for at the
// end of a run.
const settleRounds = 5

// settleRest settles the intents of this run, and those that settleEarlier
// could not settle, once they are due; several times, for a repeat can be lost
// like the first attempt. Of a pilot it settles what the pilot sent, before the
// other rows are sent.
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
			break // two rounds in a row settled nothing
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
	stillSilent                 // asked, and nobody answered
	stillOpen                   // asked and answered, and the answer does not settle it
	settledNow
)

// settleAll settles each of list, several at once, those of StageSettling once
// they are due: workers ask, and one writes what they find. It gives up on the rest
// when the provider is silent: the rows that are sent next find that out by
// themselves.
func (s *settling) settleAll(ctx context.Context, list []unanswered, stage Stage) error {
	var (
		asking, writing sync.WaitGroup
		mu              sync.Mutex // one count of silence
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
