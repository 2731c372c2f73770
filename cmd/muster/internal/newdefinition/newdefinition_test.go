package newdefinition

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/standin"
	"muster/pipeline/wording"
	"muster/templates"
)

const body = `{"company_name": "Real Shop Ltda", "email": "owner@realshop.com", "reference": "R-1"}`

// say words a message in English.
func say(t *testing.T) func(*pipeline.Message) string {
	t.Helper()
	words, err := wording.For("en")
	if err != nil {
		t.Fatal(err)
	}
	return words.Message
}

// complete are answers that leave nothing open, together with others.
func complete(others ...string) Answers {
	a := Answers{"same_customer": {"email"}, "same_spelling": {spelledLower}, "same_record": {"email", "company_name"}, "rate": {"100/m"},
		"at_once": {"4"}, "name": {"acme"}, "sandbox": {"https://sandbox.acme.example"}, "production": {none},
		"auth": {authBearer}, "create": {"POST /customers"}, "example": {body}, "id": {"/data/id"}, "created": {"201"},
		"exists": {"409"}, "rejected": {"400", "422"}, "resend": {resendNothing}, "look_up": {none}}
	for i := 0; i < len(others); i += 2 {
		if a[others[i]] = []string{others[i+1]}; others[i+1] == "" {
			delete(a, others[i])
		}
	}
	return a
}

var embedded = sync.OnceValues(templates.Embedded)

// compile writes a definition and loads it.
func compile(t *testing.T, a Answers) (*pipeline.Provider, error) {
	t.Helper()
	def, err := written(t, a)
	if err != nil {
		return nil, err
	}
	return def.Provider(), nil
}

func written(t *testing.T, a Answers) (*templates.Definition, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "acme")
	if _, err := Write(dir, maps.Clone(a), Body{Example: []byte(body)}, say(t)); err != nil {
		t.Fatal(err)
	}
	set, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	return set.Find(dir)
}

// The answers decide how a request without an answer is settled.
func TestSettleFollowsFromTheAnswers(t *testing.T) {
	lookUp := []string{"look_up", "GET /customers?email={key}", "look_up_list", "/data", "look_up_id", "/id"}
	key := []string{"resend", resendKey, "resend_header", "Idempotency-Key", "resend_for", "24h"}
	for _, c := range []struct {
		name    string
		answers []string
		by      pipeline.SettleBy
		window  string
		ours    int
	}{
		{"nothing", nil, pipeline.SettleNone, "0s", 0},
		{"a look-up", lookUp, pipeline.SettleLookUp, "0s", 0},
		{"a key", key, pipeline.SettleResend, "23h0m0s", 0},
		{"a key for a short time", append(slices.Clone(key[:4]), "resend_for", "30m"), pipeline.SettleResend, "15m0s", 0},
		{"a key and a look-up", slices.Concat(key, lookUp), pipeline.SettleLookUpResend, "23h0m0s", 0},
		{"a reference", []string{"resend", resendReference, "resend_field", "reference"}, pipeline.SettleResend, "0s", 1},
	} {
		p, err := compile(t, complete(c.answers...))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		ours := 0
		for _, k := range p.Keys {
			if k.Ours {
				ours++
			}
		}
		if p.Settle.By != c.by || p.Settle.Window.String() != c.window || ours != c.ours ||
			(p.IdempotencyHeader != "") != (c.window != "0s") {
			t.Errorf("%s: %+v, %d keys of ours, header %q", c.name, p.Settle, ours, p.IdempotencyHeader)
		}
	}
}

// Every kind of login, of ID and of answer compiles.
func TestDefinitionsCompile(t *testing.T) {
	for _, others := range [][]string{
		{"auth", authHeader, "auth_header", "X-Api-Key"},
		{"auth", authBasic},
		{"auth", authOAuth, "token_call", "POST /token"},
		{"auth", authOAuth, "token_call", "POST /token", "token_login", loginBasic,
			"token_sandbox", "https://login.acme.example"},
		{"headers", "Api-Version: 2024-05-01", "look_up", "GET /customers?email={key}",
			"look_up_list", single, "look_up_id", "/id"},
		{"id", "header Location"},
		{"created", "200 /code=0", "exists", "400 /error/code=duplicate", "exists_id", "/error/id"},
		{"encoding", "form-dots", "sandbox", unpublished},
		{"sandbox", none, "production", "https://api.acme.example"},
		{"id_form", "cus_[0-9A-Za-z]{14}"},
		{"id_form", "[0-9]{6,9}"},
		{"id_form", "mch-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"},
		{"create", "POST /v1/accounts/{ACCOUNT}/customers", "headers", "X-Program: {PROGRAM}, X-Account: {ACCOUNT}"},
		{"sign", "hmac-sha256", "sign_what", signedMessage, "sign_parts", "@method", "sign_keyid", "key-1"},
		{"sign", "ecdsa-p256-sha256", "sign_text", "{body}", "sign_headers", "X-Signature: {signature}"},
		{"record", "/", "optional", "reference", "display", "company_name", "docs", "https://acme.example/docs"},
	} {
		if _, err := compile(t, complete(others...)); err != nil {
			t.Errorf("%q: %v", others, err)
		}
	}
}

