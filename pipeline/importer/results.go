package importer

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"muster/pipeline"
)

// Result is one row of the book with what became of it.
type Result struct {
	// Outcome is the customer's; Row is the row's own, Problems are those of its
	// cells.
	pipeline.Outcome
	Key   string   // what a person recognises; of a secret the last four
	Name  string   // of the customer
	Cells []string // the row's, valid until the callback returns
	// Head is the number of the customer's first row, Lines is of how many rows
	// the customer is made.
	Head, Lines int
	// HeldBack says of a pending row whose unanswered attempt was settled in this
	// run that only the limit kept it from being sent.
	HeldBack bool
}

// Results reads the book once more and joins each of its rows with the run's
// outcome, in the book's order; each row of a customer of several has the
// customer's. Rows without an outcome are pending, with waiting as their message. same is called with each row's position before it
// is used and may refuse it (nil: any row will do). It returns the number of
// rows by state, which add up to the rows of the book.
func Results(ctx context.Context, s Setup, same func(index int, row pipeline.Row) error, waiting string, each func(Result) error) (pipeline.Counts, error) {
	next, stop := iter.Pull2(s.Records.Outcomes(ctx, s.Run))
	defer stop()
	var d pipeline.Draft
	counts := pipeline.Counts{}
	o, err, more := next()
	index := 0
	walk := s.Book.Rows(ctx, func(row pipeline.Row) error {
		if more && err != nil {
			return fmt.Errorf("read outcomes: %w", err)
		}
		if same != nil {
			if err := same(index, row); err != nil {
				return err
			}
		}
		index++
		if more && o.Row < row.Number {
			return bookChanged(fmt.Errorf("the run has an outcome for row %d, which the book does not have", o.Row))
		}
		result := Result{Outcome: pipeline.Outcome{Row: row.Number, State: pipeline.Pending, Message: waiting}, Cells: row.Cells, Head: row.Number, Lines: row.Lines()}
		if more && o.Row == row.Number {
			result.Outcome = o
			o, err, more = next()
		}
		if result.State == pipeline.Uncertain && result.Message == "" { // the run ended before it could say more
			result.Message = "its request was on its way when the run ended, and nothing says what became of it; it is not sent again: " + s.Provider.Settle.Advice
		}
		s.Checker.Check(row, &d)
		result.Name, result.Key = d.Name, ShownKey(s.Provider, d.Keys)
		counts[result.State] += result.Lines
		if result.Lines > 1 {
			return eachLine(row, result, each)
		}
		result.Message = fullMessage(result.Outcome)
		return each(result)
	})
	switch {
	case walk != nil:
		return nil, walk
	case more && err != nil:
		return nil, fmt.Errorf("read outcomes: %w", err)
	case more:
		return nil, bookChanged(fmt.Errorf("the run has an outcome for row %d, which the book does not have", o.Row))
	}
	return counts, nil
}

// Results is as the function, for the book that was checked: a row that reads
// differently now is refused.
func (p *Plan) Results(ctx context.Context, waiting string, each func(Result) error) (pipeline.Counts, error) {
	counts, err := Results(ctx, p.setup, p.sameRow, waiting, func(r Result) error {
		r.HeldBack = p.heldBack[r.Head] && r.State == pipeline.Pending
		return each(r)
	})
	if was := p.Counts.Total(); err == nil && counts.Total() != was {
		return nil, bookChanged(fmt.Errorf("the book had %d rows when it was checked and has %d now", was, counts.Total()))
	}
	return counts, err
}

// ShownKey is what a person recognises a row by: the first key that it has, of a
// secret one the last four.
func ShownKey(p *pipeline.Provider, keys []pipeline.KeyValue) string {
	if len(keys) == 0 {
		return ""
	}
	if k := keys[0]; p.Keys[k.Key].Secret {
		return pipeline.LastFour(k.Value)
	}
	return keys[0].Value
}

// fullMessage is the outcome's message with every problem of the row, each
// with its column as the book spells it.
func fullMessage(o pipeline.Outcome) string {
	parts := make([]string, 0, len(o.Problems)+1)
	if o.Message != "" {
		parts = append(parts, o.Message)
	}
	for _, p := range o.Problems {
		parts = append(parts, problemText(p))
	}
	return strings.Join(parts, "; ")
}

func problemText(p pipeline.Problem) string {
	where := p.Field
	if p.Column != nil && p.Column.Name != "" {
		where = p.Column.Name
	}
	if where == "" {
		return p.Message
	}
	return where + " " + p.Message
}
