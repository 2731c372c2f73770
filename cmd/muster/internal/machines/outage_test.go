//go:build unix

package machines

import (
	"syscall"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// TestServerIsStopped: a run goes on when its server was away for a moment, and a waiting one goes on waiting, or
// sends in its place; every merchant is enrolled exactly once.
func TestServerIsStopped(t *testing.T) {
	t.Parallel()
	programs, ok := postgrestest.Programs()
	if !ok {
		return
	}
	pause := func() {
		timer := time.NewTimer(2 * time.Second)
		<-timer.C
	}
	for name, outage := range map[string]func(*testing.T, *postgrestest.Server){
		"fast":      func(t *testing.T, s *postgrestest.Server) { s.Stop(t, syscall.SIGINT); pause(); s.Start(t) },
		"immediate": func(t *testing.T, s *postgrestest.Server) { s.Stop(t, syscall.SIGQUIT); pause(); s.Start(t) },
		"frozen":    func(t *testing.T, s *postgrestest.Server) { s.Freeze(t); pause(); s.Thaw(t) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := postgrestest.NewServer(t, programs)
			t.Run("alone", func(t *testing.T) {
				w := newWorld(t, postgrestest.Database(t, server.Address()), limits{20, 4}, 60*time.Millisecond)
				const rows = 120
				s := w.start(t, "first", w.book(t, "book.csv", 0, rows))
				w.await(t, func(c call) bool { return c.key != "" })
				outage(t, server)
				if code := s.code(t); code != 0 {
					t.Errorf("exit code %d", code)
				}
				w.reports(t, s, rows)
				w.held(t, bars{rows: rows})
			})
			t.Run("one waits", func(t *testing.T) {
				w := newWorld(t, postgrestest.Database(t, server.Address()), limits{20, 4}, 60*time.Millisecond)
				p := newPair(t, w, w.ledger, 160)
				outage(t, server)
				// Either may have the right to send when the server is back.
				first, second := p.sends.code(t), p.waits.code(t)
				if second != 0 || first != 0 && first != 1 {
					t.Errorf("exit codes %d and %d", first, second)
				}
				p.reports(t, p.waits, p.rows)
				p.held(t, bars{rows: p.rows})
			})
		})
	}
}
