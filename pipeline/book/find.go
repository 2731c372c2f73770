package book

import (
	"context"
	"errors"
	"slices"
	"strings"

	"muster/pipeline"
)

// Why says how a header was found.
type Why string

const (
	WhyNamed  Why = "named"  // the options name its row
	WhyNone   Why = "none"   // the book is read without one
	WhyMarked Why = "marked" // it has muster's own column
	WhyWanted Why = "wanted" // it has the columns of a wanted table
	WhyNames  Why = "names"  // it has names of Options.Names
	WhyWords  Why = "words"  // it has names of Options.Words
	WhyKinds  Why = "kinds"  // it has names, above rows of one kind
	WhyFirst  Why = "first"  // it is the first row with two filled cells, or the first row
)

// Line is one row before the header is known: its number and cells.
type Line struct {
	Number int
	Cells  []string
}

// top are the first rows of a sheet that are not blank, and a way to read the merged cells.
type top struct {
	records []*record
	last    int // number of the last row read
	source  source
	merges  []span
	asked   bool // whether the merged cells were read
}

// choice is a row that may be the header: its names, perhaps joined with those of the row above.
type choice struct {
	at     int // index in top's records
	record *record
	header []pipeline.Column
	joined bool
	sure   bool // it can only be a header of two rows
}

// rowsBelow is how many rows below a header show the kinds of its columns' cells.
const rowsBelow = 10

