package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// handle is one connection with its prepared statements. Its transactions exclude one another; none may be opened
// inside another. A transaction works on the driver's own connection (sql.Conn.Raw): its statements bypass
// database/sql, which opens and closes each time. Outside of transactions conn is used as usual, with mu held or
// while nobody else has the handle; inside a transaction that would deadlock.
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

// transaction runs f between begin and COMMIT; an error of f rolls it back. ctx is checked before it begins and not
// while it runs: a write is too short to interrupt, and its end must be known.
func (h *handle) transaction(ctx context.Context, begin string, f func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.conn.Raw(func(conn any) error {
		return (&sqliteEngine{h, conn.(connection)}).run(begin, f)
	})
}

func (h *handle) write(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN IMMEDIATE", f)
}

func (h *handle) read(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN", f)
}

// connection is the part of the driver's connection that is used.
type connection interface {
	driver.ConnPrepareContext
	driver.ExecerContext
}

// sqliteEngine is a handle in use by a transaction.
type sqliteEngine struct {
	h    *handle
	conn connection
}

func (e *sqliteEngine) run(begin string, f func(*transaction) error) error {
	if _, err := e.exec(begin, nil); err != nil {
		return err
	}
	committed := false
	defer func() {
		if !committed {
			// On a full or failing disk SQLite has rolled back already, and ROLLBACK fails; the error to return is
			// that of f or COMMIT. A transaction that stayed open would make the next BEGIN fail.
			_, _ = e.exec("ROLLBACK", nil)
		}
	}()
	if err := f(&transaction{e}); err != nil {
		return err
	}
	if _, err := e.exec("COMMIT", nil); err != nil {
		return err
	}
	committed = true
	return nil
}

func (e *sqliteEngine) statement(text string) (*statement, error) {
	if s, ok := e.h.statements[text]; ok {
		return s, nil
	}
	s, err := prepare(e.conn, text)
	if err == nil {
		e.h.statements[text] = s
	}
	return s, err
}

func (e *sqliteEngine) exec(text string, args []any) (int64, error) {
	result, err := e.result(text, args)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (e *sqliteEngine) later(text string, args []any) error {
	_, err := e.result(text, args)
	return err
}

func (e *sqliteEngine) inserted(text string, args []any) (int64, error) {
	result, err := e.result(text, args)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

func (e *sqliteEngine) result(text string, args []any) (driver.Result, error) {
	s, err := e.statement(text)
	if err != nil {
		return nil, err
	}
	return s.exec(args)
}

func (e *sqliteEngine) each(text string, args []any, f func(*cursor) error) error {
	s, err := e.statement(text)
	if err != nil {
		return err
	}
	return s.each(args, f)
}

func (e *sqliteEngine) eachOf(text string, all [][]any, f func(int, *cursor) error) error {
	for i, args := range all {
		if err := e.each(text, args, func(r *cursor) error { return f(i, r) }); err != nil {
			return err
		}
	}
	return nil
}

func (e *sqliteEngine) script(text string) error {
	_, err := e.conn.ExecContext(context.Background(), text, nil)
	return err
}
