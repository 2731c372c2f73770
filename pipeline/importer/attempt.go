package importer

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"muster/pipeline"
)

// Attempts at one row before it is left pending. Only answers that say "not now", and requests that certainly did not
// leave, are tried again.
const (
	maxAttempts  = 5
	firstBackoff = 500 * time.Millisecond
	longestWait  = 20 * time.Second
	// maxBusy is how many attempts at a row may meet another request for its customer.
	maxBusy = 3
	// busyBackoff is the first wait when another request for the same customer is under way.
	busyBackoff = 2 * time.Second
)

// deliver makes requests for one intent until the outcome is known, or cannot be known. It returns a halt when no
// other row can do better. open says that an earlier attempt was never answered: the row is then never pending,
// because that attempt may have created the customer. Without the right to send nothing is sent; there may be no
// attempt at all.
func (c *caller) deliver(ctx context.Context, in *pipeline.Intent, open bool) (pipeline.Settlement, *Halt) {
	var done pipeline.Settlement
	finish := func(o pipeline.Outcome, h *Halt) (pipeline.Settlement, *Halt) {
		o.Row, o.Ref, o.Run, o.Attempts = in.Row, in.Ref, c.setup.Run, len(done.Attempts)
		if n := len(done.Attempts); o.At.IsZero() && n > 0 {
			o.At = done.Attempts[n-1].Sent
		}
		done.Outcome = o
		return done, h
	}
	renewed, outOfService := false, 0
	for {
		if !c.guard.pass() {
			return finish(pipeline.Outcome{State: undecided(open), Message: pipeline.Say("outcome.stopped_first")}, nil)
		}
		c.pace.begin(c.now())
		c.made.Add(1)
		reply, token := c.sender.Create(ctx, in)
		if reply.Withheld {
			c.made.Add(-1)
			continue
		}
		done.Attempts = append(done.Attempts, reply.Attempt)
		heard := reply.Verdict
		if isAccepted(reply.Attempt) || reply.Doubted {
			heard = "" // the provider answers
		}
		c.silence.see(heard, reply.RetryAfter, reply.Sent)
		if h := c.silence.halt(c.now()); h != nil && !open && !c.stopping(ctx) {
			c.halt(h) // the row ends like one that another row's halt stops
		}
		last := len(done.Attempts)-outOfService >= maxAttempts
		switch reply.Verdict {
		case pipeline.VerdictCreated, pipeline.VerdictRefused, pipeline.VerdictExists, pipeline.VerdictAccepted:
			c.pace.faster(reply.Sent, c.now())
			c.waits.over()
		case pipeline.VerdictThrottled, pipeline.VerdictUnsent, pipeline.VerdictUnauthorized, pipeline.VerdictBusy:
			last = last || !comesBack(reply) && !c.mayRetry()
		}
		o := outcomeOf(reply)
		if comesBack(reply) {
			// Another row would meet the same, so this one waits for the end of the outage, which [Sending.MaxWait]
			// bounds.
			outOfService++
			o.State = undecided(open)
			o.Message = pipeline.Say("outcome.out_of_service", "answer", answerOf(reply))
			wait := max(reply.RetryAfter, Backoff(outOfService, firstBackoff, longestWait, 1))
			c.throttled(reply.Sent, wait)
			if !c.pause(ctx, wait) {
				return finish(o, nil)
			}
			continue
		}
		switch reply.Verdict {
		case pipeline.VerdictCreated:
			o.State = pipeline.Created
			return finish(o, nil)
		case pipeline.VerdictAccepted:
			o.State, o.Message = pipeline.Uncertain, acceptedMessage(reply)
			done.Await, done.AskAt = reply.Await, reply.Ended.Add(max(reply.RetryAfter, c.setup.Provider.Await.Every))
			return finish(o, nil)
		case pipeline.VerdictExists:
			return finish(c.takeExisting(ctx, in, reply, open))
		case pipeline.VerdictRefused, pipeline.VerdictDenied:
			if open { // this answer says nothing of the open attempt, which may have created the customer
				o.State = pipeline.Uncertain
				o.Message = c.setup.advised(pipeline.Say("outcome.still_open", "at", in.At, "answer", answerOf(reply)))
				return finish(o, nil)
			}
			o.State = pipeline.Rejected
			return finish(o, nil)
		case pipeline.VerdictThrottled:
			o.State, o.Message = undecided(open), pipeline.Say("outcome.throttled")
			wait := reply.RetryAfter
			if wait == 0 {
				wait = c.backoff(len(done.Attempts))
			}
			c.throttled(reply.Sent, wait)
			if last || !c.pause(ctx, wait) {
				return finish(o, nil)
			}
		case pipeline.VerdictBusy:
			o.State, o.Message = undecided(open), pipeline.Say("outcome.busy", "answer", answerOf(reply))
			if open {
				o.Message = c.setup.advised(o.Message)
			}
			if last || len(done.Attempts) >= maxBusy ||
				!c.pause(ctx, Backoff(len(done.Attempts), busyBackoff, longestWait, 1)) {
				return finish(o, nil)
			}
		case pipeline.VerdictUnsent:
			o.State, o.Message = undecided(open), cmp.Or(reply.Message, pipeline.Say("outcome.not_sent"))
			if last || !c.pause(ctx, c.backoff(len(done.Attempts))) {
				return finish(o, nil)
			}
		case pipeline.VerdictUnauthorized:
			o.State, o.Message = undecided(open), pipeline.Say("outcome.unauthorized")
			if !c.sender.Renewable() || renewed && !c.sender.Worked(token) {
				return finish(o, credentialsHalt(reply))
			}
			if last || c.stopping(ctx) {
				return finish(o, nil)
			}
			err := c.sender.Authorise(ctx, token)
			var refused CredentialsError
			switch {
			case err == nil:
				renewed = true
				if !c.waitOut(ctx) {
					return finish(o, nil)
				}
			case errors.As(err, &refused):
				return finish(o, HaltBy(HaltCredentials, err).Advise(CredentialsHint()))
			case adviceOf(err) != nil:
				o.Message = pipeline.Say("outcome.not_processed", "reason", err)
				return finish(o, HaltBy(HaltConnection, err).Advise(adviceOf(err)))
			default:
				// No token for now: the same as not sent.
				o.Message = pipeline.Say("outcome.not_processed", "reason", err)
				if !c.pause(ctx, c.backoff(len(done.Attempts))) {
					return finish(o, nil)
				}
			}
		case pipeline.VerdictHalt:
			o.State, o.Message = undecided(open), pipeline.Say("outcome.not_processed", "reason", answerOf(reply))
			return finish(o, everyRequestHalt(reply))
		default:
			if reply.RetryAfter > 0 { // the definition calls it unknown
				c.throttled(reply.Sent, reply.RetryAfter)
			}
			if reply.Doubted {
				done.Doubt = answerOf(reply)
			}
			o.State = pipeline.Uncertain
			o.Message = c.setup.advised(pipeline.Say("outcome.unknown", "at", reply.Sent, "answer", answerOf(reply)))
			return finish(o, nil)
		}
	}
}

