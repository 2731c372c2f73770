package submit

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"time"

	"muster/pipeline"
)

// Limits, in characters, of the provider's texts that are kept.
const (
	maxMessage = 300
	maxCode    = 100
)

// Create makes one attempt to create in's customer and never more than one. It fetches a token first when there is no
// valid one, and returns the generation of the one it used, for [Client.Authorise] when the verdict is
// [pipeline.VerdictUnauthorized]; 0 when it got none.
//
// Without a token nothing is sent: the verdict is then unauthorized when the provider refuses our credentials, halt
// when its answer to the exchange cannot be understood, else unsent.
//
// in is only read, and not after Create returned. The reply's texts are redacted and cut; its Problems have no
// Column.
func (c *Client) Create(ctx context.Context, in *pipeline.Intent) (pipeline.Reply, Generation) {
	begun := c.now()
	token, gen, err := c.token(ctx)
	if err != nil {
		return c.withoutToken(begun, err), 0
	}
	hide := c.redactor(in.Entries, token)
	call := c.provider.Create
	if call.Method == "" {
		call.Method = http.MethodPost
	}
	body, err := c.wrapped(in)
	if err != nil {
		return pipeline.Reply{Attempt: pipeline.Attempt{
			Sent: begun, Ended: c.now(), Verdict: pipeline.VerdictHalt, Message: hide.reason(err),
		}}, gen
	}
	req, sent, err := c.request(ctx, c.baseURL, call, c.rowVariables(in), body, c.provider.Encoding, token)
	if err == nil {
		err = c.prove(req)
	}
	if err == nil && len(in.Body) == 0 {
		err = pipeline.Fail("provider.no_body")
	}
	if err != nil { // every row would fail in the same way
		return pipeline.Reply{Attempt: pipeline.Attempt{
			Sent: begun, Ended: c.now(), Verdict: pipeline.VerdictHalt, Message: hide.reason(err),
		}}, gen
	}
	if name := c.provider.IdempotencyHeader; name != "" && in.IdempotencyKey != "" {
		req.Header.Set(name, in.IdempotencyKey)
	}

	a, lost := c.wire.send(req, c.signing(pipeline.SignCreate, req, sent))
	if lost != nil {
		return c.noAnswer(lost, hide), gen
	}
	r := c.reply(c.createRules(), a, in, hide)
	if r.Verdict != pipeline.VerdictUnauthorized {
		c.tokens.answered(gen)
	}
	return r, gen
}

// noAnswer is the reply to a call without an answer.
func (c *Client) noAnswer(lost *failure, hide *redactor) pipeline.Reply {
	r := pipeline.Reply{Attempt: pipeline.Attempt{
		Sent: lost.sent, Ended: lost.ended, Verdict: pipeline.VerdictUnknown, Message: c.describe(lost, hide),
	}}
	if lost.unsent {
		r.Verdict = pipeline.VerdictUnsent
	}
	r.Withheld = lost.withheld
	if r.Advice = c.advice(lost); r.Advice != nil {
		r.Verdict = pipeline.VerdictHalt
	}
	return r
}

