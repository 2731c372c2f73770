package standin

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
)

func status(from, to int) []pipeline.Statuses { return []pipeline.Statuses{{From: from, To: to}} }

func pointers(p ...pipeline.Pointer) []pipeline.Pointer { return p }

// ferro has an OAuth exchange, a flat body, one key, and no word for a
// customer that exists.
func ferro() *pipeline.Provider {
	record := pipeline.Record{
		ID: pointers("/id", "/data/id"), Status: pointers("/status"), CreatedAt: pointers("/created_at"),
		RequestID: pointers("/trace/id"),
		Renamed:   []pipeline.Renamed{{Field: "legal.name", At: "/display_name"}},
	}
	return &pipeline.Provider{
		Name: "ferro",
		Auth: pipeline.Auth{
			Header: "Authorization", Prefix: "Bearer ", Ready: "TOKEN",
			Secrets: []pipeline.Secret{{Name: "CLIENT_ID"}, {Name: "CLIENT_SECRET"}, {Name: "TOKEN"}},
			Exchange: &pipeline.Exchange{
				Call: pipeline.Call{Method: "POST", Path: "/oauth/tokens"},
				Body: []pipeline.BodyPart{
					{At: "/client_id", Secret: "CLIENT_ID"},
					{At: "/client_secret", Secret: "CLIENT_SECRET"},
					{At: "/grant_type", Value: "client_credentials"},
				},
				Token: pointers("/access_token"), ExpiresIn: "/expires_in",
			},
		},
		Create: pipeline.Call{Method: "POST", Path: "/v1/entities"},
		Fields: []pipeline.Field{
			{Path: "type", Kind: "string"}, {Path: "legal.name", Kind: "string"},
			{Path: "nit", Kind: "string"}, {Path: "pin", Kind: "string", Secret: true},
		},
		Keys: []pipeline.Key{{Name: "nit", Label: pipeline.Localized{"": "NIT"}, Field: "nit",
			Normalise: []pipeline.Normaliser{pipeline.Digits}}},
		Answers: []pipeline.Answer{
			{Statuses: status(200, 299), Verdict: pipeline.VerdictCreated},
			{Statuses: status(400, 422), Verdict: pipeline.VerdictRefused},
		},
		Record: record,
		Errors: pipeline.ErrorShape{
			Code: pointers("/error/code"), Message: pointers("/error/message"),
			Problems: []pipeline.ProblemList{{At: "/error/fields", Map: true}},
		},
		LookUps: []pipeline.LookUp{
			{Name: "get", Call: pipeline.Call{Method: "GET", Path: "/v1/entities/{id}"},
				Found: status(200, 200), Absent: status(404, 404), Single: true, Record: record},
			{Name: "by-nit", Key: "nit", Call: pipeline.Call{Method: "GET", Path: "/v1/entities/nit-{key}"},
				Found: status(200, 200), Absent: status(404, 410), Single: true, Record: record},
		},
		Standin: pipeline.StandinRules{
			IDs: []pipeline.IDForm{{UUID: true}}, Status: "ACTIVE",
			Refused:  pipeline.StandinError{Status: 422, Code: "invalid", Message: "check the fields"},
			NotFound: pipeline.StandinError{Status: 404, Code: "unknown_entity", Message: "no such entity"},
		},
	}
}

// jura has a static raw key, an envelope, 409, idempotency keys and a list by
// e-mail.
func jura() *pipeline.Provider {
	return &pipeline.Provider{
		Name: "jura",
		Auth: pipeline.Auth{Header: "Authorization", Ready: "API_KEY",
			Secrets: []pipeline.Secret{{Name: "API_KEY"}}},
		Create:            pipeline.Call{Method: "POST", Path: "/customers"},
		IdempotencyHeader: "Idempotency-Key",
		Fields:            []pipeline.Field{{Path: "email", Kind: "string"}, {Path: "first_name", Kind: "string"}},
		Keys: []pipeline.Key{{Name: "email", Label: pipeline.Localized{"": "e-mail"}, Field: "email",
			Normalise: []pipeline.Normaliser{pipeline.Lower}}},
		Answers: []pipeline.Answer{
			{Statuses: status(201, 201), Verdict: pipeline.VerdictCreated},
			{Statuses: status(409, 409), Verdict: pipeline.VerdictExists, Found: "/error/customer/id"},
		},
		Record: pipeline.Record{ID: pointers("/data/id"), CreatedAt: pointers("/data/created_at"), Body: "/data"},
		Errors: pipeline.ErrorShape{
			Code: pointers("/error/code"), Message: pointers("/error/message"),
			RequestID: pointers("/error/request_id"),
			Problems:  []pipeline.ProblemList{{At: "/error/details", Field: "/field", Message: "/issue"}},
		},
		LookUps: []pipeline.LookUp{
			{Name: "list", Key: "email", Call: pipeline.Call{Method: "GET", Path: "/customers",
				Query: []pipeline.Pair{{Name: "email", Value: "{key}"}}},
				Found: status(200, 200), Items: "/data", Record: pipeline.Record{ID: pointers("/id"),
					CreatedAt: pointers("/created_at")}},
		},
		Settle: pipeline.Settle{Window: 24 * time.Hour},
		Standin: pipeline.StandinRules{
			IDs:     []pipeline.IDForm{{Prefix: "cus_", Length: 12}},
			Refused: pipeline.StandinError{Status: 400, Code: "validation_failed", Message: "validation failed"},
		},
	}
}

