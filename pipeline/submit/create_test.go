package submit_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/submit"
)

func TestRequestIsTheDefinitions(t *testing.T) {
	var got *http.Request
	var body []byte
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, `{"id":"c1"}`)
	})
	p := acme()
	p.Create.Headers = []pipeline.Pair{{Name: "Accept", Value: "application/vnd.acme+json"},
		{Name: "X-Version", Value: "2"}}
	in := intent()
	r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL + "/v1/"}).Create(t.Context(), in)
	if r.Verdict != pipeline.VerdictCreated || r.CustomerID != "c1" {
		t.Fatalf("verdict %q, ID %q", r.Verdict, r.CustomerID)
	}
	if got.Method != "POST" || got.URL.String() != "/v1/customers" || got.ContentLength != int64(len(in.Body)) ||
		string(body) != string(in.Body) {
		t.Errorf("%s %s, %d bytes %s", got.Method, got.URL, got.ContentLength, body)
	}
	want := map[string]string{
		"Authorization": "Bearer " + apiKey, "Idempotency-Key": in.IdempotencyKey, "X-Version": "2",
		"Content-Type": "application/json", "Accept": "application/vnd.acme+json", "User-Agent": "muster/test",
	}
	for name, value := range want {
		if got.Header.Get(name) != value {
			t.Errorf("header %s is %q, want %q", name, got.Header.Get(name), value)
		}
	}
	if len(got.TransferEncoding) > 0 {
		t.Errorf("transfer encoding %q", got.TransferEncoding)
	}
}

