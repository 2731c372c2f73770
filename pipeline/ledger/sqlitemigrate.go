package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"muster/pipeline"
)

// applicationID marks a muster ledger among SQLite files: "must".
const applicationID = 0x6d757374

// identity is what the header and the schema of a database file say.
type identity struct {
	application int
	version     int
	tables      int
	moved       mark // where it was moved to, if it was
}

// empty reports that nothing was ever committed to the file: it has no bytes, or its first commit did not complete.
// It is a new ledger.
func (i identity) empty() bool { return i.application == 0 && i.version == 0 && i.tables == 0 }

func identify(ctx context.Context, h *handle) (i identity, err error) {
	err = h.read(ctx, func(t *transaction) error {
		err := errors.Join(
			t.one("PRAGMA application_id", nil, &i.application),
			t.one("PRAGMA user_version", nil, &i.version),
			t.one("SELECT count(*) FROM sqlite_schema", nil, &i.tables))
		if err != nil || i.application != applicationID || i.version < 1 {
			return err
		}
		i.version %= movedVersion
		i.moved, err = readMark(t)
		return err
	})
	return i, err
}

// fits refuses a file that is not a ledger, or is one of a newer schema version. It may be older.
func (i identity) fits(path string, known int) error {
	switch {
	case i.application != applicationID:
		return notLedger(path, "ledger.is_other_database")
	case i.moved.to != "":
		return movedTo(path, i.moved)
	case i.version > known:
		return wrongVersion(path, i.version, known)
	case i.version < 1:
		return corrupt(path, pipeline.Fail("ledger.no_version"))
	}
	return nil
}

// begin creates a new ledger's tables, of that version, and writes its key's check value, in one transaction. The
// database is not in WAL mode yet, so that from this commit on its first page identifies it.
func begin(ctx context.Context, h *handle, tables string, version int, s *secrets) error {
	return h.write(ctx, func(t *transaction) error {
		mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, version)
		if err := t.script(tables + mark); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO meta (name, value) VALUES ('check', ?)", s.check())
		return err
	})
}

// update migrates an older ledger after copying it, and returns the path of the copy; "" when it is up to date.
func (s *sqliteStore) update(ctx context.Context, from int, scripts []string, now time.Time) (older string, err error) {
	if from == len(scripts) {
		return "", nil
	}
	older = fmt.Sprintf("%s.v%d-%s.backup", s.path, from, now.UTC().Format("20060102-150405"))
	if err := s.copyFrom(ctx, s.writer, older); err != nil {
		return older, err
	}
	return older, migrate(ctx, s.writer, from, scripts)
}

// migrate migrates an older ledger, one transaction a version.
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

// examine runs SQLite's own check of the file.
func (s *sqliteStore) examine(t *transaction, f *faults) (version int, err error) {
	err = t.each("PRAGMA integrity_check(10)", nil, func(rows *cursor) error {
		var verdict string
		err := rows.Scan(&verdict)
		if verdict != "ok" {
			f.add(pipeline.Say("ledger.file_fault", "text", verdict))
		}
		return err
	})
	err = errors.Join(err, t.one("PRAGMA user_version", nil, &version))
	return version % movedVersion, err
}
