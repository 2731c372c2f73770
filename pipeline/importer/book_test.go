package importer_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"muster/pipeline"
)

// firstRow is the number of a book's first row: the header is 1, and one
// blank row follows it.
const firstRow = 3

// memoryBook overwrites a row's cells as soon as the callback returns, as the contract of Book allows.
type memoryBook struct {
	lines []line
	// reads gives the lines of a pass, from 1; nil: they are always the same.
	reads func(pass int, lines []line) []line
	// fails ends a pass with an error before the row at that index.
	fails func(pass, index int) error
	pass  int
}

func (b *memoryBook) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	b.pass++
	lines := b.lines
	if b.reads != nil {
		lines = b.reads(b.pass, slices.Clone(b.lines))
	}
	cells := make([]string, len(columns))
	for i, l := range lines {
		if err := ctx.Err(); err != nil {
			return err
		}
		if b.fails != nil {
			if err := b.fails(b.pass, i); err != nil {
				return err
			}
		}
		copy(cells, l[:])
		if err := each(pipeline.Row{Number: firstRow + i, Cells: cells}); err != nil {
			return fmt.Errorf("book: %w", err)
		}
		for c := range cells {
			cells[c] = "overwritten"
		}
	}
	return nil
}

// cellChecker maps the four columns to the four fields. A name that begins with ? is invalid, and so is a line for
// which strict is true.
type cellChecker struct {
	strict func(l line) bool
	shape  func(l line) string
	checks int
	busy   atomic.Bool
	shared atomic.Bool // two used it at once
}

func (c *cellChecker) Check(row pipeline.Row, d *pipeline.Draft) {
	if !c.busy.CompareAndSwap(false, true) {
		c.shared.Store(true)
	}
	defer c.busy.Store(false)
	c.checks++
	p := acme()
	d.Reset(row.Number)
	l := line(row.Cells)
	d.Name = l[2]
	if c.shape != nil {
		d.Shape = c.shape(l)
	}
	for i, value := range l {
		if value != "" {
			d.Entries = append(d.Entries, pipeline.Entry{Path: p.Fields[i].Path, Value: value})
		}
	}
	for i, value := range l[:2] {
		if n := pipeline.Normalise(p.Keys[i].Normalise, value); n != "" {
			d.Keys = append(d.Keys, pipeline.KeyValue{Key: i, Value: value, Normalised: n})
		}
	}
	if l[0] == "" {
		d.Problems = append(d.Problems, pipeline.Problem{Field: "reference", Column: &columns[0],
			Code: pipeline.ProblemRequired, Message: pipeline.Say("is empty")})
	}
	if strings.HasPrefix(l[2], "?") || c.strict != nil && c.strict(l) {
		d.Problems = append(d.Problems, pipeline.Problem{Field: "name", Column: &columns[2],
			Code: pipeline.ProblemPattern, Message: pipeline.Say("must not begin with a question mark")})
	}
	if len(d.Problems) > 0 {
		d.Body = nil
		return
	}
	d.Body = append(d.Body, bodyOf(l)...)
}

func (c *cellChecker) Name(row pipeline.Row) (name string, key pipeline.KeyValue, ok bool) {
	if !c.busy.CompareAndSwap(false, true) {
		c.shared.Store(true)
	}
	defer c.busy.Store(false)
	for i, k := range acmeKeys {
		if n := pipeline.Normalise(k.Normalise, row.Cells[i]); n != "" {
			return row.Cells[2], pipeline.KeyValue{Key: i, Value: row.Cells[i], Normalised: n}, true
		}
	}
	return row.Cells[2], key, false
}

// bodyOf is the request that a line becomes.
func bodyOf(l line) string {
	fields := map[string]any{}
	for i, f := range acmeFields {
		if l[i] != "" {
			fields[f.Path] = l[i]
		}
	}
	if _, err := strconv.Atoi(l[3]); err == nil {
		fields["city"] = json.Number(l[3]) // one field that may be a number
	}
	body, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// said is a text of a provider.
func said(text string) *pipeline.Message { return pipeline.Say(pipeline.AsWritten, "text", text) }
