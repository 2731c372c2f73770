package submit_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// slow is acme when it accepts creates and decides later.
func slow(location string) *pipeline.Provider {
	p := acme()
	p.Answers = append([]pipeline.Answer{{Statuses: statuses(202, 202), Verdict: pipeline.VerdictAccepted}}, p.Answers...)
	p.Await = &pipeline.Await{Call: pipeline.Call{Method: "GET", Path: "/jobs/{id}"}, ID: []pipeline.Pointer{"/job"},
		Answers: []pipeline.Answer{
			{Statuses: statuses(200, 200), When: &pipeline.Condition{At: "/state", Is: "done"},
				Verdict: pipeline.VerdictCreated},
			{Statuses: statuses(200, 200), When: &pipeline.Condition{At: "/state", Is: "no"},
				Verdict: pipeline.VerdictRefused},
			{Statuses: statuses(200, 200), Verdict: pipeline.VerdictAccepted}},
		Record: p.Record}
	if location != "" {
		p.Await.Call.Path, p.Await.ID, p.Await.Location = "", nil, location
	}
	return p
}

// TestAcceptedSaysWhereToAsk: an ID, or an address at the base URL's host, is a handle to ask by; anything else
// proves nothing.
func TestAcceptedSaysWhereToAsk(t *testing.T) {
	for _, c := range []struct{ location, header, body, want string }{
		{"", "", `{"job":"j-1"}`, "j-1"},
		{"", "", `{}`, ""},
		{"", "", `not JSON`, ""},
		{"Location", "/jobs/1?a=b#c", ``, "/jobs/1?a=b"},
		{"Location", "{base}/jobs/1", ``, "/jobs/1"},
		{"Location", "jobs/1", ``, "/jobs/1"},
		{"Location", "", ``, ""},
		{"Location", "https://example.org/jobs/1", ``, ""},
		{"Location", "//example.org/jobs/1", ``, ""},
		{"Location", "http://user@{host}/jobs/1", ``, ""},
		{"Location", "/" + strings.Repeat("a", 3000), ``, ""},
	} {
		var base string
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			h := strings.ReplaceAll(c.header, "{base}", base)
			w.Header().Set("Location", strings.ReplaceAll(h, "{host}", strings.TrimPrefix(base, "http://")))
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(http.StatusAccepted)
			_, _ = w.Write([]byte(c.body))
		})
		base = s.URL
		client := newClient(t, submit.Options{Provider: slow(c.location), BaseURL: s.URL})
		r, _ := client.Create(context.Background(), intent())
		want := pipeline.VerdictAccepted
		if c.want == "" {
			want = pipeline.VerdictUnknown
		}
		if r.Await != c.want || r.Verdict != want || r.Doubted != (c.want == "") || c.want != "" && r.RetryAfter != 7*time.Second {
			t.Errorf("%q %q: %q, %s, doubted %v, %v", c.header, c.body, r.Await, r.Verdict, r.Doubted, r.RetryAfter)
		}
	}
}

// TestAsk: only an answer that the definition names decides an accepted request.
func TestAsk(t *testing.T) {
	for _, c := range []struct {
		status  int
		body    string
		verdict pipeline.Verdict
		id      string
	}{
		{200, `{"state":"done","id":"c-1","data":{"email":"ada+1@example.org"}}`, pipeline.VerdictCreated, "c-1"},
		{200, `{"state":"done","id":"c-1","data":{"email":"else@example.org"}}`, pipeline.VerdictUnknown, ""},
		{200, `{"state":"done"}`, pipeline.VerdictUnknown, ""},
		{200, `{"state":"no","error":{"code":"kyc","message":"not Ada Bello"}}`, pipeline.VerdictRefused, ""},
		{200, `{"state":"busy"}`, pipeline.VerdictAccepted, ""},
		{404, `{}`, pipeline.VerdictUnknown, ""},
		{403, `{}`, pipeline.VerdictUnknown, ""},
		{409, `{}`, pipeline.VerdictUnknown, ""},
		{500, `{}`, pipeline.VerdictUnknown, ""},
		{401, `{}`, pipeline.VerdictUnauthorized, ""},
		{429, `{}`, pipeline.VerdictThrottled, ""},
	} {
		var path string
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			path = r.Method + " " + r.URL.RequestURI()
			if r.Header.Get("Authorization") != "Bearer "+apiKey {
				t.Errorf("asked without a token")
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		})
		in := intent()
		in.Keys = []pipeline.KeyValue{{Value: "ada+1@example.org", Normalised: "ada+1@example.org"}}
		for location, await := range map[string]string{"": "j/1", "Location": "/jobs/j%2F1?"} {
			in.Await = await
			r, _ := newClient(t, submit.Options{Provider: slow(location), BaseURL: s.URL}).Ask(context.Background(), in)
			if r.Verdict != c.verdict || r.CustomerID != c.id || !strings.HasPrefix(path, "GET /jobs/j%2F1") {
				t.Errorf("%s %d %s: %s, %q, by %s", location, c.status, c.body, r.Verdict, r.CustomerID, path)
			}
			if r.Message != nil && strings.Contains(r.Message.String(), "Ada") {
				t.Errorf("a value in %q", r.Message)
			}
		}
	}
}
