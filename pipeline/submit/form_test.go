package submit_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// TestRequestsAsTheDefinitionHasThem checks what arrives: path, query, headers and body, with the values of
// variables.
func TestRequestsAsTheDefinitionHasThem(t *testing.T) {
	at := time.Date(2026, 11, 28, 17, 0, 0, 0, time.UTC)
	for encoding, body := range map[pipeline.Encoding]string{
		pipeline.EncodingJSON: `{"email":"a+b@example.org","n":12,"ok":true,"address":{"city":"San José"},"reps":[{"city":"X & Y"}]}`,
		pipeline.EncodingForm: `address%5Bcity%5D=San%20Jos%C3%A9&email=a%2Bb%40example.org&n=12&ok=true&` +
			`reps%5B0%5D%5Bcity%5D=X%20%26%20Y`,
		pipeline.EncodingFormDots: `address.city=San%20Jos%C3%A9&email=a%2Bb%40example.org&n=12&ok=true&` +
			`reps%5B0%5D.city=X%20%26%20Y`,
	} {
		var got *http.Request
		var sent string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, err := io.ReadAll(r.Body)
			if err != nil {
				t.Error(err)
			}
			got, sent = r, string(raw)
			w.Header().Set("X-Trace", "t-1")
			w.WriteHeader(http.StatusBadRequest)
		}))
		p := acme()
		p.Encoding, p.RequestIDHeader = encoding, "X-Trace"
		p.Auth.Basic = &pipeline.Basic{User: "ACCOUNT", Password: "PASSWORD"}
		p.Auth.Headers = []pipeline.Pair{{Name: "X-Signature", Value: "v1 {SIGNATURE} {VERSION}"}}
		p.Auth.Header, p.Auth.Ready = "", ""
		p.Auth.Secrets = []pipeline.Secret{{Name: "PASSWORD"}, {Name: "SIGNATURE"}, {Name: "ACCOUNT", Setting: true},
			{Name: "VERSION", Setting: true, Default: "2"}}
		p.Create = pipeline.Call{Method: "POST", Path: "/a/{ACCOUNT}/{email}", Query: []pipeline.Pair{{Name: "at", Value: "{time}"}},
			Headers: []pipeline.Pair{{Name: "X-Once", Value: "{idempotency_key}"}}}
		c, err := submit.New(submit.Options{Provider: p, BaseURL: s.URL, Concurrency: 1, Now: func() time.Time { return at },
			Secrets: map[string]string{"PASSWORD": "pa:ss", "SIGNATURE": "s1", "ACCOUNT": "a/1"}})
		if err != nil {
			t.Fatal(err)
		}
		in := &pipeline.Intent{IdempotencyKey: "once", Entries: []pipeline.Entry{{Path: "email", Value: "a+b@example.org"}},
			Body: []byte(`{"email":"a+b@example.org","n":12,"ok":true,"address":{"city":"San José"},"reps":[{"city":"X & Y"}]}`)}
		reply, _ := c.Create(t.Context(), in)
		c.Close()
		s.Close()
		if got == nil {
			t.Fatalf("nothing was sent: %+v", reply)
		}
		if want := "/a/a%2F1/a%2Bb%40example.org?at=2026-11-28T17%3A00%3A00Z"; got.RequestURI != want {
			t.Errorf("%s: %s, want %s", encoding, got.RequestURI, want)
		}
		user, password, _ := got.BasicAuth()
		if user != "a/1" || password != "pa:ss" || got.Header.Get("X-Signature") != "v1 s1 2" ||
			got.Header.Get("X-Once") != "once" {
			t.Errorf("%s: %v", encoding, got.Header)
		}
		if sent != body || strings.Contains(got.Header.Get("Content-Type"), "form") != (encoding != pipeline.EncodingJSON) {
			t.Errorf("%s: %s\n%s, want\n%s", encoding, got.Header.Get("Content-Type"), sent, body)
		}
		if reply.RequestID != "t-1" {
			t.Errorf("%s: the request's ID is %q", encoding, reply.RequestID)
		}
	}
}
