package submit

import (
	"context"
	"errors"
	"math"
	"strconv"
	"sync"
	"time"

	"muster/pipeline"
)

// Generation numbers the tokens of one client, from 1; 0 is none. It says
// nothing about the token.
type Generation int

// CredentialsError says that the provider refuses our credentials (exit code 12). The client makes no further
// exchange after it.
type CredentialsError struct {
	Status    int
	Code      string // the provider's, redacted; may be empty
	Provider  string
	Variables []string // the environment variables that hold the credentials
}

// Error shows the code and the arguments of the sentence.
func (e *CredentialsError) Error() string { return e.Sentence().String() }

// Sentence says which variables to check.
func (e *CredentialsError) Sentence() *pipeline.Message {
	if e.Code != "" {
		return pipeline.Say("provider.credentials_refused_with_code", "provider", e.Provider, "status", e.Status,
			"code", e.Code, "variables", e.Variables)
	}
	return pipeline.Say("provider.credentials_refused", "provider", e.Provider, "status", e.Status,
		"variables", e.Variables)
}

// UnavailableError says that there is no token for now: the network failed, or the answer was 429 or 5xx. The
// exchange may be tried again, after RetryAfter at the earliest.
type UnavailableError struct {
	Status     int // 0 without an answer
	RetryAfter time.Duration
	Err        error // the cause, without an answer; else nil
	Withheld   bool  // as [pipeline.Reply] has it
	reason     *pipeline.Message
}

// Error shows the code and the arguments of the sentence.
func (e *UnavailableError) Error() string { return e.Sentence().String() }

// Unwrap gives the cause.
func (e *UnavailableError) Unwrap() error { return e.Err }

// Sentence says why there is no token.
func (e *UnavailableError) Sentence() *pipeline.Message {
	return pipeline.Say("provider.no_token_now", "reason", e.reason)
}

// ExchangeError says that the definition does not explain the answer to the exchange: another try would fail in the
// same way.
type ExchangeError struct {
	Status int
	Code   string // the provider's, redacted; may be empty
	Reason *pipeline.Message
}

// Error shows the code and the arguments of the sentence.
func (e *ExchangeError) Error() string { return e.Sentence().String() }

// Sentence says why there is no token.
func (e *ExchangeError) Sentence() *pipeline.Message {
	return pipeline.Say("provider.no_token", "status", e.Status, "reason", e.Reason)
}

// tokens holds the token in use and the exchange under way.
type tokens struct {
	exchange *pipeline.Exchange // nil: the token never changes

	mu       sync.Mutex
	gen      Generation
	value    string
	renewAt  time.Time // zero: not known
	expires  time.Time // zero: not known
	answers  map[Generation]int
	renewing *renewal
	refused  *CredentialsError
}

// renewal is one exchange that several callers wait for.
type renewal struct {
	done chan struct{}
	err  error
	// gone: the context of the exchange's caller ended, which says nothing to the others.
	gone bool
}

func newTokens(p *pipeline.Provider, secrets map[string]string) (*tokens, error) {
	t := &tokens{answers: map[Generation]int{}}
	if ready := secrets[p.Auth.Ready]; p.Auth.Ready != "" && ready != "" {
		if !validHeaderValue(ready) {
			return nil, pipeline.Fail("provider.token_characters",
				"variable", pipeline.SecretVariable(p.Root().Name, p.Auth.Ready))
		}
		t.gen, t.value = 1, ready
		return t, nil
	}
	if p.Auth.Exchange == nil { // the provider needs no credentials
		t.gen = 1
		return t, nil
	}
	t.exchange = p.Auth.Exchange
	return t, nil
}

// Renewable reports whether a refused token can be replaced by an exchange.
// Where it cannot, a 401 means that the credentials are wrong.
func (c *Client) Renewable() bool { return c.tokens.exchange != nil }

// TokenAge counts the answers other than "unauthorized" that a token has had: one of age 0 that is refused never
// worked.
func (c *Client) TokenAge(g Generation) int {
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	return c.tokens.answers[g]
}

func (t *tokens) answered(g Generation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answers[g]++
}

// Authorise makes sure that there is a token of another generation than not (0: any valid one). One exchange runs at
// a time; other callers wait for it and share its result. The error is a [*CredentialsError], an [*UnavailableError],
// an [*ExchangeError], a [*ConnectionError], or the context's.
func (c *Client) Authorise(ctx context.Context, not Generation) error {
	t := c.tokens
	for {
		t.mu.Lock()
		switch {
		case t.refused != nil:
			defer t.mu.Unlock()
			return t.refused
		case t.gen != 0 && t.gen != not && !t.due(c.now()):
			t.mu.Unlock()
			return nil
		case t.exchange == nil:
			t.mu.Unlock()
			return c.credentialsError(401, "")
		}
		if r := t.renewing; r != nil {
			t.mu.Unlock()
			select {
			case <-r.done:
			case <-ctx.Done():
				return ctx.Err()
			}
			if r.gone {
				continue
			}
			return r.err
		}
		r := &renewal{done: make(chan struct{})}
		t.renewing = r
		t.mu.Unlock()
		r.err = c.renew(ctx)
		r.gone = r.err != nil && ctx.Err() != nil
		t.mu.Lock()
		t.renewing = nil
		errors.As(r.err, &t.refused)
		t.mu.Unlock()
		close(r.done)
		return r.err
	}
}