// readTop reads the rows that may be the header, and some below.
func readTop(from source, o Options) (*top, error) {
	t := &top{source: from}
	deep := o.deepHeader()
	var above *record
	err := from.records(context.Background(), func(r *record) error {
		if r.blank() {
			return nil
		}
		t.last = r.number
		switch {
		case len(t.records) < headerWithin+rowsBelow:
			t.records = append(t.records, r.kept())
		case r.number < deep:
			above = r.kept()
		case r.number == deep:
			if above != nil {
				t.records = append(t.records, above)
			}
			t.records = append(t.records, r.kept())
		}
		if len(t.records) >= headerWithin+rowsBelow && r.number >= deep {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return t, nil
}

// candidates are the records that may be the header, nil in place of all others: the named one, or else the first
// ones and the one where a table's header was before.
func (t *top) candidates(named, hinted int) []*record {
	all := make([]*record, len(t.records))
	for i, r := range t.records {
		switch {
		case named > 0 && r.number == named, named == 0 && (i < headerWithin || r.number == hinted):
			all[i] = r
		}
	}
	return all
}

// readings are the headers that a row may be: its own names, and those joined with the row above when that looks like
// names over several columns.
func (t *top) readings(i int) []choice {
	all := []choice{{at: i, record: t.records[i], header: namesIn(t.records[i])}}
	if header, sure := t.joined(i); header != nil {
		all = append(all, choice{i, t.records[i], header, true, sure})
	}
	return all
}

// findHeader finds the header by [Options].
func (b *Book) findHeader(o Options) error {
	b.below.all, b.meant = o.AllRows, -1
	if o.HeaderRow == pipeline.NoHeader {
		return b.withoutHeader(o)
	}
	t, err := readTop(b.source, o)
	if err != nil {
		return err
	}
	c, of, ok := b.findWanted(o, t)
	switch {
	case ok:
		t, b.around.why = of, WhyWanted
		b.around.expected = o.Wanted[b.meant].Row == c.record.number
	case o.headless():
		return b.withoutHeader(o)
	case o.HeaderRow > 0:
		if c = t.named(o); c.record == nil && t.last > 0 {
			return noHeaderIn(o.HeaderRow, t.last)
		}
	default:
		c, b.around.why = t.choose(o)
	}
	if o.HeaderRow > 0 {
		b.around.why = WhyNamed
	}
	b.keepTop(t)
	if c.record == nil {
		return b.noHeader()
	}
	return b.settle(o, t, c)
}

// named is the named row, in the reading in which most of its names are known.
func (t *top) named(o Options) (best choice) {
	for i, r := range t.records {
		if r.number != o.HeaderRow {
			continue
		}
		most := -1
		for _, c := range t.readings(i) {
			known := 0
			for _, weight := range []func(string) int{nameWeight(o.Names), o.Words} {
				sum, _ := c.weigh(weight)
				known += sum
			}
			if known > most || known == most && c.sure {
				best, most = c, known
			}
		}
	}
	return best
}

// settle makes a choice the header.
func (b *Book) settle(o Options, t *top, c choice) (err error) {
	r := c.record
	b.headerRow, b.at = r.number, r.position()
	b.around.marked = len(r.cells) > 0 && pipeline.IsOriginColumn(r.cells[0])
	if _, err = headerOf(r); err != nil {
		return err
	}
	b.header, b.around.joined = c.header, c.joined
	if same := pipeline.SameNames(b.header); o.Distinct && len(same) > 0 {
		return pipeline.Wrong("book.header_twice", "header", same[0].Name,
			"first", pipeline.ColumnLetters(same[0].Columns[0]), "second", pipeline.ColumnLetters(same[0].Columns[1])).
			Try("book.rename_header")
	}
	why := b.around.why
	if why != WhyNamed {
		b.around.titles = t.titles(c)
	}
	guessed := why == WhyWords || why == WhyKinds || why == WhyFirst
	if below := t.below(c.at); guessed && below != nil && r.filled() > 1 && why != WhyWords {
		b.around.lower = findLowerHeader(r, below)
	}
	if (guessed || why == WhyWanted && !b.around.expected) && !o.Distinct {
		if err := likeARow(r, t.below(c.at)); err != nil {
			return err
		}
	}
	b.examples = examplesIn(b.header)
	if s, ok := b.source.(*csvSource); ok {
		b.halves = s.halfRows(r.line, len(r.cells))
		b.halves.moves.learn(b.top, r.number, len(r.cells))
	}
	if sheet, ok := b.source.(*xlsxSource); ok && r.wide > len(b.header) {
		return b.widen(sheet)
	}
	return nil
}

// choose finds the header when no wanted table is there.
func (t *top) choose(o Options) (choice, Why) {
	for i, r := range t.records[:min(headerWithin, len(t.records))] {
		if len(r.cells) > 0 && pipeline.IsOriginColumn(r.cells[0]) {
			return t.readings(i)[0], WhyMarked
		}
	}
	if c, ok := t.known(nameWeight(o.Names), false); ok {
		return c, WhyNames
	}
	if c, ok := t.known(o.Words, true); ok {
		return c, WhyWords
	}
	return t.byKinds(o)
}

// nameWeight gives all names the same weight.
func nameWeight(names func(string) bool) func(string) int {
	if names == nil {
		return nil
	}
	return func(text string) int {
		if names(text) {
			return 1
		}
		return 0
	}
}

// known is the row with most names that weight knows, at least two; the first of equals. Words may occur in rows of
// the book too, so that a row found by words must have no number, date or address, or mostly words.
func (t *top) known(weight func(string) int, words bool) (best choice, ok bool) {
	if weight == nil {
		return best, false
	}
	most := 0
	for i := range t.records[:min(headerWithin, len(t.records))] {
		for _, c := range t.readings(i) {
			sum, count := c.weigh(weight)
			if words && count*2 <= named(c) && !hasNamesAlone(c.record) {
				continue
			}
			if count > 1 && (sum > most || sum == most && c.sure && c.record == best.record) {
				best, most, ok = c, sum, true
			}
		}
	}
	return best, ok
}

// weigh adds up the weights of its names, and counts those with a weight.
func (c *choice) weigh(weight func(string) int) (sum, count int) {
	for _, column := range c.header {
		if column.Name == "" || weight == nil {
			continue
		}
		if n := weight(column.Name); n > 0 {
			sum, count = sum+n, count+1
		}
	}
	return sum, count
}

// titles are the texts of the rows above a header, except one that is part of it; nil for none.
func (t *top) titles(c choice) (titles []string) {
	above := c.at
	if c.joined {
		above--
	}
	for _, r := range t.records[:above] {
		titles = append(titles, strings.Join(r.cells, ""))
	}
	return titles
}

// below is the row below a record; nil for none.
func (t *top) below(i int) *record {
	if i+1 < len(t.records) {
		return t.records[i+1]
	}
	return nil
}

// keepTop keeps the first rows to show them to people.
func (b *Book) keepTop(t *top) {
	b.top = nil
	for _, r := range t.records[:min(headerWithin, len(t.records))] {
		b.top = append(b.top, Line{r.number, slices.Clone(r.cells)})
	}
}

// Top are the first rows of the sheet that are not blank, up to 20.
func (b *Book) Top() []Line { return slices.Clone(b.top) }

// Why says how the header was found.
func (b *Book) Why() Why { return b.around.why }

// around describes the surroundings of a header that no option names.
type around struct {
	why    Why
	titles []string // of the rows above
	marked bool     // the header has muster's own column first
	// expected: the wanted table was in this row before.
	expected bool
	joined   bool         // the row above is a part of it
	lower    *lowerHeader // nil when the row below names nothing that the header does not
}
