package ledger

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"muster/pipeline"
)

// TestExamine: a sound ledger has no fault; everything that would let a customer be created twice, or keep one from
// being settled, is found.
func TestExamine(t *testing.T) { forStores(t, testExamine) }

func testExamine(t *testing.T, on rooms) {
	for name, c := range map[string]struct {
		harm string
		want pipeline.MessageCode
	}{
		// What a refused import left is no fault, and not shown.
		"sound":        {"INSERT INTO namespace (provider, env, account) VALUES ('acme', 'production', 'refused')", ""},
		"request gone": {"DELETE FROM sealed", "ledger.request_missing"},
		"request of another": {"UPDATE sealed SET request = (SELECT fields FROM customer WHERE ref = 1)",
			"ledger.request_sealed"},
		"key gone":           {"DELETE FROM key WHERE customer = 1", "ledger.keys_missing"},
		"key of the refused": {"UPDATE key SET released = 0 WHERE released <> 0", "ledger.key_left"},
		"customer gone":      {"DELETE FROM customer WHERE ref = 1", "ledger.key_left"},
		"refused gone":       {"DELETE FROM customer WHERE ref = 2", "ledger.customer_missing"},
		"outcome twice": {`INSERT INTO outcome (run, row, state, customer, http_status, code, message, request_id,
			attempts, at, problems) SELECT run, row, state, ref, 0, '', '', '', 1, at, '' FROM customer WHERE ref = 1`,
			"ledger.answer_misfit"},
		"attempt twice": {`INSERT INTO attempt (customer, number, run, verdict, http_status, code, message, request_id)
			VALUES (1, 1, 1, 'created', 201, '', '', '')`, "ledger.answer_misfit"},
		"row of two": {`UPDATE customer SET row = 2, state = 'created', customer_id = 'x', ended = 1 WHERE ref = 2`,
			"ledger.answer_misfit"},
		"answered and refused": {"UPDATE customer SET state = 'rejected' WHERE ref = 1", "ledger.answer_misfit"},
		"ID gone":              {"UPDATE customer SET customer_id = '' WHERE ref = 1", "ledger.id_missing"},
		"settled with request": {"UPDATE customer SET state = 'rejected' WHERE state = 'uncertain'",
			"ledger.request_left"},
		"layout gone": {"DELETE FROM layout", "ledger.layout_misfit"},
		"miscounted":  {"UPDATE namespace SET customers = 7", "ledger.count_wrong"},
		"dismissed":   {"INSERT INTO dismissed VALUES (1, 3, 'rejected', x'', 0, 'Ana')", ""},
		"dismissed nowhere": {"INSERT INTO dismissed VALUES (9, 3, 'rejected', x'', 0, 'Ana')",
			"ledger.dismissed_misfit"},
		"dismissed row gone": {"INSERT INTO dismissed VALUES (1, 99, 'rejected', x'', 0, 'Ana')",
			"ledger.dismissed_misfit"},
		"dismissed when made": {"INSERT INTO dismissed VALUES (1, 3, 'created', x'', 0, 'Ana')",
			"ledger.dismissed_misfit"},
		"dismissed data": {`INSERT INTO dismissed SELECT 1, 3, 'rejected', substr(body, 1, 1), 0, 'Ana'
			FROM customer WHERE ref = 1`,
			"ledger.dismissed_misfit"},
		"dismissed and forgotten": {`INSERT INTO dismissed VALUES (1, 99, 'rejected', x'', 0, 'Ana');
			UPDATE run SET forgotten = 1`, ""},
		"counts": {"UPDATE run SET counts = '?'", "ledger.counts_unread"},
	} {
		t.Run(name, func(t *testing.T) {
			l, s, _ := on.opened(t)
			made, refused, open := intent(2, "A", "a@example.org"), intent(3, "B", ""), intent(4, "C", "")
			begun(t, s, "r1", made, refused, open)
			must(t, wrote(s.Write(t.Context(), "r1", nil, []pipeline.Settlement{settlement(made, pipeline.Created),
				settlement(refused, pipeline.Rejected)})))
			alter(t, l, c.harm)
			e := ask(l.Examine(t.Context()))(t)
			found := slices.ContainsFunc(e.Faults, func(m *pipeline.Message) bool { return m.Code == c.want })
			if found != (c.want != "") || c.want == "" && len(e.Faults) > 0 {
				t.Errorf("%v, want %q", e.Faults, c.want)
			}
			if c.want == "" && (len(e.Spaces) != 1 || e.Spaces[0] != SpaceFacts{sandbox, 1, 1} || e.Runs != 1) {
				t.Errorf("%+v", e)
			}
		})
	}
}

// TestExamineFile: an overwritten page is found, even where the tables still agree.
func TestExamineFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.db")
	l := openAt(t, path)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r1", Namespace: sandbox, Started: noon}))
	s := space(t, l)
	begun(t, s, "r1", intent(2, "A", ""), intent(3, "B", ""))
	// An index that lost its entries.
	_, err := fileOf(l).writer.conn.ExecContext(t.Context(), `PRAGMA writable_schema = ON;
		UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'word')
		WHERE name = 'outcome_data'`)
	must(t, errors.Join(err, l.Close()))
	read, err := Open(t.Context(), path, Options{ReadOnly: true})
	must(t, err)
	defer read.Close()
	if e, err := read.Examine(t.Context()); err == nil && len(e.Faults) == 0 {
		t.Error("a damaged file is called sound")
	}
}
