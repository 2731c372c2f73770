package main

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
)

// Fakes refuse what the documents of their providers do not allow, so that a script's import proves that a definition
// follows the documents.
func TestFakesRefuse(t *testing.T) {
	const form, hal = "application/x-www-form-urlencoded", dwollaMedia
	const jane = `{"firstName":"Jane","lastName":"Doe","email":"jane@example.com","type":"receive-only"}`
	dwolla := func(changed ...string) map[string]string {
		h := map[string]string{"Accept": hal, "Content-Type": "application/json", "Authorization": "Bearer token-0"}
		for i := 0; i < len(changed); i += 2 {
			h[changed[i]] = changed[i+1]
		}
		return h
	}
	stripe := func(changed ...string) map[string]string {
		h := map[string]string{"Content-Type": form, "Authorization": "Bearer " + stripeKey}
		for i := 0; i < len(changed); i += 2 {
			h[changed[i]] = changed[i+1]
		}
		return h
	}
	// For each fake the requests are sent in this order.
	tests := []struct {
		fake, what, path string
		headers          map[string]string
		body             string
		status           int
		code             string // part of the answer
	}{
		{"dwolla", "no basic auth", "/token", map[string]string{"Content-Type": form}, "grant_type=client_credentials", 401,
			"invalid_client"},
		{"dwolla", "a token as JSON", "/token", map[string]string{"Content-Type": "application/json",
			"Authorization": "Basic bWFkZS11cC1rZXk6bWFkZS11cC1zZWNyZXQ="}, `{"grant_type":"client_credentials"}`, 400,
			"invalid_request"},
		{"dwolla", "a token", "/token", map[string]string{"Content-Type": form,
			"Authorization": "Basic bWFkZS11cC1rZXk6bWFkZS11cC1zZWNyZXQ="}, "grant_type=client_credentials", 200, "token-0"},
		{"dwolla", "another media type", "/customers", dwolla("Accept", "application/json"), jane, 406, "InvalidVersion"},
		{"dwolla", "another token", "/customers", dwolla("Authorization", "Bearer x"), jane, 401, "InvalidAccessToken"},
		{"dwolla", "a form", "/customers", dwolla("Content-Type", form), "firstName=Jane", 400, "BadRequest"},
		{"dwolla", "no e-mail", "/customers", dwolla(), `{"firstName":"J","lastName":"D","type":"unverified"}`, 400, "/email"},
		{"dwolla", "a number for a text", "/customers", dwolla(), strings.Replace(jane, `"Jane"`, "7", 1), 400, "/firstName"},
		{"dwolla", "an unknown member", "/customers", dwolla(), strings.Replace(jane, "{", `{"nick":"J",`, 1), 400, "/nick"},
		{"dwolla", "a customer", "/customers", dwolla("Idempotency-Key", "k"), jane, 201, ""},
		{"dwolla", "the same request", "/customers", dwolla("Idempotency-Key", "k"), jane, 201, ""},
		{"dwolla", "the same e-mail", "/customers", dwolla(), strings.Replace(jane, "jane@", "JANE@", 1), 400, "Duplicate"},
		{"stripe", "JSON", "/v1/accounts", stripe("Content-Type", "application/json"), `{"country":"US"}`, 400,
			"content type"},
		{"stripe", "another key", "/v1/accounts", stripe("Authorization", "Bearer sk_test_x"), "country=US", 401, "API Key"},
		{"stripe", "no version", "/v1/accounts", stripe("Stripe-Version", "newest"), "country=US", 400, "version"},
		{"stripe", "an unknown parameter", "/v1/accounts", stripe(), "company[nick]=x", 400, "parameter_unknown"},
		{"stripe", "names with dots", "/v1/accounts", stripe(), "company.name=x", 400, "parameter_unknown"},
		{"stripe", "no number", "/v1/accounts", stripe(), "individual[dob][day]=one", 400, "parameter_invalid_integer"},
		{"stripe", "no truth", "/v1/accounts", stripe(), "capabilities[transfers][requested]=True", 400, "boolean"},
		{"stripe", "an empty value", "/v1/accounts", stripe(), "email=", 400, "parameter_invalid_empty"},
		{"stripe", "type and controller", "/v1/accounts", stripe(), "type=custom&controller[fees][payer]=application", 400,
			"controller"},
		{"stripe", "an account", "/v1/accounts", stripe("Idempotency-Key", "k"), "country=US", 200, "acct_"},
		{"stripe", "the same request", "/v1/accounts", stripe("Idempotency-Key", "k"), "country=US", 200, "acct_"},
		{"stripe", "its key again", "/v1/accounts", stripe("Idempotency-Key", "k"), "country=GB", 400, "idempotency_error"},
		{"nimbus", "no signature", "/v3/merchants", map[string]string{"Nimbus-Api": "3", "Content-Type": form}, "ref=1", 401,
			"token"},
		{"nimbus", "no version", "/v3/merchants", map[string]string{"Content-Type": form}, "ref=1", 400, "version"},
	}
	running := map[string]*fakeProvider{}
	for _, tt := range tests {
		f := running[tt.fake]
		if f == nil {
			f = fakes[tt.fake]()
			running[tt.fake] = f
		}
		r := httptest.NewRequest("POST", tt.path, strings.NewReader(tt.body))
		for name, value := range tt.headers {
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		f.mux.ServeHTTP(w, r)
		said := w.Body.String()
		if w.Code != tt.status || !strings.Contains(said, tt.code) || said != "" && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s, %s: %d %s, want %d with %s", tt.fake, tt.what, w.Code, said, tt.status, tt.code)
		}
	}
	for name, want := range map[string]int{"dwolla": 1, "stripe": 1, "nimbus": 0} {
		if got := running[name].counts["customers"]; got != want {
			t.Errorf("%s has %d customers, want %d", name, got, want)
		}
	}
}
