package ledger

import (
	"context"

	"muster/pipeline"
)

// Attempts are the requests that were made for the customer ref, in the order
// in which they were recorded, over all runs; none for a ref that is not there.
func (l *Ledger) Attempts(ctx context.Context, ref int64) (attempts []pipeline.Attempt, err error) {
	err = l.read(ctx, func(t *transaction) error {
		attempts = nil
		return t.each(readAttempts, []any{ref}, func(rows *cursor) error {
			var (
				a           pipeline.Attempt
				words       texts
				sent, ended *int64
				run, number int64
			)
			err := rows.Scan(&run, &sent, &ended, (*string)(&a.Verdict), &a.HTTPStatus, &a.Code, &words.english, &words.says,
				&a.RequestID, &number)
			if err != nil {
				return err
			}
			a.Sent, a.Ended = moment(sent), moment(ended)
			a.Message, err = words.message()
			attempts = append(attempts, a)
			return err
		})
	})
	return attempts, err
}
