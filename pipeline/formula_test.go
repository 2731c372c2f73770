package pipeline

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Eleven characters begin what a spreadsheet program takes for a formula.
func TestEscapeFormula(t *testing.T) {
	for _, c := range formulaStarts {
		if s := string(c) + "x"; EscapeFormula(s) != "'"+s || UnescapeFormula("'"+s) != s {
			t.Errorf("%q: %q and %q", s, EscapeFormula(s), UnescapeFormula("'"+s))
		}
		if s := string(c); EscapeFormula(s) != "'"+s || UnescapeFormula("'"+s) != s {
			t.Errorf("%q alone: %q and %q", s, EscapeFormula(s), UnescapeFormula("'"+s))
		}
	}
	for _, s := range []string{"", "'", "x", "x=1", " =1", "'x", "''=1", "é", "\xff", "\ufffd", "*1", "#1", "1-1"} {
		if EscapeFormula(s) != s || UnescapeFormula(s) != s {
			t.Errorf("%q: %q and %q", s, EscapeFormula(s), UnescapeFormula(s))
		}
	}
}

// An escaped text reads back, unless it had such an apostrophe of its own; no escaped text begins a formula.
func TestUnescapeFormulaGivesBack(t *testing.T) {
	start := rapid.SampledFrom(append(strings.Split(formulaStarts, ""), "", "'", "''", "x", " ", "\xff"))
	rapid.Check(t, func(t *rapid.T) {
		s := start.Draw(t, "start") + start.Draw(t, "then") + rapid.String().Draw(t, "rest")
		escaped := EscapeFormula(s)
		if startsFormula(escaped) {
			t.Fatalf("%q is a formula still", escaped)
		}
		if rest, own := strings.CutPrefix(s, "'"); own && startsFormula(rest) {
			if escaped != s {
				t.Fatalf("%q became %q", s, escaped)
			}
			return
		}
		if got := UnescapeFormula(escaped); got != s {
			t.Fatalf("%q came back as %q", s, got)
		}
	})
}
