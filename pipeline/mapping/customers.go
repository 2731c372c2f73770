package mapping

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/maphash"
	"slices"

	"muster/pipeline"
)

// Limits of one customer in a long book. Anything larger more likely means that the column does not separate
// customers.
const (
	maxLines      = 1000
	maxLinesCells = 1 << 20
	maxLinesBytes = 16 << 20
)

// Rows is a book's rows. Each call is a new pass; a row is valid until each
// returns.
type Rows interface {
	Rows(ctx context.Context, each func(pipeline.Row) error) error
}

// Customers are the rows of a long book in which adjacent rows with the same value under group-by are joined into
// one. It is used by one goroutine at a time.
type Customers struct {
	grouping *grouping
	book     Rows
	seed     maphash.Seed
	// met holds hashes of the values seen so far, eight bytes for each customer, until the first pass is complete.
	met    []uint64
	looked bool
}

// Customers joins the rows of book as the mapping says; [Mapping.Joins] reports whether it joins any.
func (m *Mapping) Customers(book Rows) *Customers {
	return &Customers{grouping: m.grouping, book: book, seed: maphash.MakeSeed()}
}

// groupMistake is the mistake for a long book whose rows cannot be joined; row is the one at which that was found.
// The caller of [Customers.Rows] adds the file.
func groupMistake(row int, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return pipeline.Wrong(code, pairs...).At(pipeline.Place{Row: row})
}

// Rows goes through the customers, each with the numbers of its lines. A row is
// valid until each returns, its Rows too.
//
// A line that has no value to be grouped by is a customer by itself, with that
// problem; so has the customer next to it, unless the two contradict each other,
// for the line may be its own. A value that comes again after other
// customers is a [pipeline.Mistake] in its row and no file, found at the end of the first whole
// pass, and so is a customer that is too large.
func (c *Customers) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	j := joining{grouping: c.grouping, each: each}
	if !c.looked {
		c.met = c.met[:0]
		j.begun = func(key []byte) { c.met = append(c.met, maphash.Bytes(c.seed, key)) }
	}
	if err := c.book.Rows(ctx, j.line); err != nil {
		return err
	}
	if err := j.flush(); err != nil {
		return err
	}
	if c.looked {
		return nil
	}
	twice := repeated(c.met)
	c.met = nil
	if len(twice) > 0 {
		if err := c.confirm(ctx, twice); err != nil {
			return err
		}
	}
	c.looked = true
	return nil
}

// repeated returns the hashes that occur more than once in all; it sorts all.
func repeated(all []uint64) map[uint64]bool {
	slices.Sort(all)
	twice := map[uint64]bool{}
	for i := 1; i < len(all); i++ {
		if all[i] == all[i-1] {
			twice[all[i]] = true
		}
	}
	return twice
}

// confirm compares the values themselves, because two values may have the same hash.
func (c *Customers) confirm(ctx context.Context, twice map[uint64]bool) error {
	type place struct{ first, last int }
	met := map[string]place{}
	var now place
	j := joining{grouping: c.grouping, each: func(row pipeline.Row) error {
		now = place{row.Number, row.Number + row.Lines() - 1}
		if row.Rows != nil {
			now.last = row.Rows[len(row.Rows)-1]
		}
		return nil
	}}
	j.ended = func(key []byte) error {
		if !twice[maphash.Bytes(c.seed, key)] {
			return nil
		}
		before, again := met[string(key)]
		if !again {
			met[string(key)] = now
			return nil
		}
		keys := c.grouping.keyNames()
		wrong := groupMistake(now.first, "mapping.same_as_row", "columns", keys, "row", before.first)
		if before.last > before.first {
			wrong = groupMistake(now.first, "mapping.same_as_rows", "columns", keys, "first", before.first,
				"last", before.last)
		}
		return wrong.Try("mapping.sort_or_group", "columns", keys)
	}
	if err := c.book.Rows(ctx, j.line); err != nil {
		return err
	}
	return j.flush()
}

// joining is the state of one pass.
type joining struct {
	*grouping
	each func(pipeline.Row) error
	// begun is called with the value of each customer that has one; ended is called after each. Both may be nil.
	begun func(key []byte)
	ended func(key []byte) error

	numbers   []int
	key, next []byte
	alone     bool // the line has no value, so no other line belongs to it
	problems  []pipeline.Problem
	text      []byte // the cells, one after the other
	ends      []int  // where each cell ends in text
	cells     []string
	marked    map[int]string // of the cells, as [pipeline.Row] has it
}

