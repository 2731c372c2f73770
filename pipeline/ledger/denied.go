package ledger

import (
	"context"

	"muster/pipeline"
)

const findDenied = `SELECT DISTINCT c.keys, EXISTS (
		SELECT 1 FROM outcome o WHERE o.run = c.run AND o.row = c.row AND o.state = 'rejected')
	FROM attempt a CROSS JOIN customer c ON c.ref = a.customer
	WHERE a.verdict = 'denied' AND c.namespace = ?1 AND c.state IN ('rejected', 'pending')`

// Denied are the keys of rows whose answer may have been about the account and not the row, such as 403, and which
// were not sent since; the value is true for those that were rejected for their own data.
func (s *Space) Denied(ctx context.Context) (denied map[pipeline.Tag]bool, err error) {
	err = s.read(ctx, func(t *transaction, number int64) error {
		denied = nil
		return t.each(findDenied, []any{number}, func(rows *cursor) error {
			var keys []byte
			var own bool
			if err := rows.Scan(&keys, &own); err != nil {
				return err
			}
			const size = len(pipeline.Tag{})
			for ; len(keys) >= size; keys = keys[size:] {
				if denied == nil {
					denied = map[pipeline.Tag]bool{}
				}
				tag := pipeline.Tag(keys[:size])
				denied[tag] = denied[tag] || own
			}
			return nil
		})
	})
	return denied, err
}
