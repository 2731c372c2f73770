package ledger

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"muster/pipeline"
	"muster/pipeline/files"
)

// BackupError: a copy could not be made. The ledger is unchanged, and nothing is left at Path.
type BackupError struct {
	Path string
	Err  error
}

// Error shows the code and the arguments of the sentence.
func (e *BackupError) Error() string { return e.Sentence().String() }

// Unwrap gives the cause.
func (e *BackupError) Unwrap() error { return e.Err }

// Sentence names the copy.
func (e *BackupError) Sentence() *pipeline.Message {
	return pipeline.Say("ledger.not_copied", "path", e.Path, "cause", inWords(pipeline.WithoutPath(e.Err)))
}

// thereAlready refuses to replace a file.
func thereAlready(name string) error {
	return &pipeline.Failure{Message: pipeline.Say("ledger.there_already", "file", name), Err: fs.ErrExist}
}

// Backup copies the ledger to path, and its key file to path.key, both readable by their owner alone; another muster
// may write meanwhile. The copy is checked before it gets its name. A file of either name is never replaced: the
// error is then a *BackupError that wraps fs.ErrExist. A ledger on a server is [ErrUnusable]: pg_dump copies it.
func (l *Ledger) Backup(ctx context.Context, path string) error {
	return explain(l.path, l.store.copyTo(ctx, path))
}

func (s *sqliteStore) copyTo(ctx context.Context, path string) error {
	h, _, err := s.connectRead(ctx)
	if err != nil {
		return err
	}
	// Through a read-only connection SQLite refuses the copy as a change.
	_, err = h.conn.ExecContext(ctx, "PRAGMA query_only(OFF)")
	if err == nil {
		err = s.copyFrom(ctx, h, path)
	}
	return errors.Join(err, h.close())
}

func (s *sqliteStore) copyFrom(ctx context.Context, from *handle, path string) (err error) {
	fail := func(err error) error { return &BackupError{path, err} }
	for _, name := range []string{path, path + ".key"} {
		if _, err := os.Lstat(name); err == nil {
			return fail(thereAlready(name))
		} else if !errors.Is(err, fs.ErrNotExist) {
			return fail(err)
		}
	}
	secret, err := readKey(s.path + ".key")
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	room, err := os.MkdirTemp(folder, ".muster-*") // 0700
	if err != nil {
		return fail(err)
	}
	defer func() {
		if gone := os.RemoveAll(room); gone != nil && err == nil {
			err = fail(gone)
		}
	}()
	ledger, key := filepath.Join(room, "ledger"), filepath.Join(room, "key")
	if err := createPrivate(ledger); err != nil {
		return fail(err)
	}
	if err := from.copyTo(ctx, ledger); err != nil {
		return fail(err)
	}
	if err := whole(ctx, ledger); err != nil {
		return fail(err)
	}
	if err := os.WriteFile(key, []byte(hex.EncodeToString(secret)+"\n"), 0o600); err != nil {
		return fail(err)
	}
	for _, name := range []string{ledger, key} {
		if err := syncFile(name); err != nil {
			return fail(err)
		}
	}
	// The key first, because a copy of the ledger without it cannot be used.
	if err := takeName(key, path+".key"); err != nil {
		return fail(err)
	}
	if err := takeName(ledger, path); err != nil {
		return errors.Join(fail(err), os.Remove(path+".key"))
	}
	if err := files.SyncFolder(folder); err != nil {
		return fail(err)
	}
	return nil
}

// copyTo copies the database that the connection sees into the empty file at path.
func (h *handle) copyTo(ctx context.Context, path string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	_, err := h.conn.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}

// whole checks a copy.
func whole(ctx context.Context, path string) error {
	h, err := connect(ctx, address(path, modeImmutable))
	if err != nil {
		return err
	}
	var verdict string
	err = h.conn.QueryRowContext(ctx, "PRAGMA quick_check").Scan(&verdict)
	if err == nil && verdict != "ok" {
		err = pipeline.Fail("ledger.copy_damaged", "text", verdict)
	}
	return errors.Join(err, h.close())
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// takeName renames a file, and never replaces another.
func takeName(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// A file system without hard links. Another process that creates that name between the check and the rename loses
	// its file.
	if _, err := os.Lstat(to); err == nil {
		return thereAlready(to)
	}
	return os.Rename(from, to)
}

// Older is the path of the copy that was made because the ledger had an older schema when it was opened; "" when it
// had this one.
func (l *Ledger) Older() string { return l.older }
