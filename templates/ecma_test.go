package templates

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
)

// Matches of a pattern as ECMAScript defines them with the unicode flag (ECMA-262, 22.2).
func TestPatternsMeanWhatECMAScriptMeans(t *testing.T) {
	tests := []struct {
		name, pattern string
		match, miss   []string
	}{
		{"digits are ASCII", `^\d+$`, []string{"0", "0123456789"}, []string{"", "１２３", "٣", "1a", "12\n"}},
		{"not digits", `^\D$`, []string{"a", "１", "\n", "\u2028"}, []string{"0", "9", ""}},
		{"words are ASCII", `^\w+$`, []string{"aZ_09"}, []string{"é", "ſ", "\u212a", "a-b", ""}},
		{"not words", `^\W$`, []string{"é", "-", " "}, []string{"a", "_", "5"}},
		{"white space", `^\s$`, []string{" ", "\t", "\n", "\v", "\f", "\r", "\u00a0", "\u1680", "\u2000",
			"\u200a", "\u2028", "\u2029",
			"\u202f", "\u205f", "\u3000", "\ufeff"}, []string{"", "a", "\u200b", "\u180e", "\u0085", "\u2060"}},
		{"not white space", `\S`, []string{"a", " \u200b ", "\u0085"},
			[]string{"", " ", "\u00a0\ufeff\u3000", "\r\n\u2028"}},
		{"the dot stops at line breaks", `^.$`, []string{"a", "é", "😀", "\t", "\u0085", "\v", "\f"},
			[]string{"", "\n", "\r", "\u2028", "\u2029", "ab"}},
		{"the end is the end", `^a$`, []string{"a"}, []string{"a\n", "a\r\n", "\na", "a\u2028"}},
		{"without anchors", `b`, []string{"b", "abc", "\nb\n"}, []string{"", "ac"}},
		{"alternatives", `^(?:NIT|CC)$`, []string{"NIT", "CC"}, []string{"NITCC", "nit", "NIT\n"}},
		{"anchors bind tighter than alternatives", `^a|b$`, []string{"ax", "xb"}, []string{"xa", "bx", "b\n"}},
		{"repeats", `^[A-Z]{2,3}$`, []string{"AB", "ABC"}, []string{"A", "ABCD", "ab", "ÀB"}},
		{"lazy", `^a+?b*?$`, []string{"a", "aabb"}, []string{"b", "aba"}},
		{"anything but", `^((?![<>]).)*$`, []string{"", "Café & Söhne", "😀", "a\u0085b"},
			[]string{"<", "a>b", "a\nb", "a\n", "\r", "a\u2028", "\u2029b"}},
		{"anything but, once at least", `^((?![<>]).)+$`, []string{"a"}, []string{"", "<", "\n"}},
		{"anything but, counted", `^((?![<>]).){2}$`, []string{"ab"}, []string{"a", "abc", "a<", "a\n"}},
		{"anything but, a hyphen first", `^((?![-x]).)*$`, []string{"abz"}, []string{"a-b", "x", "\n"}},
		{"anything but, a hyphen last", `^((?![x-]).)*$`, []string{"abz"}, []string{"a-b", "x", "\u2029"}},
		{"anything but, a set", `^((?![\s\d]).)*$`, []string{"ab"}, []string{"a b", "a1", "\u00a0"}},
		{"anything but, inside", `^x((?![<>]).)*y$`, []string{"xy", "x-y"}, []string{"x<y", "x\ny"}},
		{"code units", `^\u00e9\u{1F600}$`, []string{"é😀"}, []string{"e😀", "é"}},
		{"code points in a class", `^[\u0041-\u{5A}\u00d1]+$`, []string{"AZÑ"}, []string{"a", "["}},
		{"a class with sets", `^[\w.]+$`, []string{"a.b_9"}, []string{"a-b", "é", ""}},
		{"a set and a hyphen at the end", `^[\w-]+$`, []string{"a-b"}, []string{"a.b"}},
		{"a hyphen first", `^[-a]+$`, []string{"-a"}, []string{"b"}},
		{"an escaped hyphen is a hyphen", `^[a\-z]+$`, []string{"a-z"}, []string{"b", "m"}},
		{"an escaped hyphen beside a set", `^[\w\-.]+$`, []string{"a-b.c"}, []string{"a/b"}},
		{"a range from a hyphen", `^[--/]+$`, []string{"-./"}, []string{",", "0"}},
		{"a class turned round", `^[^a-c]$`, []string{"d", "\n", "\u2028", "😀"}, []string{"a", "c", ""}},
		{"a caret inside", `^[a^]+$`, []string{"a^"}, []string{"b"}},
		{"a bracket inside", `^[[\]]+$`, []string{"[]"}, []string{"a"}},
		{"no POSIX classes", `^[[:alpha:\]]+$`, []string{"[alph:]"}, []string{"b", "z"}},
		{"dots and the rest are themselves in a class", `^[.$*+?(){}|]+$`, []string{".$*+?(){}|"}, []string{"a", "\\"}},
		{"escapes of controls", `^\t\n\v\f\r$`, []string{"\t\n\v\f\r"}, []string{"tnvfr"}},
		{"escaped signs", `^\+\.\*\?\(\)\[\]\{\}\|\\\^\$\/$`, []string{`+.*?()[]{}|\^$/`}, []string{""}},
		{"letters beyond ASCII", `^[áéíóú]+ñ$`, []string{"áúñ"}, []string{"aun", "ñ"}},
		{"a phone number", `^\+[1-9][0-9]{1,14}$`, []string{"+57", "+573005550101"}, []string{"+0573", "573005550101",
			"+5730055501010101", "+57\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			re, err := compileECMA(tt.pattern)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range tt.match {
				if !re.MatchString(s) {
					t.Errorf("%s does not match %q", tt.pattern, s)
				}
			}
			for _, s := range tt.miss {
				if re.MatchString(s) {
					t.Errorf("%s matches %q", tt.pattern, s)
				}
			}
		})
	}
}

