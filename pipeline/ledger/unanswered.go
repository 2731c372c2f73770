package ledger

import (
	"context"
	"database/sql"
	"time"
)

// Unanswered names one request that is still uncertain.
type Unanswered struct {
	Run  string // whose request it was
	Book string
	Row  int
	At   time.Time
}

// Unanswered names unsettled requests of the namespace, the oldest first, at
// most so many: those that have no outcome in the run besides, and were not
// sent by it.
func (s *Space) Unanswered(ctx context.Context, besides string, most int) (list []Unanswered, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		return t.each(`SELECT r.id, r.book, s.row, c.at
			FROM sealed s JOIN customer c ON c.ref = s.customer JOIN run r ON r.number = s.run
			WHERE s.namespace = ?1 AND r.id <> ?2
				AND NOT EXISTS (SELECT 1 FROM outcome o JOIN run mine ON mine.number = o.run
					WHERE mine.id = ?2 AND o.customer = s.customer
					AND o.`+openToSettle+` AND o.state = 'uncertain')
			ORDER BY s.customer LIMIT ?3`, []any{number, besides, most}, func(rows *sql.Rows) error {
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
