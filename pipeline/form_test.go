package pipeline

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"":                                  "",
		"EJEMPLO SAS":                       "EJEMPLO SAS",
		"Cafe\u0301 Pen\u0303a":             "Café Peña",
		"Café Peña":                         "Café Peña",
		"  CAFÉ \t PEÑA\u00a0\u2009SAS\r\n": "CAFÉ PEÑA SAS",
		"a  b":                              "a b",
		"a ":                                "a",
		" a":                                "a",
		"a\tb":                              "a b",
		"\u00adAna\u200e Mar\u00adía\ufeff": "Ana María",
		"\u202aAna\u202c":                   "Ana",
		"e\u200b\u0301":                     "é",
		"\u212b":                            "Å", // the Ångström sign
		"x\xffy  z":                         "x\xffy z",
		" \u200b ":                          "",
		"日本  株式会社":                          "日本 株式会社",
	} {
		if got := Canonical(in); got != want {
			t.Errorf("%q reads %q, want %q", in, got, want)
		}
	}
}

var hardText = rapid.StringOf(rapid.OneOf(rapid.SampledFrom([]rune("aé e\u0301\u0303 \t\u00a0\u00ad\u200b\ufeff\u2028ñÅ\u212b")),
	rapid.Rune()))

// Texts that read alike have one canonical form, whatever their Unicode form.
func TestCanonicalIsOneForAllForms(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := hardText.Draw(rt, "text")
		c := Canonical(s)
		if Canonical(c) != c {
			rt.Fatalf("%q reads %q, and that %q", s, c, Canonical(c))
		}
		for _, form := range []string{norm.NFC.String(s), norm.NFD.String(s), " " + s + "\u00a0",
			strings.ReplaceAll(s, " ", "  ")} {
			if got := Canonical(form); got != c {
				rt.Fatalf("%q reads %q, and %q reads %q", s, c, form, got)
			}
		}
	})
}

// In the first form texts are compared as they are written, as in the tags of old ledgers.
func TestFormsNormalise(t *testing.T) {
	steps := []Normaliser{Lower, Collapse}
	tests := []struct {
		steps         []Normaliser
		in            string
		written, read string
	}{
		{nil, "Jose\u0301  A", "Jose\u0301  A", "José A"},
		{[]Normaliser{Lower}, " JOSE\u0301", " jose\u0301", "josé"},
		{steps, "\u00adA  B", "\u00ada b", "a b"},
		{[]Normaliser{Digits}, "999.000 111\u00ad", "999000111", "999000111"},
	}
	for _, tt := range tests {
		if got := FormWritten.Normalise(tt.steps, tt.in); got != tt.written {
			t.Errorf("%q as written is %q, want %q", tt.in, got, tt.written)
		}
		if got := FormRead.Normalise(tt.steps, tt.in); got != tt.read {
			t.Errorf("%q as read is %q, want %q", tt.in, got, tt.read)
		}
	}
}

func TestEarlier(t *testing.T) {
	join := func(texts []string) string { return "<" + strings.Join(texts, "|") + ">" }
	tests := []struct {
		name  string
		value string
		made  *Made
		cases bool
		has   []string
	}{
		{"letters and digits", "900123456", nil, false, []string{"900123456"}},
		{"composed", "José", nil, false, []string{"José", "Jose\u0301"}},
		{"decomposed", "Jose\u0301", nil, false, []string{"Jose\u0301", "José"}},
		{"gaps", "a b c", nil, false, []string{"a b c", "a  b c", "a b  c", "a  b  c", "a\u00a0b\u00a0c"}},
		{"one gap less", "a  b", nil, false, []string{"a  b", "a b"}},
		{"many gaps", "a b c d e f", nil, false, []string{"a  b c d e f", "a  b  c  d  e  f"}},
		{"cases", "Ana pé", nil, true, []string{"ANA PÉ", "ana pé", "Ana Pé", "ANA PE\u0301"}},
		{"made", "<x>", &Made{Same: "<x>", Texts: []string{"é", "a b"}, By: join}, false,
			[]string{"<x>", "<é|a b>", "<e\u0301|a b>", "<é|a  b>"}},
		{"marks", "Ana", &Made{Same: "Ana", Texts: []string{"\u00adAna"}, By: func(t []string) string { return t[0] }},
			false, []string{"Ana", "\u00adAna"}},
	}
	for _, tt := range tests {
		all := Earlier(tt.value, tt.made, tt.cases)
		for _, want := range tt.has {
			if !slices.Contains(all, want) {
				t.Errorf("%s: %q is not in %q", tt.name, want, all)
			}
		}
		if all[0] != tt.value || len(slices.Compact(slices.Sorted(slices.Values(all)))) != len(all) || len(all) > 200 {
			t.Errorf("%s: %q", tt.name, all)
		}
	}
}

func TestCompared(t *testing.T) {
	steps := []Normaliser{Lower}
	plain := KeyValue{Value: "A", Normalised: "a"}
	made := KeyValue{Value: "F00", Normalised: "f00", Made: &Made{Same: "BA7"}}
	if plain.Compared(steps) != "a" || made.Compared(steps) != "ba7" {
		t.Errorf("keys are compared by %q and %q", plain.Compared(steps), made.Compared(steps))
	}
	if (Entry{Value: "A"}).Compared() != "A" || (Entry{Value: "F00", Made: made.Made}).Compared() != "BA7" {
		t.Error("a made value is compared by what it was made of")
	}
}
