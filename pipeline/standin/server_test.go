package standin

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

func TestCreateAnswersAsTheDefinitionReadsIt(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 15, 7e6, time.FixedZone("COT", -5*3600))
	t.Run("flat", func(t *testing.T) {
		o := ferroOptions()
		o.Now, o.IDPrefix = func() time.Time { return now }, "rehearsal-"
		s := start(t, o)
		a := ask(t, s, "POST", "/v1/entities", merchant(1), bearer)
		id := a.text("/id")
		uuid := regexp.MustCompile(`^rehearsal-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
		if a.status != 200 || !uuid.MatchString(id) {
			t.Fatalf("%d, id %q", a.status, id)
		}
		trace := a.text("/trace/id")
		want := map[string]any{
			"id": id, "status": "ACTIVE", "created_at": "2026-11-21T11:30:15.007Z", "type": "BUSINESS",
			"display_name": "Casa 1", "legal": map[string]any{}, "nit": "900000001",
			"trace": map[string]any{"id": trace},
		}
		if diff := cmp.Diff(want, a.doc); diff != "" {
			t.Error(diff)
		}
		if trace == "" {
			t.Error("no request ID")
		}
	})
	t.Run("envelope", func(t *testing.T) {
		a := ask(t, start(t, juraOptions()), "POST", "/customers",
			`{"email":"a@b.co","n":12345678901234567890}`, apiKey)
		if a.status != 201 || !regexp.MustCompile(`^cus_[0-9A-Za-z]{12}$`).MatchString(a.text("/data/id")) {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if !strings.Contains(a.raw, "12345678901234567890") {
			t.Error("a number was not echoed as it was spelled")
		}
		if a.header.Get("X-Request-Id") == "" {
			t.Error("neither body nor header has a request ID")
		}
	})
	t.Run("parts", func(t *testing.T) {
		s := start(t, cantorOptions())
		token := login(t, s)
		a := ask(t, s, "POST", "/customer/init", company("R1", "123456789"), token)
		if a.status != 200 || a.text("/code") != "0" || a.text("/data/reference") != "R1" ||
			a.text("/data/customerReference") != "" {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if !strings.HasPrefix(a.text("/data/customerId"), "cstab_") {
			t.Error("the form for businesses was not taken")
		}
		first, given, third := a.text("/data/representatives/0/id"), a.text("/data/representatives/1/id"),
			a.text("/data/representatives/2/id")
		if first == "" || third == "" || first == third || given != "given_1" {
			t.Errorf("representatives: %q, %q, %q", first, given, third)
		}
		again := ask(t, s, "GET", "/customer/status/"+a.text("/data/customerId"), "", token)
		if again.text("/data/representatives/0/id") != first || again.text("/code") != "0" {
			t.Errorf("another record of the same customer: %s", again.raw)
		}
	})
}

func TestNoSecretIsEchoed(t *testing.T) {
	s := start(t, cantorOptions())
	token := login(t, s)
	a := ask(t, s, "POST", "/customer/init", person("R1", "666989698"), token)
	b := ask(t, s, "GET", "/customer/status/"+a.text("/data/customerId"), "", token)
	clash := ask(t, s, "POST", "/customer/init", person("R2", "666989698"), token)
	for _, got := range []said{a, b, clash} {
		if strings.Contains(got.raw, "666989698") {
			t.Errorf("an SSN came back: %s", got.raw)
		}
	}
	if a.text("/data/customer/documents/0/type") != "SSN" {
		t.Error("what is no secret was left out as well")
	}
	f := ask(t, start(t, ferroOptions()), "POST", "/v1/entities", merchant(1), bearer)
	if strings.Contains(f.raw, "4321") {
		t.Error("the PIN came back")
	}
}

func TestSchemaProblemsAreLaidOutAsTheDefinitionReadsThem(t *testing.T) {
	t.Run("map", func(t *testing.T) {
		a := ask(t, start(t, ferroOptions()), "POST", "/v1/entities", `{"legal":{}}`, bearer)
		want := map[string]any{"error": map[string]any{
			"code": "invalid", "message": "check the fields",
			"fields": map[string]any{"nit": []any{"two characters are needed"},
				"legal.name": []any{"two characters are needed"}},
		}}
		if diff := cmp.Diff(want, a.doc); diff != "" || a.status != 422 {
			t.Error(a.status, diff)
		}
	})
	t.Run("list", func(t *testing.T) {
		a := ask(t, start(t, juraOptions()), "POST", "/customers", `{}`, apiKey)
		if a.status != 400 || a.text("/error/details/0/field") != "email" || a.text("/error/details/0/issue") == "" ||
			a.text("/error/request_id") == "" {
			t.Error(a.status, a.raw)
		}
	})
	t.Run("in the message", func(t *testing.T) {
		s := start(t, cantorOptions())
		a := ask(t, s, "POST", "/customer/init", `{}`, login(t, s))
		if a.status != 400 || a.text("/code") != "schemaValidation" ||
			a.text("/message") != "schema mismatch: customerReference, customerType" {
			t.Error(a.status, a.raw)
		}
	})
	t.Run("no JSON", func(t *testing.T) {
		for _, body := range []string{`{"email":`, `nonsense`, `{"email":"a@b.co"} {}`} {
			s := start(t, juraOptions())
			if a := ask(t, s, "POST", "/customers", body, apiKey); a.status != 400 ||
				a.text("/error/code") != "validation_failed" || s.Customers() != 0 {
				t.Error(body, a.status, a.raw)
			}
		}
	})
}

func TestWrongRequests(t *testing.T) {
	for _, c := range []struct {
		name, method, path, body, header string
		want                             int
	}{
		{"method", "PUT", "/customers", `{}`, apiKey, 405},
		{"path", "POST", "/customer", `{}`, apiKey, 404},
		{"final slash", "POST", "/customers/", `{}`, apiKey, 404},
		{"look-up without its query", "GET", "/customers", ``, apiKey, 400},
		{"look-up of nothing", "GET", "/customers?email=", ``, apiKey, 400},
		{"too large", "POST", "/customers", `{"email":"` + strings.Repeat("a", maxBody) + `"}`, apiKey, 413},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := ask(t, start(t, juraOptions()), c.method, c.path, c.body, c.header)
			if a.status != c.want {
				t.Errorf("%d, want %d: %s", a.status, c.want, a.raw)
			}
		})
	}
	s := start(t, juraOptions())
	for kind, want := range map[string]int{"text/plain": 415, "": 415, "application/x-www-form-urlencoded": 415,
		"application/json; charset=utf-8": 201} {
		if a := ask(t, s, "POST", "/customers", `{"email":"a@b.co"}`, apiKey, "Content-Type: "+kind); a.status != want {
			t.Errorf("content type %q: %d, want %d", kind, a.status, want)
		}
	}
	a := ask(t, start(t, ferroOptions()), "DELETE", "/v1/entities/77", "", bearer)
	if a.status != 405 || a.header.Get("Allow") != "GET" {
		t.Errorf("%d, Allow %q", a.status, a.header.Get("Allow"))
	}
}

func TestNewRefusesWhatCannotBeStoodInFor(t *testing.T) {
	broken := func(change func(*pipeline.Provider)) Options {
		p := jura()
		change(p)
		return Options{Provider: p, Check: check(p)}
	}
	noCheck := juraOptions()
	noCheck.Check = nil
	badFault := juraOptions()
	badFault.Faults = []Fault{{Kind: "reset"}}
	for name, o := range map[string]Options{
		"no provider":        {Check: check(jura())},
		"no check":           noCheck,
		"fault":              badFault,
		"no created answer":  broken(func(p *pipeline.Provider) { p.Answers = p.Answers[1:] }),
		"no token":           broken(func(p *pipeline.Provider) { p.Auth.Ready = "" }),
		"path":               broken(func(p *pipeline.Provider) { p.Create.Path = "customers" }),
		"look-up's key":      broken(func(p *pipeline.Provider) { p.LookUps[0].Key = "phone" }),
		"look-up's template": broken(func(p *pipeline.Provider) { p.LookUps[0].Call.Query[0].Value = "{email}" }),
		"look-up of nothing": broken(func(p *pipeline.Provider) { p.LookUps[0].Call.Query = nil }),
	} {
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkCreate(b *testing.B) {
	o := ferroOptions()
	nit := 0
	// The schema is another package's; what is measured is the rest.
	o.Check = func(any) (string, []pipeline.KeyValue, []pipeline.Problem, error) {
		nit++
		return "", []pipeline.KeyValue{{Normalised: fmt.Sprint(nit)}}, nil, nil
	}
	s, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(merchant(1))
	r := httptest.NewRequest("POST", "/v1/entities", nil)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer k")
	b.ReportAllocs()
	for b.Loop() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
	}
}
