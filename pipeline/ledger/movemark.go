package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// mark records in a file where its ledger was moved to: in the table meta, and as a schema version so high that a
// muster that does not know moves refuses the file too.
type mark struct {
	to    string // address; "" for a file that was not moved
	token []byte // also in the ledger at that address
	// arrived: the server confirmed that it has the ledger. Until then an interrupted move may have left nothing
	// there, and messages do not send anyone to that address.
	arrived bool
}

// movedVersion is added to the schema version of a marked file.
const movedVersion = 1_000_000

// setMark marks a file whose tables have that version; the zero mark removes it.
func (s *sqliteStore) setMark(ctx context.Context, version int, m mark) error {
	return s.write(ctx, func(t *transaction) error {
		if _, err := t.exec("DELETE FROM meta WHERE name IN ('moved_to', 'moved_token', 'moved_arrived')"); err != nil {
			return err
		}
		if m.to != "" {
			version += movedVersion
			_, err := t.exec("INSERT INTO meta (name, value) VALUES ('moved_to', ?), ('moved_token', ?)",
				[]byte(m.to), m.token)
			if err != nil {
				return err
			}
			if m.arrived {
				if _, err := t.exec("INSERT INTO meta (name, value) VALUES ('moved_arrived', x'01')"); err != nil {
					return err
				}
			}
		}
		return t.script(fmt.Sprintf("PRAGMA user_version = %d", version))
	})
}

// mark reads the mark of a file.
func (s *sqliteStore) mark(ctx context.Context) (m mark, err error) {
	err = s.read(ctx, func(t *transaction) (err error) {
		m, err = readMark(t)
		return err
	})
	return m, err
}

func readMark(t *transaction) (m mark, err error) {
	var to []byte
	err = t.one(`SELECT value, (SELECT value FROM meta WHERE name = 'moved_token'),
			EXISTS (SELECT 1 FROM meta WHERE name = 'moved_arrived')
		FROM meta WHERE name = 'moved_to'`, nil, &to, &m.token, &m.arrived)
	m.to = string(to)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return m, err
}
