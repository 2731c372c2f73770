package ledger

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"

	codes "modernc.org/sqlite/lib"

	"muster/pipeline"
)

// lock is the right to write to a ledger. It is a second, tiny SQLite database in rollback mode that says who holds
// it, with a write transaction that stays open as long as the right is held: others can read the holder, the system
// drops the lock with the process however it dies, and it works the same wherever SQLite does.
type lock struct{ h *handle }

// soon is for how long the lock is tried: another process may look whether somebody has it ([Ledger.Live]).
const soon = "busy_timeout(100)"

// acquire takes the lock next to path, or fails at once with a *HeldError.
//
// Each process commits its name and then begins the transaction that it keeps open. Of several at once exactly one
// wins: transactions never overlap, so the process that commits its name last finds nobody in the second step, and
// all that were overtaken give up.
func acquire(ctx context.Context, path, holder string, since time.Time) (_ *lock, err error) {
	file := path + ".lock"
	if err := createPrivate(file); err != nil {
		return nil, noAccess(file, err)
	}
	h, err := connect(ctx, address(file, "mode=rw&_pragma="+soon))
	if err != nil {
		return nil, explain(file, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	token := rand.Text()
	err = h.write(ctx, func(t *transaction) error {
		// Another process that reads the holder delays this commit for a moment.
		if err := t.script("PRAGMA busy_timeout = 2000"); err != nil {
			return err
		}
		if err := t.script(`CREATE TABLE IF NOT EXISTS holder (token TEXT NOT NULL, holder TEXT NOT NULL,
			since INTEGER NOT NULL) STRICT; DELETE FROM holder`); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO holder VALUES (?, ?, ?)", token, holder, since.UnixMilli())
		return err
	})
	if err == nil {
		if _, err = h.conn.ExecContext(ctx, "PRAGMA "+soon); err == nil {
			_, err = h.conn.ExecContext(ctx, "BEGIN IMMEDIATE")
		}
	}
	if code, ok := sqliteCode(err); ok && (code == codes.SQLITE_BUSY || code == codes.SQLITE_LOCKED) {
		return nil, held(ctx, h, path, token)
	}
	if err != nil {
		return nil, damaged(file, err)
	}
	return &lock{h}, nil
}

// damaged says what is wrong with the lock file, which holds nothing worth keeping.
func damaged(file string, err error) error {
	if code, ok := sqliteCode(err); ok && (code == codes.SQLITE_NOTADB || code == codes.SQLITE_CORRUPT ||
		code == codes.SQLITE_ERROR) {
		return refusal(err, "ledger.lock_damaged").At(pipeline.Place{Kind: "lock file", File: file}).
			Try("ledger.delete_lock")
	}
	return explain(file, err)
}

// held says who holds the lock. A name that cannot be read, or that is this process's own, belongs to a process that
// is still starting.
func held(ctx context.Context, h *handle, path, token string) error {
	e := &HeldError{Path: path}
	var since int64
	err := h.read(ctx, func(t *transaction) error {
		if err := t.script("PRAGMA busy_timeout = 500"); err != nil {
			return err
		}
		return t.one("SELECT holder, since FROM holder WHERE token <> ?", []any{token}, &e.Holder, &since)
	})
	if err == nil {
		e.Since = time.UnixMilli(since).UTC()
	} else if _, ok := sqliteCode(err); !ok && !errors.Is(err, sql.ErrNoRows) {
		return errors.Join(e, err)
	}
	return e
}

// release deletes the holder's name, so that nobody reads it before the next holder has written its own, and releases
// the lock.
func (l *lock) release() error {
	if l == nil {
		return nil
	}
	_, err := l.h.conn.ExecContext(context.Background(), "PRAGMA busy_timeout = 500; DELETE FROM holder; COMMIT")
	if code, ok := sqliteCode(err); ok && code == codes.SQLITE_BUSY {
		err = nil // another process is reading the name, which stays; the lock is released all the same
	}
	return errors.Join(err, l.h.close())
}
