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

//go:embed migration/*.sql
var migrations embed.FS

// newestTables creates the tables of the newest version, which a new ledger has from its beginning.
//
//go:embed schema.sql
var newestTables string

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

// reader reads a ledger's tables.
type reader interface {
	read(ctx context.Context, f func(*transaction) error) error
}

// recognise refuses a key that is not the ledger's own.
func recognise(ctx context.Context, in reader, path, keyPath string, s *secrets) error {
	return in.read(ctx, func(t *transaction) error {
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
