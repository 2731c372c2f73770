package enrol

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"muster/pipeline"
	"muster/pipeline/ledger"
)

// cellsDigester computes the digests of rows: of their cells in columns that fill a field, with the columns' names,
// so that neither other columns nor their order matter.
type cellsDigester struct {
	columns []pipeline.Column // by name
	width   int               // columns of the book
	text    []byte
}

// digester is the digester for this book.
func (b *Book) digester() *cellsDigester {
	d := &cellsDigester{width: len(b.Header())}
	for _, c := range b.Header() {
		ignored := func(i pipeline.Column) bool { return i.Index == c.Index }
		if !slices.ContainsFunc(b.mapping.Ignored(), ignored) {
			d.columns = append(d.columns, c)
		}
	}
	slices.SortStableFunc(d.columns, func(a, b pipeline.Column) int { return cmp.Compare(a.Name, b.Name) })
	return d
}

// line is the digest of the cells of one line.
func (d *cellsDigester) line(cells []string) pipeline.CellsDigest {
	d.text = d.text[:0]
	for _, c := range d.columns {
		for _, part := range []string{c.Name, cells[c.Index]} {
			d.text = binary.AppendUvarint(d.text, uint64(len(part)))
			d.text = append(d.text, part...)
		}
	}
	sum := sha256.Sum256(d.text)
	clear(d.text) // they are cells of a row
	return pipeline.CellsDigest(sum[:])
}

// row is the digest of a customer.
func (d *cellsDigester) row(row pipeline.Row) pipeline.CellsDigest {
	var lines []pipeline.CellsDigest
	for i := range row.Lines() {
		lines = append(lines, d.line(row.Cells[i*d.width:(i+1)*d.width]))
	}
	return ofLines(lines)
}

// ofLines is the digest of a customer from those of its lines.
func ofLines(lines []pipeline.CellsDigest) pipeline.CellsDigest {
	if len(lines) == 1 {
		return lines[0]
	}
	var all []byte
	for _, l := range lines {
		all = append(all, l[:]...)
	}
	sum := sha256.Sum256(all)
	return pipeline.CellsDigest(sum[:])
}

// brokenCells is the digest in a sheet Fix of the row that it replaces, by the number of the customer's first row;
// false where it is not known.
func brokenCells(o *pipeline.Origin, first int) (pipeline.CellsDigest, bool) {
	last := first
	if i, several := slices.BinarySearchFunc(o.Customers, first, func(c pipeline.RowsOfOne, n int) int {
		return c.First - n
	}); several {
		last = o.Customers[i].Last
	}
	at, there := slices.BinarySearchFunc(o.Broken, first, func(b pipeline.BrokenCells, n int) int { return b.Row - n })
	if !there {
		return pipeline.CellsDigest{}, false
	}
	var lines []pipeline.CellsDigest
	for ; at < len(o.Broken) && o.Broken[at].Row <= last; at++ {
		lines = append(lines, o.Broken[at].Cells)
	}
	return ofLines(lines), true
}

// allCells are the digests of all rows of a book.
func (b *Book) allCells(ctx context.Context) (all []pipeline.BrokenCells, err error) {
	d := b.digester()
	err = b.Book.Rows(ctx, func(row pipeline.Row) error {
		all = append(all, pipeline.BrokenCells{Row: row.Number, Cells: d.line(row.Cells)})
		return nil
	})
	return all, err
}

// replaced are the rows of a sheet Fix that a person has changed, with the rows that they replace; none for any other
// book.
func (b *Book) replaced(ctx context.Context, space *ledger.Space) (rows []ledger.BrokenRow, err error) {
	o := b.Origin()
	if o == nil || len(o.Broken) == 0 {
		return nil, nil
	}
	digester := b.digester()
	err = b.Rows(ctx, func(row pipeline.Row) error {
		was, there := brokenCells(o, row.Number)
		if there && was != digester.row(row) {
			rows = append(rows, ledger.BrokenRow{Row: row.Number, Cells: space.CellsTag(was)})
		}
		return nil
	})
	return rows, err
}

// repeats returns a function that reports whether a row of a sheet Fix was a duplicate in its book and has not been
// changed; nil for a book without such rows.
func (b *Book) repeats() func(pipeline.Row) bool {
	o := b.Origin()
	if o == nil || !slices.ContainsFunc(o.Broken, func(r pipeline.BrokenCells) bool { return r.Repeats }) {
		return nil
	}
	digester := b.digester()
	return func(row pipeline.Row) bool {
		at, there := slices.BinarySearchFunc(o.Broken, row.Number, func(r pipeline.BrokenCells, n int) int { return r.Row - n })
		if !there || !o.Broken[at].Repeats {
			return false
		}
		was, _ := brokenCells(o, row.Number)
		return was == digester.row(row)
	}
}

// fixedRows knows the rows of a book that were fixed and enrolled; see [importer.Fixed].
type fixedRows struct {
	space    *ledger.Space
	digester *cellsDigester
	rows     map[pipeline.Tag]pipeline.FixedRow
}

// fixed reads them from the ledger.
func (b *Book) fixed(ctx context.Context, space *ledger.Space) (*fixedRows, error) {
	rows, err := space.Fixed(ctx)
	return &fixedRows{space, b.digester(), rows}, err
}

func (f *fixedRows) Find(row pipeline.Row) (fixed pipeline.FixedRow, there bool) {
	if len(f.rows) == 0 {
		return fixed, false
	}
	fixed, there = f.rows[f.space.CellsTag(f.digester.row(row))]
	return fixed, there
}

// fixedInVain are the rows that were fixed and still are not enrolled.
func (b *Book) fixedInVain(ctx context.Context, space *ledger.Space) (*fixedRows, error) {
	rows, err := space.FixedInVain(ctx)
	for cells, row := range rows {
		if row.Outcome.State == pipeline.Invalid {
			delete(rows, cells) // the message of the row's own cells is more useful
		}
	}
	return &fixedRows{space, b.digester(), rows}, err
}
