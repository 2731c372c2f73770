package importer

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"muster/pipeline"
)

// rowsBook has rows of these cells, and ends with err unless that is nil. It reuses the memory of its rows.
type rowsBook struct {
	rows  int
	cells func(row int) []string
	err   error
}

func (b *rowsBook) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	var lent []string
	for i := range b.rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		lent = append(lent[:0], b.cells(i)...)
		err := each(pipeline.Row{Number: i + 2, Cells: lent})
		clear(lent)
		if err != nil {
			return err
		}
	}
	return b.err
}

// firstCell takes a row's first cell as its name.
type firstCell struct{ Namer }

func (firstCell) Check(row pipeline.Row, d *pipeline.Draft) {
	d.Reset(row.Number)
	d.Name = row.Cells[0]
}

// firstLetters are Parts that know only the first letter of a name, and are not certain where it is r.
type firstLetters struct {
	unsure bool
	checks *atomic.Int32
}

func (p *firstLetters) Begin() { p.unsure = false }

func (p *firstLetters) Check(row pipeline.Row, d *pipeline.Draft) {
	p.checks.Add(1)
	d.Reset(row.Number)
	d.Name = row.Cells[0][:1]
	p.unsure = p.unsure || d.Name == "r"
}

func (p *firstLetters) End() bool { return !p.unsure }

// Only a batch whose Part was not certain is checked again by the Checker.
func TestPartsThatAreUnsure(t *testing.T) {
	const rows = 20 * checkBatch
	cells := func(i int) []string {
		if i/checkBatch%3 == 1 {
			return []string{fmt.Sprint("row ", i)}
		}
		return []string{fmt.Sprint("line ", i)}
	}
	var checks, digests atomic.Int32
	s := Setup{Book: &rowsBook{rows: rows, cells: cells}, Checker: firstCell{},
		Parts: func() Part { return &firstLetters{checks: &checks} }}
	seen := 0
	err := staged(context.Background(), &s, func(*batch) { digests.Add(1) }, func(_ context.Context, b *batch) error {
		for i := range b.rows {
			want := cells(seen)[0]
			if want[0] == 'l' {
				want = "l"
			}
			if d := b.drafts[i]; d.Name != want || d.Row != seen+2 {
				return fmt.Errorf("row %d is %d, %q", seen+2, d.Row, d.Name)
			}
			seen++
		}
		return nil
	})
	if err != nil || seen != rows || checks.Load() != rows || digests.Load() != 20+7 {
		t.Errorf("%d of %d rows, %d checked by parts, %d digests (%v)", seen, rows, checks.Load(), digests.Load(), err)
	}
}

func TestStagesKeepTheOrder(t *testing.T) {
	for width, lengths := range map[int][]int{
		2:              {0, 1, checkBatch, checkBatch + 1, 20*checkBatch + 7},
		batchCells / 4: {25},
	} {
		cells := func(i int) []string {
			all := make([]string, width)
			all[0], all[1] = fmt.Sprint("row ", i), "b"
			return all
		}
		for _, rows := range lengths {
			s := Setup{Book: &rowsBook{rows: rows, cells: cells}, Checker: firstCell{}}
			seen := 0
			err := staged(context.Background(), &s, func(*batch) {}, func(_ context.Context, b *batch) error {
				if len(b.rows) == 0 || len(b.rows) > checkBatch || len(b.cells) > batchCells+width {
					t.Errorf("width %d: a batch of %d rows, %d cells", width, len(b.rows), len(b.cells))
				}
				for i, row := range b.rows {
					want := cells(seen)
					if d := b.drafts[i]; row.Number != seen+2 || d.Row != row.Number || d.Name != want[0] ||
						len(row.Cells) != len(want) || row.Cells[0] != want[0] || row.Cells[1] != want[1] {
						return fmt.Errorf("width %d: row %d is %d, %q", width, seen+2, row.Number, d.Name)
					}
					seen++
				}
				return nil
			})
			if err != nil || seen != rows {
				t.Errorf("width %d: %d of %d rows (%v)", width, seen, rows, err)
			}
		}
	}
}

// The stage that fails ends the others, and the pass returns its error.
func TestAStageThatFailsEndsAll(t *testing.T) {
	broken := errors.New("broken")
	cells := func(i int) []string { return []string{fmt.Sprint(i)} }
	stopped, stop := context.WithCancel(context.Background())
	stop()
	for name, c := range map[string]struct {
		ctx       context.Context
		book, own error // errors of the reader and of the judge
		want      error
	}{
		"the book":   {context.Background(), broken, nil, broken},
		"the judge":  {context.Background(), nil, broken, broken},
		"the person": {stopped, nil, nil, context.Canceled},
	} {
		s := Setup{Book: &rowsBook{rows: 50 * checkBatch, cells: cells, err: c.book}, Checker: firstCell{}}
		taken := 0
		err := staged(c.ctx, &s, func(*batch) {}, func(context.Context, *batch) error {
			if taken++; taken == 3 {
				return c.own
			}
			return nil
		})
		if !errors.Is(err, c.want) {
			t.Errorf("%s fails with %v", name, err)
		}
	}
}
