package importer

import (
	"context"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Awaiting: what a provider has accepted and decides later is asked for, and nothing else
// is done about it. Such a request holds no place: its row is uncertain, and by what to ask
// is on disk with it, so that another run may ask. A run asks when the rows of the pilot,
// and when all rows, have been sent; what earlier runs left, before it sends.

// awaited is what a run knows of accepted requests, by their refs. Its methods may be
// called by many at once.
type awaited struct {
	mu    *sync.Mutex
	askAt map[int64]time.Time // not before then
	began map[int64]time.Time // when it was first asked about
	asked map[int64]int       // how often
}

func newAwaited() awaited {
	return awaited{&sync.Mutex{}, map[int64]time.Time{}, map[int64]time.Time{}, map[int64]int{}}
}

// accepted says when a request may be asked about first.
func (a *awaited) accepted(ref int64, at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.askAt[ref] = at
}

// due is when a request may be asked about; zero for at once.
func (a *awaited) due(ref int64) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.askAt[ref]
}

// ask counts a question.
func (a *awaited) ask(ref int64, now, next time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[ref]++; a.asked[ref] == 1 {
		a.began[ref] = now
	}
	a.askAt[ref] = next
}

// over says that a run has asked long enough about a request, or often enough, or that the
// provider wants to be asked later than the run may wait.
func (a *awaited) over(ref int64, await *pipeline.Await, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	began := now
	if a.asked[ref] > 0 {
		began = a.began[ref]
	}
	return a.asked[ref] >= await.Most || now.Sub(began) >= await.For || a.askAt[ref].Sub(began) >= await.For
}

// total is how many questions there were.
func (a *awaited) total() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, asked := range a.asked {
		n += asked
	}
	return n
}

func (s *settling) canAsk() bool { return s.setup.Provider.Await != nil && s.how.Asker != nil }

// awaitRest asks about accepted requests until each is decided, or its bound is reached;
// of a pilot about what the pilot sent.
func (s *settling) awaitRest(ctx context.Context, pilot bool) error {
	if !s.canAsk() || s.how.Sealed == nil {
		return nil
	}
	await := s.setup.Provider.Await
	for noted := false; ; {
		list, err := s.sealed(ctx)
		list = slices.DeleteFunc(list, func(u unanswered) bool {
			return u.in.Await == "" || pilot && !s.ours[u.in.Ref] || s.awaited.over(u.in.Ref, await, s.how.Now())
		})
		if err != nil || len(list) == 0 || s.stopping(ctx) {
			return err
		}
		if !noted {
			noted = true
			s.how.note("outcome.awaiting", "count", len(list), "every", await.Every)
		}
		if s.how.NoWait {
			for i := range list {
				list[i].due = s.how.Now()
			}
		}
		slices.SortStableFunc(list, func(a, b unanswered) int { return a.due.Compare(b.due) })
		before := s.awaited.total()
		if err := s.settleAll(ctx, list, Stage{At: StageSettling, Of: len(list), Until: list[len(list)-1].due}); err != nil {
			return err
		}
		if s.awaited.total() == before {
			return nil // nobody answers
		}
	}
}

// askAccepted asks once what became of a request that the provider accepted.
func (s *settling) askAccepted(ctx context.Context, in *pipeline.Intent) (done pipeline.Settlement, how standing,
	halt *Halt) {
	now := s.how.Now()
	if paused := s.caller.pace.paused(now); paused > s.setup.Provider.Await.Every {
		s.awaited.accepted(in.Ref, now.Add(paused)) // a run that cannot wait so long is done with it
		if s.awaited.over(in.Ref, s.setup.Provider.Await, now) {
			return done, stillYoung, nil
		}
	}
	reply, err := s.caller.ask(ctx, s.how.Asker, in)
	if err != nil {
		return done, stillSilent, lookUpHalt(err)
	}
	now = s.how.Now()
	s.awaited.ask(in.Ref, now, now.Add(max(reply.RetryAfter, s.setup.Provider.Await.Every)))
	o := outcomeOf(reply)
	o.Row, o.Ref, o.Run, o.At = in.Row, in.Ref, s.setup.Run, in.At
	switch reply.Verdict {
	case pipeline.VerdictAccepted:
		return done, stillYoung, nil
	case pipeline.VerdictCreated:
		o.State, o.Message = pipeline.Created, pipeline.Say("outcome.decided")
	case pipeline.VerdictRefused:
		o.State = pipeline.Rejected
	case pipeline.VerdictExists:
		existing, halt := s.caller.takeExisting(ctx, in, reply, true)
		existing.Row, existing.Ref, existing.Run = in.Row, in.Ref, s.setup.Run
		if existing.At.IsZero() {
			existing.At = in.At
		}
		if existing.State == pipeline.Uncertain {
			return pipeline.Settlement{Outcome: existing}, stillOpen, halt
		}
		return pipeline.Settlement{Outcome: existing}, settledNow, halt
	case pipeline.VerdictHalt:
		return done, stillSilent, everyRequestHalt(reply)
	default:
		if reply.HTTPStatus == 0 {
			return done, stillSilent, nil
		}
		return done, stillYoung, nil // an answer that says nothing of it; its bound ends that
	}
	return pipeline.Settlement{Outcome: o}, settledNow, nil
}

// codeAccepted is that of acceptedMessage.
const codeAccepted pipeline.MessageCode = "outcome.accepted"

// acceptedMessage says that a provider has accepted a request and not decided.
func acceptedMessage(r pipeline.Reply) *pipeline.Message {
	return pipeline.Say("outcome.accepted", "at", r.Sent, "answer",
		pipeline.Say("outcome.http", "status", r.HTTPStatus))
}

// ask asks a few times; only an answer of the provider counts. Being throttled slows the
// whole run down, and is an answer: the bound of the request counts it. A token that is no
// longer good is renewed, as with creates.
func (c *caller) ask(ctx context.Context, asker Asker, in *pipeline.Intent) (pipeline.Reply, error) {
	renewed := false
	for attempt := 1; ; attempt++ {
		if !c.waitOut(ctx) || !c.guard.pass() {
			return pipeline.Reply{}, errStopped
		}
		reply, token := asker.Ask(ctx, in)
		c.silence.see(reply.Verdict, reply.RetryAfter, reply.Sent)
		wait := reply.RetryAfter
		switch reply.Verdict {
		case pipeline.VerdictThrottled:
			if wait == 0 {
				wait = c.backoff(attempt)
			}
			c.throttled(reply.Sent, wait)
			return reply, nil
		case pipeline.VerdictUnauthorized:
			if !c.sender.Renewable() || renewed && !c.sender.Worked(token) {
				return reply, refusedError{errUnauthorized}
			}
			if c.stopping(ctx) {
				return reply, errStopped
			}
			if err := c.sender.Authorise(ctx, token); err != nil {
				return reply, err
			}
			renewed, wait = true, 0
		case pipeline.VerdictUnsent:
			wait = c.backoff(attempt)
		default:
			c.waits.over()
			return reply, nil
		}
		if _, _, long := c.silence.long(c.now()); attempt >= maxAttempts || long || !c.sleep(ctx, wait) {
			return reply, errUndecided
		}
	}
}

// Why a request was not asked about.
var (
	errUnauthorized = pipeline.Fail("outcome.unauthorized")
	errUndecided    = pipeline.Fail("outcome.no_answer")
)
