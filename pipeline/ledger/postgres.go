package ledger

import (
	"context"
	"errors"

	"muster/pipeline"
)

// postgresStore is a ledger in a schema of a PostgreSQL server's database.
type postgresStore struct {
	path   string // the address, without a password
	writer lane   // nil when read-only
	reader lane
}

// lane is what transactions of one kind go over, reading or writing, one at a time.
type lane interface {
	// transaction runs f in a transaction; after an error nothing of it happened. f may
	// be run again.
	transaction(ctx context.Context, f func(*transaction) error) error
	close() error
}

func (s *postgresStore) write(ctx context.Context, f func(*transaction) error) error {
	return s.writer.transaction(ctx, f)
}

func (s *postgresStore) read(ctx context.Context, f func(*transaction) error) error {
	return s.reader.transaction(ctx, f)
}

func (s *postgresStore) readBetweenWrites(ctx context.Context, f func(*transaction) error) error {
	return s.read(ctx, f)
}

// examine: the structure of its files is the server's own concern.
func (s *postgresStore) examine(t *transaction, _ *faults) (version int, err error) {
	version, _, err = postgresVersion(t)
	return version, err
}

// copyTo refuses: the server has means of its own.
func (s *postgresStore) copyTo(context.Context, string) error {
	return refusal(nil, "ledger.backup_of_server").At(ledgerAt(s.path)).Try("ledger.use_pg_dump")
}

func (s *postgresStore) close() error {
	var errs []error
	for _, l := range []lane{s.writer, s.reader} {
		if l != nil {
			errs = append(errs, l.close())
		}
	}
	return errors.Join(errs...)
}

// openServer opens the ledger at an address, or begins it.
func (l *Ledger) openServer(ctx context.Context, address string, scripts []string, o Options) error {
	l.path = Shown(address)
	at, err := parseAddress(address, o.AllowPlain)
	if err != nil {
		return err
	}
	s := &postgresStore{path: l.path}
	l.store = s
	if s.reader, err = dialLane(ctx, at, beginRead); err != nil {
		return err
	}
	if !o.ReadOnly {
		if s.writer, err = dialLane(ctx, at, beginWrite); err != nil {
			return err
		}
	}
	version, there := 0, false
	err = s.read(ctx, func(t *transaction) error {
		version, there, err = postgresVersion(t)
		return err
	})
	switch {
	case err != nil:
		return err
	case !there && (o.ReadOnly || !o.MayBegin):
		return noneAt(l.path)
	case !there:
		return l.beginServer(ctx, s, at.schema, scripts, o)
	case version > len(scripts) || version < len(scripts) && o.ReadOnly:
		return wrongVersion(l.path, version, len(scripts))
	}
	secret, err := namedKey(o.KeyFile, false)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	if err := recognise(ctx, s, l.path, o.KeyFile, l.secrets); err != nil {
		return err
	}
	return s.update(ctx, version, scripts, at.schema)
}

// beginServer makes the key file and the tables of a new ledger.
func (l *Ledger) beginServer(ctx context.Context, s *postgresStore, schema string, scripts []string, o Options) error {
	secret, err := namedKey(o.KeyFile, true)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	if err := s.begin(ctx, schema, scripts, l.secrets); err != nil {
		return err
	}
	// Somebody else may have begun it in this very moment, with a key of their own.
	return recognise(ctx, s, l.path, o.KeyFile, l.secrets)
}

// notUpgraded: a step to that version failed.
func notUpgraded(version int, err error) error {
	return pipeline.Fail("ledger.not_upgraded", "version", version, "cause", err)
}
