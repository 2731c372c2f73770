package ledger

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
)

// spot is where a test's ledger is: the path of a file, or an address.
type spot struct{ name, key string }

// open opens the ledger there, or begins it.
func (at spot) open(t testing.TB) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), at.name, Options{MayBegin: true, Holder: "muster import made-up.csv", Now: clock,
		KeyFile: at.key})
	must(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// opened is a new ledger with one run, r1.
func (at spot) opened(t testing.TB) (*Ledger, *Space) {
	t.Helper()
	l := at.open(t)
	must(t, l.StartRun(t.Context(), runOne()))
	return l, space(t, l)
}

// inFile is a new place for a ledger in a file.
func inFile(t testing.TB) spot {
	path := filepath.Join(t.TempDir(), "muster.db")
	return spot{path, path + ".key"}
}

var schemas atomic.Int64

// atServer is a new place for a ledger on the server that the environment names; false
// where it names none. The schema is dropped when the test has ended.
func atServer(t testing.TB) (spot, bool) {
	t.Helper()
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return spot{}, false
	}
	u := ask(url.Parse(server))(t)
	schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
	q := u.Query()
	q.Set("schema", schema)
	u.RawQuery = q.Encode()
	t.Cleanup(func() {
		ctx := context.Background() // that of the test has ended
		conn := ask(pgx.Connect(ctx, server))(t)
		defer conn.Close(ctx)
		_, err := conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
		must(t, err)
	})
	return spot{u.String(), filepath.Join(t.TempDir(), "muster.key")}, true
}

// stores are where tests of what a ledger means are run.
var stores = map[string]func(testing.TB) (spot, bool){
	"sqlite":   func(t testing.TB) (spot, bool) { return inFile(t), true },
	"postgres": atServer,
}

// forStores runs a test of what a ledger means on each store that is here, with a place
// for a new ledger.
func forStores(t *testing.T, f func(*testing.T, spot)) {
	for name, place := range stores {
		if name == "postgres" && os.Getenv("MUSTER_TEST_POSTGRES") == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			at, _ := place(t)
			f(t, at)
		})
	}
}

// fileOf is the file of a ledger that is one.
func fileOf(l *Ledger) *sqliteStore { return l.store.(*sqliteStore) }

// alter runs statements on the tables of a ledger.
func alter(t testing.TB, l *Ledger, text string) {
	t.Helper()
	must(t, l.store.write(t.Context(), func(tx *transaction) error {
		for one := range strings.SplitSeq(text, ";") {
			if strings.TrimSpace(one) == "" {
				continue
			}
			if _, err := tx.exec(one); err != nil {
				return fmt.Errorf("%s: %w", one, err)
			}
		}
		return nil
	}))
}
