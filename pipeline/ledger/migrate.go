package ledger

import (
	"bytes"
	"context"
	"crypto/hmac"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"muster/pipeline"
)

// applicationID marks a muster ledger among SQLite files: "must".
const applicationID = 0x6d757374

//go:embed migration/*.sql
var migrations embed.FS

// schema lists the migrations in order; the n-th makes version n.
func schema() ([]string, error) {
	entries, err := fs.ReadDir(migrations, "migration") // sorted by name
	if err != nil {
		return nil, err
	}
	var scripts []string
	for i, e := range entries {
		text, err := migrations.ReadFile("migration/" + e.Name())
		if err != nil {
			return nil, err
		}
		if want := fmt.Sprintf("%04d_", i+1); !bytes.HasPrefix([]byte(e.Name()), []byte(want)) {
			return nil, pipeline.Fail("ledger.migration_number", "file", e.Name(), "wanted", want)
		}
		scripts = append(scripts, string(text))
	}
	return scripts, nil
}

// identity is what a database file says of itself.
type identity struct {
	application int
	version     int
	tables      int
}

// empty: nothing was ever committed to it. That is a new ledger, whether it
// is a file of no bytes or one whose first commit did not come to pass.
func (i identity) empty() bool { return i.application == 0 && i.version == 0 && i.tables == 0 }

func identify(ctx context.Context, h *handle) (i identity, err error) {
	err = h.read(ctx, func(t *transaction) error {
		return errors.Join(
			t.one("PRAGMA application_id", nil, &i.application),
			t.one("PRAGMA user_version", nil, &i.version),
			t.one("SELECT count(*) FROM sqlite_schema", nil, &i.tables))
	})
	return i, err
}

// fits refuses what is not a ledger that this muster knows. It may be older.
func (i identity) fits(path string, known int) error {
	switch {
	case i.application != applicationID:
		return notLedger(path, "ledger.is_other_database")
	case i.version > known:
		return wrongVersion(path, i.version, known)
	case i.version < 1:
		return corrupt(path, pipeline.Fail("ledger.no_version"))
	}
	return nil
}

// begin makes a new ledger's tables and keeps its key's check value, in one
// transaction. The database is not in WAL mode yet, so that from this commit
// on its very first page says what it is.
func begin(ctx context.Context, h *handle, scripts []string, s *secrets) error {
	return h.write(ctx, func(t *transaction) error {
		for _, script := range scripts {
			if err := t.script(script); err != nil {
				return err
			}
		}
		mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(scripts))
		if err := t.script(mark); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO meta (name, value) VALUES ('check', ?)", s.check())
		return err
	})
}

// update brings an older ledger up to date, once a copy of it is made.
func (l *Ledger) update(ctx context.Context, from int, scripts []string) (err error) {
	if from == len(scripts) {
		return nil
	}
	if l.older, err = l.keepOlder(ctx, from); err != nil {
		return err
	}
	return migrate(ctx, l.writer, from, scripts)
}

// migrate brings an older ledger up to date, one transaction a version.
func migrate(ctx context.Context, h *handle, from int, scripts []string) error {
	for v := from + 1; v <= len(scripts); v++ {
		err := h.write(ctx, func(t *transaction) error {
			return t.script(fmt.Sprintf("%s;\nPRAGMA user_version = %d", scripts[v-1], v))
		})
		if err != nil {
			return pipeline.Fail("ledger.not_upgraded", "version", v, "cause", err)
		}
	}
	return nil
}

// recognise refuses a key that is not the ledger's own.
func recognise(ctx context.Context, h *handle, path, keyPath string, s *secrets) error {
	return h.read(ctx, func(t *transaction) error {
		var check []byte
		err := t.one("SELECT value FROM meta WHERE name = 'check'", nil, &check)
		if errors.Is(err, sql.ErrNoRows) {
			return corrupt(path, pipeline.Fail("ledger.no_check_value"))
		}
		if err != nil {
			return err
		}
		if !hmac.Equal(check, s.check()) {
			return keyFault(keyPath, KeyForeign)
		}
		return nil
	})
}
