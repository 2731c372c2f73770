package look

import (
	"hash/maphash"
	"regexp"
	"strings"
	"unicode/utf8"

	"muster/cmd/muster/internal/mask"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/pipeline/mapping/suggest"
)

// MostDistinct is up to how many different values of a column are counted, and mostInAll of all columns together.
const (
	MostDistinct = 10_000
	mostInAll    = 1_000_000
)

const (
	samplesShown = 3
	sampleLength = 24 // characters
)

// Column is what was found in one column.
type Column struct {
	Index int
	Name  string
	// Filled is how many cells are filled; Distinct how many different values they have, or the bound, with More.
	Filled, Distinct int
	More             bool
	Longest          int // characters
	Samples          []string
	Findings         []Finding

	kinds    [book.CellAddress + 1]tally // of the cells, without placeholders
	bound    int
	seen     map[uint64]uint32
	repeated tally // cells that repeat an earlier value
	faults   tally
	altered  tally
	science  tally
	spoilt   tally // damaged by another program
	missing  tally // placeholders for a missing value
}

// tally counts cells, and keeps the row of the first one.
type tally struct{ count, row int }

func (t *tally) add(row int) {
	if t.count++; t.count == 1 {
		t.row = row
	}
}

// Kind is the kind of nearly all cells of the column; CellBlank when it is empty, and mixed when they differ.
func (c *Column) Kind() (kind book.CellKind, mixed bool) {
	for k := book.CellText; k <= book.CellAddress; k++ {
		if c.kinds[k].count > c.kinds[kind].count {
			kind = k
		}
	}
	others, _ := c.others(kind)
	return kind, others*19 > c.kinds[kind].count
}

// scientific is a number that a spreadsheet program has shortened.
var scientific = regexp.MustCompile(`^[+-]?\d(?:[.,]\d+)?[eE][+-]?\d{1,3}$`)

// collector collects columns row by row.
type collector struct {
	columns []*Column
	keys    []int
	rows    int
	seed    maphash.Seed
	samples bool
	chosen  *Column
	values  values
}

func newCollector(b *book.Book, o Options) (*collector, error) {
	c := &collector{seed: maphash.MakeSeed(), samples: o.Samples, values: values{counts: map[string]int{}}}
	header := b.Header()
	bound := min(MostDistinct, max(100, mostInAll/max(1, len(header))))
	for _, h := range header {
		c.columns = append(c.columns, &Column{Index: h.Index, Name: pipeline.Canonical(h.Name), bound: bound,
			seen: map[uint64]uint32{}})
		if suggest.TellsApart(h.Name) {
			c.keys = append(c.keys, h.Index)
		}
	}
	if o.Column == "" {
		return c, nil
	}
	column, err := pipeline.FindColumn(header, o.Column)
	if err != nil {
		return nil, err
	}
	if column == nil {
		return nil, pipeline.Wrong("look.no_column", "book", b.Name(), "column", o.Column).
			Try("mapping.columns_are", "columns", pipeline.ColumnNames(header)).
			SuggestQuoted(o.Column, pipeline.ColumnNames(header))
	}
	c.chosen = c.columns[column.Index]
	return c, nil
}

// take adds a row.
func (c *collector) take(row pipeline.Row) error {
	c.rows++
	for _, p := range row.Problems {
		switch {
		case p.Column == nil || p.Column.Index >= len(c.columns):
		case p.Code == pipeline.ProblemMangled && scientific.MatchString(row.Cells[p.Column.Index]): // counted below
		case p.Code == pipeline.ProblemMangled:
			c.columns[p.Column.Index].altered.add(row.Number)
		default:
			c.columns[p.Column.Index].faults.add(row.Number)
		}
	}
	for i, cell := range row.Cells {
		if cell != "" {
			c.columns[i].take(cell, row.Number, maphash.String(c.seed, cell), c.samples)
		}
	}
	if c.chosen != nil {
		c.values.add(row.Cells[c.chosen.Index])
	}
	return nil
}

func (c *Column) take(cell string, row int, hash uint64, samples bool) {
	c.Filled++
	c.Longest = max(c.Longest, utf8.RuneCountInString(cell))
	kind := book.KindOf(cell)
	if kind == book.CellText && scientific.MatchString(cell) {
		kind = book.CellNumber
		c.science.add(row)
	}
	if kind == book.CellText && mapping.LooksMissing(cell) {
		c.missing.add(row)
	} else {
		c.kinds[kind].add(row)
	}
	if kind == book.CellText && mapping.LooksDamaged(cell) {
		c.spoilt.add(row)
	}
	switch n, came := c.seen[hash]; {
	case came:
		c.seen[hash] = n + 1
		c.repeated.add(row)
	case len(c.seen) == c.bound:
		c.More = true
	default:
		c.seen[hash] = 1
		if len(c.Samples) < samplesShown {
			c.Samples = append(c.Samples, shown(cell, samples))
		}
	}
}

// shown is a cell as it is shown to people, in memory of its own.
func shown(cell string, asIs bool) string {
	if !asIs {
		cell = mask.Text(cell)
	}
	return strings.Clone(mask.Short(cell, sampleLength))
}

// finish ends the pass.
func (c *collector) finish(b *book.Book) []*Column {
	for _, column := range c.columns {
		column.Distinct = len(column.seen)
		column.find(b.TrimmedIn(column.Index))
		column.seen = nil
	}
	return c.columns
}
