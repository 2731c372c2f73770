package submit_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// refusing refuses every create with a message.
type refusing struct{ message string }

func (s *refusing) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.WriteHeader(422)
	_ = json.NewEncoder(w).Encode(map[string]any{"request_id": s.message, "error": map[string]any{
		"code": s.message, "message": s.message,
		"errors":  []any{map[string]any{"field": s.message, "message": s.message}},
		"details": map[string]any{s.message: []any{s.message}},
	}})
}

// Whatever a provider writes around the values of a row and secrets, and however it spells them, none of them comes
// back.
func TestNoValueSurvives(t *testing.T) {
	said := &refusing{}
	s := serve(t, said.ServeHTTP)
	c := newClient(t, submit.Options{BaseURL: s.URL})
	// No braces: the end of a placeholder and the text after it could form a value.
	alphabet := rapid.RuneFrom([]rune("aAbBzZ019 @.+-_/&<>\"'\\%,;éÉñßŠ日本İ\n"))
	spell := []func(string) string{
		func(v string) string { return v }, strings.ToUpper, strings.ToLower, url.QueryEscape, url.PathEscape,
		func(v string) string { b, _ := json.Marshal(v); return string(b) },
	}
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.StringOfN(alphabet, 4, 24, -1), 1, 8).Draw(rt, "values")
		in := &pipeline.Intent{Body: []byte(`{}`)}
		var kept []string
		for i, v := range values {
			if v = pipeline.Trim(v); len([]rune(v)) >= 4 {
				kept = append(kept, v)
				in.Entries = append(in.Entries, pipeline.Entry{Path: fmt.Sprint(i), Value: v})
			}
		}
		kept = append(kept, apiKey)
		var b strings.Builder
		for range rapid.IntRange(1, 6).Draw(rt, "parts") {
			b.WriteString(rapid.StringOfN(alphabet, 0, 6, -1).Draw(rt, "between"))
			v := rapid.SampledFrom(kept).Draw(rt, "value")
			b.WriteString(rapid.SampledFrom(spell).Draw(rt, "spelling")(v))
		}
		said.message = b.String()
		r, _ := c.Create(t.Context(), in)
		if r.Verdict != pipeline.VerdictRefused {
			rt.Fatalf("%q: %s", r.Verdict, r.Message)
		}
		texts := []string{r.Message.String(), r.Code, r.RequestID}
		for _, p := range r.Problems {
			texts = append(texts, p.Field, p.Message.Arg("text").(string))
		}
		for _, v := range kept {
			for _, text := range texts {
				for _, how := range spell[:5] {
					if strings.Contains(strings.ToLower(text), strings.ToLower(how(v))) {
						rt.Fatalf("%q is still in %q (said: %q)", v, text, said.message)
					}
				}
			}
		}
	})
}

func TestRedaction(t *testing.T) {
	said := &refusing{}
	s := serve(t, said.ServeHTTP)
	c := newClient(t, submit.Options{BaseURL: s.URL})
	entries := []pipeline.Entry{
		{Path: "name", Value: "Ana"}, {Path: "full", Value: "Ana María"}, {Path: "n", Value: "7"},
		{Path: "type", Value: "BUSINESS", Filled: true}, {Path: "blank", Value: " "}, {Path: "none"},
		{Path: "quote", Value: `Jo "Q" <x>`},
	}
	cases := []struct{ said, want string }{
		{"Ana María is known", "{full} is known"},
		{"ANA is known, Anaïs and banana are not", "{name} is known, Anaïs and banana are not"},
		{"7 of 17", "{n} of 17"},
		{"a BUSINESS", "a BUSINESS"},
		{`"Ana Mar\u00eda"`, `"{full}"`},
		{"ana+mar%C3%ADa", "{full}"},
		{`got {"q":"Jo \"Q\" \u003cx\u003e"}`, `got {"q":"{quote}"}`},
		{"Jo &#34;Q&#34; &lt;x&gt;", "{quote}"},
		{"two\nlines\x1b[31m", "two lines [31m"},
		{"Ana\tMaría", "{full}"},
		{"Bearer " + apiKey, "Bearer {secret}"},
	}
	for _, tc := range cases {
		said.message = tc.said
		r, _ := c.Create(t.Context(), &pipeline.Intent{Body: []byte(`{}`), Entries: entries})
		if r.Message.String() != tc.want {
			t.Errorf("%q became %q, want %q", tc.said, r.Message, tc.want)
		}
	}
}

// A value that crosses the end of the kept or of the searched part leaves no part behind.
func TestRedactionAtTheCut(t *testing.T) {
	said := &refusing{}
	s := serve(t, http.HandlerFunc(said.ServeHTTP))
	c := newClient(t, submit.Options{BaseURL: s.URL})
	secretive := strings.Repeat("Q", 1000)
	in := &pipeline.Intent{Body: []byte(`{}`), Entries: []pipeline.Entry{{Path: "q", Value: secretive}}}
	for _, before := range []int{0, 295, 299, 300, 7190, 8000, 8191, 9000} {
		said.message = strings.Repeat(".", before%200) + strings.Repeat(secretive, before/1000+1) + "!"
		r, _ := c.Create(t.Context(), in)
		if strings.Contains(r.Message.String(), "Q") {
			t.Errorf("after %d characters: %q", before, r.Message)
		}
	}
}