// The IDs that the stand-in gives have the form of the provider's.
func TestStandinGivesIDsOfTheForm(t *testing.T) {
	for _, form := range []string{"[0-9]{5}", "[0-9]{3}", "[0-9]{6,9}", "[1-9][0-9]{7}", "[0-9a-f]{24}", `^M-\d{4}$`,
		"cus_[0-9A-Za-z]{14}", "mch-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"} {
		def, err := written(t, complete("id_form", form))
		if err != nil {
			t.Errorf("%s: %v", form, err)
			continue
		}
		s, err := standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 40 {
			req := httptest.NewRequest(http.MethodPost, "/customers", strings.NewReader(
				strings.ReplaceAll(body, "owner@", fmt.Sprintf("owner%d@", n))))
			req.Header.Set("Authorization", "Bearer made-up")
			req.Header.Set("Content-Type", "application/json")
			answer := httptest.NewRecorder()
			s.ServeHTTP(answer, req)
			doc, err := pipeline.DecodeJSON(answer.Body.Bytes())
			if err != nil || answer.Code != http.StatusCreated {
				t.Fatalf("%s: %d %s", form, answer.Code, answer.Body)
			}
			record := &def.Provider().Record
			if id := pipeline.FirstText(doc, record.ID); record.IDPattern == nil || id == "" || !record.FitsID(id) {
				t.Errorf("%s: %q", form, id)
			}
		}
	}
}

// Names in braces in answers are settings, each once.
func TestSettingsAreInAnswers(t *testing.T) {
	p, err := compile(t, complete("create", "POST /v1/accounts/{ACCOUNT}/customers", "headers", "X-Account: {ACCOUNT}",
		"sign", "ed25519", "sign_what", signedMessage, "sign_parts", "@method", "sign_keyid", "{KEY_ID}",
		"look_up", "GET /customers?email={key}", "look_up_list", "/data", "look_up_id", "/id"))
	if err != nil {
		t.Fatal(err)
	}
	var settings []string
	for _, s := range p.Auth.Secrets {
		if s.Setting {
			settings = append(settings, s.Name)
		}
	}
	if slices.Sort(settings); !slices.Equal(settings, []string{"ACCOUNT", "KEY_ID"}) || p.Sign.Message == nil {
		t.Errorf("%q, %+v", settings, p.Sign)
	}
}

// The fields may be wrapped in a request: what is around them in the example is sent with each, and records have the
// fields at the same place.
func TestFieldsUnderAPointer(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	example := `{"data": {"type": "customer", "attributes": {"email": "a@x.co", "company_name": "X", "k": "y"}},
		"meta": {"source": "import", "n": 1}, "key": "z"}`
	a := complete("under", "/data/attributes", "look_up", "GET /customers?email={key}", "look_up_list", "/data",
		"look_up_id", "/id", "resend", resendKey, "resend_header", "/key", "resend_for", "24h")
	w, err := Write(dir, a, Body{Example: []byte(example)}, say(t))
	if err != nil || !slices.Equal(w.LeftOut, []string{"/meta/n"}) {
		t.Fatal(w, err)
	}
	set, err := embedded()
	if err != nil {
		t.Fatal(err)
	}
	def, err := set.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	p := def.Provider()
	want := []pipeline.BodyPart{{At: "/data/type", Value: "customer"}, {At: "/meta/source", Value: "import"},
		{At: "/key", Value: "{idempotency_key}"}}
	if p.Wrap.Under != "/data/attributes" || !slices.Equal(p.Wrap.Around, want) || p.Fields[0].Path != "email" ||
		p.Record.Body != "/data/attributes" || p.LookUps[0].Record.Body != "/attributes" {
		t.Errorf("%+v, %+v, %+v", p.Wrap, p.Record, p.LookUps)
	}
	var mistake *pipeline.Mistake
	_, err = Derive([]byte(example), Deriving{Under: "/data/atributes"})
	if !errors.As(err, &mistake) || mistake.What.Code != "new_definition.nothing_under" {
		t.Error(err)
	}
}

