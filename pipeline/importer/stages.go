package importer

import (
	"context"
	"maps"
	"slices"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// The first pass goes through the book in three stages, each in the book's order and
// in a goroutine of its own: one reads, one maps and checks, one judges. What they
// hand on is a batch of rows, so that a row costs no operation of a channel. A stage
// keeps what it likes from row to row, and shares nothing with the others.

const (
	// checkBatch is how many rows are handed on, and looked up in the ledger,
	// together: fewer where they have more than so many cells or bytes.
	checkBatch = 256
	batchCells = 1 << 16
	batchBytes = 1 << 20
	// batches are how many there are: one in each stage, and one on its way.
	batches = 4
)

// batch is rows with what would be sent of each. It is used again and again.
type batch struct {
	rows   []pipeline.Row
	drafts []pipeline.Draft // one for each row, and more
	cells  []string         // of all rows
	// digests are one for each row, and tags those of the keys of all rows.
	digests []digest
	tags    []pipeline.Tag
	bytes   int // of all cells
}

func (b *batch) clear() { b.rows, b.cells, b.bytes = b.rows[:0], b.cells[:0], 0 }

func (b *batch) full() bool {
	return len(b.rows) == checkBatch || len(b.cells) >= batchCells || b.bytes >= batchBytes
}

// add copies what the row lends.
func (b *batch) add(row pipeline.Row) {
	from := len(b.cells)
	b.cells = append(b.cells, row.Cells...)
	row.Cells = b.cells[from:len(b.cells):len(b.cells)]
	for _, c := range row.Cells {
		b.bytes += len(c)
	}
	row.Rows, row.Problems, row.Marked = slices.Clone(row.Rows), slices.Clone(row.Problems), maps.Clone(row.Marked)
	b.rows = append(b.rows, row)
	if len(b.drafts) < len(b.rows) {
		b.drafts = append(b.drafts, pipeline.Draft{})
	}
}

// staged goes through the book, and gives take batches of rows that are checked, in
// the book's order; each is valid until take returns. digest is called before, for
// each batch. The error is that of the stage that failed first.
func staged(ctx context.Context, s *Setup, digest func(*batch), take func(context.Context, *batch) error) error {
	g, ctx := errgroup.WithContext(ctx)
	free, read, checked := make(chan *batch, batches), make(chan *batch, batches), make(chan *batch, batches)
	for range batches {
		free <- &batch{}
	}
	g.Go(func() error {
		defer close(read)
		return readBatches(ctx, s.Book, free, read)
	})
	g.Go(func() error {
		defer close(checked)
		for b := range read {
			for i := range b.rows {
				s.Checker.Check(b.rows[i], &b.drafts[i])
			}
			digest(b)
			checked <- b // never waits: there is room for all
		}
		return nil
	})
	g.Go(func() error {
		for b := range checked {
			if err := take(ctx, b); err != nil {
				return err
			}
			free <- b
		}
		return nil
	})
	return g.Wait()
}

// readBatches reads the book into batches that are free.
func readBatches(ctx context.Context, book Book, free <-chan *batch, read chan<- *batch) error {
	var b *batch
	err := book.Rows(ctx, func(row pipeline.Row) error {
		if b == nil {
			select {
			case b = <-free:
				b.clear()
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if b.add(row); b.full() {
			read <- b
			b = nil
		}
		return nil
	})
	if err == nil && b != nil {
		read <- b
	}
	return err
}
