package standin

import (
	"crypto/rand"
	"net/http"
	"strings"
	"sync"
	"time"

	"muster/pipeline"
)

// issued begins every token that an exchange issued, so that a used-up token, or one from another process, is never
// taken for a ready-made one.
const issued = "standin."

// tokens knows which tokens are good.
type tokens struct {
	auth    pipeline.Auth
	secrets map[string]string
	life    time.Duration
	uses    int

	mu   sync.Mutex
	good map[string]token
}

type token struct {
	ends time.Time
	left int // uses; counts only where uses are limited
}

func newTokens(auth pipeline.Auth, secrets map[string]string, life time.Duration, uses int) *tokens {
	if life == 0 {
		life = time.Hour
	}
	return &tokens{auth: auth, secrets: secrets, life: life, uses: uses, good: map[string]token{}}
}

// accepts reports whether value is the secret of that name.
func (t *tokens) accepts(name, value string) bool {
	if strings.TrimSpace(value) == "" {
		return false
	}
	return len(t.secrets) == 0 || value == t.secrets[name]
}

// issue makes a token and returns its end.
func (t *tokens) issue(now time.Time) (string, time.Time) {
	name, ends := issued+rand.Text(), now.Add(t.life)
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.good) >= 1024 {
		for old, k := range t.good {
			if !now.Before(k.ends) {
				delete(t.good, old)
			}
		}
	}
	t.good[name] = token{ends: ends, left: t.uses}
	return name, ends
}

// knows reports whether a request carries the user and the password.
func (t *tokens) knows(r *http.Request, b *pipeline.Basic) bool {
	if b == nil {
		return true
	}
	user, password, ok := r.BasicAuth()
	accepts := func(name, value string) bool { return name == "" && value == "" || t.accepts(name, value) }
	return ok && accepts(b.User, user) && accepts(b.Password, password)
}

// is reports whether a text is the result of a template with the accepted secrets and settings. If any are accepted,
// and for the time, any text matches in their place.
func (t *tokens) is(pattern, text string) bool {
	for _, name := range pipeline.Variables(pattern) {
		value, known := t.secrets[name]
		if !known {
			before, _, _ := strings.Cut(pattern, "{")
			return len(text) > len(before) && strings.HasPrefix(text, before)
		}
		pattern = strings.Replace(pattern, "{"+name+"}", value, 1)
	}
	return pattern == text
}

// authorise reports whether a request has good credentials; it uses up one use of a token.
func (t *tokens) authorise(r *http.Request, now time.Time) bool {
	h := r.Header
	if !t.knows(r, t.auth.Basic) {
		return false
	}
	for _, want := range t.auth.Headers {
		if !t.is(want.Value, h.Get(want.Name)) {
			return false
		}
	}
	if t.auth.Header == "" {
		return true
	}
	value, ok := strings.CutPrefix(h.Get(t.auth.Header), t.auth.Prefix)
	if !ok || value == "" {
		return false
	}
	if !strings.HasPrefix(value, issued) {
		return t.auth.Ready != "" && t.accepts(t.auth.Ready, value)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.good[value]
	if !ok {
		return false
	}
	if !now.Before(k.ends) {
		delete(t.good, value)
		return false
	}
	if t.uses > 0 {
		if k.left--; k.left == 0 {
			delete(t.good, value)
		} else {
			t.good[value] = k
		}
	}
	return true
}

// login answers the exchange of secrets for a token.
func (s *Server) login(r *http.Request) answer {
	exchange := s.provider.Auth.Exchange
	if !s.tokens.knows(r, exchange.Basic) {
		return s.unauthorized()
	}
	body, bad := s.readBody(r, exchange.Encoding, exchange.Call)
	if bad != nil {
		return *bad
	}
	defer body.free()
	doc, err := pipeline.DecodeJSON(body.Bytes())
	if err != nil {
		return s.fail(http.StatusBadRequest, "bad_request", s.say("standin.not_json"))
	}
	for _, part := range exchange.Body {
		value, _ := part.At.Text(doc)
		if part.Secret == "" && !s.tokens.is(part.Value, value) || part.Secret != "" && !s.tokens.accepts(part.Secret, value) {
			return s.unauthorized()
		}
	}
	now := s.now()
	token, ends := s.tokens.issue(now)
	var out any = map[string]any{}
	out = s.created.constants.put(out)
	if exchange.ExpiresIn != "" {
		out = at(exchange.ExpiresIn).put(out, int64(s.tokens.life/time.Second))
	}
	if exchange.ExpiresAt != "" {
		out = at(exchange.ExpiresAt).put(out, stamp(ends))
	}
	out = first(exchange.Token).put(out, token)
	return answer{status: http.StatusOK, body: encode(out), requestID: s.requestID()}
}
