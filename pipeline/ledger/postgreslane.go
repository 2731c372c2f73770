package ledger

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// beginRead: whoever reads sees one state in all of a transaction.
const beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

// inTransaction is f for a connection on which a transaction goes on.
func inTransaction(f func(*transaction) error) func(context.Context, *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		return f(&transaction{&postgresEngine{ctx: ctx, conn: conn}})
	}
}

// readLane is the connection over which a ledger on a server is read, by one
// transaction at a time. It is made anew when it breaks.
type readLane struct {
	to     *serverAddress
	known  int
	pace   pace
	schema schemaFacts  // as the ledger was opened
	spent  *atomic.Bool // the server was waited for in vain, as the session has it

	mu     sync.Mutex
	conn   *pgx.Conn // nil while there is none
	closed bool
}

// readSettings are those of a connection that reads.
const readSettings = `SELECT set_config('search_path', $1, false), set_config('application_name', 'muster', false),
	` + plans + `, set_config('idle_session_timeout', '0', false),
	set_config('idle_in_transaction_session_timeout', '0', false), set_config('statement_timeout', '0', false)`

// plans has a server do a statement in the order in which it is written, by indexes, as
// SQLite does: plans are kept from when the tables were small, and would read all
// customers for each question. A plan without an index looks so dear then that it would
// be compiled each time.
const plans = `set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
	set_config('enable_mergejoin', 'off', false), set_config('join_collapse_limit', '1', false),
	set_config('jit', 'off', false)`

// openReader connects to a server and refuses what no ledger can be kept on; a schema
// without a ledger is [ErrNone]. The caller closes it.
func openReader(ctx context.Context, to *serverAddress, known int) (*readLane, error) {
	l := &readLane{to: to, known: known, pace: usualPace, spent: new(atomic.Bool)}
	return l, l.connect(ctx)
}

func (l *readLane) connect(ctx context.Context) error {
	conn, err := l.to.dial(ctx)
	if err != nil {
		return err
	}
	f, err := look(ctx, conn, l.to.schema)
	if err == nil {
		f.locks = true // of no matter to who reads
		err = f.refusedAsServer(l.to)
	}
	switch {
	case err != nil:
	case f.schema.empty():
		err = noneAt(l.to.shown)
	default:
		err = f.schema.refused(l.to, l.known)
	}
	if err == nil {
		_, err = conn.Exec(ctx, readSettings, pgx.Identifier{l.to.schema}.Sanitize())
	}
	if err != nil {
		closeConn(conn)
		return explain(l.to.shown, err)
	}
	l.conn, l.schema = conn, f.schema
	return nil
}

// transaction runs f in a transaction. It looks at ctx before it begins, not in its
// midst: a connection does not outlive what is cancelled in it. Where the connection
// broke before f was given a row, f runs again over the next one.
func (l *readLane) transaction(ctx context.Context, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errClosed
	}
	until := l.pace.until(l.spent)
	for {
		err := error(nil)
		if l.conn == nil || l.conn.IsClosed() {
			err = l.connect(ctx)
		}
		if err == nil {
			e := &postgresEngine{ctx: context.WithoutCancel(ctx), conn: l.conn}
			if err = runPostgres(e, beginRead, f); err == nil || e.gave || !l.conn.IsClosed() {
				return err
			}
		} else if hopeless(err) || ctx.Err() != nil {
			return err
		}
		if err := l.pace.lastly(ctx, l.to.shown, until, err, l.spent); err != nil {
			return err
		}
	}
}

func (l *readLane) close() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.pace.trusted)
	defer cancel()
	_ = l.conn.Close(ctx) // nothing was written
}

// runPostgres runs f in a transaction on a connection that has none; the transaction
// has ended when it returns, or the connection is lost.
func runPostgres(e *postgresEngine, begin string, f func(*transaction) error) (err error) {
	if _, err := e.conn.Exec(e.ctx, begin); err != nil {
		return err
	}
	return endTransaction(e.ctx, e.conn, f(&transaction{e}))
}

// endTransaction commits what was done on a connection, or after an error, which it
// returns, takes it back.
func endTransaction(ctx context.Context, conn *pgx.Conn, err error) error {
	if err != nil {
		if !conn.IsClosed() {
			_, _ = conn.Exec(ctx, "ROLLBACK") // else the connection breaks, and that is seen
		}
		return err
	}
	tag, err := conn.Exec(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		err = errNotCommitted
	}
	return err
}
