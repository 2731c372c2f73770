package importer

import (
	"context"
	"maps"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"muster/pipeline"
)

// The first pass reads the book in three stages: one goroutine reads, as many as there are processors map and check,
// and one judges, in the book's order. They hand on batches of rows, so that a row costs no channel operation. A Part
// checks each batch, and the last stage ends it.

const (
	// checkBatch is how many rows are handed on, and looked up in the ledger, together: fewer where they exceed the
	// limits of cells or bytes below.
	checkBatch = 256
	batchCells = 1 << 16
	batchBytes = 1 << 20
	// waiting is how many batches there are beside those that are checked: one is read, one is judged, and one is in
	// between.
	waiting = 3
)

// batch is rows with what would be sent for each. Batches are reused.
type batch struct {
	rows   []pipeline.Row
	drafts []pipeline.Draft // one for each row, and more
	cells  []string         // of all rows
	// digests has one for each row; tags has those of the keys of all rows.
	digests []digest
	tags    []pipeline.Tag
	bytes   int           // of all cells
	part    Part          // nil where the Checker checks the rows
	checked chan struct{} // receives a token once the rows are checked
}

func (b *batch) clear() { b.rows, b.cells, b.bytes = b.rows[:0], b.cells[:0], 0 }

func (b *batch) full() bool {
	return len(b.rows) == checkBatch || len(b.cells) >= batchCells || b.bytes >= batchBytes
}

// add copies a row, whose memory the book reuses.
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

// check checks the rows, by the Checker where there is no Part.
func (b *batch) check(c Checker) {
	check := c.Check
	if b.part != nil {
		b.part.Begin()
		check = b.part.Check
	}
	for i := range b.rows {
		check(b.rows[i], &b.drafts[i])
	}
}

// end waits for the batch to be checked. When its Part was not certain, the Checker checks its rows again.
func (b *batch) end(s *Setup, digest func(*batch)) {
	<-b.checked
	if b.part == nil || b.part.End() {
		return
	}
	for i := range b.rows {
		s.Checker.Check(b.rows[i], &b.drafts[i])
	}
	digest(b)
}

// staged reads the book, and calls take with batches of checked rows, in the book's order; each is valid until take
// returns. digest is called before, for each batch, from several goroutines at once. The error is that of the stage
// that failed first.
func staged(ctx context.Context, s *Setup, digest func(*batch), take func(context.Context, *batch) error) error {
	checkers := 1
	if s.Parts != nil {
		checkers = runtime.GOMAXPROCS(0)
	}
	// Every channel has room for all batches: only the reading stage waits, for a free one.
	batches := checkers + waiting
	free, read, inOrder := make(chan *batch, batches), make(chan *batch, batches), make(chan *batch, batches)
	for range batches {
		b := &batch{checked: make(chan struct{}, 1)}
		if s.Parts != nil {
			b.part = s.Parts()
		}
		free <- b
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(read)
		defer close(inOrder)
		return readBatches(ctx, s.Book, free, func(b *batch) {
			inOrder <- b
			read <- b
		})
	})
	for range checkers {
		g.Go(func() error {
			for b := range read {
				b.check(s.Checker)
				digest(b)
				b.checked <- struct{}{}
			}
			return nil
		})
	}
	g.Go(func() error {
		for b := range inOrder {
			b.end(s, digest)
			if err := take(ctx, b); err != nil {
				return err
			}
			free <- b
		}
		return nil
	})
	return g.Wait()
}

// readBatches reads the book into free batches.
func readBatches(ctx context.Context, book Book, free <-chan *batch, each func(*batch)) error {
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
			each(b)
			b = nil
		}
		return nil
	})
	if err == nil && b != nil {
		each(b)
	}
	return err
}