func TestVerdicts(t *testing.T) {
	long := strings.Repeat(" ", 1<<20)
	cases := []struct {
		name   string
		status int
		body   string
		want   pipeline.Verdict
		halfOf bool
	}{
		{name: "created", status: 201, body: `{"data":{"id":"c1"}}`, want: pipeline.VerdictCreated},
		{name: "created, byte-order mark", status: 200, body: "\ufeff" + `{"id":7}`, want: pipeline.VerdictCreated},
		{name: "success without ID", status: 200, body: `{"data":{"id":""}}`, want: pipeline.VerdictUnknown},
		{name: "success, blank ID", status: 200, body: `{"id":" "}`, want: pipeline.VerdictUnknown},
		{name: "success, a word for no ID", status: 200, body: `{"id":"null"}`, want: pipeline.VerdictUnknown},
		{name: "success, no number", status: 200, body: `{"id":0}`, want: pipeline.VerdictUnknown},
		{name: "success, a UUID of zeros", status: 201, body: `{"id":"00000000-0000-0000-0000-000000000000"}`,
			want: pipeline.VerdictUnknown},
		{name: "success in front of a failure", status: 200, body: `{"id":"e1","statusCode":400}`,
			want: pipeline.VerdictUnknown},
		{name: "success, rubbish", status: 200, body: `<html>ok</html>`, want: pipeline.VerdictUnknown},
		{name: "success, two documents", status: 200, body: `{"id":"c1"}{"id":"c2"}`, want: pipeline.VerdictUnknown},
		{name: "success, trailing brace", status: 200, body: `{"id":"c1"}}`, want: pipeline.VerdictUnknown},
		{name: "success, empty", status: 204, want: pipeline.VerdictUnknown},
		{name: "success, over a mebibyte", status: 200, body: `{"id":"c1"}` + long, want: pipeline.VerdictUnknown},
		{name: "success, cut short", status: 200, body: `{"id":"c1"}`, want: pipeline.VerdictUnknown, halfOf: true},
		{name: "refusal, cut short", status: 400, body: `{"error":{}}`, want: pipeline.VerdictUnknown, halfOf: true},
		{name: "exists by code", status: 400, body: `{"error":{"code":"taken"}}`, want: pipeline.VerdictExists},
		{name: "exists by status, whatever the body", status: 409, body: `gone`, want: pipeline.VerdictExists},
		{name: "refused", status: 400, body: `{"error":{"code":"bad"}}`, want: pipeline.VerdictRefused},
		{name: "400 that cannot be told from exists", status: 400, body: `<html>`, want: pipeline.VerdictUnknown},
		{name: "422 without JSON", status: 422, body: `no`, want: pipeline.VerdictRefused},
		{name: "401", status: 401, want: pipeline.VerdictUnauthorized},
		{name: "403", status: 403, want: pipeline.VerdictDenied},
		{name: "404", status: 404, want: pipeline.VerdictDenied},
		{name: "405", status: 405, want: pipeline.VerdictDenied},
		{name: "429", status: 429, want: pipeline.VerdictThrottled},
		{name: "500", status: 500, body: `{"id":"c1"}`, want: pipeline.VerdictUnknown},
		{name: "503", status: 503, want: pipeline.VerdictUnknown},
		{name: "402", status: 402, want: pipeline.VerdictDenied},
		{name: "418", status: 418, want: pipeline.VerdictDenied},
		{name: "408", status: 408, want: pipeline.VerdictUnknown},
		{name: "425", status: 425, want: pipeline.VerdictUnknown},
		{name: "499", status: 499, want: pipeline.VerdictUnknown},
		{name: "accepted", status: 202, body: `{"id":"c1"}`, want: pipeline.VerdictUnknown},
		{name: "success that says failure", status: 200, body: `{"id":"e1","success":false}`,
			want: pipeline.VerdictUnknown},
		{name: "success with an error", status: 200, body: `{"id":"e1","error":{"code":"x"}}`,
			want: pipeline.VerdictUnknown},
		{name: "success with errors", status: 200, body: `{"id":"e1","errors":["x"]}`, want: pipeline.VerdictUnknown},
		{name: "success without errors", status: 200, body: `{"id":"c1","errors":[],"error":null,"success":true}`,
			want: pipeline.VerdictCreated},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if c.halfOf {
					w.Header().Set("Content-Length", "4000")
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			})
			r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent())
			if r.Verdict != c.want || r.HTTPStatus != c.status {
				t.Errorf("verdict %q (HTTP %d), want %q: %s", r.Verdict, r.HTTPStatus, c.want, r.Message)
			}
			if (r.Verdict == pipeline.VerdictCreated) != (r.CustomerID != "") {
				t.Errorf("verdict %q with the ID %q", r.Verdict, r.CustomerID)
			}
			if (r.Verdict == pipeline.VerdictCreated) == (r.Message != nil) {
				t.Errorf("verdict %q with the message %q", r.Verdict, r.Message)
			}
			if r.Sent.IsZero() || r.Ended.Before(r.Sent) {
				t.Errorf("sent %v, ended %v", r.Sent, r.Ended)
			}
		})
	}
}

func TestDefinitionOverridesDefaults(t *testing.T) {
	p := acme()
	p.Answers = []pipeline.Answer{
		{Statuses: statuses(404, 404), Verdict: pipeline.VerdictRefused},
		{Statuses: statuses(500, 599), When: &pipeline.Condition{At: "/error/code", Prefix: "E_"},
			Verdict: pipeline.VerdictRefused},
		{Statuses: statuses(200, 200), Verdict: "splendid"},
	}
	for status, want := range map[int]pipeline.Verdict{404: pipeline.VerdictRefused, 502: pipeline.VerdictRefused,
		200: pipeline.VerdictUnknown} {
		s := answering(t, status, nil, `{"id":"c1","error":{"code":"E_1"}}`)
		c := newClient(t, submit.Options{Provider: p, BaseURL: s.URL})
		if r, _ := c.Create(t.Context(), intent()); r.Verdict != want {
			t.Errorf("HTTP %d: %q, want %q", status, r.Verdict, want)
		}
	}
}

func TestRedirectIsNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		calls := 0
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			calls++
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		})
		r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent())
		if r.Verdict != pipeline.VerdictHalt || calls != 1 {
			t.Errorf("HTTP %d: verdict %q after %d calls", status, r.Verdict, calls)
		}
	}
}