// A pattern that Go's engine cannot express, or that is no ECMAScript, is refused; the message shows the pattern.
func TestPatternsThatAreRefused(t *testing.T) {
	tests := []struct{ name, pattern, want string }{
		{"look-ahead", `^(?=.*\d).+$`, `definition.pattern_unsupported text="(?=." character=2`},
		{"negative look-ahead", `^(?!0)\d+$`, `definition.pattern_unsupported text="(?!0" character=2`},
		{"look-behind", `(?<=a)b`, `definition.pattern_unsupported text="(?<=" character=1`},
		{"negative look-behind", `(?<!a)b`, `definition.pattern_unsupported text="(?<!" character=1`},
		{"named group", `(?<year>\d{4})`, `definition.pattern_unsupported text="(?<y" character=1`},
		{"Go's flags", `(?i)abc`, `definition.pattern_unsupported text="(?i)" character=1`},
		{"Go's named group", `(?P<x>a)`, `definition.pattern_unsupported text="(?P<" character=1`},
		{"look-ahead of no class", `^((?!x).)*$`, `definition.pattern_unsupported text="(?!x" character=3`},
		{"look-ahead of a turned class", `^((?![^a]).)*$`,
			`definition.pattern_unsupported text="((?![^a]" character=2`},
		{"look-ahead of more", `^((?![a]b).)*$`, `definition.pattern_unsupported text="((?![a]" character=2`},
		{"look-ahead before more", `^((?![a]).b)*$`, `definition.pattern_unsupported text="((?![a]" character=2`},
		{"look-ahead without end", `^((?![a`, "definition.pattern_class_end character=6"},
		{"back-reference", `(a)\1`, `definition.pattern_unsupported text="\\1" character=4`},
		{"named back-reference", `\k<a>`, `definition.pattern_unsupported text="\\k" character=1`},
		{"word boundary", `\bfoo\b`, `definition.pattern_unsupported text="\\b" character=1`},
		{"no word boundary", `\B`, `definition.pattern_unsupported text="\\B" character=1`},
		{"null", `\0`, `definition.pattern_unsupported text="\\0" character=1`},
		{"hexadecimal", `\x41`, `definition.pattern_unsupported text="\\x" character=1`},
		{"control letter", `\cA`, `definition.pattern_unsupported text="\\c" character=1`},
		{"property", `\p{L}`, `definition.pattern_unsupported text="\\p" character=1`},
		{"Go's start", `\Aa`, `definition.pattern_unsupported text="\\A" character=1`},
		{"Go's end", `a\z`, `definition.pattern_unsupported text="\\z" character=2`},
		{"Go's quote", `\Qa\E`, `definition.pattern_unsupported text="\\Q" character=1`},
		{"set turned round in a class", `[\S]`, `definition.pattern_in_class text="\\S" character=2`},
		{"range to a set", `[+-\d]`, "definition.pattern_class_range character=1"},
		{"range from a set", `[\d-z]`, "definition.pattern_class_range character=1"},
		{"range turned round", `[z-a]`, `definition.pattern_range text="z-a"`},
		{"empty class", `[]`, "definition.pattern_class_empty character=1"},
		{"any class", `[^]`, "definition.pattern_class_empty character=1"},
		{"class without end", `[abc`, "definition.pattern_class_end character=1"},
		{"escape without end in a class", `[a\`, "definition.pattern_backslash_end"},
		{"escape without end", `a\`, "definition.pattern_backslash_end"},
		{"escape of a letter that needs none", `\é`, "definition.pattern_backslash character=1"},
		{"half a code unit", `\u00`, `definition.pattern_code_point text="\\u00"`},
		{"no code unit", `\uzzzz`, `definition.pattern_code_point text="\\uzzzz"`},
		{"surrogate", `\ud83d`, `definition.pattern_code_point text="\\ud83d"`},
		{"beyond the last code point", `\u{110000}`, `definition.pattern_code_point text="\\u{110000}"`},
		{"code point without digits", `\u{}`, `definition.pattern_code_point text="\\u{}"`},
		{"group without end", `(a`, `definition.pattern_open bracket="("`},
		{"group without start", `a)`, `definition.pattern_closed bracket=")"`},
		{"nothing to repeat", `*a`, `definition.pattern_repeats_nothing text="*"`},
		{"repeat of a repeat", `a**`, `definition.pattern_repeats_twice text="**"`},
		{"repeat turned round", `a{2,1}`, `definition.pattern_repeats text="{2,1}" most=1000`},
		{"repeat beyond measure", `a{100000}`, `definition.pattern_repeats text="{100000}" most=1000`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			re, err := compileECMA(tt.pattern)
			if err == nil {
				t.Fatalf("%s was compiled to %s", tt.pattern, re)
			}
			failed, _ := errors.AsType[*pipeline.Failure](err)
			if failed == nil || failed.Message.Code != "definition.pattern" ||
				failed.Message.Arg("pattern") != tt.pattern {
				t.Fatalf("%v is not of the pattern", err)
			}
			if got := fmt.Sprint(failed.Message.Arg("cause")); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// The pattern that a provider's pages give for "no angle brackets", compared with that meaning.
func TestAnythingButAgreesWithItsMeaning(t *testing.T) {
	re, err := compileECMA(`^((?![<>]).)*$`)
	if err != nil {
		t.Fatal(err)
	}
	text := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.SampledFrom([]rune("ab<>\n\r\u2028\u2029\u0085\v 😀")), 0,
		6, -1))
	rapid.Check(t, func(rt *rapid.T) {
		s := text.Draw(rt, "text")
		if want := !strings.ContainsAny(s, "<>\n\r\u2028\u2029"); re.MatchString(s) != want {
			rt.Fatalf("%q: %v, want %v", s, !want, want)
		}
	})
}

// A class means the same characters however its hyphen is written.
func TestClassesHoldTheirCharactersAndNoOthers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		members := rapid.SliceOfNDistinct(rapid.SampledFrom([]rune(`-^]\[.a+z/_é😀`)), 1, 6,
			rapid.ID[rune]).Draw(rt, "members")
		var class strings.Builder
		for _, r := range members {
			if strings.ContainsRune(`-^]\[./+`, r) {
				class.WriteByte('\\')
			}
			class.WriteRune(r)
		}
		re, err := compileECMA("^[" + class.String() + "]$")
		if err != nil {
			rt.Fatal(err)
		}
		r := rapid.OneOf(rapid.SampledFrom([]rune(`-^]\[.a+z/_é😀bm,`)), rapid.Rune()).Draw(rt, "character")
		if want := strings.ContainsRune(string(members), r); re.MatchString(string(r)) != want {
			rt.Fatalf("[%s] and %q: %v, want %v", class.String(), r, !want, want)
		}
	})
}

func FuzzPatterns(f *testing.F) {
	for _, s := range []string{`^((?![<>]).)*$`, `[a-\d]`, `\u{1F600}`, `((?![`, `[\`, `(?:a|b){2}`, `[é-`,
		"[\xff-a]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, pattern string) {
		re, err := compileECMA(pattern) // must not panic
		if err == nil {
			re.MatchString("a1-\n")
		}
	})
}