// Each missing answer is a mistake with its question, in a line of provider.yaml or of the schema, and there are no
// other mistakes.
func TestUnansweredQuestionsAreMistakes(t *testing.T) {
	words := say(t)
	key := []string{"resend", resendKey, "resend_header", "Idempotency-Key", "resend_for", "24h",
		"look_up", "GET /customers?email={key}", "look_up_list", "/data", "look_up_id", "/id"}
	whole := map[string]Answers{"key": complete(key...),
		"reference": complete("resend", resendReference, "resend_field", "reference"),
		"header":    complete("auth", authHeader, "auth_header", "X-Api-Key"),
		"oauth":     complete("auth", authOAuth, "token_call", "POST /token"),
		"await": complete("accepted", "202", "await", "GET /jobs/{id}", "await_id", "/job", "await_done", "200 /s=done",
			"await_record", "/id"),
		"sign": complete("sign", "hmac-sha256", "sign_text", "{timestamp}.{body}", "sign_headers",
			"X-Signature: t={timestamp},v1={signature}"),
		"message": complete("sign", "ed25519", "sign_what", signedMessage, "sign_parts", "@method", "sign_keyid", "{KEY_ID}"),
		"fields":  complete("error_fields", "/errors", "error_field", "/field")}
	two := complete(append(key, "look_up_key", "email")...)
	two["same_customer"] = []string{"email", "reference"}
	whole["two"] = two
	tested := map[string]bool{}
	for name, answers := range whole {
		if open := answers.Unanswered(); len(open) > 0 {
			t.Errorf("%s leaves %s open", name, open[0].Name)
		}
		for _, q := range Questions() {
			if q.Optional || q.Default != "" || q.Name == "example" || !q.Asked(answers) || tested[q.Name] {
				continue
			}
			tested[q.Name] = true
			a := maps.Clone(answers)
			delete(a, q.Name)
			_, err := compile(t, a)
			var all pipeline.Mistakes
			if one := (*pipeline.Mistake)(nil); !errors.As(err, &all) && errors.As(err, &one) {
				all = pipeline.Mistakes{one}
			}
			found := false
			for _, m := range all {
				found = found || words(m.What) == "not answered yet: "+words(q.Ask)
				if m.What.Code != "definition.unanswered" || m.Place.Line == 0 {
					t.Errorf("without %s: %v", q.Name, m)
				}
			}
			if !found {
				t.Errorf("without %s: %v", q.Name, err)
			}
		}
	}
	for _, q := range Questions() {
		if !q.Optional && q.Default == "" && q.Name != "example" && !tested[q.Name] {
			t.Errorf("%s was not tested", q.Name)
		}
	}
}

// Safety comes first, and none of it is optional.
func TestSafetyComesFirst(t *testing.T) {
	rest := false
	for _, q := range Questions() {
		if q.Safety && (rest || q.Optional) {
			t.Errorf("%s stands behind others, or may be left out", q.Name)
		}
		rest = rest || !q.Safety
	}
}

// No file is overwritten, and the folder is left unchanged.
func TestWriteOverwritesNothing(t *testing.T) {
	dir := t.TempDir()
	theirs := filepath.Join(dir, factsFile)
	if err := os.WriteFile(theirs, []byte("theirs"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Write(dir, complete(), Body{Example: []byte(body)}, say(t))
	var mistake *pipeline.Mistake
	if !errors.As(err, &mistake) || mistake.Place.File != theirs {
		t.Errorf("got %v", err)
	}
	entries, err := os.ReadDir(dir)
	text, err2 := os.ReadFile(theirs)
	if err := errors.Join(err, err2); err != nil || len(entries) != 1 || string(text) != "theirs" {
		t.Errorf("%v, %q, %v", entries, text, err)
	}
}

// Every answer has a line on the page of facts, which asks for its source.
func TestFacts(t *testing.T) {
	a := complete("resend", "")
	a.Complete()
	page := string((&folder{name: "acme", answers: a, say: say(t)}).facts([]string{"tags"}))
	if got := strings.Count(page, "| source: ? |"); got != len(a)-1+2 { // no example; fields, and those left out
		t.Errorf("%d sources of %d answers:\n%s", got, len(a), page)
	}
	if strings.Count(page, "| not answered yet |") != 1 || !strings.Contains(page, "| tags | source: ? |") {
		t.Error(page)
	}
}

// The file of questions can be read as answers, with only the defaults.
func TestBlankIsReadable(t *testing.T) {
	blank := Blank(say(t))
	got, err := Read("answers.yaml", []byte(blank))
	if err != nil {
		t.Fatal(err)
	}
	want := Answers{}
	for _, q := range Questions() {
		if q.Default != "" {
			want[q.Name] = q.Values(q.Default)
		}
		if !strings.Contains(blank, "\n"+q.Name+":") {
			t.Errorf("%s is not asked", q.Name)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
