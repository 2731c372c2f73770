package tryout

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

// New values have the form of the old ones, and hardly ever repeat.
func TestFresh(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)).Float64
	for _, c := range []struct {
		old  string
		try  int
		want string
	}{
		{"ana@example.org", 0, `^m-[a-z0-9]{8}@example\.org$`},
		{"ana@example.org", 1, `^[a-z0-9]{5}@example\.org$`},
		{"900123456", 0, `^900[0-9]{6}$`},
		{"900123456", 2, `^[0-9]{9}$`},
		{"R-17", 0, `^R-[0-9]{8}$`},
		{"R-17", 2, `^[A-Z]-[0-9]{2}$`},
		{"3f2b5c1a-0d4e-4f6a-8b7c-9d0e1f2a3b4c", 1, `^3f2[0-9a-z-]{33}$`},
	} {
		form, seen := regexp.MustCompile(c.want), map[string]bool{}
		for range 20 {
			got := fresh(c.old, c.try, random)
			if !form.MatchString(got) {
				t.Errorf("%s, %d: %q is not of the form %s", c.old, c.try, got, c.want)
			}
			seen[got] = true
		}
		if len(seen) < 15 {
			t.Errorf("%s, %d: %d of 20 values differ", c.old, c.try, len(seen))
		}
	}
}

// Every definition's examples make a customer with new keys that its schema accepts.
func TestSampleOfEveryDefinition(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4)).Float64
	for _, name := range set.Names() {
		def, err := set.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		folder := filepath.Join("../../../../templates/providers", name)
		fromSchema, err := NewSample(context.Background(), def, "", nil, random)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		samples := []*Sample{fromSchema}
		if _, err := os.Stat(filepath.Join(folder, "example.csv")); err == nil {
			fromBook, err := NewSample(context.Background(), def, folder, nil, random)
			if err != nil || !strings.HasPrefix(filepath.Base(fromBook.From), "example") {
				t.Errorf("%s: %v", name, err)
				continue
			}
			samples = append(samples, fromBook)
		}
		for _, s := range samples {
			problems, err := s.problems(def)
			if err != nil || len(problems) > 0 || len(s.Fresh) < 1 {
				t.Errorf("%s: %+v, %v, %+v", name, problems, err, s.Fresh)
			}
			for _, f := range s.Fresh {
				field, _ := def.Provider().FieldByPath(f.Field)
				if i := slices.Index(s.Columns, f.Field); i < 0 || s.Cells[i] == field.Example || s.Cells[i] == "" {
					t.Errorf("%s: %s is not new", name, f.Field)
				}
				if field.Secret && strings.Trim(f.Value[:len(f.Value)-4], "*") != "" {
					t.Errorf("%s: %s is shown", name, f.Field)
				}
			}
		}
	}
}

// Given values are sent unchanged; an unknown field is refused.
func TestSampleOfGivenValues(t *testing.T) {
	set, err := templates.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	def, err := set.Find(set.Names()[0])
	if err != nil {
		t.Fatal(err)
	}
	column := def.Columns()[0]
	if _, err := NewSample(context.Background(), def, "", map[string]string{column + "x": "y"}, rand.Float64); err == nil {
		t.Error("no mistake")
	}
	key := def.Provider().Keys[0].Field
	first, err := NewSample(context.Background(), def, "", nil, rand.Float64)
	if err != nil {
		t.Fatal(err)
	}
	value := first.Cells[slices.Index(first.Columns, key)]
	s, err := NewSample(context.Background(), def, "", map[string]string{key: value}, rand.Float64)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Cells[slices.Index(s.Columns, key)]; got != value ||
		slices.ContainsFunc(s.Fresh, func(f Fresh) bool { return f.Field == key }) {
		t.Errorf("%s is %q, want %q; %+v", key, got, value, s.Fresh)
	}
}

