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

// TestOutcomesAreIndexed: reading a page of a run, and seeing whether a row has an
// outcome, cost the same however many customers and records there are.
func TestOutcomesAreIndexed(t *testing.T) {
	l, _, _ := opened(t)
	for name, text := range map[string]string{"page": readOutcomes, "row": hasOutcome, "known": insertKnown,
		"begin": insertSealed, "record": insertOutcome, "attempts": readAttempts} {
		text = strings.NewReplacer("?11", "0", "?12", "0", "?13", "x''", "?14", "''", "?15", "x''", "?10", "0", "?1", "1",
			"?2", "2", "?3", "3", "?4", "4", "?5", "'[1]'", "?6", "6", "?7", "7", "?8", "8", "?9", "9").Replace(text)
		plan := planOf(t, l, text)
		for _, table := range []string{"customer", "ca", "c", "outcome", "p", "sealed", "s", "known", "k", "kn", "attempt"} {
			for _, step := range strings.Split(plan, "; ") {
				if step == "SCAN "+table || strings.HasPrefix(step, "SCAN "+table+" ") {
					t.Errorf("%s: %s\n%s", name, step, plan)
				}
			}
		}
		if name != "attempts" && !strings.Contains(plan, "customer_answered") {
			t.Errorf("%s\n%s", name, plan)
		}
	}
}
