package ledger

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// beginRead gives all reads of a transaction the same snapshot.
const beginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

// readLane is the connection for reading a ledger on a server, by one transaction at a time. It is replaced when it
// breaks.
type readLane struct {
	to     *serverAddress
	known  int
	pace   pace
	schema schemaFacts  // as it was when the ledger was opened
	spent  *atomic.Bool // muster has waited for the server in vain; shared with the session

	mu       sync.Mutex
	conn     *pgx.Conn      // nil when there is none
	identity serverIdentity // of the server at its other end
	used     usedTexts      // by conn
	open     bool           // the last transaction, which has read what it wanted, is not ended yet
	reads    int            // transactions so far
	closed   bool
}

// readSettings are the settings of a connection that reads.
const readSettings = `SELECT set_config('search_path', $1, false), set_config('application_name', 'muster', false),
	` + plans + `, set_config('idle_session_timeout', '0', false),
	set_config('idle_in_transaction_session_timeout', '0', false), set_config('statement_timeout', '0', false)`

// plans makes a server run a statement in the order in which it is written, by indexes, as SQLite does. Otherwise a
// plan that was cached when the tables were small would read all customers for each query. jit is off because a plan
// without an index now looks so expensive that it would be compiled each time.
const plans = `set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
	set_config('enable_mergejoin', 'off', false), set_config('join_collapse_limit', '1', false),
	set_config('jit', 'off', false)`

// openReader connects to a server and refuses one that cannot keep a ledger; a schema without a ledger is [ErrNone].
// The caller closes it.
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
		f.locks = true // a reader takes no locks
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
		_, err = conn.Exec(ctx, readSettings, once(pgx.Identifier{l.to.schema}.Sanitize())...)
	}
	if err != nil {
		closeConn(conn)
		return explain(l.to.shown, err)
	}
	l.conn, l.used, l.open, l.schema, l.identity = conn, usedTexts{}, false, f.schema, f.identity
	return nil
}

// transaction runs f in a transaction that begins with begin; with "", each query is one. It checks ctx before it
// begins and not while it runs, because cancelling a query closes the connection. When the connection breaks, f runs
// again, from the beginning, over a new one.
func (l *readLane) transaction(ctx context.Context, begin string, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	e := &postgresEngine{ctx: context.WithoutCancel(ctx)}
	defer l.leave(e)
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
			e.conn, e.used, e.waiting = l.conn, l.used, nil
			if l.open {
				e.queue("ROLLBACK")
			}
			if begin != "" {
				e.queue(begin)
			}
			if err = f(&transaction{e}); err == nil || !l.conn.IsClosed() {
				return err
			}
		} else if hopeless(err) || ctx.Err() != nil {
			return err
		}
		if err := l.pace.waitOrSpend(ctx, l.to.shown, until, err, l.spent); err != nil {
			return err
		}
	}
}

// lingers is how long a transaction that has read what it wanted waits for the next one.
const lingers = 50 * time.Millisecond

// leave unlocks l. To end a transaction costs a round trip, which the next read saves: it ends the one before with what
// it asks. Where there is no next read, the transaction is ended after a moment, as it keeps the server from
// vacuuming.
func (l *readLane) leave(e *postgresEngine) {
	defer l.mu.Unlock()
	l.open = false
	if e.conn == nil || e.conn.IsClosed() {
		return
	}
	const inside, failed = 'T', 'E'
	switch e.conn.PgConn().TxStatus() {
	case failed:
		l.rollBack(e.ctx)
	case inside:
		l.open = true
		l.reads++
		n := l.reads
		time.AfterFunc(lingers, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if l.open && l.reads == n && !l.closed {
				l.rollBack(e.ctx)
			}
		})
	}
}

// rollBack ends the transaction. A failure breaks the connection, and the next use notices.
func (l *readLane) rollBack(ctx context.Context) {
	l.open = false
	ctx, cancel := context.WithTimeout(ctx, l.pace.patience)
	defer cancel()
	_, _ = l.conn.Exec(ctx, "ROLLBACK")
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
