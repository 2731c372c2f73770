package book

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A text has the same layout whether it is scanned whole, in pieces, or byte by byte, when no line can be scanned as
// a whole.
func TestScanInPieces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom([]quotes{quotesNone, quotesDouble, quotesBackslash}).Draw(t, "rule")
		spaced, lenient := rapid.Bool().Draw(t, "spaced"), rapid.Bool().Draw(t, "lenient")
		text := rapid.SliceOf(rapid.SampledFrom([]byte("ab,,\"\"\n\n\r\\N 1"))).Draw(t, "text")
		read := func(piece func() int) *layout {
			s := newScan(rule, ',', 3)
			s.spaced, s.lenient = spaced, lenient
			for rest := text; len(rest) > 0; {
				n := min(piece(), len(rest))
				s.read(rest[:n])
				rest = rest[n:]
			}
			s.end()
			return s.layout
		}
		want := read(func() int { return 1 })
		for name, piece := range map[string]func() int{"whole": func() int { return len(text) },
			"pieces": func() int { return rapid.IntRange(1, 9).Draw(t, "piece") }} {
			if d := cmp.Diff(want, read(piece), cmp.AllowUnexported(layout{}, recordAt{})); d != "" {
				t.Errorf("%q %s: %s", text, name, d)
			}
		}
	})
}
