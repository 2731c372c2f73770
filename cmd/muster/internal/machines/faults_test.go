//go:build unix

package machines

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// machine is a target of faults: an import that waits for its turn, and its line to the server.
type machine struct {
	*sender
	line *postgrestest.Proxy
}

// TestAnyFaults: three machines import one book, each over its own line to the server, and meet one fault after
// another: they are killed and restarted, stopped, or lose their lines or connections. In the end every merchant is
// enrolled exactly once.
func TestAnyFaults(t *testing.T) {
	t.Parallel()
	if _, ok := postgrestest.Shared(); !ok {
		return
	}
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	w := onServer(t, limits{20, 4}, 60*time.Millisecond)
	const rows = 240
	book := w.book(t, "book.csv", 0, rows)
	started := 0
	start := func() *machine {
		line, through := postgrestest.NewProxy(t, w.ledger)
		started++
		return &machine{w.startAt(t, muster, through, fmt.Sprint("machine", started), book, "--wait"), line}
	}
	machines := []*machine{start()}
	w.await(t, func(c call) bool { return c.key != "" })
	machines = append(machines, start(), start())
	pause := func(most time.Duration) {
		timer := time.NewTimer(time.Duration(random.Int64N(int64(most))))
		<-timer.C
	}
	for range 8 {
		pause(2 * time.Second)
		i := random.IntN(len(machines))
		m := machines[i]
		fault := []string{"kill", "stand still", "freeze the line", "cut the line", "end the connections"}[random.IntN(5)]
		t.Logf("%s: %s", m.name, fault)
		switch fault {
		case "kill":
			m.kill(t)
			machines[i] = start()
		case "stand still":
			m.signal(t, syscall.SIGSTOP)
			pause(8 * time.Second)
			m.signal(t, syscall.SIGCONT)
		case "freeze the line":
			m.line.Freeze()
			pause(8 * time.Second)
			m.line.Thaw()
		case "cut the line":
			m.line.Cut()
			pause(8 * time.Second)
			m.line.Restore()
		case "end the connections":
			postgrestest.Count(t, w.ledger, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		}
	}
	for _, m := range machines {
		// A muster that lost the right to send ends unfinished, and one that never reached the server has not begun.
		if code := m.code(t); code != 0 && code != 1 && code != 2 {
			t.Errorf("%s: exit code %d", m.name, code)
		}
	}
	last := w.start(t, "last", book)
	if code := last.code(t); code != 0 {
		t.Errorf("%s: exit code %d", last.name, code)
	}
	w.reports(t, last, rows)
	w.held(t, bars{rows: rows, killed: true})
}
