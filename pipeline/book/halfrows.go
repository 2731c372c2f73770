package book

import "muster/pipeline"

// halves are incomplete rows of a CSV: a line break without quotation marks split one into several, or the file ends
// within the last.
type halves struct {
	begins map[int]int // lines on which rows begin that end too early: how many rows below continue them
	cut    int         // line of a row in which, or in whose last cell, the file ends; 0 for none
	usual  int         // cells of a row
	moves  moves

	// In a pass: number of the last row that ends too early, and how many rows below continue it.
	row, rest int
}

// halfRows finds incomplete rows below a header on that line with so many cells, among the records with fewer cells:
// when those are the exception, and several in succession together have as many cells as one row.
func (s *csvSource) halfRows(line, cells int) halves {
	l := s.layout
	h := halves{usual: s.usual}
	if l.open && l.last.line > line {
		h.cut = l.last.line
	}
	if cells != s.usual {
		return h
	}
	h.moves.others = l.records - 1 - l.longer
	h.moves.longer = l.longer
	if len(l.odd) == oddsKept {
		return h
	}
	groups, short := l.groups(line, s.usual)
	if short > 0 {
		// Rows that are often short may by chance add up to one row.
		for i := len(groups) - 1; i >= 0; i-- {
			if g := groups[i]; g.short > 1 && !g.sure {
				short += g.short
				groups = append(groups[:i], groups[i+1:]...)
			}
		}
	}
	if short*2 > l.records {
		return h
	}
	h.begins = map[int]int{}
	for _, g := range groups {
		h.begins[g.line] = g.rest
	}
	if l.unended && l.last.cells < s.usual && l.last.line > line {
		h.cut = l.last.line
	}
	return h
}

// group is records that form one row: the line on which the first begins, how many follow it, and how many of all
// have fewer cells than usual. sure: the first begins with a number, and one that follows does not.
type group struct {
	line, rest, short int
	sure              bool
}

// groups finds them below a line; short counts the other records with few cells.
func (l *layout) groups(line, usual int) (groups []group, short int) {
	for i := 0; i < len(l.odd); i++ {
		r := l.odd[i]
		if r.line <= line || r.cells > usual {
			continue
		}
		if n := l.rests(i); n > 0 && r.above > line {
			groups = append(groups, group{line: r.above, rest: n, short: n, sure: true})
			i += n - 1
			continue
		}
		g := l.together(i, usual)
		if g.rest == 0 {
			short++
			continue
		}
		groups = append(groups, g)
		i += g.short - 1
	}
	return groups, short
}

// rests is how many odd records from the i-th on, in succession, continue the record above: they have one cell each
// and do not begin with a number, as the record below does.
func (l *layout) rests(i int) int {
	for n := 1; i < len(l.odd); i, n = i+1, n+1 {
		switch r := l.odd[i]; {
		case r.cells != 1 || isDigit(r.lead):
			return 0
		case isDigit(r.below):
			return n
		case i+1 == len(l.odd) || l.odd[i+1].index != r.index+1:
			return 0
		}
	}
	return 0
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// together says how the i-th odd record and those below form one row; the zero group when they do not.
func (l *layout) together(i, usual int) group {
	first := l.odd[i]
	index, cells := first.index, first.cells
	g := group{line: first.line, short: 1}
	for cells < usual && index < l.records {
		g.sure = g.sure || isDigit(first.lead) && !isDigit(l.odd[i].below)
		index++
		next := usual
		if i+1 < len(l.odd) && l.odd[i+1].index == index {
			i++
			next = l.odd[i].cells
			g.short++
		}
		// The cell that was split is counted in both.
		cells += next - 1
		g.rest++
	}
	if cells != usual {
		return group{}
	}
	return g
}

// begin starts a pass.
func (h *halves) begin() { h.row, h.rest, h.moves.rows, h.moves.count = 0, 0, h.moves.rows[:0], 0 }

// problem is the message of an incomplete row; nil for any other.
func (h *halves) problem(r *record) *pipeline.Message {
	if moved := h.moves.problem(r, h.usual); moved != nil {
		return moved
	}
	if h.rest == 0 && len(h.begins) == 0 && h.cut == 0 {
		return nil
	}
	n := h.begins[r.line]
	if n == 0 && h.rest == 0 && r.line != h.cut {
		return nil
	}
	remark := r.filled() == 1 && saysTotal(r.cells[0])
	switch {
	case n > 0 && !remark:
		h.row, h.rest = r.number, n
		if len(r.cells) == h.usual {
			return pipeline.Say("half_row_broken", "row", r.number+1)
		}
		return pipeline.Say("half_row_begins", "count", len(r.cells), "columns", h.usual)
	case h.rest > 0 && !remark:
		h.rest--
		return pipeline.Say("half_row_goes_on", "row", h.row)
	case r.line == h.cut && len(r.cells) >= h.usual:
		return pipeline.Say("half_row_cut_cell")
	case r.line == h.cut && !remark:
		return pipeline.Say("half_row_cut", "count", len(r.cells), "columns", h.usual)
	}
	return nil
}

// Cut reports whether the file ends within its last row, as after a broken transfer.
func (b *Book) Cut() bool { return b.halves.cut > 0 }
