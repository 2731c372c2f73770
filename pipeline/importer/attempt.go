package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"muster/pipeline"
)

// Attempts at one row before it is left pending: answers that say "not now"
// and requests that certainly did not leave are tried again, nothing else.
const (
	maxAttempts  = 5
	firstBackoff = 500 * time.Millisecond
	longestWait  = 20 * time.Second
)

// deliver makes requests for one intent until something is known of it, or
// nothing can be. It returns a halt when no row can fare better. open says
// that an earlier attempt was never answered: the row is then never pending,
// for it may have been made.
func (s *sending) deliver(ctx context.Context, in *pipeline.Intent, open bool) (pipeline.Settlement, *Halt) {
	var done pipeline.Settlement
	finish := func(o pipeline.Outcome, h *Halt) (pipeline.Settlement, *Halt) {
		o.Row, o.Ref, o.Run, o.Attempts = in.Row, in.Ref, s.setup.Run, len(done.Attempts)
		if n := len(done.Attempts); o.At.IsZero() && n > 0 {
			o.At = done.Attempts[n-1].Sent
		}
		done.Outcome = o
		return done, h
	}
	renewed := false
	for {
		s.calls.Add(1)
		reply, token := s.sender.Create(ctx, in)
		done.Attempts = append(done.Attempts, reply.Attempt)
		s.silence.see(reply.Verdict, reply.RetryAfter, reply.Sent)
		if h := s.silence.halt(s.now()); h != nil && !open && !s.stopping(ctx) {
			s.stopNow(h) // the row ends as it does when others halt the run
		}
		last := len(done.Attempts) >= maxAttempts
		switch reply.Verdict {
		case pipeline.VerdictCreated, pipeline.VerdictRefused, pipeline.VerdictExists:
			s.pace.faster(s.now())
		case pipeline.VerdictThrottled, pipeline.VerdictUnsent, pipeline.VerdictUnauthorized:
			last = last || !s.mayRetry()
		}
		o := outcomeOf(reply)
		switch reply.Verdict {
		case pipeline.VerdictCreated:
			o.State = pipeline.Created
			return finish(o, nil)
		case pipeline.VerdictExists:
			return finish(s.takeExisting(ctx, in, reply, open))
		case pipeline.VerdictRefused:
			o.State = pipeline.Rejected
			return finish(o, nil)
		case pipeline.VerdictThrottled:
			o.State, o.Message = s.undecided(open), "not processed: the provider says that there are too many requests"
			wait := reply.RetryAfter
			if wait == 0 {
				wait = s.backoff(len(done.Attempts))
			}
			s.throttled(reply.Sent, wait)
			if last || !s.pause(ctx, wait) {
				return finish(o, nil)
			}
		case pipeline.VerdictUnsent:
			o.State, o.Message = s.undecided(open), cmp.Or(reply.Message, "not sent")
			if last || !s.pause(ctx, s.backoff(len(done.Attempts))) {
				return finish(o, nil)
			}
		case pipeline.VerdictUnauthorized:
			o.State, o.Message = s.undecided(open), "not processed: the provider refuses our credentials"
			if !s.sender.Renewable() || renewed && !s.sender.Worked(token) {
				return finish(o, credentialsHalt(reply))
			}
			if last || s.stopping(ctx) {
				return finish(o, nil)
			}
			err := s.sender.Authorise(ctx, token)
			var refused CredentialsError
			switch {
			case err == nil:
				renewed = true
				if !s.waitOut(ctx) {
					return finish(o, nil)
				}
			case errors.As(err, &refused):
				return finish(o, &Halt{Reason: HaltCredentials, Err: err, Hint: credentialsHint})
			default:
				// Tokens cannot be had for now: as good as not sent.
				o.Message = "not processed: " + err.Error()
				if !s.pause(ctx, s.backoff(len(done.Attempts))) {
					return finish(o, nil)
				}
			}
		case pipeline.VerdictHalt:
			o.State, o.Message = s.undecided(open), "not processed: "+answerText(reply)
			return finish(o, &Halt{Reason: HaltProvider, Err: fmt.Errorf("the provider answers every request alike: %s", answerText(reply)), Hint: reply.Hint})
		default:
			if reply.RetryAfter > 0 {
				s.throttled(reply.Sent, reply.RetryAfter) // a 503 that says when; this row is settled later
			}
			o.State = pipeline.Uncertain
			o.Message = fmt.Sprintf("sent at %s, and nothing says what became of it (%s); it is not sent again: %s",
				reply.Sent.UTC().Format(time.RFC3339), answerText(reply), s.setup.Provider.Settle.Advice)
			return finish(o, nil)
		}
	}
}

