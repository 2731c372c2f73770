package ledger

import (
	"context"

	"muster/pipeline"
)

// between is the condition that a member, m, belongs to a head in a run. The rows of a customer are stored together,
// so that no other rows of the run are read.
func between(run, head string) string {
	return `m.run = ` + run + ` AND m.head = ` + head + ` AND m.row > ` + head + ` AND m.row < coalesce((
		SELECT n.row FROM member n WHERE n.run = ` + run + ` AND n.row > ` + head + ` AND n.head <> ` + head + `
		ORDER BY n.row LIMIT 1), 9223372036854775807)`
}

// linesOf counts a book's rows that share one outcome: its own row, and those of the same customer.
func linesOf(run, row string) string {
	return `(1 + (SELECT count(*) FROM member m WHERE ` + between(run, row) + `))`
}

// Join writes which rows of a run are the same customer as an earlier row: all of them or, after an error, none. A
// row that was joined before keeps its head.
func (s *Space) Join(ctx context.Context, run string, members []pipeline.Member) error {
	if len(members) == 0 {
		return nil
	}
	return s.l.write(ctx, func(t *transaction) error {
		n, err := s.runHere(t, run)
		if err != nil {
			return err
		}
		if b, ok := t.engine.(bulk); ok {
			return b.join(n, members)
		}
		for _, m := range members {
			if err := t.later("INSERT INTO member (run, row, head) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", n, m.Row,
				m.Head); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rows are the rows, in the run with that full ID, of the same customer as a row, ascending and including that row;
// the customer's outcome is under the first.
func (l *Ledger) Rows(ctx context.Context, run string, row int) (rows []int, err error) {
	err = l.read(ctx, func(t *transaction) error {
		n, err := l.run(t, run)
		if err != nil {
			return err
		}
		head, err := t.head(n.number, row)
		if err != nil {
			return err
		}
		rows = append(rows[:0], head)
		return t.each(membersOf, []any{n.number, head}, func(r *cursor) error {
			var member int
			err := r.Scan(&member)
			rows = append(rows, member)
			return err
		})
	})
	return rows, err
}

var membersOf = "SELECT m.row FROM member m WHERE " + between("?1", "?2") + " ORDER BY m.row"

// openToSettle repeats the condition of the index outcome_open to the letter: SQLite uses a partial index only for a
// query that has its condition, beside the state that is wanted.
const openToSettle = `state IN ('uncertain', 'existing')`

// countOpen counts, by run, the rows of the outcomes that a customer has in that state.
var countOpen = `SELECT o.run, CAST(sum(` + linesOf("o.run", "o.row") + `) AS INTEGER) ` +
	`FROM outcome o WHERE o.` + openToSettle + ` AND o.state = ?2 AND o.customer = ?1 GROUP BY o.run`

// lines counts a book's rows that share one outcome.
func (t *transaction) lines(run int64, row int) (n int, err error) {
	err = t.one("SELECT "+linesOf("?1", "?2"), []any{run, row}, &n)
	return n, err
}

// head is the row that has the outcome of another row's customer.
func (t *transaction) head(run int64, row int) (head int, err error) {
	err = t.one("SELECT coalesce((SELECT head FROM member WHERE run = ?1 AND row = ?2), ?2)", []any{run, row}, &head)
	return head, err
}