// reply converts an answer to what the caller may keep.
func (c *Client) reply(by rules, a *answer, in *pipeline.Intent, hide *redactor) pipeline.Reply {
	read := c.read(by, a, in, hide)
	r := pipeline.Reply{Attempt: pipeline.Attempt{
		Sent: a.sent, Ended: a.ended, Verdict: read.verdict, HTTPStatus: a.status,
	}}
	record, shape := by.record, &c.provider.Errors
	if read.verdict == pipeline.VerdictCreated {
		r.CustomerID = read.id
		r.ProviderStatus = hide.text(pipeline.FirstText(read.doc, record.Status), maxCode)
		r.CreatedAt = createdAt(pipeline.FirstText(read.doc, record.CreatedAt), hide)
		r.Related = relatedIDs(read.doc, record)
		r.RequestID = hide.text(c.requestID(read.doc, record.RequestID, a.header), maxCode)
		return r
	}
	r.Code = hide.text(pipeline.FirstText(read.doc, shape.Code), maxCode)
	said := cmp.Or(pipeline.FirstText(read.doc, shape.Message), wordsOf(read.doc, a))
	r.Message = asWritten(hide.text(said, maxMessage))
	if said != "" && r.Message == nil && read.reason == nil {
		r.Message = pipeline.Say("provider.message_dropped", "status", a.status)
	}
	if r.Doubted = read.doubted; r.Doubted {
		r.Message = withWords(read.reason, r.Message)
	}
	r.RequestID = hide.text(c.requestID(read.doc, shape.RequestID, a.header), maxCode)
	if r.Message == nil {
		r.Message = read.reason
	}
	if r.Message == nil {
		r.Message = pipeline.Say("provider.no_message", "status", a.status)
	}
	r.Await = read.await
	if a.status == http.StatusTooManyRequests || a.status == http.StatusServiceUnavailable ||
		read.verdict == pipeline.VerdictAccepted {
		r.RetryAfter = retryAfter(a.header, c.now())
	}
	if r.RetryAfter > 0 && comesBack(a.status, read) {
		r.Verdict = pipeline.VerdictThrottled
	}
	if read.rule == nil && a.status == http.StatusProxyAuthRequired { // over plain HTTP a proxy answers itself
		r.Advice = pipeline.Say("provider.proxy_credentials", "variable", cmp.Or(c.route.variable, "HTTP_PROXY"))
	}
	r.LogIn = read.verdict == pipeline.VerdictHalt && leadsToLogin(a)
	if read.rule != nil && !r.LogIn {
		r.Hint = read.rule.Hint
		if read.verdict == pipeline.VerdictExists {
			r.ExistsKeys = read.rule.Keys
			if read.rule.Found != "" {
				id, _ := read.rule.Found.Text(read.doc)
				r.FoundID = c.idOf(id, isAddress(id))
			}
		}
	}
	if read.verdict == pipeline.VerdictRefused || read.verdict == pipeline.VerdictExists ||
		read.verdict == pipeline.VerdictDenied {
		r.Problems = c.problems(read.doc, in, hide)
	}
	return r
}

// withWords adds the provider's text, if there is one, to a reason.
func withWords(reason, said *pipeline.Message) *pipeline.Message {
	if said == nil {
		return reason
	}
	return pipeline.Say("proof.with_words", "reason", reason, "said", said)
}

// requestID is the ID by which the provider finds the request in its logs.
func (c *Client) requestID(doc any, at []pipeline.Pointer, h http.Header) string {
	if id := pipeline.FirstText(doc, at); id != "" {
		return id
	}
	return h.Get(cmp.Or(c.provider.RequestIDHeader, "X-Request-Id"))
}

// rowVariables are a create's own variables; nil where it has none.
func (c *Client) rowVariables(in *pipeline.Intent) map[string]string {
	if !c.rowInCall {
		return nil
	}
	values := map[string]string{pipeline.VariableIdempotencyKey: in.IdempotencyKey}
	for _, e := range in.Entries {
		values[e.Path] = e.Value
	}
	return values
}

// withoutToken is the reply to a create for which there was no token.
func (c *Client) withoutToken(begun time.Time, err error) pipeline.Reply {
	r := pipeline.Reply{Attempt: pipeline.Attempt{
		Sent: begun, Ended: c.now(), Verdict: pipeline.VerdictHalt,
		Message: c.redactor(nil, "").reason(err),
	}}
	var (
		refused     *CredentialsError
		unavailable *UnavailableError
		exchange    *ExchangeError
		connection  *ConnectionError
	)
	switch {
	case errors.As(err, &refused):
		r.Verdict, r.HTTPStatus, r.Code = pipeline.VerdictUnauthorized, refused.Status, refused.Code
	case errors.As(err, &unavailable):
		r.Verdict, r.HTTPStatus, r.RetryAfter = pipeline.VerdictUnsent, unavailable.Status, unavailable.RetryAfter
		r.Withheld = unavailable.Withheld
	case errors.As(err, &connection):
		r.Advice = connection.Hint
	case errors.As(err, &exchange):
		r.HTTPStatus, r.Code = exchange.Status, exchange.Code
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		r.Verdict, r.Message = pipeline.VerdictUnsent, interruptedUnsent()
	}
	return r
}
