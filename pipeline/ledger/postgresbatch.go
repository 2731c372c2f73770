package ledger

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A server is often some milliseconds away, and each round trip costs them. BEGIN and statements whose result is not
// needed are therefore queued, and sent together with the next statement whose result is needed, or with COMMIT. After
// a queued statement that fails the server skips the rest, and flush returns its error.

// flush sends the queued statements in one round trip, once each of them is prepared.
func (e *postgresEngine) flush() error {
	if e.waiting.Len() == 0 {
		return nil
	}
	batch := e.waiting
	e.waiting = pgx.Batch{}
	err := e.conn.SendBatch(e.ctx, &batch).Close()
	if sqlState(err) == codeDivision {
		return errNotAtOnce
	}
	return err
}

// mostQueued statements are sent together, so that a long list takes little memory.
const mostQueued = 500

// room sends what is queued when it is much.
func (e *postgresEngine) room() error {
	if e.waiting.Len() < mostQueued {
		return nil
	}
	return e.flush()
}

// errNotAtOnce: a statement for many rows failed because one of them must be refused.
var errNotAtOnce = errors.New("row refused")

// codeDivision (division by zero) is how a statement fails that did not do its work for every row: COMMIT is sent
// before anybody reads its result. No other statement divides.
const codeDivision = "22012"

// allOrNone is an expression that fails so unless the condition is true.
func allOrNone(condition string) string { return "1 / (CASE WHEN " + condition + " THEN 1 ELSE 0 END)" }

// guarded sends what queue adds to the queued statements. It returns false, and undoes them, when one of them fails
// with errNotAtOnce.
func (e *postgresEngine) guarded(queue func() error) (bool, error) {
	e.waiting.Queue("SAVEPOINT one_by_one")
	if err := queue(); err != nil {
		return false, err
	}
	err := e.flush()
	if errors.Is(err, errNotAtOnce) {
		_, err = e.conn.Exec(e.ctx, "ROLLBACK TO SAVEPOINT one_by_one")
		return false, err
	}
	return err == nil, err
}

// end commits or, after an error, which it returns, rolls back. When it returns, the transaction has ended or the
// connection is lost.
func (e *postgresEngine) end(err error) error {
	if err == nil {
		var tag pgconn.CommandTag
		e.waiting.Queue("COMMIT").Exec(func(t pgconn.CommandTag) error {
			tag = t
			return nil
		})
		if err = e.flush(); err == nil && tag.String() != "COMMIT" {
			return errNotCommitted
		}
	}
	const idle = 'I'
	if err != nil && !e.conn.IsClosed() && e.conn.PgConn().TxStatus() != idle {
		_, _ = e.conn.Exec(e.ctx, "ROLLBACK") // a failure breaks the connection, and the next use notices
	}
	return err
}

// runPostgres runs f in a transaction on a connection that has none; when it returns, the transaction has ended or
// the connection is lost.
func runPostgres(e *postgresEngine, begin string, f func(*transaction) error) (err error) {
	e.waiting.Queue(begin)
	return e.end(f(&transaction{e}))
}

// overConn adapts f, which uses the connection itself, once BEGIN was sent.
func overConn(f func(context.Context, *pgx.Conn) error) func(*postgresEngine) error {
	return func(e *postgresEngine) error {
		if err := e.flush(); err != nil {
			return err
		}
		return f(e.ctx, e.conn)
	}
}

// inTransaction adapts f to an engine.
func inTransaction(f func(*transaction) error) func(*postgresEngine) error {
	return func(e *postgresEngine) error { return f(&transaction{e}) }
}