// A redirect says where it leads; one to a page for logging in is about the credentials, and about nothing that the
// definition says of redirects.
func TestWhereARedirectLeads(t *testing.T) {
	for _, tt := range []struct {
		location string
		login    bool
		want     string
	}{
		{"/login?next=/v1/customers", true, `provider.redirect_login status=302 address="/login"`},
		{"https://app.acme.example/Users/Sign-In.aspx#x", true,
			`provider.redirect_login status=302 address="https://app.acme.example/Users/Sign-In.aspx"`},
		{"https://user:secret@acme.example/v2/customers?a=Ana", false,
			`provider.redirect_to status=302 address="https://acme.example/v2/customers"`},
		{"/blog/logins", false, `provider.redirect_to status=302 address="/blog/logins"`},
		{"%zz", false, "provider.redirect status=302"},
		{"", false, "provider.redirect status=302"},
	} {
		for _, ruled := range []bool{false, true} {
			p := acme()
			if ruled {
				p.Answers = append([]pipeline.Answer{{Statuses: statuses(300, 399), Verdict: pipeline.VerdictHalt,
					Hint: pipeline.Localized{"": "the path is wrong"}}}, p.Answers...)
			}
			s := answering(t, 302, http.Header{"Location": {tt.location}}, "")
			r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL + "/v1"}).Create(t.Context(), intent())
			if r.Verdict != pipeline.VerdictHalt || r.LogIn != tt.login || r.Message.String() != tt.want ||
				(len(r.Hint) > 0) != (ruled && !tt.login) {
				t.Errorf("%q: %q, %v, login %t, hint %v", tt.location, r.Verdict, r.Message, r.LogIn, r.Hint)
			}
		}
	}
}

// After some redirects the customer may be there, and the request must not be sent again.
func TestRedirectBehindACreate(t *testing.T) {
	for _, tt := range []struct {
		status   int
		location string
		rule     int // the status for which the definition has a rule of its own
		want     pipeline.Verdict
	}{
		{303, "/done", 0, pipeline.VerdictUnknown},
		{303, "", 0, pipeline.VerdictUnknown},
		{303, "/done", 303, pipeline.VerdictHalt},
		{302, "/v1/customers/c1", 0, pipeline.VerdictUnknown},
		{302, "customers/c1/", 0, pipeline.VerdictUnknown},
		{301, "customers/c1?new=1", 0, pipeline.VerdictUnknown},
		{302, "/v1/customers/c1", 302, pipeline.VerdictHalt},
		{302, "/v1/customers/", 0, pipeline.VerdictHalt},
		{307, "/v1/customers", 0, pipeline.VerdictHalt},
		{302, "/login?next=/v1/customers/new", 0, pipeline.VerdictHalt},
		{302, "https://elsewhere.example/v1/customers/c1", 0, pipeline.VerdictHalt},
		{302, "", 0, pipeline.VerdictHalt},
	} {
		p := acme()
		p.Answers = append([]pipeline.Answer{{Statuses: statuses(tt.rule, tt.rule), Verdict: pipeline.VerdictHalt}},
			p.Answers...)
		s := answering(t, tt.status, http.Header{"Location": {tt.location}}, "")
		r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL + "/v1"}).Create(t.Context(), intent())
		if r.Verdict != tt.want || r.Doubted != (tt.want == pipeline.VerdictUnknown) {
			t.Errorf("HTTP %d to %q: verdict %q, doubted %t", tt.status, tt.location, r.Verdict, r.Doubted)
		}
	}
}

