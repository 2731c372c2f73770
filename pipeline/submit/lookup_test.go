package submit_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/submit"
)

func TestLookUpByKey(t *testing.T) {
	page := func(n int, email string) string {
		items := make([]string, n)
		for i := range items {
			items[i] = fmt.Sprintf(`{"id":"x%d","email":"%d%s"}`, i, i, email)
		}
		return `{"data":[` + strings.Join(items, ",") + `]}`
	}
	cases := []struct {
		name   string
		status int
		body   string
		ids    string // "" with absent; "error: WORD" for an error with that verdict
	}{
		{"found", 200, `{"data":[{"id":"a","email":"other+ada@example.org"},{"id":"b","email":"ADA@example.org"}]}`,
			"b"},
		{"two of one key", 200, `{"data":[{"id":"a","email":"ada@example.org"},{"id":"b","email":"ADA@example.org"}]}`,
			"a b"},
		{"absent, empty list", 200, `{"data":[]}`, ""},
		{"absent, and no more", 200, `{"data":[],"error":null,"has_more":false,"next":null,"meta":{"next_page":0}}`, ""},
		{"an empty list that says failure", 200, `{"data":[],"success":false}`, "error: unknown"},
		{"an empty list with an error", 200, `{"data":[],"error":{"code":"search_down"}}`, "error: unknown"},
		{"an empty page before others", 200, `{"data":[],"has_more":true}`, "error: unknown"},
		{"an empty page with a cursor", 200, `{"data":[],"meta":{"nextCursor":"x"}}`, "error: unknown"},
		{"found, with a next page", 200, `{"data":[{"id":"b","email":"ada@example.org"}],"has_more":true}`, "b"},
		{"absent, by status", 404, `no`, ""},
		{"absent, only longer ones", 200, page(99, "ada@example.org"), ""},
		{"a full page of longer ones", 200, page(100, "ada@example.org"), "error: unknown"},
		{"a list that was not filtered", 200, page(3, "eve@example.org"), "error: unknown"},
		{"a record without the key", 200, `{"data":[{"id":"a"}]}`, "error: unknown"},
		{"a match without an ID", 200, `{"data":[{"email":"ada@example.org"}]}`, "error: unknown"},
		{"no list", 200, `{"data":null}`, "error: unknown"},
		{"no JSON", 200, `<html>`, "error: unknown"},
		{"another success", 206, `{"data":[]}`, "error: unknown"},
		{"server error", 500, `{"data":[]}`, "error: unknown"},
		{"throttled", 429, ``, "error: throttled"},
		{"unauthorised", 401, ``, "error: unauthorized"},
		{"forbidden", 403, ``, "error: halt"},
		{"redirect", 302, ``, "error: halt"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := answering(t, c.status, nil, c.body)
			p := acme()
			found, err := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).LookUp(t.Context(), &p.LookUps[0],
				"ada@example.org")
			var ids []string
			for _, f := range found {
				ids = append(ids, f.ID)
			}
			got := strings.Join(ids, " ")
			var e *submit.LookUpError
			if errors.As(err, &e) {
				got = "error: " + string(e.Verdict)
				if e.Status != c.status || e.Token != 1 {
					t.Errorf("status %d, generation %d", e.Status, e.Token)
				}
			}
			if got != c.ids || err == nil && found == nil {
				t.Errorf("%q, want %q (%v)", got, c.ids, err)
			}
		})
	}
}

