package ledger

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// A new ledger has the tables that every migration, one after another, leaves in one of version 1.
func TestSchema(t *testing.T) {
	scripts := ask(schema())(t)
	t.Run("sqlite", func(t *testing.T) {
		migrated := ask(connect(t.Context(), "file::memory:?"+pragmas))(t)
		defer migrated.close()
		must(t, migrate(t.Context(), migrated, 0, scripts))
		l := ask(InMemory(t.Context()))(t)
		defer l.Close()
		if diff := cmp.Diff(statementsOf(t, migrated), statementsOf(t, fileOf(l).writer)); diff != "" {
			t.Errorf("schema.sql (-migrations +schema.sql):\n%s", diff)
		}
	})
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		conn := ask(pgx.Connect(t.Context(), server))(t)
		defer conn.Close(t.Context())
		of := func(scripts ...string) (all []string) {
			tx := ask(conn.Begin(t.Context()))(t)
			defer tx.Rollback(t.Context())
			_, err := tx.Exec(t.Context(), "CREATE SCHEMA new_ledger; SET LOCAL search_path = new_ledger")
			must(t, err)
			for _, script := range scripts {
				_, err := tx.Exec(t.Context(), postgresTables(script))
				must(t, err)
			}
			rows := ask(tx.Query(t.Context(), postgresShape))(t)
			return ask(pgx.CollectRows(rows, pgx.RowTo[string]))(t)
		}
		migrated := of(scripts...)
		if len(migrated) < 100 {
			t.Errorf("the migrations make only %q", migrated)
		}
		if diff := cmp.Diff(migrated, of(newestTables)); diff != "" {
			t.Errorf("schema.sql (-migrations +schema.sql):\n%s", diff)
		}
	})
}

// statementsOf are the statements that made the tables and indexes of a database, by name, without comments and layout.
func statementsOf(t *testing.T, h *handle) map[string]string {
	t.Helper()
	layout := regexp.MustCompile(`--[^\n]*|\s`)
	all := map[string]string{}
	must(t, h.read(t.Context(), func(tx *transaction) error {
		return tx.each("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL", nil, func(c *cursor) error {
			var name, text string
			err := c.Scan(&name, &text)
			all[name] = strings.ToLower(layout.ReplaceAllString(text, ""))
			return err
		})
	}))
	if len(all) < 10 {
		t.Errorf("only %d tables and indexes", len(all))
	}
	return all
}

// postgresShape lists the columns, constraints and indexes of the schema new_ledger.
const postgresShape = `
	SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, is_nullable, column_default, collation_name)
		FROM information_schema.columns WHERE table_schema = 'new_ledger'
	UNION ALL SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
		FROM pg_constraint WHERE connamespace = 'new_ledger'::regnamespace
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'new_ledger'
	ORDER BY 1`
