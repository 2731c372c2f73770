package book

import (
	"strings"
	"unicode"
)

// CellKind is what a cell looks like, which need not be what it means.
type CellKind int

const (
	CellBlank CellKind = iota
	CellText
	CellNumber  // digits, with what people write between them: amounts, phones, NITs
	CellDate    // three numbers with - / or . between them
	CellAddress // an e-mail address
)

// KindOf is what a cell looks like.
func KindOf(cell string) CellKind {
	switch {
	case cell == "":
		return CellBlank
	case isDate(cell):
		return CellDate
	case telling(cell) == "e-mail":
		return CellAddress
	}
	digits := false
	for _, c := range cell {
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case !strings.ContainsRune("+-.,()/%$€ \u00a0", c):
			return CellText
		}
	}
	if !digits {
		return CellText
	}
	return CellNumber
}

// byKinds finds the row of names above rows of one kind; when there is none, the first row with two filled cells,
// else the first.
func (t *top) byKinds(o Options) (c choice, why Why) {
	first := -1
	for i, r := range t.records[:min(headerWithin, len(t.records))] {
		if r.filled() > 1 {
			first = i
			break
		}
	}
	switch {
	case len(t.records) == 0:
		return c, WhyFirst
	case first < 0:
		return t.readings(0)[0], WhyFirst
	}
	best, why := t.readings(first)[0], WhyFirst
	if o.Distinct {
		return best, why
	}
	most := t.typed(best)
	for i := first + 1; i < min(headerWithin, len(t.records)); i++ {
		for _, c := range t.readings(i) {
			if c.joined && !c.sure || !hasNamesAlone(c.record) {
				continue
			}
			n, title := t.typed(c), !looksLikeNames(best.record)
			more := named(c) > named(best) || title && named(c) == named(best)
			plainly := c.sure || title || named(best)*2 <= named(c)
			same := c.sure && c.record == best.record
			if same || more && plainly && (n > most || n > 0 && n == most && c.sure) {
				best, most, why = c, n, WhyKinds
			}
		}
	}
	return best, why
}

// named counts the columns that have a name.
func named(c choice) (n int) {
	for _, column := range c.header {
		if column.Name != "" {
			n++
		}
	}
	return n
}

// typed counts the columns whose cells below a header are nearly all of one kind that names never are. It is 0 for a
// row that has such a cell itself.
func (t *top) typed(c choice) (n int) {
	below := t.records[c.at+1 : min(c.at+1+rowsBelow, len(t.records))]
	for i, column := range c.header {
		if column.Name == "" {
			continue
		}
		kinds, filled := map[CellKind]int{}, 0
		for _, r := range below {
			if i < len(r.cells) && r.cells[i] != "" {
				kinds[KindOf(r.cells[i])]++
				filled++
			}
		}
		for _, kind := range []CellKind{CellNumber, CellDate, CellAddress} {
			switch {
			case filled == 0 || kinds[kind]*5 < filled*4:
			case KindOf(column.Name) == kind:
				return 0
			case KindOf(column.Name) == CellText:
				n++
			}
		}
	}
	return n
}

// hasNamesAlone reports whether no cell of a row is a number, a date, an address or an error.
func hasNamesAlone(r *record) bool {
	for _, cell := range r.cells {
		if k := KindOf(cell); k != CellText && k != CellBlank {
			return false
		}
	}
	return len(r.faults) == 0
}

// looksLikeNames reports whether all cells of a row may be names of groups of columns: they have letters, none is an
// address, and none ends like a label before a value.
func looksLikeNames(r *record) bool {
	for _, cell := range r.cells {
		if cell != "" && (len(cell) > longestGroup || strings.ContainsAny(cell, "@:") ||
			!strings.ContainsFunc(cell, unicode.IsLetter)) {
			return false
		}
	}
	return hasNamesAlone(r)
}

// longestGroup is how long the name of a group of columns may be, in bytes.
const longestGroup = 60