func TestSuccessRecord(t *testing.T) {
	s := answering(t, 201, http.Header{"X-Request-Id": {"req-9"}}, `{"data":{"id":12345678901234567890,
		"status":"active","created_at":"2026-01-31T10:00:00Z","reps":[{"id":"r0"},{},{"id":"r2"}]}}`)
	r, gen := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent())
	r.Sent, r.Ended = time.Time{}, time.Time{}
	want := pipeline.Reply{
		Attempt:    pipeline.Attempt{Verdict: pipeline.VerdictCreated, HTTPStatus: 201, RequestID: "req-9"},
		CustomerID: "12345678901234567890", ProviderStatus: "active", CreatedAt: "2026-01-31T10:00:00Z",
		Related: []pipeline.RelatedID{{Name: "reps[0]", ID: "r0"}, {Name: "reps[2]", ID: "r2"}},
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
	if gen != 1 {
		t.Errorf("generation %d", gen)
	}
}

func TestErrorAnswer(t *testing.T) {
	s := answering(t, 400, nil, `{"request_id":"req-1","error":{"code":"taken","id":"c7",
		"message":"ADA+1@example.org is known (ada%2B1%40example.org), key `+apiKey+`",
		"errors":[{"field":"address.city","message":"Ikeja is no city"},{"field":"reps.0.city","message":["a","b"]},
			{"field":"reps[3].addresses[1].zip","message":"x"},{"field":"phone_number","message":"missing"},
			{"field":"role","message":"bad"},{"field":"city","message":"which"},{"field":"/ssn"},
			"just text",{"other":1},{"field":"phone_number","message":"missing"}],
		"details":{"email":["taken","again"],"planet":"Ikeja unknown"}}}`)
	r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent())
	r.Sent, r.Ended = time.Time{}, time.Time{}
	problem := func(field, text string, secret bool) pipeline.Problem {
		message := pipeline.Say("provider_said", "text", text)
		if text == "" {
			message = pipeline.Say("provider_refused")
		}
		return pipeline.Problem{Field: field, Code: pipeline.ProblemProvider, Message: message, Secret: secret}
	}
	want := pipeline.Reply{
		Attempt: pipeline.Attempt{Verdict: pipeline.VerdictExists, HTTPStatus: 400, Code: "taken", RequestID: "req-1",
			Message: pipeline.Say(pipeline.AsWritten, "text", "{email} is known ({email}), key {secret}")},
		FoundID: "c7", ExistsKeys: []string{"email"}, Hint: pipeline.Localized{"": "look at it"},
		Problems: []pipeline.Problem{
			problem("address.city", "{address.city} is no city", false),
			problem("reps[0].city", "a; b", false),
			problem("reps[3].addresses[1].zip", "x", false),
			problem("phone", "missing", false),
			problem("reps[0].role", "bad", false),
			problem("", "city: which", false),
			problem("ssn", "", true),
			problem("", "just text", false),
			problem("email", "taken; again", false),
			problem("", "planet: {address.city} unknown", false),
		},
	}
	if d := cmp.Diff(want, r); d != "" {
		t.Error(d)
	}
}

