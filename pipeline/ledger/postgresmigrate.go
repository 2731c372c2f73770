package ledger

import (
	"context"
	"database/sql"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The schema version is a text in the table meta, beside the check value of the key.

// postgresVersion is false where the connection's schema has no tables of a ledger.
func postgresVersion(t *transaction) (version int, there bool, err error) {
	if err := t.one("SELECT to_regclass('meta') IS NOT NULL", nil, &there); err != nil || !there {
		return 0, false, err
	}
	var text []byte
	err = t.one("SELECT value FROM meta WHERE name = 'version'", nil, &text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, true, err
	}
	version, err = strconv.Atoi(string(text))
	return version, true, err
}

// bring creates the schema and its tables where there are none, and migrates older ones, one transaction a version.
// PostgreSQL rolls back changes of tables too, so that no copy is made first.
func (s *session) bring(ctx context.Context, scripts []string, secrets *secrets) error {
	if s.schema().version == len(scripts) {
		return nil
	}
	return s.alone(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if s.schema().empty() {
			return runPostgres(&postgresEngine{ctx: ctx, conn: conn}, "BEGIN", func(t *transaction) error {
				return s.beginTables(t, len(scripts), secrets)
			})
		}
		for v := s.schema().version + 1; v <= len(scripts); v++ {
			err := runPostgres(&postgresEngine{ctx: ctx, conn: conn}, "BEGIN", func(t *transaction) error {
				if err := t.script(postgresTables(scripts[v-1])); err != nil {
					return err
				}
				return keepVersion(t, v)
			})
			if err != nil {
				return notUpgraded(v, err)
			}
		}
		return nil
	})
}

// beginTables creates the tables of a ledger, of the newest version, with that key, and the schema unless it exists: a
// role may own a schema and have no right to create one.
func (s *session) beginTables(t *transaction, version int, secrets *secrets) error {
	if !s.schema().exists {
		if err := t.script("CREATE SCHEMA " + pgx.Identifier{s.to.schema}.Sanitize()); err != nil {
			return err
		}
	}
	if err := t.script(postgresTables(newestTables)); err != nil {
		return err
	}
	if _, err := t.exec("INSERT INTO meta (name, value) VALUES ('check', ?)", secrets.check()); err != nil {
		return err
	}
	if _, err := t.exec(markLedger, s.link.facts.identity.mark()); err != nil {
		return err
	}
	return keepVersion(t, version)
}

func keepVersion(t *transaction, version int) error {
	_, err := t.exec(`INSERT INTO meta (name, value) VALUES ('version', ?)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
		[]byte(strconv.Itoa(version)))
	return err
}

var (
	comment    = regexp.MustCompile(`--[^\n]*`)
	tableWords = strings.NewReplacer("INTEGER PRIMARY", "BIGSERIAL PRIMARY", "INTEGER", "BIGINT",
		"TEXT", `TEXT COLLATE "C"`, "BLOB", "BYTEA", ") STRICT", ")", ", WITHOUT ROWID", "", "x''", "''::bytea")
)

// postgresTables rewrites the tables of a migration for PostgreSQL. Texts are ordered by their bytes, as in SQLite.
func postgresTables(script string) string {
	return tableWords.Replace(comment.ReplaceAllString(script, ""))
}
