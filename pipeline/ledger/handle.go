package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// handle is one connection with its prepared statements. Its transactions
// exclude one another; none may be opened inside another. A transaction has the
// driver's own connection for as long as it lasts (sql.Conn.Raw): its statements go
// to the driver and not through database/sql, which opens and closes. Outside of
// transactions conn is used as usual, with mu held or while nobody else has the
// handle; inside of one that would wait forever.
type handle struct {
	mu         sync.Mutex
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*statement
}

func connect(ctx context.Context, dsn string) (*handle, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &handle{db: db, conn: conn, statements: map[string]*statement{}}, nil
}

func (h *handle) close() error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	errs := []error{h.conn.Raw(func(any) error {
		var errs []error
		for _, s := range h.statements {
			errs = append(errs, s.close())
		}
		clear(h.statements)
		return errors.Join(errs...)
	})}
	return errors.Join(append(errs, h.conn.Close(), h.db.Close())...)
}

// transaction runs f between begin and COMMIT; after an error of f nothing of
// it happened. ctx is looked at before it begins, not in its midst: a write is
// too short to be worth interrupting, and then its end is known.
func (h *handle) transaction(ctx context.Context, begin string, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.conn.Raw(func(conn any) error {
		return (&transaction{h, conn.(connection)}).run(begin, f)
	})
}

func (h *handle) write(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN IMMEDIATE", f)
}

func (h *handle) read(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN", f)
}

// connection is what the driver's connection can do.
type connection interface {
	driver.ConnPrepareContext
	driver.ExecerContext
}

// transaction is what runs inside one, on one goroutine. Statements are prepared
// once for the connection, so their texts are constants.
type transaction struct {
	h    *handle
	conn connection
}

func (t *transaction) run(begin string, f func(*transaction) error) error {
	if _, err := t.exec(begin); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			// On a full or failing disk SQLite has rolled back by itself and
			// says so with an error; the one to return is f's or COMMIT's. A
			// transaction that stayed open would make the next begin fail.
			_, _ = t.exec("ROLLBACK")
		}
	}()
	if err := f(t); err != nil {
		return err
	}
	if _, err := t.exec("COMMIT"); err != nil {
		return err
	}
	committed = true
	return nil
}

func (t *transaction) statement(text string) (*statement, error) {
	if s, ok := t.h.statements[text]; ok {
		return s, nil
	}
	s, err := prepare(t.conn, text)
	if err == nil {
		t.h.statements[text] = s
	}
	return s, err
}

func (t *transaction) exec(text string, args ...any) (driver.Result, error) {
	s, err := t.statement(text)
	if err != nil {
		return nil, err
	}
	return s.exec(args)
}

// changed runs a statement and says whether it changed any row.
func (t *transaction) changed(text string, args ...any) (bool, error) {
	result, err := t.exec(text, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// script runs several statements that take no arguments.
func (t *transaction) script(text string) error {
	_, err := t.conn.ExecContext(context.Background(), text, nil)
	return err
}

// one scans the only row of a query; sql.ErrNoRows when there is none.
func (t *transaction) one(text string, args []any, into ...any) error {
	found := false
	err := t.each(text, args, func(r *cursor) error {
		if found {
			return nil
		}
		found = true
		return r.Scan(into...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// each calls f for every row of a query; f scans it, may end the reading with
// errEnough, and does not run the same query meanwhile.
func (t *transaction) each(text string, args []any, f func(*cursor) error) error {
	s, err := t.statement(text)
	if err != nil {
		return err
	}
	return s.each(args, f)
}
