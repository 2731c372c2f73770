package ledger

import (
	"context"

	"muster/pipeline"
)

// postgresStore is a ledger in a schema of a PostgreSQL server's database.
type postgresStore struct {
	path          string // the address, without a password
	writer        *session
	reader        *readLane
	afterFailover bool // a person has confirmed that another server than the last may be used
	unverified    bool
}

func (s *postgresStore) write(ctx context.Context, f func(*transaction) error) error {
	return s.writer.transaction(ctx, nil, inTransaction(f))
}

func (s *postgresStore) writeIntents(ctx context.Context, ns pipeline.Namespace, f func(*transaction) error) error {
	return s.writer.transaction(ctx, &ns, inTransaction(f))
}

func (s *postgresStore) hold(ctx context.Context, ns pipeline.Namespace, o HoldOptions) error {
	return s.writer.hold(ctx, ns, o, s.afterFailover)
}

// holdsNow: the lock goes with the connection over which the write goes on.
func (s *postgresStore) holdsNow(ns pipeline.Namespace) bool { return s.writer.holds(ns) == nil }

func (s *postgresStore) right() *Right {
	if s.writer == nil {
		return newRight(s.path, usualPace) // a right that is never held, for a ledger that is only read
	}
	return s.writer.right
}

func (s *postgresStore) read(ctx context.Context, f func(*transaction) error) error {
	return s.reader.transaction(ctx, beginRead, f)
}

func (s *postgresStore) readBetweenWrites(ctx context.Context, f func(*transaction) error) error {
	return s.reader.transaction(ctx, "", f) // one query needs no more
}

// examine leaves the structure of the files to the server.
func (s *postgresStore) examine(t *transaction, _ *faults) (version int, err error) {
	version, _, err = postgresVersion(t)
	return version, err
}

// copyTo refuses: pg_dump copies a ledger on a server.
func (s *postgresStore) copyTo(context.Context, string) error {
	return refusal(nil, "ledger.backup_of_server").At(ledgerAt(s.path)).Try("ledger.use_pg_dump",
		"command", pipeline.ShellCommand(dumpCommand(s.path)...))
}

func (s *postgresStore) close() error {
	s.writer.close()
	s.reader.close()
	return nil
}

// Unverified: the ledger is on a server that was never asked to prove who it is, as its address says no more than that
// the connection is encrypted. Somebody in between could pose as it.
func (l *Ledger) Unverified() bool {
	s, ok := l.store.(*postgresStore)
	return ok && s.unverified
}

// openServer opens the ledger at an address, or creates it.
func (l *Ledger) openServer(ctx context.Context, address string, scripts []string, o Options) error {
	l.path = Shown(address)
	at, err := parseAddress(address, o.AllowPlain)
	if err != nil {
		return err
	}
	s := &postgresStore{path: l.path, afterFailover: o.AfterFailover, unverified: at.unverified}
	l.store, l.rights = s, s
	if o.ReadOnly {
		return l.readServer(ctx, s, at, len(scripts), o)
	}
	if s.writer, err = openSession(ctx, at, len(scripts), o.Holder, l.now, usualPace); err != nil {
		return err
	}
	begins := s.writer.schema().empty()
	if begins && !o.MayBegin {
		return noneAt(l.path)
	}
	if version := s.writer.schema().version; o.KeepVersion && !begins && version < len(scripts) {
		return wrongVersion(l.path, version, len(scripts))
	}
	secret, err := namedKey(o.KeyFile, begins)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	if err := s.writer.bring(ctx, scripts, l.secrets); err != nil {
		return err
	}
	if s.reader, err = openReader(ctx, at, len(scripts)); err != nil {
		return err
	}
	s.reader.spent = &s.writer.spent
	// Another muster may have created it at the same moment, with another key.
	if err := recognise(ctx, s, l.path, o.KeyFile, l.secrets); err != nil {
		return err
	}
	return s.writer.enter(ctx)
}

// readServer opens the ledger at an address for reading only.
func (l *Ledger) readServer(ctx context.Context, s *postgresStore, at *serverAddress, known int,
	o Options) (err error) {
	if s.reader, err = openReader(ctx, at, known); err != nil {
		return err
	}
	if version := s.reader.schema.version; version < known {
		return wrongVersion(l.path, version, known)
	}
	secret, err := namedKey(o.KeyFile, false)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	return recognise(ctx, s, l.path, o.KeyFile, l.secrets)
}

// notUpgraded reports that the migration to that version failed.
func notUpgraded(version int, err error) error {
	return pipeline.Fail("ledger.not_upgraded", "version", version, "cause", err)
}
