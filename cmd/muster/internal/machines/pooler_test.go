//go:build unix

package machines

import (
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/postgrestest"
)

// TestPooler: a ledger through PgBouncer is refused in every mode, because its modes cannot be told apart; nothing is
// created there.
func TestPooler(t *testing.T) {
	t.Parallel()
	shared, ok := postgrestest.Shared()
	if !ok {
		return
	}
	for _, mode := range []string{"transaction", "session"} {
		database := postgrestest.Database(t, shared)
		through, ok := postgrestest.Pooler(t, database, mode)
		if !ok {
			return
		}
		w := newWorld(t, through, limits{0, 4}, time.Millisecond)
		s := w.start(t, "first", w.book(t, "book.csv", 0, 3))
		if code := s.code(t); code != 2 || !strings.Contains(s.out.String(), "a connection pooler in between") ||
			!strings.Contains(s.out.String(), "give the address of PostgreSQL itself") {
			t.Errorf("%s: exit code %d", mode, code)
		}
		n := postgrestest.Count(t, database, "SELECT count(*) FROM pg_namespace WHERE nspname = 'muster'")
		if calls := len(w.all()); n != 0 || calls != 0 {
			t.Errorf("%s: %d schemas, %d calls", mode, n, calls)
		}
	}
}
