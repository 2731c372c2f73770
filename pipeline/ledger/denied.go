package ledger

import (
	"context"
	"database/sql"

	"muster/pipeline"
)

// Denied are the keys of the rows that the provider did not let through and that
// were not created since: 403, 404 and the like, which may be about the row.
func (s *Space) Denied(ctx context.Context) (map[pipeline.Tag]bool, error) {
	tags := map[pipeline.Tag]bool{}
	err := s.read(ctx, func(t *transaction, number int64) error {
		return t.each(`SELECT c.keys FROM customer c WHERE c.namespace = ? AND c.state IN ('rejected', 'pending')
			AND EXISTS (SELECT 1 FROM attempt a WHERE a.customer = c.ref AND a.verdict = ?)`,
			[]any{number, string(pipeline.VerdictDenied)}, func(rows *sql.Rows) error {
				var keys []byte
				err := rows.Scan(&keys)
				for ; len(keys) >= len(pipeline.Tag{}); keys = keys[len(pipeline.Tag{}):] {
					tags[pipeline.Tag(keys)] = true
				}
				return err
			})
	})
	return tags, err
}
