package pipeline

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// pipeline/README.md, Values: white space at both ends, zero-width characters and
// byte-order marks; never anything inside.
func TestTrim(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"nothing to trim", "EJEMPLO SAS", "EJEMPLO SAS"},
		{"space behind", "999000011 ", "999000011"},
		{"space in front", "  999000011", "999000011"},
		{"tab and line breaks", "\t\r\n999000011\v\f\n", "999000011"},
		{"no-break space", "\u00a0Ana\u00a0", "Ana"},
		{"narrow no-break space", "\u202fAna\u2007", "Ana"},
		{"next line", "\u0085Ana\u0085", "Ana"},
		{"line and paragraph separators", "\u2028Ana\u2029", "Ana"},
		{"ideographic space", "\u3000Ana\u3000", "Ana"},
		{"zero-width space", "\u200bAna\u200b", "Ana"},
		{"joiners", "\u200c\u200dAna\u200d\u200c", "Ana"},
		{"word joiner", "\u2060Ana\u2060", "Ana"},
		{"byte-order mark", "\ufeffAna\ufeff", "Ana"},
		{"Mongolian vowel separator", "\u180eAna\u180e", "Ana"},
		{"all of them", " \ufeff\u200b\u00a0\tAna \u200b\n", "Ana"},
		{"only such", " \ufeff\u200b\u00a0\t", ""},
		{"inside it stays", "Ana\u00a0\u200b María", "Ana\u00a0\u200b María"},
		{"soft hyphen", "\u00adAna\u00ad", "Ana"},
		{"marks of direction", "\u200e\u202aAna\u202c\u2066\u2069\u200f", "Ana"},
		{"soft hyphen inside", "Ana\u00adMaría", "Ana\u00adMaría"},
		{"quotes and apostrophes stay", "'0012", "'0012"},
		{"not UTF-8", " \xffAna\xff ", "\xffAna\xff"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Trim(tt.in); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestTrimIsDoneOnce(t *testing.T) {
	text := rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune(" \t\n\u00a0\u200b\ufeff\u2060\u0085aé")),
		rapid.Rune()))
	rapid.Check(t, func(rt *rapid.T) {
		s := text.Draw(rt, "text")
		got := Trim(s)
		if Trim(got) != got || !strings.Contains(s, got) {
			rt.Fatalf("%q becomes %q, and then %q", s, got, Trim(got))
		}
		for _, end := range []string{firstRune(got), lastRune(got)} {
			if end != "" && strings.TrimFunc(end, unicode.IsSpace) == "" {
				rt.Fatalf("%q becomes %q", s, got)
			}
		}
	})
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func lastRune(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return string(r[len(r)-1])
}

func TestNormalise(t *testing.T) {
	tests := []struct {
		name     string
		steps    []Normaliser
		in, want string
	}{
		{"no steps", nil, "  A b ", "A b"},
		{"lower", []Normaliser{Lower}, "Ana ÑANDÚ", "ana ñandú"},
		{"digits", []Normaliser{Digits}, "999.000.011-7", "9990000117"},
		{"digits of ASCII only", []Normaliser{Digits}, "１2٣", "2"},
		{"no digits", []Normaliser{Digits}, "none", ""},
		{"collapse", []Normaliser{Collapse}, " Ana \t María\u00a0\nSample ", "Ana María Sample"},
		{"day of a timestamp", []Normaliser{Day}, "1984-02-29T00:00:00Z", "1984-02-29"},
		{"day of a date", []Normaliser{Day}, "1984-02-29", "1984-02-29"},
		{"day of less", []Normaliser{Day}, "1984", "1984"},
		{"several", []Normaliser{Lower, Collapse}, " EJEMPLO   S.A.S. ", "ejemplo s.a.s."},
		{"in their order", []Normaliser{Day, Digits}, "1984-02-29T10:00:00Z", "19840229"},
		{"unknown", []Normaliser{"upper"}, "Ana", "Ana"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Normalise(tt.steps, tt.in); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

// Normalising again changes nothing: the keys of a later run are those of the first.
func TestNormaliseIsDoneOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		steps := []Normaliser{rapid.SampledFrom(Normalisers()).Draw(rt, "step")}
		s := rapid.String().Draw(rt, "text")
		once := Normalise(steps, s)
		if steps[0] == Lower {
			return // some capitals become a small letter that has another small letter
		}
		if twice := Normalise(steps, once); twice != once {
			rt.Fatalf("%v: %q becomes %q, and then %q", steps, s, once, twice)
		}
	})
}

// Nothing of a short secret is shown, and at most four characters of a long one.
func TestLastFour(t *testing.T) {
	for in, want := range map[string]string{
		"":          "",
		"1":         "****",
		"1234":      "****",
		"12345":     "****2345",
		"000120001": "****0001",
		"ñandúes":   "****dúes",
		"éééé":      "****",
		"😀😀😀😀😀":     "****😀😀😀😀",
	} {
		if got := LastFour(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		} else if IsMasked(got) != (got != "") || IsMasked(in) {
			t.Errorf("%q: %q is not told from it", in, got)
		}
	}
}
