package ledger

import (
	"strings"
	"testing"
)

// TestOpenOutcomesAreIndexed: settling looks only at the rows that are open,
// however many outcomes the ledger has.
func TestOpenOutcomesAreIndexed(t *testing.T) {
	l, _, _ := opened(t)
	for _, text := range []string{
		strings.NewReplacer("?1", "1", "?2", "'existing'").Replace(countOpen),
		"UPDATE outcome SET message = '' WHERE " + openToSettle + " AND state = 'existing' AND customer = 1",
	} {
		if plan := planOf(t, l, text); !strings.Contains(plan, "outcome_open") {
			t.Errorf("%s\n%s", text, plan)
		}
	}
}

// planOf is how SQLite goes about a statement.
func planOf(t *testing.T, l *Ledger, text string) string {
	t.Helper()
	rows, err := l.writer.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text)
	must(t, err)
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		must(t, rows.Scan(&id, &parent, &unused, &detail))
		plan = append(plan, detail)
	}
	must(t, rows.Err())
	must(t, rows.Close())
	return strings.Join(plan, "; ")
}
