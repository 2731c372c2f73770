package mapping

import (
	"slices"

	"muster/pipeline"
)

// Part checks consecutive rows of the book while other Parts check others. Whatever a row's result owes to rows above
// its part is settled when the part ends, in the book's order. A Part is used by one goroutine at a time.
type Part struct {
	checker Checker  // of this part alone
	of      *Checker // of the book
}

// Part creates a part; it costs little until it checks a row.
func (c *Checker) Part() *Part {
	p := &Part{of: c, checker: Checker{mapping: c.mapping, planFor: c.planFor, today: c.today, apart: true}}
	p.checker.accents.learn(&c.accents)
	return p
}

// Begin begins a part.
func (p *Part) Begin() { p.checker.seen, p.checker.unsure = seen{}, false }

// Check is like [Checker.Check], except that it knows only the rows of the part.
func (p *Part) Check(row pipeline.Row, d *pipeline.Draft) { p.checker.Check(row, d) }

// End is called when all rows above have been checked. It adds what the part's rows showed to the checker of the
// book, which must not be in use. It returns false if the result for some row may be wrong; then it adds nothing that
// counts, and the checker has to check all rows of the part again.
func (p *Part) End() bool {
	p.of.accents.learn(&p.checker.accents)
	p.checker.accents.learn(&p.of.accents)
	if p.checker.unsure {
		return false
	}
	if p.checker.seen.first == 0 {
		return true // no row was looked at
	}
	if p.checker.seen.first <= p.of.seen.row {
		p.of.seen = seen{first: p.checker.seen.first} // another pass
	}
	p.of.seen.join(&p.checker.seen)
	return true
}

// learn adds what another has recorded.
func (a *accents) learn(from *accents) {
	for column, row := range from.rows {
		if row > 0 {
			a.add(column, row-1)
		}
	}
}

// join adds the counts of rows that are all below those of s.
func (s *seen) join(next *seen) {
	s.row = max(s.row, next.row)
	to := s.tallies()
	for i, t := range next.tallies() {
		to[i].join(t)
	}
	if next.young.cells > 0 {
		s.under = next.under
	}
}

func (s *seen) tallies() []*tally {
	return []*tally{&s.emptied, &s.invisible, &s.quoted, &s.formula, &s.unlettered, &s.madeUp, &s.mixed, &s.doubtful,
		&s.exported, &s.young, &s.expired}
}

func (t *tally) join(next *tally) {
	if t.cells == 0 {
		t.first = next.first
	}
	t.cells += next.cells
	for _, name := range next.columns {
		if !slices.Contains(t.columns, name) {
			t.columns = append(t.columns, name)
		}
	}
}
