//go:build unix

package machines

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// handOver is the time within which the next sender must go on.
const handOver = 10 * time.Second

// stores are the kinds of ledger that can be tested here.
func stores(t *testing.T, each func(t *testing.T, world func(*testing.T, limits, time.Duration) *world)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); each(t, onFile) })
	if _, ok := postgrestest.Shared(); ok {
		t.Run("postgres", func(t *testing.T) { t.Parallel(); each(t, onServer) })
	}
}

// TestSendersAreKilled kills the sender at a random moment, twenty times, while two others wait to go on: on four
// ledgers at the same time, because each death costs seconds of waiting.
func TestSendersAreKilled(t *testing.T) {
	t.Parallel()
	stores(t, func(t *testing.T, make func(*testing.T, limits, time.Duration) *world) {
		for _, l := range []limits{{20, 4}, {5, 2}, {50, 6}, {0, 8}} {
			t.Run(fmt.Sprintf("%d a second, %d at once", l.rate, l.atOnce), func(t *testing.T) {
				t.Parallel()
				w := make(t, l, 60*time.Millisecond)
				killed(t, w, 5)
				w.held(t, bars{rows: rowsOf(l), killed: true})
			})
		}
	})
}

// rowsOf are enough rows that some are left when five senders were killed.
func rowsOf(l limits) int {
	if l.rate == 0 {
		return 400
	}
	return 8 * l.rate
}

// killed kills one sender after another, and lets the last one finish.
func killed(t *testing.T, w *world, deaths int) {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	rows := rowsOf(w.limits)
	book := w.book(t, "book.csv", 0, rows)
	// The first sender is so slow that the others wait before it gets far.
	alive := map[string]*sender{"sender0": w.start(t, "sender0", book, "--rate", "1/m")}
	w.await(t, func(c call) bool { return c.key != "" })
	for i := range deaths {
		s := w.start(t, fmt.Sprint("sender", i+1), book, "--wait")
		s.awaitTurn(t)
		alive[s.name] = s
	}
	since := time.Time{}
	for death := range deaths {
		// The first call of a live sender shows which one has the right.
		sends := w.await(t, func(c call) bool { return c.at.After(since) && alive[c.from] != nil })
		if death > 0 {
			w.tookOver(t, sends.at.Sub(since))
		}
		timer := time.NewTimer(time.Duration(random.IntN(500)) * time.Millisecond)
		<-timer.C
		victim := alive[sends.from]
		if enrolled := w.enrolled(); enrolled > rows*3/4 {
			// The senders were quicker than this test, on a busy machine.
			t.Logf("%d deaths: %d of %d rows are enrolled", death, enrolled, rows)
			break
		}
		if !victim.running() {
			t.Fatalf("%s has ended already", victim.name)
		}
		victim.kill(t)
		since = time.Now()
		delete(alive, victim.name)
		n, most := w.uncertain(t), 2*w.limits.atOnce*(death+1)
		for _, c := range w.all() {
			if c.at.After(since) && alive[c.from] != nil {
				most += 2 * w.limits.atOnce // the next one is sending already
				break
			}
		}
		if n > most {
			t.Errorf("death %d: %d requests without an answer, of %d", death+1, n, most)
		}
	}
	for _, s := range alive {
		if code := s.code(t); code != 0 {
			t.Errorf("%s: exit code %d", s.name, code)
		}
		w.reports(t, s, rows)
	}
}

// tookOver checks the time from a sender's death to the first call of the next one. On a busy machine all takes longer: as
// the bar has room for some work of an idle one, it is raised by what a small command takes at this moment.
func (w *world) tookOver(t *testing.T, after time.Duration) {
	t.Helper()
	begun := time.Now()
	w.run(t, w.ledger, "runs")
	busy := 10 * time.Since(begun)
	t.Logf("the next sender's first call after %v", after)
	if after > handOver+busy {
		t.Errorf("the next sender's first call after %v, of %v and %v on this machine", after, handOver, busy)
	}
}
