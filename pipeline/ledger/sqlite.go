package ledger

import (
	"context"
	"errors"
	"time"

	"muster/pipeline"
)

// sqliteStore is a ledger in a file.
type sqliteStore struct {
	path   string
	lock   *lock   // nil when read-only, and in memory
	writer *handle // nil when read-only
	reader *handle // the writer itself for a ledger in memory
}

func (s *sqliteStore) write(ctx context.Context, f func(*transaction) error) error {
	return s.writer.write(ctx, f)
}

func (s *sqliteStore) read(ctx context.Context, f func(*transaction) error) error {
	return s.reader.read(ctx, f)
}

// readBetweenWrites uses the writer, which has the pages in its cache that the reader would have to read again after
// each commit.
func (s *sqliteStore) readBetweenWrites(ctx context.Context, f func(*transaction) error) error {
	if s.writer == nil {
		return s.reader.read(ctx, f)
	}
	return s.writer.read(ctx, f)
}

// close writes the WAL back into the file, closes it and releases the lock.
func (s *sqliteStore) close() error {
	var errs []error
	if s.reader != s.writer {
		errs = append(errs, s.reader.close())
	}
	if s.writer != nil {
		// The pragma is queried, as it returns a row. A reader in another process may keep the checkpoint from
		// finishing; the last process to close then does it.
		_, err := s.writer.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
		errs = append(errs, err, s.writer.close())
	}
	return errors.Join(append(errs, s.lock.release())...)
}

// openFile opens the ledger at path, or creates it.
func (l *Ledger) openFile(ctx context.Context, path string, scripts []string, o Options) (err error) {
	if l.path, err = resolve(path); err != nil {
		l.path = path
		return err
	}
	if err := peek(ctx, l.path, len(scripts), o); err != nil {
		return err
	}
	s := &sqliteStore{path: l.path}
	l.store, l.rights = s, s
	if o.ReadOnly {
		return l.openRead(ctx, s, scripts)
	}
	return l.openWrite(ctx, s, scripts, o)
}

func (l *Ledger) openWrite(ctx context.Context, s *sqliteStore, scripts []string, o Options) error {
	var err error
	if s.lock, err = acquire(ctx, l.path, o.Holder, l.now()); err != nil {
		return err
	}
	if err := createPrivate(l.path); err != nil {
		return noAccess(l.path, err)
	}
	if s.writer, err = connect(ctx, address(l.path, modeWrite)); err != nil {
		return err
	}
	i, err := identify(ctx, s.writer)
	if err != nil {
		return err
	}
	keyPath := l.path + ".key"
	var secret []byte
	if i.empty() {
		if !o.MayBegin {
			return noneAt(l.path)
		}
		secret, err = beginKey(keyPath)
	} else {
		if o.moved {
			i.moved = mark{}
		}
		if err := i.fits(l.path, len(scripts)); err != nil {
			return err
		}
		if o.KeepVersion && i.version < len(scripts) {
			return wrongVersion(l.path, i.version, len(scripts))
		}
		secret, err = readKey(keyPath)
	}
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	if i.empty() {
		err = begin(ctx, s.writer, newestTables, len(scripts), l.secrets)
	} else if err = recognise(ctx, s.writer, l.path, keyPath, l.secrets); err == nil {
		l.older, err = s.update(ctx, i.version, scripts, l.now())
	}
	if err != nil {
		return err
	}
	var mode string
	if err := s.writer.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return noAccess(l.path, pipeline.Fail("ledger.no_wal", "mode", mode))
	}
	s.reader, err = connect(ctx, address(l.path, modeRead))
	return err
}

func (l *Ledger) openRead(ctx context.Context, s *sqliteStore, scripts []string) error {
	h, i, err := s.connectRead(ctx)
	if err != nil {
		return err
	}
	s.reader = h
	if i.empty() {
		return noneAt(l.path)
	}
	if err := i.fits(l.path, len(scripts)); err != nil {
		return err
	}
	if i.version < len(scripts) {
		return wrongVersion(l.path, i.version, len(scripts))
	}
	keyPath := l.path + ".key"
	secret, err := readKey(keyPath)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	return recognise(ctx, s, l.path, keyPath, l.secrets)
}

const inMemory = "in memory" // in place of a path, in messages

// InMemory is a ledger without any file, with a key of its own: for a check when there is no ledger.
func InMemory(ctx context.Context) (_ *Ledger, err error) {
	l := &Ledger{path: inMemory, now: time.Now, english: (*pipeline.Message).String}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	scripts, err := schema()
	if err != nil {
		return nil, err
	}
	if err := l.unlock(newSecret()); err != nil {
		return nil, err
	}
	h, err := connect(ctx, "file::memory:?"+pragmas)
	if err != nil {
		return nil, err
	}
	s := &sqliteStore{path: inMemory, writer: h, reader: h}
	l.store, l.rights = s, s
	return l, begin(ctx, h, newestTables, len(scripts), l.secrets)
}
