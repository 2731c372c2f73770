package importer

import (
	"context"
	"slices"

	"muster/pipeline"
)

// A customer of a long book has several rows. It is checked, sent, limited and recorded once, under the number of its
// first row; each of its rows is reported with the outcome.

// members collects which rows belong to an earlier one, for the ledger.
type members struct{ rows []pipeline.Member }

func (m *members) add(ctx context.Context, p *Plan, row pipeline.Row) error {
	for i := 1; i < len(row.Rows); i++ {
		p.further = append(p.further, int32(row.Rows[i]))
		m.rows = append(m.rows, pipeline.Member{Row: row.Rows[i], Head: row.Number})
	}
	if len(m.rows) < recordBatch {
		return nil
	}
	return m.flush(ctx, p)
}

func (m *members) flush(ctx context.Context, p *Plan) error {
	if len(m.rows) == 0 {
		return nil
	}
	if err := p.setup.Records.Join(ctx, p.setup.Run, m.rows); err != nil {
		return pipeline.Fail("ledger.outcomes_unwritten", "cause", err)
	}
	m.rows = m.rows[:0]
	return nil
}

// eachLine reports each row of a customer: with its own problems or, where it has none and others have, with the rows
// that have some. cells are those of all rows, one after the other, or none. It changes the customer.
func eachLine(customer *Result, rows []int, cells []string, each func(Result) error) error {
	if customer.Lines == 1 {
		customer.Cells = cells
		for i := range customer.Problems {
			customer.Problems[i].Row = customer.Row
		}
		customer.Message = fullMessage(&customer.Outcome)
		return each(*customer)
	}
	width := len(cells) / len(rows)
	var elsewhere []*pipeline.Message
	for i, number := range rows {
		r := *customer
		r.Row, r.Cells, r.Marked = number, cells[i*width:(i+1)*width], markedIn(customer.Marked, i, width)
		r.Problems = nil
		for _, p := range customer.Problems {
			if p.Row == number || p.Row == 0 && i == 0 {
				p.Row = number
				r.Problems = append(r.Problems, p)
			}
		}
		r.Message = fullMessage(&r.Outcome)
		if len(r.Problems) == 0 && len(customer.Problems) > 0 {
			if elsewhere == nil {
				elsewhere = inOtherRows(customer.Head, customer.Problems)
			}
			r.Message = together(customer.Message, elsewhere)
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return nil
}

// markedIn are the marked cells of one line of a customer.
func markedIn(all map[int]string, line, width int) (own map[int]string) {
	for column, cell := range all {
		if column/width != line {
			continue
		}
		if own == nil {
			own = map[int]string{}
		}
		own[column%width] = cell
	}
	return own
}

// faultsShown is how many faulty rows of the same customer a row names.
const faultsShown = 3

// inOtherRows names the rows of a customer that have problems, and the problems.
func inOtherRows(head int, problems []pipeline.Problem) []*pipeline.Message {
	var rows []int
	of := map[int][]*pipeline.Message{}
	for _, p := range problems {
		if p.Row == 0 {
			p.Row = head
		}
		of[p.Row] = append(of[p.Row], problemMessage(p))
		rows = append(rows, p.Row)
	}
	slices.Sort(rows)
	rows = slices.Compact(rows)
	var parts []*pipeline.Message
	for _, number := range rows[:min(len(rows), faultsShown)] {
		parts = append(parts, pipeline.Say("outcome.same_customer_row", "row", number, "problems", of[number]))
	}
	if more := len(rows) - faultsShown; more > 0 {
		parts = append(parts, pipeline.Say("outcome.more_rows", "count", more))
	}
	return parts
}
