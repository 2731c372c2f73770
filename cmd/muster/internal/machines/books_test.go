//go:build unix

package machines

import (
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// TestTwoBooksAtOnce: two machines import books with some of the same merchants, each with its own report; the second
// waits, and then knows the first one's customers.
func TestTwoBooksAtOnce(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, make func(*testing.T, limits, time.Duration) *world) {
		w := make(t, limits{20, 6}, 60*time.Millisecond)
		const rows, common = 240, 200 // twelve seconds, in which a busy machine starts the third, too
		a := w.start(t, "first", w.book(t, "a.csv", 0, rows), "--wait")
		b := w.start(t, "second", w.book(t, "b.csv", rows-common, rows), "--wait")
		w.await(t, func(c call) bool { return c.key != "" })
		// Without --wait the second is refused, with the name of the sender.
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
		w.held(t, bars{rows: 2*rows - common})
	})
}

// TestTwoAccountsAtOnce: on a server the customers of two accounts are sent at the same time, because each account
// has its own limits.
func TestTwoAccountsAtOnce(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	w := onServer(t, limits{20, 4}, 60*time.Millisecond)
	const rows, others = 400, 60 // the first sends for twenty seconds, in which a busy machine starts another, too
	// Limits hold for each account.
	both := *w
	both.limits.atOnce *= 2
	a := w.start(t, "first", w.book(t, "a.csv", 0, rows), "--account", "a")
	w.await(t, func(c call) bool { return c.key != "" })
	b := w.start(t, "second", w.book(t, "b.csv", rows, others), "--account", "b")
	w.await(t, func(c call) bool { return c.from == b.name })
	if !a.running() {
		t.Error("the first had ended before the second began")
	}
	for s, rows := range map[*sender]int{a: rows, b: others} {
		if code := s.code(t); code != 0 {
			t.Errorf("%s: exit code %d", s.name, code)
		}
		w.reports(t, s, rows)
	}
	both.held(t, bars{rows: rows + others, apart: true})
}
