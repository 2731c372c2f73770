package importer

import (
	"testing"

	"muster/pipeline"
)

func TestDenials(t *testing.T) {
	const (
		made   = 'c' // created
		denied = 'd'
		again  = 'a' // denied, as in an earlier run that found the row at fault
		before = 'b' // denied, as in an earlier run that did not find out why
		other  = 'r' // refused for the row's data
	)
	for _, c := range []struct {
		name     string
		proven   bool
		answers  string
		rejected int  // rows that end as rejected
		halts    bool // the run
	}{
		{"one row among others", false, "cdc", 1, false},
		{"the last row", false, "cd", 1, false},
		{"two in a row at the end", false, "cdd", 2, false},
		{"the first of a run", false, "d", 0, true},
		{"the first of a run after a good one", true, "dc", 1, false},
		{"only that row, after a good run", true, "d", 1, false},
		{"three in a row", false, "cddd", 0, true},
		{"three, but not in a row", false, "cddcdc", 3, false},
		{"a refusal between proves nothing of the first", false, "rd", 0, true},
		{"a refusal ends a series", true, "ddrdc", 3, false},
		{"four that were denied before", true, "aaaa", 4, false},
		{"two of them among others", false, "cdaad", 4, false},
		{"those that were denied before, without proof", false, "a", 0, true},
		{"three new ones among them", true, "adadad", 3, true},
		{"before, and others are let through", true, "cbbbb", 4, false},
		{"before, and nobody says that others are let through", true, "bbb", 0, true},
		{"before, and nobody ever was", false, "b", 0, true},
		{"one on its way when the run halts", true, "dddc", 0, true},
	} {
		d := denials{proven: c.proven}
		rejected, halted := 0, false
		for i, a := range c.answers {
			o := settled{answered: true, denied: a != made && a != other, before: a == again || a == before,
				own: a == again, proof: a == made,
				denial: pipeline.Outcome{Row: i + 2, State: pipeline.Rejected, HTTPStatus: 403}}
			rows, halt := d.see(o)
			rejected += len(rows)
			halted = halted || halt != nil
		}
		rejected += len(d.rest())
		if rejected != c.rejected || halted != c.halts {
			t.Errorf("%s: %d rejected, halted %t; want %d, %t", c.name, rejected, halted, c.rejected, c.halts)
		}
	}
}
