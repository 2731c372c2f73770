package standin

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"muster/pipeline"
)

// What customers were made of is shown where it was asked for, under a name that nobody
// guesses, to this machine alone, and without what is secret.
func TestBodies(t *testing.T) {
	o := ferroOptions()
	secret := *o.Provider
	secret.Fields = append([]pipeline.Field{{Path: "nit", Secret: true}}, secret.Fields...)
	o.Provider = &secret
	none := start(t, o)
	ask(t, none, "POST", "/v1/entities", merchant(1), bearer)
	if a := ask(t, none, "GET", BodiesPath("name"), ""); a.status != http.StatusNotFound {
		t.Errorf("nobody asked for bodies: %d %s", a.status, a.raw)
	}
	o.Bodies = "name"
	s := start(t, o)
	ask(t, s, "POST", "/v1/entities", merchant(1), bearer)
	for _, path := range []string{BodiesPath("other"), BodiesPath(""), "/_standin/bodies"} {
		if a := ask(t, s, "GET", path, ""); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, a.status, a.raw)
		}
	}
	for from, want := range map[string]int{"192.0.2.7:4000": http.StatusNotFound, "127.0.0.1:4000": http.StatusOK,
		"[::1]:4000": http.StatusOK, "": http.StatusNotFound} {
		r := httptest.NewRequest("GET", BodiesPath("name"), nil)
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		text := w.Body.String()
		if w.Code != want {
			t.Errorf("from %q: %d", from, w.Code)
		}
		if want != http.StatusOK {
			continue
		}
		if strings.Contains(text, "900000001") || !strings.Contains(text, `"nit":"****0001"`) ||
			strings.Count(text, "\n") != 1 {
			t.Errorf("%s", text)
		}
	}
}

func TestMask(t *testing.T) {
	for _, c := range []struct{ path, in, want string }{
		{"a.b", `{"a":{"b":"000120001","c":"x"}}`, `{"a":{"b":"****0001","c":"x"}}`},
		{"a[].b", `{"a":[{"b":"000120001"},{"c":1}]}`, `{"a":[{"b":"****0001"},{"c":1}]}`},
		{"a", `{"a":120001}`, `{"a":""}`},
		{"a.b", `{"a":"x"}`, `{"a":"x"}`},
		{"a", `[1]`, `[1]`},
	} {
		doc, err := pipeline.DecodeJSON([]byte(c.in))
		if err != nil {
			t.Fatal(err)
		}
		fieldPlace(c.path).mask(doc)
		if got := strings.TrimSpace(string(encode(doc))); got != c.want {
			t.Errorf("%s of %s: %s", c.path, c.in, got)
		}
	}
}
