package ledger

import (
	"strings"
	"testing"
)

// TestOpenOutcomesAreIndexed: settling reads only the open rows, however many outcomes the ledger has.
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

// planOf is SQLite's query plan for a statement.
func planOf(t *testing.T, l *Ledger, text string) string {
	t.Helper()
	rows, err := fileOf(l).writer.conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text)
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

// TestOutcomesAreIndexed: reading a page of a run, and checking whether a row has an outcome, cost the same however
// many customers and records there are.
func TestOutcomesAreIndexed(t *testing.T) {
	l, _, _ := opened(t)
	for name, text := range map[string]string{"page": readOutcomes, "row": hasOutcome, "stretch": insertKnown,
		"begin": insertSealed, "record": insertOutcome, "attempts": readAttempts, "free": anyOutcome,
		"known page": readKnown, "made between": madeBetween, "made among": madeAmong} {
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
		reads := name == "attempts" || strings.HasPrefix(name, "known") || strings.HasPrefix(name, "made")
		if !reads && !strings.Contains(plan, "customer_answered") {
			t.Errorf("%s\n%s", name, plan)
		}
	}
}

// TestIDsAreIndexed: IDs are looked up by the index among a million customers, and the newest IDs are read without
// it, because it would sort them all.
func TestIDsAreIndexed(t *testing.T) {
	l, _, _ := opened(t)
	plan := planOf(t, l, strings.NewReplacer("?1", "1", "?2", "'[\"cus-1\"]'").Replace(findIDs))
	if !strings.Contains(plan, "customer_by_id") {
		t.Error(plan)
	}
	plan = planOf(t, l, strings.NewReplacer("?1", "1", "?2", "9").Replace(newestIDs+provenIDs))
	if strings.Contains(plan, "customer_by_id") || strings.Contains(plan, "TEMP B-TREE") ||
		!strings.Contains(plan, "SEARCH customer USING INTEGER PRIMARY KEY") {
		t.Error(plan)
	}
}