// cantor has a login for a named header, code "0", two shapes, nested arrays,
// several keys with an answer of its own each, and a look-up by ID.
func cantor() *pipeline.Provider {
	record := pipeline.Record{
		ID: pointers("/data/customerId"), CreatedAt: pointers("/data/dtsCreatedAt"), RequestID: pointers("/requestId"),
		Body:    "/data",
		Renamed: []pipeline.Renamed{{Field: "customerReference", At: "/reference"}},
		Related: []pipeline.Related{{Name: "representatives", At: "/data/representatives", ID: "/id"}},
	}
	return &pipeline.Provider{
		Name: "cantor",
		Auth: pipeline.Auth{
			Header:  "x-cantor-token",
			Secrets: []pipeline.Secret{{Name: "LOGIN"}, {Name: "PASSWORD"}},
			Exchange: &pipeline.Exchange{
				Call: pipeline.Call{Method: "POST", Path: "/auth/get-token"},
				Body: []pipeline.BodyPart{{At: "/user/login", Secret: "LOGIN"},
					{At: "/user/password", Secret: "PASSWORD"}},
				Token: pointers("/data/token/base", "/data/token"), ExpiresAt: "/data/dtsExpireAt",
			},
		},
		Create: pipeline.Call{Method: "POST", Path: "/customer/init"},
		Fields: []pipeline.Field{
			{Path: "customerReference", Kind: "string"}, {Path: "customerType", Kind: "string"},
			{Path: "customer.name", Kind: "string"},
			{Path: "customer.documents[].type", Kind: "string"},
			{Path: "customer.documents[].value", Kind: "string", Secret: true},
			{Path: "customer.ein", Kind: "string"},
			{Path: "representatives[].name", Kind: "string"},
		},
		ShapeAt: []string{"customerType"}, Shapes: []string{"individual", "business"},
		ShapeValues: [][][]string{{{"individual"}}, {{"business"}}},
		Keys: []pipeline.Key{
			{Name: "reference", Label: pipeline.Localized{"": "reference"}, Field: "customerReference",
				Normalise: []pipeline.Normaliser{pipeline.Lower}},
			{Name: "ssn", Label: pipeline.Localized{"": "SSN"}, Path: "$.customer.documents[?@.type=='SSN'].value",
				Secret: true},
			{Name: "ein", Label: pipeline.Localized{"": "EIN"}, Field: "customer.ein"},
		},
		Answers: []pipeline.Answer{
			{Statuses: status(200, 200), When: &pipeline.Condition{At: "/code", Is: "0"},
				Verdict: pipeline.VerdictCreated},
			{Statuses: status(400, 400), When: &pipeline.Condition{At: "/code", Is: "referenceExists"},
				Verdict: pipeline.VerdictExists, Keys: []string{"reference"}, Found: "/context/entityId"},
			{Statuses: status(400, 400), When: &pipeline.Condition{At: "/code", Is: "customerExists"},
				Verdict: pipeline.VerdictExists, Keys: []string{"ssn", "ein"}, Found: "/context/customerId"},
		},
		Record: record,
		Errors: pipeline.ErrorShape{Code: pointers("/code"), Message: pointers("/message"),
			RequestID: pointers("/requestId")},
		LookUps: []pipeline.LookUp{
			{Name: "status", Call: pipeline.Call{Method: "GET", Path: "/customer/status/{id}"},
				Found: status(200, 200), Absent: status(400, 400), Single: true, Record: record},
		},
		Standin: pipeline.StandinRules{
			IDs: []pipeline.IDForm{
				{When: &pipeline.Condition{At: "/customerType", Is: "business"}, Prefix: "cstab_", Length: 22},
				{Prefix: "cstap_", Length: 22},
			},
			Success:      []pipeline.BodyPart{{At: "/code", Value: "0"}},
			Refused:      pipeline.StandinError{Status: 400, Code: "schemaValidation", Message: "schema mismatch"},
			Unauthorized: pipeline.StandinError{Status: 401, Code: "unauthorized", Message: "Authentication error"},
			NotFound:     pipeline.StandinError{Status: 404, Code: "customerNotFound", Message: "customer not found"},
		},
	}
}

