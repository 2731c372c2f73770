package ledger

import (
	"context"
	"database/sql"

	"muster/pipeline"
)

// LookedFor is a row whose last outcome is looked for: by the tag of what it would
// send, and where no run left the row so that a person has to fix it, by its keys.
type LookedFor struct {
	Data pipeline.Tag
	Keys []pipeline.Tag
}

// Last are the last outcomes of rows that make no claim, over all runs of the
// namespace, in their order; nil where no run has one. By its data a row is found that
// a person has to fix, by its keys a customer that was sent and is pending. Run and Row
// of an outcome are those of the run and the book in which it is.
func (s *Space) Last(ctx context.Context, rows []LookedFor) ([]*pipeline.Outcome, error) {
	last := make([]*pipeline.Outcome, len(rows))
	for i, row := range rows {
		var run string
		var number int
		err := s.read(ctx, func(t *transaction, namespace int64) error {
			if row.Data != (pipeline.Tag{}) {
				err := t.each(`SELECT r.id, o.row FROM outcome o JOIN run r ON r.number = o.run
					WHERE o.data = ?1 AND o.data <> x'' AND r.namespace = ?2
					ORDER BY o.run DESC, o.row LIMIT 1`, []any{row.Data[:], namespace}, func(found *sql.Rows) error {
					return found.Scan(&run, &number)
				})
				if err != nil || run != "" {
					return err
				}
			}
			var ref int64
			for _, tag := range row.Keys {
				err := t.each(`SELECT c.ref FROM key k JOIN customer c ON c.ref = k.customer AND c.state = 'pending'
					WHERE k.tag = ?1 ORDER BY c.ref DESC LIMIT 1`, []any{tag[:]}, func(found *sql.Rows) error {
					return found.Scan(&ref)
				})
				if err != nil {
					return err
				}
			}
			if ref == 0 {
				return nil
			}
			var c Customer
			if err := t.story(&c, ref); err != nil {
				return err
			}
			last[i] = &c.Outcome
			return nil
		})
		if err != nil {
			return nil, err
		}
		if run == "" {
			continue
		}
		o, there, err := s.l.RowOutcome(ctx, run, number)
		if err != nil {
			return nil, err
		}
		if there {
			last[i] = &o
		}
	}
	return last, nil
}