// line takes one line of the book.
func (j *joining) line(row pipeline.Row) error {
	key, problems := j.keyOf(j.next[:0], row)
	j.next = key
	alone := len(problems) > 0
	joins := len(j.numbers) > 0 && !j.alone && !alone && bytes.Equal(key, j.key)
	if !joins {
		problems = j.doubt(row, problems)
		if err := j.flush(); err != nil {
			return err
		}
		j.key, j.next = j.next, j.key
		j.alone = alone
		if j.begun != nil && !j.alone {
			j.begun(j.key)
		}
	}
	j.numbers = append(j.numbers, row.Number)
	for _, p := range append(problems, row.Problems...) {
		p.Row = row.Number
		j.problems = append(j.problems, p)
	}
	for column, cell := range row.Marked {
		if j.marked == nil {
			j.marked = map[int]string{}
		}
		j.marked[len(j.ends)+column] = cell
	}
	for _, cell := range row.Cells {
		j.text = append(j.text, cell...)
		j.ends = append(j.ends, len(j.text))
	}
	return j.bounded()
}

// bounded refuses a customer that is too large.
func (j *joining) bounded() error {
	n := len(j.numbers)
	if n == 1 || n <= maxLines && len(j.ends) <= maxLinesCells && len(j.text) <= maxLinesBytes {
		return nil
	}
	wrong := groupMistake(j.numbers[n-1], "mapping.too_many_rows_of_one", "columns", j.keyNames(),
		"row", j.numbers[0], "most", min(maxLines, maxLinesCells/j.width))
	if len(j.text) > maxLinesBytes {
		wrong = groupMistake(j.numbers[n-1], "mapping.too_much_of_one", "columns", j.keyNames(), "row", j.numbers[0])
	}
	return wrong.Try("mapping.check_group_by")
}

// flush passes on the customer that is complete.
func (j *joining) flush() error {
	if len(j.numbers) == 0 {
		return nil
	}
	text, from := string(j.text), 0
	j.cells = j.cells[:0]
	for _, end := range j.ends {
		j.cells = append(j.cells, text[from:end])
		from = end
	}
	row := pipeline.Row{Number: j.numbers[0], Cells: j.cells, Marked: j.marked, Problems: j.problems}
	if len(j.numbers) > 1 {
		row.Rows = j.numbers
	}
	if err := j.each(row); err != nil {
		return err
	}
	if j.ended != nil && !j.alone {
		if err := j.ended(j.key); err != nil {
			return err
		}
	}
	j.numbers, j.problems, j.text, j.ends, j.marked = j.numbers[:0], nil, j.text[:0], j.ends[:0], nil
	return nil
}

// keyOf appends the value by which a line is grouped to key, each part preceded by its length, or says why it has
// none.
func (g *grouping) keyOf(key []byte, row pipeline.Row) ([]byte, []pipeline.Problem) {
	var problems []pipeline.Problem
	for i := range g.keys {
		k := &g.keys[i]
		value, wrong := k.chain.convert(row.Cells[k.column.Index])
		problem := pipeline.Problem{Row: row.Number, Column: k.column, Secret: g.secret[k.column.Index]}
		switch {
		case wrong != nil:
			problem.Code, problem.Message = pipeline.ProblemConvert, pipeline.Say("group_unconverted", "reason", wrong)
			problems = append(problems, problem)
		case value == "":
			problem.Code, problem.Message = pipeline.ProblemRequired, pipeline.Say("group_empty")
			problems = append(problems, problem)
		}
		value = pipeline.Canonical(value)
		key = binary.AppendUvarint(key, uint64(len(value)))
		key = append(key, value...)
	}
	return key, problems
}

func (g *grouping) keyNames() []string {
	var names []string
	for _, k := range g.keys {
		names = append(names, pipeline.ColumnNames([]pipeline.Column{*k.column})...)
	}
	return names
}

// disagreements returns a problem for each cell of a customer's later lines that feeds a field outside the group and
// is neither empty nor equal to that of the first line, before or after conversion.
func (m *Mapping) disagreements(row pipeline.Row) []pipeline.Problem {
	g := m.grouping
	if g == nil || len(row.Rows) < 2 {
		return nil
	}
	var problems []pipeline.Problem
	first := row.Cells[:g.width]
	for line := 1; line < len(row.Rows); line++ {
		cells := row.Cells[line*g.width : (line+1)*g.width]
		reported := -1 // the last column
		for i := range g.shared {
			s := &g.shared[i]
			at := s.column.Index
			if cells[at] == "" || sameText(cells[at], first[at]) || at == reported ||
				first[at] != "" && sameConverted(s.chain, first[at], cells[at]) {
				continue
			}
			reported = at
			message := pipeline.Say("differs_from_first", "first", row.Number)
			if first[at] == "" {
				message = pipeline.Say("filled_after_first", "first", row.Number)
			}
			problems = append(problems, pipeline.Problem{Field: s.path, Row: row.Rows[line], Column: s.column,
				Code:    pipeline.ProblemDiffers,
				Message: message, Secret: g.secret[at]})
		}
	}
	return problems
}

// sameText reports whether two cells read the same.
func sameText(a, b string) bool { return a == b || pipeline.Canonical(a) == pipeline.Canonical(b) }

func sameConverted(c chain, a, b string) bool {
	if len(c.steps) == 0 {
		return false
	}
	one, wrong := c.convert(a)
	if wrong != nil {
		return false
	}
	other, wrong := c.convert(b)
	return wrong == nil && sameText(one, other)
}
