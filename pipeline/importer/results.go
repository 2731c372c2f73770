package importer

import (
	"context"
	"iter"

	"muster/pipeline"
)

// Result is one row of the book with its outcome.
type Result struct {
	// Outcome is the customer's, but Row is the row's own number, Problems are those of its cells, and Message
	// includes them.
	pipeline.Outcome
	Key   string   // shown for recognition; of a secret the last four characters
	Name  string   // of the customer
	Cells []string // the row's, valid until the callback returns
	// Marked are the cells that had marks at their ends, as in [pipeline.Row].
	Marked map[int]string
	// Head is the number of the customer's first row, Lines how many rows the customer has.
	Head, Lines int
	// Waiting: the row is pending for the reason that holds for all pending rows, such as the limit; nothing was
	// recorded for it.
	Waiting bool
	// HeldBack: the row's unanswered attempt was settled in this run, and only the limit kept it from being sent.
	HeldBack bool
}

// Results reads the book once more and joins each of its rows with the run's outcome, in the book's order; each row
// of a customer with several has the customer's outcome. No row is checked again. Rows without an outcome are
// pending, with waiting as their message. same is called with each row and its position before the row is used, and
// its error ends the reading (nil: any row will do). It returns the number of rows by state, which add up to the rows
// of the book.
//
// Of the setup it needs the provider, the book, the checker's names, the records and the run.
func Results(ctx context.Context, s Setup, same func(index int, row pipeline.Row) error,
	waiting *pipeline.Message, each func(Result) error) (pipeline.Counts, error) {
	j := newJoiner(ctx, s, waiting)
	defer j.stop()
	index := 0
	var result Result
	err := s.Book.Rows(ctx, func(row pipeline.Row) error {
		if same != nil {
			if err := same(index, row); err != nil {
				return err
			}
		}
		index++
		if err := j.next(&result, row.Number, row.Lines()); err != nil {
			return err
		}
		name, key, ok := s.Checker.Name(row)
		result.Name, result.Marked = name, row.Marked
		if ok {
			result.Key = shownKey(s.Provider, key)
		}
		return eachLine(&result, row.Rows, row.Cells, each)
	})
	if err != nil {
		return nil, err
	}
	return j.end()
}

// Results is as the function, for the book that was checked: a row that reads differently now is an error.
func (p *Plan) Results(ctx context.Context, waiting *pipeline.Message,
	each func(Result) error) (pipeline.Counts, error) {
	counts, err := Results(ctx, p.setup, p.sameRow, waiting, func(r Result) error {
		r.HeldBack = p.heldBack[r.Head] && r.State == pipeline.Pending
		return each(r)
	})
	if was := p.Counts.Total(); err == nil && counts.Total() != was {
		return nil, bookChanged("halt.rows_changed", "count", was, "now", counts.Total())
	}
	return counts, err
}

// Judged is as Results, but for a plan of which nothing was sent, and without the book: the findings of the check for
// each row, without key, name and cells.
func (p *Plan) Judged(ctx context.Context, waiting *pipeline.Message,
	each func(Result) error) (pipeline.Counts, error) {
	j := newJoiner(ctx, p.setup, waiting)
	defer j.stop()
	further := p.further
	var numbers []int
	var result Result
	for i := range p.rows.len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r := p.rows.at(i)
		if err := j.next(&result, int(r.number), int(r.lines)); err != nil {
			return nil, err
		}
		numbers = append(numbers[:0], int(r.number))
		for _, number := range further[:r.lines-1] {
			numbers = append(numbers, int(number))
		}
		further = further[r.lines-1:]
		if err := eachLine(&result, numbers, nil, each); err != nil {
			return nil, err
		}
	}
	return j.end()
}

// FirstReady is the number of the first row to be sent; false where there is none.
func (p *Plan) FirstReady() (row int, ok bool) {
	for i := range p.rows.len() {
		if r := p.rows.at(i); r.kind == kindReady && !r.is(flagLost) {
			return int(r.number), true
		}
	}
	return 0, false
}

// joiner joins the rows of a book with the outcomes of a run, both ascending by
// number.
type joiner struct {
	waiting *pipeline.Message
	unknown *pipeline.Message // message of a row whose request was under way when the run ended
	counts  pipeline.Counts
	waits   int // rows without an outcome, which are added to counts at the end

	pull    func() (pipeline.Outcome, error, bool)
	stop    func() // ends reading outcomes
	outcome pipeline.Outcome
	err     error
	more    bool // an outcome, or an error, has been read and not used
}

func newJoiner(ctx context.Context, s Setup, waiting *pipeline.Message) *joiner {
	j := &joiner{waiting: waiting, unknown: s.advised(pipeline.Say("outcome.run_ended")), counts: pipeline.Counts{}}
	j.pull, j.stop = iter.Pull2(s.Records.Outcomes(ctx, s.Run))
	j.outcome, j.err, j.more = j.pull()
	return j
}

// next sets r to the outcome of the customer with so many lines whose first row has that number.
func (j *joiner) next(r *Result, number, lines int) error {
	switch {
	case j.more && j.err != nil:
		return pipeline.Fail("ledger.outcomes_unread", "cause", j.err)
	case j.more && j.outcome.Row < number:
		return j.noSuchRow()
	}
	*r = Result{Head: number, Lines: lines}
	if !j.more || j.outcome.Row != number {
		r.Row, r.State, r.Message, r.Waiting = number, pipeline.Pending, j.waiting, true
		j.waits += lines
		return nil
	}
	r.Outcome = j.outcome
	j.outcome, j.err, j.more = j.pull()
	if r.State == pipeline.Uncertain && r.Message == nil { // the run was killed before it could say more
		r.Message = j.unknown
	}
	j.counts[r.State] += lines
	return nil
}

// end returns the rows by state, once all rows are joined.
func (j *joiner) end() (pipeline.Counts, error) {
	switch {
	case j.more && j.err != nil:
		return nil, pipeline.Fail("ledger.outcomes_unread", "cause", j.err)
	case j.more:
		return nil, j.noSuchRow()
	}
	if j.waits > 0 {
		j.counts[pipeline.Pending] += j.waits
	}
	return j.counts, nil
}

func (j *joiner) noSuchRow() error {
	return bookChanged("halt.no_such_row", "row", j.outcome.Row)
}

// ShownKey is the key by which a person recognises a row: the first that it has; of a secret one the last four
// characters.
func ShownKey(p *pipeline.Provider, keys []pipeline.KeyValue) string {
	if len(keys) == 0 {
		return ""
	}
	return shownKey(p, keys[0])
}

func shownKey(p *pipeline.Provider, key pipeline.KeyValue) string {
	if p.Keys[key.Key].Secret {
		return pipeline.LastFour(key.Value)
	}
	return key.Value
}

// fullMessage is the outcome's message with every problem of the row, each with the book's name of its column.
func fullMessage(o *pipeline.Outcome) *pipeline.Message {
	if len(o.Problems) == 0 {
		return o.Message
	}
	all := make([]*pipeline.Message, len(o.Problems))
	for i, p := range o.Problems {
		all[i] = problemMessage(p)
	}
	return together(o.Message, all)
}

func problemMessage(p pipeline.Problem) *pipeline.Message {
	return pipeline.Say("outcome.problem", "problem", p)
}

// together joins messages, the first of which may be nil.
func together(first *pipeline.Message, others []*pipeline.Message) *pipeline.Message {
	if first != nil {
		others = append([]*pipeline.Message{first}, others...)
	}
	if len(others) == 1 {
		return others[0]
	}
	return pipeline.Say("sentences", "all", others)
}
