package ledger

import (
	"context"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"muster/pipeline"
)

// movedAtOnce is the number of rows in one COPY.
const movedAtOnce = 2000

// movedTable is a table whose rows are copied.
type movedTable struct {
	name    string
	columns []string
	of      []string // tables that its foreign keys refer to
}

// fill copies all rows of the file into the empty tables that t has made, and compares the counts afterwards.
func (m *move) fill(ctx context.Context, t *transaction, conn *pgx.Conn) error {
	return m.store.read(ctx, func(from *transaction) error {
		tables, err := tablesOf(from)
		if err != nil {
			return err
		}
		for _, table := range tables {
			n, err := table.copy(ctx, from, conn)
			if err != nil {
				return err
			}
			m.done.Rows += n
		}
		if err := setSequences(ctx, t, conn); err != nil {
			return err
		}
		there := &Ledger{path: m.to.shown, secrets: m.file.secrets, store: &postgresStore{path: m.to.shown}}
		after, err := there.examine(t)
		if err != nil {
			return err
		}
		if len(after.Faults) > 0 || after.Version != m.had.Version || after.Runs != m.had.Runs ||
			!slices.Equal(after.Spaces, m.had.Spaces) {
			return refusal(nil, "ledger.move_differs").At(ledgerAt(m.to.shown)).Try("ledger.move_report")
		}
		m.done.Runs = after.Runs
		for _, space := range after.Spaces {
			m.done.Customers += space.Customers
			m.done.Unsettled += space.Unsettled
		}
		return nil
	})
}

// tablesOf are the tables of a file, each after those that its foreign keys refer to.
func tablesOf(t *transaction) (tables []movedTable, err error) {
	var left []movedTable
	err = t.each("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
		nil, func(rows *cursor) error {
			left = append(left, movedTable{})
			return rows.Scan(&left[len(left)-1].name)
		})
	if err != nil {
		return nil, err
	}
	for i := range left {
		table := &left[i]
		if table.columns, err = textsOf(t, "SELECT name FROM pragma_table_info(?)", table.name); err != nil {
			return nil, err
		}
		if table.of, err = textsOf(t, `SELECT DISTINCT "table" FROM pragma_foreign_key_list(?)`, table.name); err != nil {
			return nil, err
		}
	}
	for len(left) > 0 {
		next := slices.IndexFunc(left, func(table movedTable) bool {
			return !slices.ContainsFunc(left, func(other movedTable) bool { return slices.Contains(table.of, other.name) })
		})
		if next < 0 {
			return nil, pipeline.Fail("ledger.move_circle", "table", left[0].name)
		}
		tables = append(tables, left[next])
		left = slices.Delete(left, next, next+1)
	}
	return tables, nil
}

// textsOf reads the only column of a query.
func textsOf(t *transaction, query, argument string) (all []string, err error) {
	err = t.each(query, []any{argument}, func(rows *cursor) error {
		var text string
		err := rows.Scan(&text)
		all = append(all, text)
		return err
	})
	return all, err
}

// copy copies the rows of a table, returns how many there are, and compares that with the server's count.
func (table movedTable) copy(ctx context.Context, from *transaction, conn *pgx.Conn) (n int, err error) {
	quoted := make([]string, len(table.columns))
	for i, column := range table.columns {
		quoted[i] = pgx.Identifier{column}.Sanitize()
	}
	name := pgx.Identifier{table.name}
	query := "SELECT " + strings.Join(quoted, ", ") + " FROM " + name.Sanitize()
	own := 0 // rows that every ledger has, of the server's table
	if table.name == "meta" {
		// Entries that each ledger has its own of: the check value of its key, its version, its tables, its server, its mark.
		query += " WHERE name NOT IN ('check', 'version', 'tables', 'server', 'moved_to', 'moved_token', 'moved_arrived')"
		if err := conn.QueryRow(ctx, "SELECT count(*) FROM meta").Scan(&own); err != nil {
			return 0, err
		}
	}
	var rows [][]any
	flush := func() error {
		_, err := conn.CopyFrom(ctx, name, table.columns, pgx.CopyFromRows(rows))
		n += len(rows)
		rows = rows[:0]
		return err
	}
	err = from.each(query, nil, func(r *cursor) error {
		row := make([]any, len(r.values))
		for i, value := range r.values {
			switch v := value.(type) {
			case string:
				value = toStored(v)
			case []byte:
				value = append([]byte{}, v...) // empty, and not NULL
			}
			row[i] = value
		}
		if rows = append(rows, row); len(rows) < movedAtOnce {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return n, err
	}
	var there int
	if err := conn.QueryRow(ctx, "SELECT count(*) FROM "+name.Sanitize()).Scan(&there); err != nil {
		return n, err
	}
	if there != n+own {
		return n, pipeline.Fail("ledger.move_count", "table", table.name, "rows", n, "found", there-own)
	}
	_, err = conn.Exec(ctx, "ANALYZE "+name.Sanitize())
	return n, err
}

// setSequences makes the server number new rows after the copied ones.
func setSequences(ctx context.Context, t *transaction, conn *pgx.Conn) error {
	var columns [][3]string
	err := t.each(`SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), s.sequence
		FROM information_schema.columns c,
			LATERAL (SELECT pg_get_serial_sequence(quote_ident(c.table_name), c.column_name) AS sequence) s
		WHERE c.table_schema = current_schema() AND s.sequence IS NOT NULL`, nil, func(rows *cursor) error {
		var c [3]string
		err := rows.Scan(&c[0], &c[1], &c[2])
		columns = append(columns, c)
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range columns {
		_, err := conn.Exec(ctx, "SELECT setval(CAST($1 AS TEXT)::regclass, max("+pgx.Identifier{c[1]}.Sanitize()+
			")) FROM "+pgx.Identifier{c[0]}.Sanitize()+" HAVING max("+pgx.Identifier{c[1]}.Sanitize()+") > 0", c[2])
		if err != nil {
			return err
		}
	}
	return nil
}