// check is a schema by hand: every field of required must be a text of at
// least two characters; keys are found by their field, SSNs by the document.
func check(p *pipeline.Provider, required ...string) func(any) (string, []pipeline.KeyValue, []pipeline.Problem,
	error) {
	return func(doc any) (string, []pipeline.KeyValue, []pipeline.Problem, error) {
		if _, ok := doc.(map[string]any); !ok {
			return "", nil, nil, errors.New("no object")
		}
		var problems []pipeline.Problem
		for _, path := range required {
			if v, _ := pipeline.PathPointer(path).Text(doc); len(v) < 2 {
				problems = append(problems, pipeline.Problem{Field: path, Code: pipeline.ProblemRequired,
					Message: pipeline.Say("two characters are needed")})
			}
		}
		var keys []pipeline.KeyValue
		for i, k := range p.Keys {
			at := pipeline.PathPointer(k.Field)
			if k.Path != "" {
				at = "/customer/documents/0/value"
			}
			if v, ok := at.Text(doc); ok {
				keys = append(keys, pipeline.KeyValue{Key: i, Value: v, Normalised: pipeline.Normalise(k.Normalise, v)})
			}
		}
		return "", keys, problems, nil
	}
}

func ferroOptions() Options {
	p := ferro()
	return Options{Provider: p, Check: check(p, "nit", "legal.name")}
}

func juraOptions() Options {
	p := jura()
	return Options{Provider: p, Check: check(p, "email")}
}

func cantorOptions() Options {
	p := cantor()
	return Options{Provider: p, Check: check(p, "customerReference", "customerType")}
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// said is an answer as a client sees it.
type said struct {
	status int
	header http.Header
	raw    string
	doc    any
}

func (a said) text(p pipeline.Pointer) string {
	v, _ := p.Text(a.doc)
	return v
}

// ask sends a request to the handler. Headers are "Name: value".
func ask(t testing.TB, s *Server, method, target, body string, headers ...string) said {
	t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return read(t, w.Result())
}

func read(t testing.TB, resp *http.Response) said {
	t.Helper()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := said{status: resp.StatusCode, header: resp.Header, raw: string(raw)}
	if doc, err := pipeline.DecodeJSON(raw); err == nil {
		a.doc = doc
	}
	return a
}

const (
	bearer = "Authorization: Bearer ready-made"
	apiKey = "Authorization: key-1"
)

// login gets a token from cantor and gives the header that carries it.
func login(t *testing.T, s *Server) string {
	t.Helper()
	a := ask(t, s, "POST", "/auth/get-token", `{"user":{"login":"ops","password":"pw"}}`)
	token := a.text("/data/token/base")
	if a.status != 200 || token == "" {
		t.Fatalf("login: %d %s", a.status, a.raw)
	}
	return "x-cantor-token: " + token
}

func merchant(n int) string {
	return fmt.Sprintf(`{"type":"BUSINESS","legal":{"name":"Casa %d"},"nit":"900%06d","pin":"4321"}`, n, n)
}

func person(reference, ssn string) string {
	return fmt.Sprintf(`{"customerReference":%q,"customerType":"individual",`+
		`"customer":{"name":"Ann Lee","documents":[{"type":"SSN","value":%q}]}}`, reference, ssn)
}

func company(reference, ein string) string {
	return fmt.Sprintf(`{"customerReference":%q,"customerType":"business","customer":{"name":"Lee Ltd","ein":%q},`+
		`"representatives":[{"name":"Ann"},{"name":"Bo","id":"given_1"},{"name":"Cy"}]}`, reference, ein)
}

// eventually waits for what another goroutine does in its own time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("not in time: " + what)
		}
	}
}