// An answer that names one field, not in a list, with the same message as the whole answer.
func TestErrorAnswerOfOneField(t *testing.T) {
	p := acme()
	p.Errors.Problems = []pipeline.ProblemList{{At: "/error", Field: "/param", Message: "/message"}}
	for body, want := range map[string][]pipeline.Problem{
		`{"error":{"param":"reps[0][city]","message":"which"}}`: {{Field: "reps[0].city",
			Code: pipeline.ProblemProvider, Message: pipeline.Say("provider_refused")}},
		`{"error":{"message":"which"}}`: nil,
	} {
		s := answering(t, 422, nil, body)
		r, _ := newClient(t, submit.Options{BaseURL: s.URL, Provider: p}).Create(t.Context(), intent())
		if d := cmp.Diff(want, r.Problems); d != "" || r.Message == nil {
			t.Errorf("%s, message %v:\n%s", body, r.Message, d)
		}
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	cases := []struct {
		status int
		value  string
		want   time.Duration
		ahead  time.Duration // of their clock
	}{
		{429, "7", 7 * time.Second, 0}, {503, "7", 7 * time.Second, 0}, {500, "7", 0, 0}, {429, "0", 0, 0},
		{429, "-3", 0, 0}, {429, "99999999999999999999", 30 * 24 * time.Hour, 0}, {429, "soon", 0, 0}, {429, "NaN", 0, 0},
		{429, "", 0, 0}, {429, "86400", 24 * time.Hour, 0},
		{429, date(90 * time.Second), 90 * time.Second, 0}, {429, date(-time.Hour), 0, 0},
		{429, date(48 * time.Hour), 48 * time.Hour, 0},
		{429, date(25 * time.Minute), 20 * time.Second, 25*time.Minute - 20*time.Second},
		{429, date(-5 * time.Minute), 30 * time.Second, -5*time.Minute - 30*time.Second},
	}
	for _, c := range cases {
		s := answering(t, c.status, http.Header{"Retry-After": {c.value}, "Date": {date(c.ahead)}}, `{}`)
		client := newClient(t, submit.Options{BaseURL: s.URL, Now: func() time.Time { return now }})
		if r, _ := client.Create(t.Context(), intent()); r.RetryAfter != c.want {
			t.Errorf("HTTP %d, Retry-After %q: %v, want %v", c.status, c.value, r.RetryAfter, c.want)
		}
	}
}

// A 503 with Retry-After processed nothing, unless the definition says what this status means.
func TestOutOfServiceForNow(t *testing.T) {
	for _, c := range []struct {
		after string
		rules []pipeline.Statuses
		want  pipeline.Verdict
	}{
		{"120", statuses(500, 599), pipeline.VerdictThrottled},
		{"120", nil, pipeline.VerdictThrottled},
		{"", statuses(500, 599), pipeline.VerdictUnknown},
		{"soon", statuses(500, 599), pipeline.VerdictUnknown},
		{"120", statuses(503, 503), pipeline.VerdictUnknown},
	} {
		p := acme()
		if c.rules != nil {
			p.Answers = []pipeline.Answer{{Statuses: c.rules, Verdict: pipeline.VerdictUnknown}}
		}
		s := answering(t, 503, http.Header{"Retry-After": {c.after}}, `<html>`)
		r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).Create(t.Context(), intent())
		if r.Verdict != c.want {
			t.Errorf("Retry-After %q, %v: %s, want %s", c.after, c.rules, r.Verdict, c.want)
		}
	}
}

// A knock creates no customer. Only a server that says that it is out of service, or that does not answer, counts as
// down.
func TestKnock(t *testing.T) {
	for status, down := range map[int]bool{200: false, 401: false, 404: false, 405: false, 500: false, 501: false,
		502: true, 503: true, 504: true} {
		var asked string
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked = r.Method + " " + r.URL.Path + r.Header.Get("Authorization")
			w.WriteHeader(status)
		})
		why := newClient(t, submit.Options{BaseURL: s.URL}).Knock(t.Context())
		if (why != nil) != down || asked != "HEAD "+acme().Create.Path {
			t.Errorf("HTTP %d to %q: %v", status, asked, why)
		}
	}
	s := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if newClient(t, submit.Options{BaseURL: s.URL}).Knock(t.Context()) == nil {
		t.Error("a connection that is cut is taken for an answer")
	}
	s.Close()
	if why := newClient(t, submit.Options{BaseURL: s.URL}).Knock(t.Context()); why != nil {
		t.Errorf("nothing could be sent, which a create finds out at no cost: %v", why)
	}
}

func TestMessageIsCutAtACharacter(t *testing.T) {
	text, _ := json.Marshal(strings.Repeat("é", 50_000) + "\n")
	s := answering(t, 422, nil, `{"error":{"message":`+string(text)+`}}`)
	r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(context.Background(), intent())
	if want := strings.Repeat("é", 299) + "…"; r.Message.String() != want {
		t.Errorf("%d bytes: %q", len(r.Message.String()), r.Message)
	}
}
