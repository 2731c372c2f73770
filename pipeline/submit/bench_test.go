package submit_test

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// fixedAnswer is a transport that gives the same answer to every request, at once and without a connection.
type fixedAnswer struct {
	status int
	body   []byte
}

func (f fixedAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1c0f4b0d5d0a4f1c9a3b7e2d6f8a9b0c"}}
	return &http.Response{StatusCode: f.status, Header: header, ContentLength: int64(len(f.body)),
		Body: io.NopCloser(bytes.NewReader(f.body)), Request: r}, nil
}

// BenchmarkCreate is one create, from the intent to the reply, without a network: of a customer that is created, and
// of one that is refused with its fields.
func BenchmarkCreate(b *testing.B) {
	for _, answer := range []struct {
		name string
		fixedAnswer
		verdict pipeline.Verdict
	}{
		{"created", fixedAnswer{201, []byte(`{"request_id":"7d4c1f0e-58c5-4f0b-9c55-1be0d3a77a10","data":` +
			`{"id":"0b8b6c1e-0000-4000-8000-000000000001","status":"PENDING_REVIEW","created_at":"2026-11-28T10:00:00Z",` +
			`"email":"ada+1@example.org","name":"Ada Bello","ssn":"*****6789","reps":[{"id":"r-1","role":"owner"}]}}`)},
			pipeline.VerdictCreated},
		{"refused", fixedAnswer{422, []byte(`{"request_id":"7d4c1f0e-58c5-4f0b-9c55-1be0d3a77a10","error":` +
			`{"code":"invalid_data","message":"Required fields are missing or contain incorrect values",` +
			`"errors":[{"field":"email","message":"ada+1@example.org is not an address"}]}}`)}, pipeline.VerdictRefused},
	} {
		b.Run(answer.name, func(b *testing.B) {
			c, err := submit.New(submit.Options{Provider: acme(), BaseURL: "http://127.0.0.1:1", Secrets: keySecrets(),
				Concurrency: 1, UserAgent: "muster/test", Transport: answer.fixedAnswer})
			if err != nil {
				b.Fatal(err)
			}
			defer c.Close()
			in := intent()
			b.ReportAllocs()
			for b.Loop() {
				if r, _ := c.Create(b.Context(), in); r.Verdict != answer.verdict {
					b.Fatalf("%s: %v", r.Verdict, r.Message)
				}
			}
		})
	}
}