// comesBack reports whether the provider is out of service, processed nothing, and says how long the outage lasts.
func comesBack(r pipeline.Reply) bool {
	return r.HTTPStatus == http.StatusServiceUnavailable && r.RetryAfter > 0 &&
		(r.Verdict == pipeline.VerdictThrottled || r.Verdict == pipeline.VerdictUnsent)
}

// CredentialsHint is what to do about credentials that the provider refuses.
func CredentialsHint() *pipeline.Message { return pipeline.Say("halt.check_secrets") }

// everyRequestHalt is the halt for a reply that every other row would get too; nil for any other reply.
func everyRequestHalt(reply pipeline.Reply) *Halt {
	if reply.LogIn {
		return credentialsHalt(reply)
	}
	if reply.Advice != nil {
		return NewHalt(HaltConnection, "halt.no_connection", "answer", answerOf(reply)).Advise(reply.Advice)
	}
	return NewHalt(HaltProvider, "halt.every_request_fails", "answer", answerOf(reply)).Advise(reply.Hint.Message())
}

func credentialsHalt(reply pipeline.Reply) *Halt {
	return NewHalt(HaltCredentials, "halt.credentials_refused", "answer", answerOf(reply)).
		Advise(cmp.Or(reply.Hint.Message(), CredentialsHint()))
}

