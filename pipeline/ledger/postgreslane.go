package ledger

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
)

// How transactions begin. Whoever reads sees one state in all of a transaction; writes
// of one namespace are one muster's at a time.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN"
)

// plainLane is a connection and no more.
type plainLane struct {
	mu    sync.Mutex
	conn  *pgx.Conn
	begin string
}

func dialLane(ctx context.Context, at *serverAddress, begin string) (lane, error) {
	conn, err := at.dial(ctx)
	if err != nil {
		return nil, err
	}
	if err := findTables(ctx, conn, at.schema); err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &plainLane{conn: conn, begin: begin}, nil
}

// findTables lets the statements of a connection find the ledger's tables, by their
// indexes: plans are kept from when the tables were small.
func findTables(ctx context.Context, conn *pgx.Conn, schema string) error {
	_, err := conn.Exec(ctx, "SELECT set_config('search_path', $1, false), set_config('enable_seqscan', 'off', false)",
		pgx.Identifier{schema}.Sanitize())
	return err
}

// transaction looks at ctx before it begins, not in its midst: a connection does not
// outlive what is cancelled in it.
func (l *plainLane) transaction(ctx context.Context, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return runPostgres(context.WithoutCancel(ctx), l.conn, l.begin, f)
}

func (l *plainLane) close() error { return l.conn.Close(context.Background()) }

// runPostgres runs f in a transaction on a connection that has none; the transaction
// has ended when it returns, or the connection is lost.
func runPostgres(ctx context.Context, conn *pgx.Conn, begin string, f func(*transaction) error) (err error) {
	if _, err := conn.Exec(ctx, begin); err != nil {
		return err
	}
	defer func() {
		if err != nil && !conn.IsClosed() {
			if _, rollback := conn.Exec(ctx, "ROLLBACK"); rollback != nil {
				err = errors.Join(err, rollback)
			}
		}
	}()
	if err := f(&transaction{&postgresEngine{ctx, conn}}); err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "COMMIT")
	return err
}