func TestLookUpAddress(t *testing.T) {
	var got string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.RequestURI
		if len(r.TransferEncoding) > 0 || r.ContentLength != 0 || r.Header.Get("Content-Type") != "" {
			t.Errorf("a body with a GET: %v", r.Header)
		}
		w.WriteHeader(404)
	})
	p := acme()
	p.LookUps[0].Call.Query = append(p.LookUps[0].Call.Query, pipeline.Pair{Name: "limit", Value: "100"})
	c := newClient(t, submit.Options{Provider: p, BaseURL: s.URL})
	if _, err := c.LookUp(t.Context(), &p.LookUps[0], "a+b&c=é/%@x.org"); err != nil {
		t.Fatal(err)
	}
	if want := "/customers?email=a%2Bb%26c%3D%C3%A9%2F%25%40x.org&limit=100"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := c.LookUp(t.Context(), &p.LookUps[1], "a/../b?c+d{id}"); err != nil {
		t.Fatal(err)
	}
	if want := "/customers/a%2F..%2Fb%3Fc%2Bd%7Bid%7D"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, id := range []string{"", ".", ".."} {
		got = ""
		if _, err := c.LookUp(t.Context(), &p.LookUps[1], id); err == nil || got != "" {
			t.Errorf("ID %q: asked %q, %v", id, got, err)
		}
	}
}

func TestLookUpByID(t *testing.T) {
	for body, ok := range map[string]bool{
		`{"id":"c1"}`: true, `{"id":"C1"}`: false, `{"id":"c2"}`: false, `{}`: false, `[]`: false,
	} {
		s := answering(t, 200, nil, body)
		p := acme()
		found, err := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).LookUp(t.Context(), &p.LookUps[1], "c1")
		if (err == nil) != ok || ok && (len(found) != 1 || found[0].ID != "c1") {
			t.Errorf("%s: %v, %v", body, found, err)
		}
	}
}

func TestLookUpValues(t *testing.T) {
	s := answering(t, 200, http.Header{"X-Request-Id": {"req-3"}},
		`{"data":[{"id":"a","email":"ada@example.org","name":"Ada Bello","phone_number":"+2348",
			"reps":[{"city":"x"}]}]}`)
	p := acme()
	p.Same = append(p.Same, pipeline.Same{Field: "phone"}, pipeline.Same{Field: "ssn"})
	found, err := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).LookUp(t.Context(), &p.LookUps[0],
		"ada@example.org")
	want := []pipeline.Found{{ID: "a", RequestID: "req-3",
		Values: map[string]string{"email": "ada@example.org", "name": "Ada Bello", "phone": "+2348"}}}
	if d := cmp.Diff(want, found); d != "" || err != nil {
		t.Error(err, d)
	}
}

func TestLookUpByAKeyWithAJSONPath(t *testing.T) {
	p := acme()
	p.Keys = append(p.Keys, pipeline.Key{Name: "ssn", Path: `$.documents[?@.type == 'SSN'].value`, Secret: true})
	p.LookUps[0].Key = "ssn"
	s := answering(t, 200, nil, `{"data":[
		{"id":"a","documents":[{"type":"TIN","value":"1234567890"},{"type":"SSN","value":"9123456789"}]},
		{"id":"b","documents":[{"type":"TIN","value":"1"},{"type":"SSN","value":"123456789"}]}]}`)
	found, err := newClient(t, submit.Options{Provider: p, BaseURL: s.URL}).LookUp(t.Context(), &p.LookUps[0],
		"123456789")
	if err != nil || len(found) != 1 || found[0].ID != "b" {
		t.Errorf("%v, %v", found, err)
	}
}

func TestLookUpErrorsHoldNoPersonalData(t *testing.T) {
	const email = "ada+1@example.org"
	quoting := answering(t, 400, nil,
		`{"error":{"code":"no such ADA+1@example.org"},"request_id":"r-ada%2B1%40example.org"}`)
	hangup := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 "+r.RequestURI+" no\r\n\r\n")
		_ = conn.Close()
	})
	for _, base := range []string{quoting.URL, hangup.URL, "http://no-such-host.invalid"} {
		p := acme()
		_, err := newClient(t, submit.Options{Provider: p, BaseURL: base}).LookUp(t.Context(), &p.LookUps[0], email)
		var e *submit.LookUpError
		if !errors.As(err, &e) {
			t.Fatalf("%v", err)
		}
		if all := fmt.Sprintf("%v %+v", err, *e); strings.Contains(strings.ToLower(all), "ada") {
			t.Errorf("personal data: %s", all)
		}
	}
}