// due reports whether the token should be renewed before it is used again.
func (t *tokens) due(now time.Time) bool { return !t.renewAt.IsZero() && !now.Before(t.renewAt) }

// token returns a token that is valid as far as is known, after an exchange when there is none.
func (c *Client) token(ctx context.Context) (string, Generation, error) {
	err := c.Authorise(ctx, 0)
	t := c.tokens
	t.mu.Lock()
	defer t.mu.Unlock()
	var unavailable *UnavailableError
	if errors.As(err, &unavailable) && t.gen != 0 && c.now().Before(t.expires) {
		// The old token is still valid, as it is renewed early. The next try waits for a while; otherwise every call
		// would begin with an exchange.
		t.renewAt = c.now().Add(max(5*time.Second, unavailable.RetryAfter))
		err = nil
	}
	if err != nil {
		return "", 0, err
	}
	return t.value, t.gen, nil
}

// renew makes one exchange and keeps its token.
func (c *Client) renew(ctx context.Context) error {
	x := c.tokens.exchange
	body, err := encodeParts(x.Body, c.secrets, func(name string) (string, bool) { return c.variable(nil, name) })
	if err != nil {
		return err
	}
	call := x.Call
	if call.Method == "" {
		call.Method = "POST"
	}
	req, sent, err := c.request(ctx, c.authURL, call, nil, body, x.Encoding, "")
	if err != nil {
		return err
	}
	c.setBasic(req, x.Basic)
	a, lost := c.wire.send(req, c.signing(pipeline.SignExchange, req, sent))
	if lost != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if hint := c.advice(lost); hint != nil {
			return &ConnectionError{Reason: c.describe(lost, nil), Hint: hint, Err: withoutURL(lost.err)}
		}
		return &UnavailableError{Err: withoutURL(lost.err), Withheld: lost.withheld, reason: c.describe(lost, nil)}
	}
	doc, _ := decode(a.body)
	code := newRedactor(nil, c.hidden).text(pipeline.FirstText(doc, c.provider.Errors.Code), maxCode)
	switch s := a.status; {
	case s == 400 || s == 401 || s == 403:
		return c.credentialsError(s, code)
	case s == 429 || s >= 500 || s == 408:
		return &UnavailableError{Status: s, RetryAfter: retryAfter(a.header, c.now()),
			reason: pipeline.Say("outcome.http", "status", s)}
	case s < 200 || s > 299:
		return &ExchangeError{Status: s, Code: code, Reason: pipeline.Say("provider.check_exchange")}
	case a.broken != nil:
		return &UnavailableError{Status: s, Err: a.broken, reason: pipeline.MessageOf(a.broken)}
	}
	value := pipeline.FirstText(doc, x.Token)
	if value == "" || !validHeaderValue(value) {
		var places []string
		for _, at := range x.Token {
			places = append(places, string(at))
		}
		return &ExchangeError{Status: a.status, Code: code,
			Reason: pipeline.Say("provider.answer_without_token", "places", places)}
	}
	life := tokenLife(doc, x, c.now())
	t := c.tokens
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gen++
	t.value = value
	t.renewAt, t.expires = time.Time{}, time.Time{}
	if life > 0 {
		t.expires = c.now().Add(life)
		t.renewAt = t.expires.Add(-min(time.Minute, life/10))
	}
	return nil
}

// tokenLife is how long a token is valid from now; 0 when the answer does not say, or names a time that cannot be
// right (clocks differ): then a 401 shows its end.
func tokenLife(doc any, x *pipeline.Exchange, now time.Time) time.Duration {
	const longest = 10 * 365 * 24 * time.Hour
	if x.ExpiresIn != "" {
		if text, ok := x.ExpiresIn.Text(doc); ok {
			seconds, err := strconv.ParseFloat(text, 64)
			if err == nil && seconds > 0 && !math.IsNaN(seconds) {
				return time.Duration(min(seconds, longest.Seconds()) * float64(time.Second))
			}
		}
	}
	if x.ExpiresAt != "" {
		if text, ok := x.ExpiresAt.Text(doc); ok {
			if at, err := time.Parse(time.RFC3339, text); err == nil && at.After(now) {
				return min(at.Sub(now), longest)
			}
		}
	}
	return 0
}

func (c *Client) credentialsError(status int, code string) *CredentialsError {
	e := &CredentialsError{Status: status, Code: code, Provider: c.provider.Name}
	for _, s := range c.provider.SecretsInUse(c.tokens.exchange != nil) {
		e.Variables = append(e.Variables, pipeline.SecretVariable(c.provider.Root().Name, s.Name))
	}
	return e
}
