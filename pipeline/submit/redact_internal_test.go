package submit

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// A short text is redacted in the same way whether all values are spelt out or only those that fit.
func TestAShortTextIsClearedAlike(t *testing.T) {
	alphabet := rapid.RuneFrom([]rune("aAb019 @.-_/<\"éßŠ日İı\n"))
	spell := []func(string) string{func(v string) string { return v }, strings.ToUpper, strings.ToLower, url.QueryEscape,
		asciiJSON}
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.StringOfN(alphabet, 1, 12, -1), 1, 5).Draw(rt, "values")
		var entries []pipeline.Entry
		for i, v := range values {
			entries = append(entries, pipeline.Entry{Path: fmt.Sprint(i), Value: v})
		}
		said := rapid.StringOfN(alphabet, 0, 4, -1).Draw(rt, "before") +
			rapid.SampledFrom(spell).Draw(rt, "spelling")(rapid.SampledFrom(values).Draw(rt, "value"))
		said = string([]rune(said)[:min(len([]rune(said)), shortText)])
		hidden := appendNeedles(nil, "s3cret", secretLabel)
		all := newRedactor(entries, hidden)
		all.text(strings.Repeat("x", shortText+1), maxMessage)
		got, want := newRedactor(entries, hidden).text(said, maxMessage), all.text(said, maxMessage)
		if got != want {
			rt.Errorf("%q of %q: %q, want %q", said, values, got, want)
		}
	})
}