const credentialsHint = "check the secrets in the environment, and that they belong to this environment"

func credentialsHalt(reply pipeline.Reply) *Halt {
	hint := reply.Hint
	if hint == "" {
		hint = credentialsHint
	}
	return &Halt{Reason: HaltCredentials, Err: fmt.Errorf("the provider refuses our credentials: %s", answerText(reply)), Hint: hint}
}

// maxLookUps is how often a look-up is tried that has no answer.
const maxLookUps = 3

// lookUp asks a few times; only a provider's word counts as an answer. Being
// throttled slows the whole run down, a token that is no longer good is
// renewed, as with creates.
func (s *sending) lookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	renewed := false
	for attempt := 1; ; attempt++ {
		if !s.waitOut(ctx) {
			return nil, errStopped
		}
		sent := s.now()
		found, err := s.sender.LookUp(ctx, l, value)
		if err == nil {
			s.silence.see("", 0, sent)
			return found, nil
		}
		verdict, wait, token := failure(err)
		s.silence.see(verdict, wait, sent)
		most := maxAttempts
		switch verdict {
		case pipeline.VerdictThrottled:
			if wait == 0 {
				wait = s.backoff(attempt)
			}
			s.throttled(sent, wait)
		case pipeline.VerdictUnauthorized:
			if !s.sender.Renewable() || renewed && !s.sender.Worked(token) {
				return nil, refusedError{err}
			}
			if s.stopping(ctx) {
				return nil, errStopped
			}
			if err := s.sender.Authorise(ctx, token); err != nil {
				return nil, err
			}
			renewed, wait = true, 0
		case pipeline.VerdictHalt:
			return nil, err
		default:
			most, wait = maxLookUps, s.backoff(attempt)
		}
		if _, _, long := s.silence.long(s.now()); attempt >= most || long || !s.sleep(ctx, wait) {
			return nil, err
		}
	}
}

// failure is why a look-up told nothing; unknown for an error that does not
// say.
func failure(err error) (pipeline.Verdict, time.Duration, int) {
	var f LookUpFailure
	if errors.As(err, &f) {
		return f.Failure()
	}
	return pipeline.VerdictUnknown, 0, 0
}

var errStopped = errors.New("the run was stopped first")

// pause waits before a request is repeated, and for the end of a pause that
// holds all calls back; false says that the run was stopped first.
func (s *sending) pause(ctx context.Context, d time.Duration) bool {
	return s.sleep(ctx, d) && s.waitOut(ctx)
}

// sleep waits, unless the run is stopped first; false says that it was.
func (s *sending) sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return !s.stopping(ctx)
	case <-s.stop:
	case <-s.halted:
	case <-ctx.Done():
	}
	return false
}

// backoff is how long to wait before the next attempt.
func (s *sending) backoff(attempt int) time.Duration {
	return Backoff(attempt, firstBackoff, longestWait, s.random())
}

// outcomeOf is what a reply says, its state apart. Whose customer it is, is
// believed only of an answer that says that the request made it (promise 5).
func outcomeOf(r pipeline.Reply) pipeline.Outcome {
	o := pipeline.Outcome{HTTPStatus: r.HTTPStatus, Code: r.Code, Message: r.Message, RequestID: r.RequestID, Problems: r.Problems}
	if r.Verdict == pipeline.VerdictCreated {
		o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, o.Related = r.CustomerID, r.ProviderStatus, r.CreatedAt, r.Related
	}
	return o
}

// answerText says in short what came back.
func answerText(r pipeline.Reply) string {
	text := "no answer"
	if r.HTTPStatus != 0 {
		text = fmt.Sprintf("HTTP %d", r.HTTPStatus)
	}
	if r.Code != "" {
		text += " " + r.Code
	}
	if r.Message != "" {
		text += ", " + r.Message
	}
	return text
}
