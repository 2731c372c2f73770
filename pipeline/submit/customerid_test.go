package submit_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// inHeader is acme with the ID of a new customer in a header.
func inHeader() *pipeline.Provider {
	p := acme()
	p.Record.ID, p.Record.IDHeader = nil, "Location"
	return p
}

// Where the definition takes the ID from a header, a create answered without a body is proven by the header only.
func TestTheIDIsInAHeader(t *testing.T) {
	for _, c := range []struct{ name, header, body, want string }{
		{"the ID", "c-17", "", "c-17"},
		{"an address of the same host", "{base}/customers/c-17", "", "c-17"},
		{"a path", "/v1/customers/c%2017", "", "c 17"},
		{"a relative path", "customers/c-17", "", "c-17"},
		{"behind white space in the body", "c-17", " \n", "c-17"},
		{"beside a body", "c-17", `{"name":"Ada"}`, "c-17"},
		{"beside a page", "c-17", "<html>maintenance</html>", ""},
		{"none", "", "", ""},
		{"the address of all customers", "{base}/customers/", "", ""},
		{"another host", "https://other.example.org/customers/c-17", "", ""},
		{"another host, without a scheme", "//other.example.org/customers/c-17", "", ""},
		{"another port", "http://127.0.0.1:1/customers/c-17", "", ""},
		{"another scheme", "{tls}/customers/c-17", "", ""},
		{"with a user", "{user}/customers/c-17", "", ""},
		{"a query", "/customers?id=c-17", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var s *httptest.Server
			s = serve(t, func(w http.ResponseWriter, _ *http.Request) {
				address := strings.NewReplacer("{base}", s.URL, "{tls}", strings.Replace(s.URL, "http:", "https:", 1),
					"{user}", strings.Replace(s.URL, "//", "//me@", 1)).Replace(c.header)
				if address != "" {
					w.Header().Set("Location", address)
				}
				w.WriteHeader(http.StatusCreated)
				_, _ = strings.NewReader(c.body).WriteTo(w)
			})
			r, _ := newClient(t, submit.Options{Provider: inHeader(), BaseURL: s.URL}).Create(t.Context(), intent())
			want := pipeline.VerdictCreated
			if c.want == "" {
				want = pipeline.VerdictUnknown
			}
			if r.Verdict != want || r.CustomerID != c.want {
				t.Errorf("verdict %q, ID %q; want %q, %q", r.Verdict, r.CustomerID, want, c.want)
			}
		})
	}
}

// TestTheIDWithinAnAddress: with the form of IDs, the ID is that part of the address that has it.
func TestTheIDWithinAnAddress(t *testing.T) {
	for header, want := range map[string]string{
		"/customers/c-17":               "c-17",
		"/customers/c-17/status":        "c-17",
		"/customers/c-17/status/c-17":   "c-17",
		"/jobs/9?customer=c-17":         "c-17",
		"/customers/c-17/parents/c-18/": "c-18", // the end has the form
		"/c-16/c-17/status":             "",
		"/customers/status":             "",
	} {
		p := inHeader()
		p.Record.IDPattern = regexp.MustCompile(`\Ac-[0-9]+\z`)
		s := answering(t, 201, http.Header{"Location": {header}}, "")
		r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).Create(t.Context(), intent())
		if created := r.Verdict == pipeline.VerdictCreated; created != (want != "") || created && r.CustomerID != want {
			t.Errorf("%s: verdict %q, ID %q, want %q", header, r.Verdict, r.CustomerID, want)
		}
	}
}

// Where the definition says so, only the body counts.
func TestAHeaderIsNotReadUnasked(t *testing.T) {
	s := answering(t, 201, http.Header{"Location": {"/customers/c-17"}}, "")
	if r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent()); r.CustomerID != "" ||
		r.Verdict != pipeline.VerdictUnknown {
		t.Errorf("verdict %q, ID %q", r.Verdict, r.CustomerID)
	}
}

// The address of a customer is only used when it is at the provider's own place.
func TestFoundAddresses(t *testing.T) {
	for said, want := range map[string]string{
		"c-17": "c-17", "/customers/c-17": "c-17", "{base}/customers/c-17": "c-17",
		"https://other.example.org/customers/c-17": "", "//other.example.org/c-17": "", "ftp://x/c-17": "",
	} {
		var s *httptest.Server
		s = serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			text := strings.Replace(said, "{base}", s.URL, 1)
			_, _ = strings.NewReader(`{"error":{"code":"taken","id":"` + text + `"}}`).WriteTo(w)
		})
		r, _ := newClient(t, submit.Options{BaseURL: s.URL}).Create(t.Context(), intent())
		if r.Verdict != pipeline.VerdictExists || r.FoundID != want {
			t.Errorf("%s: verdict %q, ID %q, want %q", said, r.Verdict, r.FoundID, want)
		}
	}
}

// An ID without the form that the definition promises proves no creation.
func TestIDsOfAnotherForm(t *testing.T) {
	p := acme()
	p.Record.IDPattern = regexp.MustCompile(`\Acus_[0-9]+\z`)
	for _, c := range []struct {
		body    string
		created bool
		says    string
	}{
		{`{"id":"cus_17"}`, true, ""},
		{`{"id":"rehearsal-cus_17"}`, true, ""},
		{`{"id":"err_17","error_code":"DOWN"}`, false, "id=\"err_17\""},
		{`{"id":"cus_17 "}`, false, ""},
		{`{"id":"Ada Bello"}`, false, "proof.id_form"},
	} {
		s := answering(t, 201, nil, c.body)
		r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).Create(t.Context(), intent())
		if (r.Verdict == pipeline.VerdictCreated) != c.created {
			t.Errorf("%s: verdict %q", c.body, r.Verdict)
		}
		if c.says != "" && (!r.Doubted || !strings.Contains(r.Message.String(), c.says) ||
			strings.Contains(r.Message.String(), "Ada")) {
			t.Errorf("%s: doubted %t, %s", c.body, r.Doubted, r.Message)
		}
	}
}

// A success status without proof of a creation halts a run that begins with it, whatever is missing; after a 202
// nothing can be proven yet.
func TestSuccessWithoutProofIsDoubted(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   bool
	}{
		{201, "<html>Welcome</html>", true}, {201, "", true}, {201, `{}`, true}, {201, `{"id":null}`, true},
		{201, `{"id":{"value":"c-1"}}`, true}, {201, `[{"id":"c-1"}]`, true}, {204, "", true},
		{206, `{"id":"c-1"}`, true}, {207, `{"results":[{"status":422}]}`, true},
		{202, `{"id":"c-1"}`, false}, {202, "", false}, {500, "<html>down</html>", false}, {408, "", false},
	} {
		p := acme()
		p.Answers = []pipeline.Answer{{Statuses: []pipeline.Statuses{{From: 201, To: 201}},
			Verdict: pipeline.VerdictCreated}}
		s := answering(t, c.status, nil, c.body)
		r, _ := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).Create(t.Context(), intent())
		if r.Verdict != pipeline.VerdictUnknown || r.Doubted != c.want {
			t.Errorf("%d %s: %q, doubted %t, want %t", c.status, c.body, r.Verdict, r.Doubted, c.want)
		}
	}
}
