package importer

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"muster/pipeline"
)

// Awaiting: a request that the provider accepted and decides later is asked about, and nothing else is done with it.
// Such a request occupies no worker: its row is uncertain, and the handle to ask by is on disk with it, so that
// another run may ask. A run asks after the rows of the pilot, and after all rows, have been sent; about requests of
// earlier runs it asks before it sends.

// awaited is what a run knows of accepted requests, by their refs. Its methods may be called from several goroutines
// at once.
type awaited struct {
	mu    *sync.Mutex
	askAt map[int64]time.Time // not to be asked about before then
	began map[int64]time.Time // when it was first asked about
	asked map[int64]int       // how often
	said  map[int64]string    // what was written last about an answer that decides nothing
}

func newAwaited() awaited {
	return awaited{&sync.Mutex{}, map[int64]time.Time{}, map[int64]time.Time{}, map[int64]int{},
		map[int64]string{}}
}

// accepted sets when a request may first be asked about.
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

// ask counts a question, and sets when the next may follow.
func (a *awaited) ask(ref int64, now, next time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked[ref]++; a.asked[ref] == 1 {
		a.began[ref] = now
	}
	a.askAt[ref] = next
}

// over reports that a run has asked long enough, or often enough, about a request, or that the provider wants the
// next question later than the run may wait.
func (a *awaited) over(ref int64, await *pipeline.Await, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	began := now
	if a.asked[ref] > 0 {
		began = a.began[ref]
	}
	return a.asked[ref] >= await.Most || now.Sub(began) >= await.For || a.askAt[ref].Sub(began) >= await.For
}

// says reports whether a message about a request is another one than the last.
func (a *awaited) says(ref int64, m *pipeline.Message) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	before := a.said[ref]
	a.said[ref] = m.String()
	return before != a.said[ref]
}

// total is how many questions were asked.
func (a *awaited) total() (n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, asked := range a.asked {
		n += asked
	}
	return n
}

func (s *settling) canAsk() bool { return s.setup.Provider.Await != nil && s.how.Asker != nil }

// noteLostAwait says that accepted requests of earlier runs cannot be asked about, because the definition does not say
// how any more: nothing else may settle them, as what is being decided is in no record yet.
func (s *settling) noteLostAwait(ctx context.Context) {
	if s.setup.Provider.Await != nil || s.how.Sealed == nil {
		return
	}
	lost := 0
	for in, err := range s.how.Sealed(ctx) {
		if err != nil {
			return // settling meets it, too
		}
		if in.Await != "" {
			lost++
		}
	}
	if lost > 0 {
		s.how.note("outcome.await_lost", "count", lost)
	}
}

// awaitRest asks about accepted requests until each is decided or its bound is reached; for a pilot only about those
// that the pilot sent.
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
			return nil // the provider does not answer
		}
	}
}

// askAccepted asks once for the result of a request that the provider accepted.
func (s *settling) askAccepted(ctx context.Context, in *pipeline.Intent) (done pipeline.Settlement, how standing,
	halt *Halt) {
	now := s.how.Now()
	if paused := s.caller.pace.paused(now); paused > s.setup.Provider.Await.Every {
		s.awaited.accepted(in.Ref, now.Add(paused)) // a run that may not wait so long leaves it open
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
		return s.decidesNothing(ctx, in, reply)
	}
	return pipeline.Settlement{Outcome: o}, settledNow, nil
}

// decidesNothing is what an answer comes to that was understood and does not decide a request, or does not prove that
// the customer was created. Where the page about the request is gone, the record may be there all the same; that there
// is none proves nothing. The request's bound ends the questions.
func (s *settling) decidesNothing(ctx context.Context, in *pipeline.Intent, reply pipeline.Reply) (
	done pipeline.Settlement, how standing, halt *Halt) {
	o := pipeline.Outcome{Row: in.Row, Ref: in.Ref, Run: s.setup.Run, At: in.At, State: pipeline.Uncertain,
		HTTPStatus: reply.HTTPStatus, RequestID: reply.RequestID}
	switch gone := reply.HTTPStatus == http.StatusNotFound || reply.HTTPStatus == http.StatusGone; {
	case reply.Doubted && reply.Message != nil:
		o.Message = pipeline.Say("outcome.await_unproven", "cause", reply.Message)
	case gone:
		if l, value := s.settler(in); l != nil && value != "" {
			found, err := s.caller.lookUp(ctx, l, value)
			if err != nil {
				return done, stillSilent, lookUpHalt(err)
			}
			if len(found) > 0 {
				if taken := s.caller.takeRecord(in, o, found, true); taken.State.IsClaim() {
					return pipeline.Settlement{Outcome: taken}, settledNow, nil
				}
			}
		}
		o.Message = pipeline.Say("outcome.await_gone", "status", reply.HTTPStatus)
	default:
		return done, stillYoung, nil
	}
	if !s.awaited.says(in.Ref, o.Message) {
		return done, stillYoung, nil
	}
	return pipeline.Settlement{Outcome: o}, stillOpen, nil
}

// codeAccepted is the code of acceptedMessage.
const codeAccepted pipeline.MessageCode = "outcome.accepted"

// acceptedMessage says that a provider has accepted a request and not decided it yet.
func acceptedMessage(r pipeline.Reply) *pipeline.Message {
	return pipeline.Say("outcome.accepted", "at", r.Sent, "answer",
		pipeline.Say("outcome.http", "status", r.HTTPStatus))
}

// ask tries a few times; only an answer of the provider counts. A throttled question slows down the whole run, and
// counts as an answer towards the request's bound. An expired token is renewed, as for creates.
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

// Reasons why a request was not asked about.
var (
	errUnauthorized = pipeline.Fail("outcome.unauthorized")
	errUndecided    = pipeline.Fail("outcome.no_answer")
)
