package templates

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// TestMadeTextsStay: a text is correct, and stays so whatever is made after it.
func TestMadeTextsStay(t *testing.T) {
	part := rapid.OneOf(rapid.StringMatching(`[A-Za-z0-9 ñÑ]{0,12}`), rapid.Just(strings.Repeat("Long ", 60)))
	steps := [][]pipeline.Normaliser{nil, {pipeline.Lower}, {pipeline.Digits}, {pipeline.Lower, pipeline.Collapse}}
	rapid.Check(t, func(t *rapid.T) {
		var made textMaker
		var got, want []string
		for range rapid.IntRange(0, 400).Draw(t, "n") {
			a, b := part.Draw(t, "a"), part.Draw(t, "b")
			if rapid.Bool().Draw(t, "join") {
				got, want = append(got, made.joined(a, b)), append(want, a+" "+b)
				continue
			}
			by := rapid.SampledFrom(steps).Draw(t, "steps")
			got, want = append(got, made.normalised(by, a)), append(want, pipeline.Normalise(by, a))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// TestShortTextsAreASet compares the set with a list.
func TestShortTextsAreASet(t *testing.T) {
	short := rapid.StringMatching("[A-C\x00é]{0,9}")
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(short).Draw(t, "texts")
		set, ok := newShortTexts(all)
		if long := slices.ContainsFunc(all, func(s string) bool {
			return s == "" || len(s) > 8 || strings.HasSuffix(s, "\x00")
		}); ok == long {
			t.Fatalf("%q are short: %v", all, ok)
		}
		for range 20 {
			if s := short.Draw(t, "text"); ok && set.has(s) != slices.Contains(all, s) {
				t.Fatalf("%q among %q: %v", s, all, set.has(s))
			}
		}
	})
}

// TestAppendString compares the encoding of a body's strings, eight bytes at a time, with one at a time.
func TestAppendString(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.SampledFrom([]rune("aZ 0!#[]\x1f\x20\x21\x7f\"\\\n\tñ€"))).Draw(t, "text")
		want := []byte{'"'}
		for i := range len(s) {
			one := appendString(nil, s[i:i+1])
			want = append(want, one[1:len(one)-1]...)
		}
		if got := appendString(nil, s); string(got) != string(append(want, '"')) {
			t.Fatalf("%q is %s, want %s", s, got, want)
		}
	})
}