// The recorder records what is on the wire, under the definition's names; what is shown has neither secrets nor
// values of the customer.
func TestRecordedIsShownWithoutValues(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Set-Cookie", "session=abc")
		switch r.URL.Path {
		case "/token":
			_, _ = io.WriteString(w, `{"access_token": "tok-123456", "user": "somebody", "expires_in": 60}`)
		case "/v1/a-1/customers":
			w.WriteHeader(http.StatusCreated)
			_, _ = w.Write([]byte(`{"id": "c_1", "token": "tok-123456", "copy": ` + string(body) + `, "of": "ANA@example.org"}`))
		default:
			_, _ = io.WriteString(w, "no ana@example.org here, key-abcdef")
		}
	}))
	defer server.Close()
	p := acme()
	p.Fields = []pipeline.Field{{Path: "kind"}, {Path: "company.name"}}
	r := NewRecorder(p)
	client := http.Client{Transport: r.Watch(http.DefaultTransport)}
	call := func(method, path, kind, body string) {
		t.Helper()
		req, err := http.NewRequest(method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		req.Header.Set("Authorization", "Bearer tok-123456")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadAll(resp.Body); err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	entries := []pipeline.Entry{{Path: "email", Value: "ana@example.org"}, {Path: "phone", Value: "+573005550101"},
		{Path: "n", Value: "1"}, {Path: "kind", Value: "company"}}
	const form, plain = "application/x-www-form-urlencoded", "application/json"
	call("POST", "/token", form, "client=key-abcdef&grant=all")
	r.Sends(&pipeline.Intent{Row: 0, Entries: entries})
	call("POST", "/v1/a-1/customers", plain, `{"email": "old@example.org"}`)
	r.Sends(&pipeline.Intent{Row: 2, Entries: entries, Body: []byte("{}")})
	call("POST", "/v1/a-1/customers", plain, `{"email": "ana@example.org", "phone": "+573005550101", "n": 1, "ok": true}`)
	call("GET", "/v1/a-1/customers?email=ana%40example.org", plain, "")
	call("GET", "/v1/a-1/customers/c_1", plain, "")
	call("GET", "/elsewhere", plain, "")
	call("POST", "/elsewhere", form, "company%5Bname%5D=company&company%5B17%5D=x")
	call("POST", "/elsewhere", plain, `{"company": {"name": "company"}, "ana@example.org": 1}`)
	all := r.take()
	var names []string
	for _, x := range all {
		name := x.Call
		if x.Ours {
			name += " of ours"
		}
		names = append(names, name)
	}
	want := []string{callToken, callCreate, callCreate + " of ours", "by-email", "by-id", "", "", ""}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if intent, _ := r.sent(); intent == nil || intent.Row != 2 || len(r.take()) != 0 {
		t.Errorf("the intent is %+v", intent)
	}
	var out strings.Builder
	show := newShower(p, append(entries, pipeline.Entry{Path: "old", Value: "old@example.org"}),
		map[string]string{"KEY": "key-abcdef", "ACCOUNT": "a-1"}, all)
	for i := range all {
		show.show(&out, &all[i], "silence")
	}
	show.show(&out, &Exchange{Call: callCreate, Method: "POST", URL: "https://x.example/v1"}, "silence")
	for _, secret := range []string{"tok-123456", "key-abcdef", "example.org", "3005550101", "somebody", "session=abc"} {
		if strings.Contains(strings.ToLower(out.String()), secret) {
			t.Errorf("%s is shown:\n%s", secret, out.String())
		}
	}
	for _, shown := range []string{"create  POST " + server.URL + "/v1/a-1/customers\n",
		"  > client={secret}\n  > grant=all\n",
		`"email": "{email}"`, `"n": 1`, `"ok": true`, `"id": "c_1"`, "  < 201 Created\n", "customers?email={email}\n",
		"  > Authorization: ***\n", "  > company[name]={kind}\n", `"company": {`, `"name": "{kind}"`,
		`"{email}": 1`, "  < silence\n", `"access_token": "***"`, `"expires_in": 60`} {
		if !strings.Contains(out.String(), shown) {
			t.Errorf("%s is not shown:\n%s", shown, out.String())
		}
	}
}
