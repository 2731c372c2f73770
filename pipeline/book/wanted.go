package book

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// Wanted is a table that may be in a book, by what is known of its header before it
// is read.
type Wanted struct {
	// Sheet and Row are where its header was before, "" and 0 where that is not known;
	// Row may be [pipeline.NoHeader]. They count where the table is there, and where
	// the options do not say otherwise.
	Sheet string
	Row   int
	// Fits is how many of the table's names a header has, Names how many there are.
	Fits  func(header []pipeline.Column) int
	Names int
}

// Match is where a table of [Options.Wanted] fits best.
type Match struct {
	Sheet  string
	Row    int               // of the header; 0 where no row has one of the names
	Header []pipeline.Column // of that row, nil where there is none
	Fits   int               // of the names
	Whole  bool              // all of them, and one at least
}

// least is how many names a header must have to be the table's.
func (w *Wanted) least() int { return max(1, min(2, w.Names)) }

// better says that m fits better than other: whole, or with more names.
func (m *Match) better(other *Match) bool {
	if m.Whole != other.Whole {
		return m.Whole
	}
	return m.Fits > other.Fits
}

// Matches says how each of [Options.Wanted] fits, in their order; which is the one
// that the header was found by, -1 for none.
func (b *Book) Matches() (all []Match, which int) { return slices.Clone(b.matches), b.meant }

// lookedAt is one of the sheets in which a header is looked for.
type lookedAt struct {
	sheet  string
	source source
	top    *top
}

// findWanted finds the header of the table that fits best, and turns to the sheet
// that has it; ok is false where none fits. Of tables that fit alike it is the first.
func (b *Book) findWanted(o Options, own *top) (c choice, t *top, ok bool) {
	b.matches, b.meant = make([]Match, len(o.Wanted)), -1
	places := b.hinted(o)
	places = append(places, lookedAt{b.sheet, b.source, own})
	var at lookedAt
	for i := range o.Wanted {
		w := &o.Wanted[i]
		var where lookedAt
		var best choice
		for _, p := range places {
			if p.top != own && p.sheet != w.Sheet && !strings.EqualFold(p.sheet, w.Sheet) {
				continue
			}
			found, m := p.top.fitting(w, o.HeaderRow)
			if m.Sheet = p.sheet; where.top == nil || m.better(&b.matches[i]) {
				where, best, b.matches[i] = p, found, m
			}
		}
		m := &b.matches[i]
		if m.Fits >= w.least() && (b.meant < 0 || m.better(&b.matches[b.meant])) {
			at, c, b.meant = where, best, i
		}
	}
	if b.meant < 0 {
		return c, nil, false
	}
	b.sheet, b.source = at.sheet, at.source
	return c, at.top, true
}

// hinted are the sheets, other than the one that is read, in which tables were
// before. One that cannot be read is none.
func (b *Book) hinted(o Options) (places []lookedAt) {
	shared, isSheet := b.source.(*xlsxSource)
	if o.Sheet != "" || !isSheet {
		return nil
	}
	for _, w := range o.Wanted {
		known := func(p lookedAt) bool { return strings.EqualFold(p.sheet, w.Sheet) }
		if w.Sheet == "" || strings.EqualFold(w.Sheet, b.sheet) || slices.ContainsFunc(places, known) {
			continue
		}
		entry, numbered, err := b.workbook.choose(w.Sheet)
		if err != nil || numbered {
			continue
		}
		source := &xlsxSource{archive: shared.archive, part: entry.part, texts: shared.texts}
		t, err := readTop(source, o)
		if err != nil {
			continue
		}
		places = append(places, lookedAt{entry.name, source, t})
	}
	return places
}

// fitting is the row that fits a table best, of the one that is named, 0 for none.
func (t *top) fitting(w *Wanted, named int) (best choice, m Match) {
	for i, r := range t.candidates(named, w.Row) {
		if r == nil {
			continue
		}
		for _, c := range t.readings(i) {
			n := w.Fits(c.header)
			hinted := n == w.Names && r.number == w.Row && best.record != nil && best.record.number != w.Row
			if n > m.Fits || n > 0 && n == m.Fits && (hinted || c.sure && c.record == best.record) {
				best, m = c, Match{Row: r.number, Header: c.header, Fits: n, Whole: n == w.Names}
			}
		}
	}
	return best, m
}

// deepHeader is the row of the header where that is named, or where a table had it
// farther down than headers are looked for; 0 for any other.
func (o *Options) deepHeader() int {
	row := o.HeaderRow
	for _, w := range o.Wanted {
		if o.HeaderRow == 0 && w.Row > headerWithin {
			row = w.Row
		}
	}
	return row
}

// headless says that the only table that is wanted had no header.
func (o *Options) headless() bool {
	return o.HeaderRow == 0 && len(o.Wanted) == 1 && o.Wanted[0].Row == pipeline.NoHeader
}
