package ledger

import (
	"context"
	"fmt"
	"muster/pipeline"
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

// with opens the ledger there with those options; the key file is its own.
func (at spot) with(t testing.TB, o Options) (*Ledger, error) {
	o.KeyFile = at.key
	l, err := Open(t.Context(), at.name, o)
	if err == nil {
		t.Cleanup(func() { l.Close() })
	}
	return l, err
}

// open opens the ledger there, or creates it.
func (at spot) open(t testing.TB) *Ledger {
	t.Helper()
	return ask(at.with(t, Options{MayBegin: true, Holder: "muster import made-up.csv", Now: clock}))(t)
}

// rooms returns a new place for a ledger on each call.
type rooms func(testing.TB) spot

// opened is a new ledger with one run, r1.
func (on rooms) opened(t testing.TB) (*Ledger, *Space, spot) {
	t.Helper()
	at := on(t)
	l := at.open(t)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	return l, space(t, l), at
}

// inFile is a new place for a ledger in a file.
func inFile(t testing.TB) spot {
	path := filepath.Join(t.TempDir(), "muster.db")
	return spot{path, path + ".key"}
}

var schemas atomic.Int64

// onServerAt returns places on that server. Their schemas are dropped when the test has ended.
func onServerAt(server string) rooms {
	return func(t testing.TB) spot {
		t.Helper()
		u := ask(url.Parse(server))(t)
		schema := fmt.Sprintf("test_%d_%d", os.Getpid(), schemas.Add(1))
		q := u.Query()
		q.Set("schema", schema)
		u.RawQuery = q.Encode()
		t.Cleanup(func() {
			ctx := context.Background() // the test's context has ended
			conn := ask(pgx.Connect(ctx, server))(t)
			defer conn.Close(ctx)
			_, err := conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
			must(t, err)
		})
		return spot{u.String(), filepath.Join(t.TempDir(), "muster.key")}
	}
}

// forStores runs a test on each store that is available: on PostgreSQL where MUSTER_TEST_POSTGRES names a server.
func forStores(t *testing.T, f func(*testing.T, rooms)) {
	t.Run("sqlite", func(t *testing.T) { f(t, inFile) })
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		t.Run("postgres", func(t *testing.T) { f(t, onServerAt(server)) })
	}
}

// onStores is forStores for benchmarks.
func onStores(b *testing.B, f func(*testing.B, rooms)) {
	b.Run("sqlite", func(b *testing.B) { f(b, inFile) })
	if server := os.Getenv("MUSTER_TEST_POSTGRES"); server != "" {
		b.Run("postgres", func(b *testing.B) { f(b, onServerAt(server)) })
	}
}

// fileOf is the store of a ledger in a file.
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
