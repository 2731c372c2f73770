//go:build unix

package machines

import (
	"strings"
	"testing"
	"time"
)

// TestTwoBooksAtOnce: two machines import books that have merchants in common, each with a report of its own; the second
// waits, and knows those of the first.
func TestTwoBooksAtOnce(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, make func(*testing.T, limits, time.Duration) *world) {
		late := lateness(t)
		w := make(t, limits{50, 6}, 60*time.Millisecond)
		const rows, common = 90, 60
		a := w.start(t, "first", w.book(t, "a.csv", 0, rows), "--wait")
		b := w.start(t, "second", w.book(t, "b.csv", rows-common, rows), "--wait")
		w.await(t, func(c call) bool { return c.key != "" })
		// Who does not wait is refused, and is told who sends.
		code, out := w.run(t, w.ledger, "import", w.book(t, "c.csv", 0, 10), "--provider", w.definition, "--env", "sandbox",
			"--base-url", w.at(t, "third"), "--yes")
		if code != 10 || !strings.Contains(out, "muster import") {
			t.Errorf("exit code %d\n%s", code, out)
		}
		for _, s := range []*sender{a, b} {
			if code := s.code(t); code != 0 {
				t.Errorf("%s: exit code %d", s.name, code)
			}
			w.reports(t, s, rows)
		}
		w.held(t, bars{rows: 2*rows - common}, late())
	})
}
