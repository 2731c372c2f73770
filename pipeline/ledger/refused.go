package ledger

import (
	"context"

	"muster/pipeline"
)

// A run that has its counts, and none rejected, left no row so; one without counts, such as one that was killed, may
// have. There are few runs, so that a first import pays one query for all of its rows.
const anyRefused = `SELECT EXISTS (SELECT 1 FROM run WHERE namespace = ?1 AND id <> ?2
	AND (counts IS NULL OR counts LIKE '%"rejected"%'))`

// AnyRefused reports whether another run of the namespace than this one may have left a row rejected.
func (s *Space) AnyRefused(ctx context.Context, run string) (some bool, err error) {
	err = s.readBetweenWrites(ctx, func(t *transaction, number int64) error {
		return t.one(anyRefused, []any{number, run}, &some)
	})
	return some, err
}

// The n-th 16 bytes of the first argument are the n-th tag. The index has only rows with data, and data tags include
// their namespace.
const findRefused = `WITH RECURSIVE asked (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM asked WHERE i + 1 < ?2)
	SELECT asked.i FROM asked WHERE EXISTS (SELECT 1 FROM outcome o
		WHERE o.data = substr(?1, asked.i * 16 + 1, 16) AND o.data <> x'' AND o.state = 'rejected')`

// Refused reports of each tag of a row's data ([Space.BodyTag]) whether a run left a row with that data rejected. Rows
// that were forgotten do not count.
func (s *Space) Refused(ctx context.Context, data []pipeline.Tag) ([]bool, error) {
	refused := make([]bool, len(data))
	if len(data) == 0 {
		return refused, nil
	}
	asked := inOneValue(data)
	err := s.readBetweenWrites(ctx, func(t *transaction, _ int64) error {
		clear(refused)
		return t.each(findRefused, []any{asked, len(data)}, func(rows *cursor) error {
			var i int
			err := rows.Scan(&i)
			if err == nil {
				refused[i] = true
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return refused, nil
}
