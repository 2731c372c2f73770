package book

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// Wanted is a table that a book may contain, described by what is known about its header before the book is read.
type Wanted struct {
	// Sheet and Row are where its header was before, "" and 0 if that is not known; Row may be [pipeline.NoHeader].
	// They are used if the table is still there and the options do not say otherwise.
	Sheet string
	Row   int
	// Fits returns how many of the table's names a header has; Names is the number of its names.
	Fits  func(header []pipeline.Column) int
	Names int
}

// Match is the place where a table of [Options.Wanted] fits best.
type Match struct {
	Sheet  string
	Row    int               // of the header; 0 if no row has any of the names
	Header []pipeline.Column // of that row, nil if there is none
	Fits   int               // the number of names found
	Whole  bool              // all names were found, and there is at least one
}

// least is how many names a header must have to belong to the table.
func (w *Wanted) least() int { return max(1, min(2, w.Names)) }

// better reports whether m fits better than other: it is whole, or has more of the names.
func (m *Match) better(other *Match) bool {
	if m.Whole != other.Whole {
		return m.Whole
	}
	return m.Fits > other.Fits
}

// Matches returns how well each of [Options.Wanted] fits, in their order, and the index of the one by which the
// header was found, -1 for none.
func (b *Book) Matches() (all []Match, which int) { return slices.Clone(b.matches), b.meant }

// lookedAt is one of the sheets in which a header is searched for.
type lookedAt struct {
	sheet  string
	source source
	top    *top
}

// findWanted finds the header of the table that fits best and selects the sheet that has it; ok is false if none
// fits. Among tables that fit equally well, it takes the first.
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

// hinted returns the sheets, other than the one being read, in which the tables were before. A sheet that cannot be
// read is skipped.
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

// fitting returns the row that fits a table best. If named is not 0, it considers only that row.
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

// deepHeader is the row of the header if the options name one, or if a table had its header farther down than headers
// are searched for; otherwise 0.
func (o *Options) deepHeader() int {
	row := o.HeaderRow
	for _, w := range o.Wanted {
		if o.HeaderRow == 0 && w.Row > headerWithin {
			row = w.Row
		}
	}
	return row
}

// headless reports whether the only table wanted had no header.
func (o *Options) headless() bool {
	return o.HeaderRow == 0 && len(o.Wanted) == 1 && o.Wanted[0].Row == pipeline.NoHeader
}
