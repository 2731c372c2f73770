package submit_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/submit"
)

func statuses(from, to int) []pipeline.Statuses { return []pipeline.Statuses{{From: from, To: to}} }

// acme is a provider with a static key.
func acme() *pipeline.Provider {
	return &pipeline.Provider{
		Name: "acme-pay",
		Auth: pipeline.Auth{
			Header: "Authorization", Prefix: "Bearer ", Ready: "API_KEY",
			Secrets: []pipeline.Secret{{Name: "API_KEY"}},
		},
		Create:            pipeline.Call{Method: "POST", Path: "/customers"},
		IdempotencyHeader: "Idempotency-Key",
		Timeout:           time.Minute, // no answer is late because a machine is busy
		Fields: []pipeline.Field{
			{Path: "email"}, {Path: "name"}, {Path: "phone"}, {Path: "ssn", Secret: true},
			{Path: "address.city"}, {Path: "address.line1"},
			{Path: "reps[].city"}, {Path: "reps[].role"}, {Path: "reps[].addresses[].zip"},
		},
		Keys: []pipeline.Key{{Name: "email", Field: "email", Normalise: []pipeline.Normaliser{pipeline.Lower}}},
		Same: []pipeline.Same{{Field: "name"}, {Field: "reps[].city"}},
		Answers: []pipeline.Answer{
			{Statuses: statuses(200, 299), Verdict: pipeline.VerdictCreated},
			{Statuses: statuses(400, 400), When: &pipeline.Condition{At: "/error/code", Is: "taken"},
				Verdict: pipeline.VerdictExists, Keys: []string{"email"}, Found: "/error/id",
				Hint: pipeline.Localized{"": "look at it"}},
			{Statuses: statuses(409, 409), Verdict: pipeline.VerdictExists},
			{Statuses: statuses(400, 400), Verdict: pipeline.VerdictRefused},
			{Statuses: statuses(422, 422), Verdict: pipeline.VerdictRefused},
		},
		Record: pipeline.Record{
			ID: []pipeline.Pointer{"/data/id", "/id"}, Status: []pipeline.Pointer{"/data/status"},
			CreatedAt: []pipeline.Pointer{"/data/created_at"}, RequestID: []pipeline.Pointer{"/request_id"},
			Body: "/data", Renamed: []pipeline.Renamed{{Field: "phone", At: "/phone_number"}},
			Related: []pipeline.Related{{Name: "reps", At: "/data/reps", ID: "/id"}},
		},
		Errors: pipeline.ErrorShape{
			Code: []pipeline.Pointer{"/error/code"}, Message: []pipeline.Pointer{"/error/message"},
			RequestID: []pipeline.Pointer{"/request_id"},
			Problems: []pipeline.ProblemList{
				{At: "/error/errors", Field: "/field", Message: "/message"},
				{At: "/error/details", Map: true},
			},
		},
		LookUps: []pipeline.LookUp{
			{Name: "by-email", Key: "email", Items: "/data", Found: statuses(200, 200), Absent: statuses(404, 404),
				Call: pipeline.Call{Method: "GET", Path: "/customers",
					Query: []pipeline.Pair{{Name: "email", Value: "{key}"}}},
				Record: pipeline.Record{ID: []pipeline.Pointer{"/id"},
					Renamed: []pipeline.Renamed{{Field: "phone", At: "/phone_number"}}}},
			{Name: "by-id", Single: true, Found: statuses(200, 200), Absent: statuses(404, 404),
				Call:   pipeline.Call{Method: "GET", Path: "/customers/{id}"},
				Record: pipeline.Record{ID: []pipeline.Pointer{"/id"}}},
		},
	}
}

// login is acme with credentials that are exchanged for a token.
func login() *pipeline.Provider {
	p := acme()
	p.Auth = pipeline.Auth{
		Header: "X-Token", Ready: "TOKEN",
		Secrets: []pipeline.Secret{{Name: "LOGIN"}, {Name: "PASSWORD"}, {Name: "TOKEN"}},
		Exchange: &pipeline.Exchange{
			Call: pipeline.Call{Method: "POST", Path: "/auth"},
			Body: []pipeline.BodyPart{
				{At: "/user/login", Secret: "LOGIN"}, {At: "/user/password", Secret: "PASSWORD"},
				{At: "/grant", Value: "client_credentials"},
			},
			Token: []pipeline.Pointer{"/data/token/base", "/data/token"}, ExpiresIn: "/data/expires_in",
			ExpiresAt: "/data/until",
		},
	}
	return p
}

const apiKey = "sk-made-up-4711"

func keySecrets() map[string]string { return map[string]string{"API_KEY": apiKey} }

func loginSecrets() map[string]string {
	return map[string]string{"LOGIN": "merchant_ops", "PASSWORD": "pass/word+1"}
}

func newClient(t *testing.T, o submit.Options) *submit.Client {
	t.Helper()
	if o.Provider == nil {
		o.Provider = acme()
	}
	if o.Secrets == nil {
		o.Secrets = keySecrets()
	}
	if o.Concurrency == 0 {
		o.Concurrency = 4
	}
	o.UserAgent = "muster/test"
	c, err := submit.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func serve(t *testing.T, h http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s
}

// answering serves one fixed answer.
func answering(t *testing.T, status int, headers http.Header, body string) *httptest.Server {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range headers {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = strings.NewReader(body).WriteTo(w)
	})
}

func intent() *pipeline.Intent {
	return &pipeline.Intent{
		Body: []byte(`{"email":"ada+1@example.org","name":"Ada Bello","ssn":"123456789"}`),
		Entries: []pipeline.Entry{
			{Path: "email", Value: "ada+1@example.org"}, {Path: "name", Value: "Ada Bello"},
			{Path: "ssn", Value: "123456789"}, {Path: "address.city", Value: "Ikeja"},
			{Path: "reps[0].role", Value: "owner"}, {Path: "reps[0].city", Value: "Lagos"},
			{Path: "type", Value: "BUSINESS", Filled: true},
		},
		IdempotencyKey: "0b8b6c1e-0000-4000-8000-000000000001",
	}
}