// maxLookUps is how often a look-up without an answer is tried.
const maxLookUps = 3

// lookUp tries a few times; only an answer of the provider counts. A throttled look-up slows down the whole run, and
// an expired token is renewed, as for creates.
func (c *caller) lookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
	renewed := false
	for attempt := 1; ; attempt++ {
		if !c.waitOut(ctx) || !c.guard.pass() {
			return nil, errStopped
		}
		sent := c.now()
		found, err := c.sender.LookUp(ctx, l, value)
		if err == nil {
			c.silence.see("", 0, sent)
			c.waits.over()
			return found, nil
		}
		verdict, wait, token := failure(err)
		c.silence.see(verdict, wait, sent)
		most := maxAttempts
		switch verdict {
		case pipeline.VerdictThrottled:
			if wait == 0 {
				wait = c.backoff(attempt)
			}
			c.throttled(sent, wait)
		case pipeline.VerdictUnauthorized:
			if !c.sender.Renewable() || renewed && !c.sender.Worked(token) {
				return nil, refusedError{err}
			}
			if c.stopping(ctx) {
				return nil, errStopped
			}
			if err := c.sender.Authorise(ctx, token); err != nil {
				return nil, err
			}
			renewed, wait = true, 0
		case pipeline.VerdictHalt:
			return nil, err
		default:
			most, wait = maxLookUps, c.backoff(attempt)
		}
		if _, _, long := c.silence.long(c.now()); attempt >= most || long || !c.sleep(ctx, wait) {
			return nil, err
		}
	}
}

// failure is why a look-up failed; unknown for an error that is not a [LookUpFailure].
func failure(err error) (pipeline.Verdict, time.Duration, int) {
	var f LookUpFailure
	if errors.As(err, &f) {
		return f.Failure()
	}
	if adviceOf(err) != nil {
		return pipeline.VerdictHalt, 0, 0
	}
	return pipeline.VerdictUnknown, 0, 0
}

// errStopped: a look-up was not made, because the run was stopped first.
var errStopped = pipeline.Fail("outcome.run_stopped")

// outcomeOf is the outcome of a reply, without its state. A customer ID is taken only from an answer that says that
// the request created the customer (promise 5).
func outcomeOf(r pipeline.Reply) pipeline.Outcome {
	o := pipeline.Outcome{HTTPStatus: r.HTTPStatus, Code: r.Code, Message: r.Message, RequestID: r.RequestID,
		Problems: r.Problems}
	if r.Verdict == pipeline.VerdictCreated {
		o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, o.Related = r.CustomerID, r.ProviderStatus,
			r.CreatedAt, r.Related
	}
	return o
}

// answerOf is a short message about a reply.
func answerOf(r pipeline.Reply) *pipeline.Message {
	var status *pipeline.Message
	switch {
	case r.HTTPStatus == 0 && r.Message != nil:
		return r.Message // why there is no answer
	case r.HTTPStatus == 0:
		return pipeline.Say("outcome.no_answer")
	case r.Code == "":
		status = pipeline.Say("outcome.http", "status", r.HTTPStatus)
	default:
		status = pipeline.Say("outcome.http_code", "status", r.HTTPStatus, "code", r.Code)
	}
	switch {
	case r.Message == nil:
		return status
	case r.Code == "" && slices.ContainsFunc(r.Message.Args, func(a pipeline.Arg) bool {
		return a.Name == "status" && a.Value == r.HTTPStatus
	}):
		return r.Message // names the status itself
	}
	return pipeline.Say("outcome.answer", "status", status, "message", r.Message)
}
