package submit_test

import (
	"slices"
	"testing"

	"muster/pipeline"
	"muster/pipeline/submit"
)

// TestErrorListsOfEveryKind: a list, one object, and an object of fields with texts,
// lists of texts or objects.
func TestErrorListsOfEveryKind(t *testing.T) {
	for _, c := range []struct {
		name string
		list pipeline.ProblemList
		body string
		want []string
	}{
		{"texts by field", pipeline.ProblemList{At: "/errors", Map: true}, `{"errors":{"email":["a","b"],"name":"c"}}`,
			[]string{"email: a; b", "name: c"}},
		{"objects by field", pipeline.ProblemList{At: "/errors", Map: true, Message: "/detail"},
			`{"errors":{"email":[{"detail":"a"},{"code":7}],"name":{"detail":"c"}}}`, []string{"email: a", "name: c"}},
		{"a list", pipeline.ProblemList{At: "/errors", Field: "/path", Message: "/texts"},
			`{"errors":[{"path":"/name","texts":["a","b"]},{"path":"email"}]}`, []string{"name: a; b", "email: "}},
		{"one object", pipeline.ProblemList{At: "/error", Field: "/param", Message: "/reason"},
			`{"error":{"param":"email","reason":"taken"}}`, []string{"email: taken"}},
		{"an object of nothing known", pipeline.ProblemList{At: "/error", Field: "/param"}, `{"error":{"type":"x"}}`, nil},
	} {
		p := acme()
		p.Errors.Problems = []pipeline.ProblemList{c.list}
		s := answering(t, 422, nil, c.body)
		client := newClient(t, submit.Options{Provider: p, BaseURL: s.URL})
		reply, _ := client.Create(t.Context(), intent())
		var got []string
		for _, problem := range reply.Problems {
			text, _ := problem.Message.Arg("text").(string)
			got = append(got, problem.Field+": "+text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
