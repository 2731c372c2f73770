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
//
// Preparing a statement costs a round trip too, and most statements of an import are run a few times. A connection
// therefore prepares only what it has run more often.

// queued is a statement that is not sent yet.
type queued struct {
	text  string
	args  []any
	read  func(pgx.Rows) error // nil: its result is not needed
	fault func(error) error    // gives the statement's error; nil: as it is
}

func (e *postgresEngine) queue(text string, args ...any) {
	e.waiting = append(e.waiting, queued{text: text, args: args})
}

// usedTexts counts how often a connection has run each statement; nil is for one that prepares none.
type usedTexts map[string]int

// unprepared is how often a statement is run before it is prepared.
const unprepared = 3

// prepares notes that a statement is run, and reports whether it is to be prepared.
func (u usedTexts) prepares(text string) bool {
	if u == nil {
		return false
	}
	n := u[text]
	if n < unprepared {
		u[text] = n + 1
	}
	return n == unprepared
}

// once are arguments of a statement that is not prepared.
func once(args ...any) []any { return append([]any{pgx.QueryExecModeExec}, args...) }

// flush sends the queued statements in one round trip. When each of them has been run often enough to be prepared, and
// one is not yet, it is prepared in another one.
func (e *postgresEngine) flush() error {
	if len(e.waiting) == 0 {
		return nil
	}
	all := e.waiting
	e.waiting = nil
	send := e.sendPrepared
	for i := range all {
		if !e.used.prepares(all[i].text) {
			send = e.sendOnce
		}
	}
	err := send(all)
	if sqlState(err) == codeDivision {
		return errNotAtOnce
	}
	return err
}

func (e *postgresEngine) sendPrepared(all []queued) error {
	var batch pgx.Batch
	for i := range all {
		batch.Queue(all[i].text, all[i].args...).Fn = func(answers pgx.BatchResults) error {
			rows, err := answers.Query()
			return all[i].answered(rows, err)
		}
	}
	return e.conn.SendBatch(e.ctx, &batch).Close()
}

// sendOnce sends statements without preparing them: parameters and results are texts.
func (e *postgresEngine) sendOnce(all []queued) error {
	types := e.conn.TypeMap()
	var batch pgconn.Batch
	var bound pgx.ExtendedQueryBuilder
	for i := range all {
		if err := bound.Build(types, nil, all[i].args); err != nil {
			return err
		}
		batch.ExecParams(all[i].text, bound.ParamValues, nil, bound.ParamFormats, bound.ResultFormats)
	}
	answers := e.conn.PgConn().ExecBatch(e.ctx, &batch)
	for i := range all {
		var rows pgx.Rows
		var err error
		if answers.NextResult() {
			rows = pgx.RowsFromResultReader(types, answers.ResultReader())
		} else if err = answers.Close(); err == nil {
			err = errNoAnswer
		}
		if err = all[i].answered(rows, err); err != nil {
			_ = answers.Close() // it would return the same error, or one that follows from it
			return err
		}
	}
	return answers.Close()
}

// answered reads the result of a statement; with err there is none.
func (q *queued) answered(rows pgx.Rows, err error) error {
	if err == nil {
		if q.read != nil {
			err = q.read(rows)
		}
		if rows.Close(); err == nil {
			err = rows.Err()
		}
	}
	if err != nil && q.fault != nil {
		return q.fault(err)
	}
	return err
}

// mostQueued statements are sent together, so that a long list takes little memory.
const mostQueued = 500

// room sends what is queued when it is much.
func (e *postgresEngine) room() error {
	if len(e.waiting) < mostQueued {
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
	e.queue("SAVEPOINT one_by_one")
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
		var tag string
		e.waiting = append(e.waiting, queued{text: "COMMIT", read: func(rows pgx.Rows) error {
			rows.Close()
			tag = rows.CommandTag().String()
			return rows.Err()
		}})
		if err = e.flush(); err == nil && tag != "COMMIT" {
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
	e.queue(begin)
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
