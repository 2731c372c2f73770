package ledger

import (
	"context"

	"muster/pipeline"
)

// between is the condition that a member, m, belongs to a head in a run. The
// rows of a customer stand together, so that no more of the run's are looked at.
func between(run, head string) string {
	return `m.run = ` + run + ` AND m.head = ` + head + ` AND m.row > ` + head + ` AND m.row < coalesce((
		SELECT n.row FROM member n WHERE n.run = ` + run + ` AND n.row > ` + head + ` AND n.head <> ` + head + `
		ORDER BY n.row LIMIT 1), 9223372036854775807)`
}

// linesOf is the number of a book's rows for which an outcome stands: its own,
// and those that are one customer with it.
func linesOf(run, row string) string {
	return `(1 + (SELECT count(*) FROM member m WHERE ` + between(run, row) + `))`
}

// Join puts on disk which rows of a run are one customer with an earlier one:
// all of them or, after an error, none. A row that was joined before
// stays as it was joined.
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
			if _, err := t.exec("INSERT INTO member (run, row, head) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", n, m.Row,
				m.Head); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rows are the rows of the run of that ID (in full) that are one customer with
// a row, ascending and with the row itself; the first is the one that the
// customer's outcome is under.
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

// openToSettle is the condition of the index outcome_open, in its very words:
// SQLite uses it only where a query has them, next to the state that is meant.
const openToSettle = `state IN ('uncertain', 'existing')`

// countOpen counts, by run, the rows that the outcomes of a customer in that
// state stand for.
var countOpen = `SELECT o.run, CAST(sum(` + linesOf("o.run", "o.row") + `) AS INTEGER) ` +
	`FROM outcome o WHERE o.` + openToSettle + ` AND o.state = ?2 AND o.customer = ?1 GROUP BY o.run`

// lines is the number of a book's rows for which one outcome stands.
func (t *transaction) lines(run int64, row int) (n int, err error) {
	err = t.one("SELECT "+linesOf("?1", "?2"), []any{run, row}, &n)
	return n, err
}

// head is the row under which a row's outcome is.
func (t *transaction) head(run int64, row int) (head int, err error) {
	err = t.one("SELECT coalesce((SELECT head FROM member WHERE run = ?1 AND row = ?2), ?2)", []any{run, row}, &head)
	return head, err
}
