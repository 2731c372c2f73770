package submit_test

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// signed is acme with signed calls.
func signed(kinds ...pipeline.SignedCall) *pipeline.Provider {
	p := acme()
	p.Auth.Secrets = append(p.Auth.Secrets, pipeline.Secret{Name: "SIGNING_KEY"})
	p.Sign = &pipeline.Sign{Calls: kinds, Algorithm: pipeline.HMACSHA256, Key: "SIGNING_KEY", KeyForm: pipeline.KeyRaw,
		Text: "{timestamp}.{nonce}.{header.idempotency-key}.{body}", Time: pipeline.TimeUnix, Nonce: pipeline.NonceHex,
		Headers: []pipeline.Pair{{Name: "X-Signature", Value: "t={timestamp},n={nonce},v1={signature}"}}}
	return p
}

// TestEachAttemptIsSignedAnew: two attempts at one intent have different times and nonces, and the same idempotency
// key; a call of another kind is not signed.
func TestEachAttemptIsSignedAnew(t *testing.T) {
	var got []http.Header
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Clone())
		w.WriteHeader(http.StatusTooManyRequests)
	})
	now := time.Unix(1700000000, 0)
	c := newClient(t, submit.Options{Provider: signed(pipeline.SignCreate), BaseURL: s.URL,
		Secrets: map[string]string{"API_KEY": apiKey, "SIGNING_KEY": "made-up"},
		Now:     func() time.Time { now = now.Add(time.Second); return now },
		Random:  bytes.NewReader([]byte(strings.Repeat("a", 16) + strings.Repeat("b", 16)))})
	for range 2 {
		c.Create(context.Background(), intent())
	}
	byEmail := &acme().LookUps[0]
	_, _ = c.LookUp(context.Background(), byEmail, "ada@example.org")
	if len(got) != 3 {
		t.Fatalf("%d requests", len(got))
	}
	one, two := got[0].Get("X-Signature"), got[1].Get("X-Signature")
	if !strings.Contains(one, "n=6161616161616161,") || !strings.Contains(two, "n=6262626262626262,") ||
		one[:12] == two[:12] {
		t.Errorf("signed as %s and %s", one, two)
	}
	if key := got[0].Get("Idempotency-Key"); key == "" || key != got[1].Get("Idempotency-Key") {
		t.Errorf("idempotency keys %q and %q", key, got[1].Get("Idempotency-Key"))
	}
	if other := got[2].Get("X-Signature"); other != "" {
		t.Errorf("the look-up is signed: %s", other)
	}
}

// TestAKeyThatIsNone: an invalid signing key is refused when the client is made, and the error does not contain it.
func TestAKeyThatIsNone(t *testing.T) {
	p := signed(pipeline.SignCreate)
	p.Sign.KeyForm = pipeline.KeyHex
	_, err := submit.New(submit.Options{Provider: p, BaseURL: "http://127.0.0.1:1", Concurrency: 1,
		Secrets: map[string]string{"API_KEY": apiKey, "SIGNING_KEY": "made-up"}})
	if err == nil || strings.Contains(err.Error(), "made-up") ||
		!strings.Contains(err.Error(), "MUSTER_ACME_PAY_SIGNING_KEY") {
		t.Errorf("%v", err)
	}
}
