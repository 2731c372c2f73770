package ledger

import (
	"context"
	"time"
)

// Unanswered names one request that is still uncertain.
type Unanswered struct {
	Run  string // the run that sent the request
	Book string
	Row  int
	At   time.Time
}

// Unanswered names up to most unsettled requests of the namespace, oldest first, except those that the run besides
// sent or has an outcome for.
func (s *Space) Unanswered(ctx context.Context, besides string, most int) (list []Unanswered, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		list = nil
		return t.each(`SELECT r.id, r.book, s.row, c.at
			FROM sealed s JOIN customer c ON c.ref = s.customer JOIN run r ON r.number = s.run
			WHERE s.namespace = ?1 AND r.id <> ?2
				AND NOT EXISTS (SELECT 1 FROM outcome o JOIN run mine ON mine.number = o.run
					WHERE mine.id = ?2 AND o.customer = s.customer
					AND o.`+openToSettle+` AND o.state = 'uncertain')
			ORDER BY s.customer LIMIT ?3`, []any{number, besides, most}, func(rows *cursor) error {
			var u Unanswered
			var at int64
			if err := rows.Scan(&u.Run, &u.Book, &u.Row, &at); err != nil {
				return err
			}
			u.At = moment(&at)
			list = append(list, u)
			return nil
		})
	})
	return list, err
}

// readWaiting selects the runs with a row that is still uncertain, even if an earlier run sent its request, except
// for runs with a row that a person has released, because that row must be sent.
const readWaiting = `SELECT r.id FROM run r WHERE r.number IN (
		SELECT run FROM sealed WHERE namespace = ?1 UNION
		SELECT o.run FROM sealed s JOIN outcome o ON o.customer = s.customer
		WHERE s.namespace = ?1 AND o.` + openToSettle + ` AND o.state = 'uncertain')
	AND NOT EXISTS (SELECT 1 FROM word w JOIN customer c ON c.ref = w.customer
		WHERE w.says = 'absent' AND c.state = 'pending' AND c.namespace = ?1
			AND (c.run = r.number
				OR EXISTS (SELECT 1 FROM outcome o WHERE o.run = r.number AND o.customer = c.ref)))`

// Waiting names the runs of the namespace whose books wait for an answer: importing them again would change nothing.
func (s *Space) Waiting(ctx context.Context) (runs map[string]bool, err error) {
	runs = map[string]bool{}
	err = s.read(ctx, func(t *transaction, number int64) error {
		clear(runs)
		return t.each(readWaiting, []any{number}, func(rows *cursor) error {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			runs[id] = true
			return nil
		})
	})
	return runs, err
}
