package standin

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/signature"
)

// TestSignaturesAreChecked: a request is taken when its signature is of itself, of now,
// and with a nonce that no other had; and every request where the key is not known.
func TestSignaturesAreChecked(t *testing.T) {
	rules := &pipeline.Sign{Calls: []pipeline.SignedCall{pipeline.SignCreate}, Algorithm: pipeline.HMACSHA256,
		Key: "KEY", KeyForm: pipeline.KeyRaw, Text: "{timestamp}{nonce}{body}", Time: pipeline.TimeUnix,
		Headers: []pipeline.Pair{{Name: "X-Signature", Value: "t={timestamp},n={nonce},v1={signature}"}}}
	values := map[string]string{"KEY": "made-up"}
	signer, err := signature.New(rules, values)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1700000000, 0)
	for _, c := range []struct {
		name, nonce, body string
		at                time.Time
		given             map[string]string
		want              int
	}{
		{"good", "1", `{"email":"a@b.co"}`, now, values, http.StatusCreated},
		{"no header", "", `{"email":"a@b.co"}`, time.Time{}, values, http.StatusUnauthorized},
		{"another body", "1", `{"email":"c@b.co"}`, now, values, http.StatusUnauthorized},
		{"long ago", "1", `{"email":"a@b.co"}`, now.Add(-time.Hour), values, http.StatusUnauthorized},
		{"a nonce again", "0", `{"email":"a@b.co"}`, now, values, http.StatusUnauthorized},
		{"no key is known", "", `{"email":"a@b.co"}`, time.Time{}, nil, http.StatusCreated},
	} {
		o := juraOptions()
		o.Provider.Sign, o.Signing, o.Now = rules, c.given, func() time.Time { return now }
		s, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		if s.ChecksSignatures() != (c.given != nil) {
			t.Errorf("%s: checks %v", c.name, s.ChecksSignatures())
		}
		if s.signs != nil {
			s.signs.nonces["0"] = struct{}{}
		}
		r := httptest.NewRequest("POST", "http://127.0.0.1/customers", bytes.NewReader([]byte(c.body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", apiKey)
		if !c.at.IsZero() {
			if err := signer.Sign(signature.Request{Method: r.Method, URL: r.URL, Header: r.Header,
				Body: []byte(`{"email":"a@b.co"}`)}, c.at, c.nonce); err != nil {
				t.Fatal(err)
			}
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != c.want {
			t.Errorf("%s: %d %s", c.name, w.Code, w.Body)
		}
	}
}
