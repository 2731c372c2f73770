package postgrestest

import (
	"context"
	"crypto/rand"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// serverVariable names the server that tests may use: a postgres:// URL whose role may create databases.
const serverVariable = "MUSTER_TEST_POSTGRES"

// Shared is the address of the server that all tests use, and none may stop; false when there is none.
func Shared() (address string, ok bool) {
	address = os.Getenv(serverVariable)
	return address, address != ""
}

// Database makes a database on the server at address and returns its address. It is dropped when the test ends, even
// with open connections.
func Database(t testing.TB, address string) string {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	name := "muster_test_" + strings.ToLower(rand.Text()[:12])
	Exec(t, address, "CREATE DATABASE "+name)
	t.Cleanup(func() { Exec(t, address, "DROP DATABASE "+name+" WITH (FORCE)") })
	at.Path = "/" + name
	return at.String()
}

// Exec runs a statement at address, over a connection of its own. It may be called after the test has ended.
func Exec(t testing.TB, address, sql string) {
	t.Helper()
	ctx, conn := connect(t, address)
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// Count is the result of a query for one number at address.
func Count(t testing.TB, address, sql string, args ...any) (n int) {
	t.Helper()
	ctx, conn := connect(t, address)
	defer conn.Close(ctx)
	if err := conn.QueryRow(ctx, sql, args...).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func connect(t testing.TB, address string) (context.Context, *pgx.Conn) {
	t.Helper()
	// A cleanup runs when the context of its test has ended.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	t.Cleanup(cancel)
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	return ctx, conn
}
