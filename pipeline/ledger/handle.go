package ledger

import (
	"context"
	"database/sql"
	"errors"
	"sync"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// handle is one connection with its prepared statements. Its transactions
// exclude one another; none may be opened inside another.
type handle struct {
	mu         sync.Mutex
	db         *sql.DB
	conn       *sql.Conn
	statements map[string]*sql.Stmt
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
	return &handle{db: db, conn: conn, statements: map[string]*sql.Stmt{}}, nil
}

func (h *handle) close() error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var errs []error
	for _, s := range h.statements {
		errs = append(errs, s.Close())
	}
	clear(h.statements)
	return errors.Join(append(errs, h.conn.Close(), h.db.Close())...)
}

// transaction runs f between begin and COMMIT; after an error of f nothing of
// it happened. ctx is looked at before it begins, not in its midst: a write is
// too short to be worth interrupting, and then its end is known.
func (h *handle) transaction(ctx context.Context, begin string, f func(*transaction) error) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t := &transaction{h: h, ctx: context.WithoutCancel(ctx)}
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

func (h *handle) write(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN IMMEDIATE", f)
}

func (h *handle) read(ctx context.Context, f func(*transaction) error) error {
	return h.transaction(ctx, "BEGIN", f)
}

// transaction is what runs inside one. Statements are prepared once for the
// connection, so their texts are constants.
type transaction struct {
	h   *handle
	ctx context.Context
}

func (t *transaction) statement(text string) (*sql.Stmt, error) {
	if s, ok := t.h.statements[text]; ok {
		return s, nil
	}
	s, err := t.h.conn.PrepareContext(t.ctx, text)
	if err == nil {
		t.h.statements[text] = s
	}
	return s, err
}

func (t *transaction) exec(text string, args ...any) (sql.Result, error) {
	s, err := t.statement(text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(t.ctx, args...)
}

// script runs several statements that take no arguments.
func (t *transaction) script(text string) error {
	_, err := t.h.conn.ExecContext(t.ctx, text)
	return err
}

func (t *transaction) query(text string, args ...any) (*sql.Rows, error) {
	s, err := t.statement(text)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(t.ctx, args...)
}

// one scans the only row of a query; sql.ErrNoRows when there is none.
func (t *transaction) one(text string, args []any, into ...any) error {
	s, err := t.statement(text)
	if err != nil {
		return err
	}
	return s.QueryRowContext(t.ctx, args...).Scan(into...)
}

// each calls f for every row of a query; f scans it.
func (t *transaction) each(text string, args []any, f func(*sql.Rows) error) error {
	rows, err := t.query(text, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
