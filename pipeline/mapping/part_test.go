package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// TestPartsFindWhatOneCheckerFinds checks rows in parts, all of which are checked
// before the first ends, and holds what they find against one checker, in two passes.
func TestPartsFindWhatOneCheckerFinds(t *testing.T) {
	sheet := "field,column,convert\nbusiness_name,A,\npurpose,B,upper\nemail,C,join(-)\nemail,D,\n"
	cell := rapid.SampledFrom([]string{"", "x", "LÓPEZ", "PE?A", "JOS? PEREZ", "Who? Inc", "n/a", "N/A", "a\u00adb",
		"L\ufffdPEZ", "Kоmpania", "12.0", "Ã±", "Peña", "Nu\u0303n?ez", "AT&amp;T", "a\nb", "José",
		"prueba", `"x"`})
	found := func(rows []pipeline.Row, check func(row pipeline.Row, d *pipeline.Draft)) (all []string) {
		var d pipeline.Draft
		for _, row := range rows {
			check(row, &d)
			for _, p := range d.Problems {
				all = append(all, p.Cell()+" "+string(p.Code)+" "+p.Message.String())
			}
		}
		return all
	}
	noted := func(c *Checker) (all []string) {
		for _, m := range c.Notes() {
			all = append(all, m.String())
		}
		return all
	}
	rapid.Check(t, func(rt *rapid.T) {
		m, err := Compile(clinic(), headerOf("A", "B", "C", "D"), sheetOf(t, sheet))
		if err != nil {
			rt.Fatal(err)
		}
		checker := func() *Checker {
			c, err := NewChecker(m, func([]pipeline.Slot) (RowPlan, error) { return takesAll{new([]string)}, nil })
			if err != nil {
				rt.Fatal(err)
			}
			return c
		}
		one, many := checker(), checker()
		if learnt := rapid.SliceOfN(cell, 4, 4).Draw(rt, "learnt"); rapid.Bool().Draw(rt, "learns") {
			one.Learn(learnt)
			many.Learn(learnt)
		}
		ring := []*Part{many.Part(), many.Part(), many.Part()}
		var rows []pipeline.Row
		var parts [][]pipeline.Row
		for range rapid.IntRange(1, 6).Draw(rt, "parts") {
			from := len(rows)
			for range rapid.IntRange(0, 4).Draw(rt, "rows") {
				rows = append(rows, pipeline.Row{Number: 2 + len(rows), Cells: rapid.SliceOfN(cell, 4, 4).Draw(rt, "row")})
			}
			parts = append(parts, rows[from:])
		}
		for range 2 {
			want := found(rows, one.Check)
			var got []string
			for len(parts) > 0 {
				n := min(len(parts), len(ring))
				of := make([][]string, n)
				for i, p := range ring[:n] {
					p.Begin()
					of[i] = found(parts[i], p.Check)
				}
				for i, p := range ring[:n] {
					if !p.End() {
						of[i] = found(parts[i], many.Check)
					}
					got = append(got, of[i]...)
				}
				parts = parts[n:]
			}
			if diff := cmp.Diff(want, got); diff != "" {
				rt.Fatalf("(-one checker +parts):\n%s", diff)
			}
			if diff := cmp.Diff(noted(one), noted(many)); diff != "" {
				rt.Fatalf("(-one checker +parts):\n%s", diff)
			}
			parts = [][]pipeline.Row{rows}
		}
	})
}

// TestIsLatin holds the quick look at a text against the thorough one.
func TestIsLatin(t *testing.T) {
	for s, want := range map[string]bool{"Ñandú S.A.S.": true, "é": true, "": false, "plain": false, "×": false, "÷": false,
		"éé": false, "Ã±": false, "ª": false, "Ω": false, "é?": false, "é&": false, "n\u0303": false, "\xc3": false,
		"\xc3a": false, "e\u0301": false, "ſ": true, "ƀ": false, "Æ": true} {
		if got := isLatin(s); got != want {
			t.Errorf("%q: %t", s, got)
		}
	}
	some := rapid.SampledFrom([]string{"a", " ", "Ñ", "é", "ÿ", "ſ", "Ã", "±", "×", "?", "&", "\u00ad", "√", "â", "€", "\n"})
	rapid.Check(t, func(rt *rapid.T) {
		s := strings.Join(rapid.SliceOfN(some, 0, 6).Draw(rt, "text"), "")
		if isLatin(s) && (damage(s, false) != nil || !strings.ContainsFunc(s, isAccented) || twoAlphabets(s) ||
			strings.Contains(s, "?") || strings.ContainsFunc(s, pipeline.IsInvisible)) {
			rt.Fatalf("%q", s)
		}
	})
}
