package templates_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

// TestAllMistakesAtOnce: a definition with several mistakes is refused with all of
// them, in the order of their lines, each with the hint that fits it.
func TestAllMistakesAtOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string // old and new, in turn
		want    []string // what, and the hint
	}{
		{"form", []string{"title:", "titel:", "  header: Authorization", "  header: [Authorization]", "  by: none",
			"  bye: none"}, []string{
			`definition.unknown_key key="titel"; definition.try_key key="title"`,
			`definition.want_text; definition.try_compare`,
			`definition.unknown_key key="bye"; definition.try_key key="by"`}},
		{"meaning", []string{"ready: TOKEN", "ready: TOKN", "verdict: throttled", "verdict: slow",
			"- {field: type}", "- {field: typ}"}, []string{
			`definition.unknown_secret key="auth.ready" name="TOKN"; definition.try_name name="TOKEN"`,
			`definition.unknown_field field="typ" file="body.schema.json"; definition.try_name name="type"`,
			`definition.verdict verdict="slow" values=[created exists refused busy throttled unauthorized denied halt unknown];` +
				` definition.try_compare`}},
		{"a secret that nothing uses", []string{"      - {at: /client_id, secret: CLIENT_ID}\n", ""}, []string{
			`definition.unused_secret name="CLIENT_ID"; definition.try_compare`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var edits []edit
			for i := 0; i < len(c.changes); i += 2 {
				edits = append(edits, edit{"provider.yaml", c.changes[i], c.changes[i+1]})
			}
			_, err := findIn(t, alteredFiles(t, "passport", edits...))
			all, several := errors.AsType[pipeline.Mistakes](err)
			if one, ok := errors.AsType[*pipeline.Mistake](err); !several && ok {
				all = pipeline.Mistakes{one}
			}
			var got []string
			line := 0
			for _, m := range all {
				got = append(got, m.What.String()+"; "+m.Hint.String())
				if m.Place.Line < line {
					t.Errorf("%v stands behind line %d", m, line)
				}
				line = m.Place.Line
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}
