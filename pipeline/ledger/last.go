package ledger

import (
	"context"

	"muster/pipeline"
)

// LookedFor is a row whose last outcome is wanted. It is found by the tag of the data that it would send or, where no
// run left such a row for a person to fix, by its keys.
type LookedFor struct {
	Data pipeline.Tag
	Keys []pipeline.Tag
}

// Last finds the last outcomes of rows that make no claim, over all runs of the namespace, in the order of rows; nil
// where no run has one. A row's data find an outcome that a person has to fix, its keys a customer that was sent and
// is pending. Run and Row of an outcome are those of the run that left it.
func (s *Space) Last(ctx context.Context, rows []LookedFor) ([]*pipeline.Outcome, error) {
	type place struct {
		run string
		row int
	}
	last, at := make([]*pipeline.Outcome, len(rows)), make([]place, len(rows))
	err := s.read(ctx, func(t *transaction, namespace int64) error {
		for i, row := range rows {
			at[i], last[i] = place{}, nil
			if row.Data != (pipeline.Tag{}) {
				err := t.each(lastOfData, []any{row.Data[:], namespace}, func(found *cursor) error {
					return found.Scan(&at[i].run, &at[i].row)
				})
				if err != nil {
					return err
				}
			}
			if at[i].run != "" {
				continue
			}
			pending, err := t.pendingOf(row.Keys)
			switch {
			case err != nil:
				return err
			case pending == 0:
				continue
			}
			var c Customer
			if err := t.story(&c, pending); err != nil {
				return err
			}
			last[i] = &c.Outcome
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, place := range at {
		if place.run == "" {
			continue
		}
		o, there, err := s.l.RowOutcome(ctx, place.run, place.row)
		if err != nil {
			return nil, err
		}
		if there {
			last[i] = &o
		}
	}
	return last, nil
}

const lastOfData = `SELECT r.id, o.row FROM outcome o JOIN run r ON r.number = o.run
	WHERE o.data = ?1 AND o.data <> x'' AND r.namespace = ?2 ORDER BY o.run DESC, o.row LIMIT 1`

// pendingOf finds the last customer with one of the keys that was sent and is pending; 0 where there is none.
func (t *transaction) pendingOf(keys []pipeline.Tag) (ref int64, err error) {
	for _, tag := range keys {
		err := t.each(`SELECT c.ref FROM key k JOIN customer c ON c.ref = k.customer AND c.state = 'pending'
			WHERE k.tag = ?1 ORDER BY c.ref DESC LIMIT 1`, []any{tag[:]}, func(found *cursor) error {
			var one int64
			err := found.Scan(&one)
			ref = max(ref, one)
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return ref, nil
}
