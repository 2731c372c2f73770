// Package look describes a file of merchants before any provider is known: its sheets, its header and why that row is
// the header, what each column contains, and what looks wrong.
//
// Its memory is bounded, however long the book: for each column it keeps hashes of up to [MostDistinct] values, 8
// bytes each, and for one column that is asked for the values themselves. Output is masked unless samples are asked
// for.
package look

import (
	"context"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
)

// Report is the result of looking at a book.
type Report struct {
	File      string
	Encoding  string // of a CSV, "" for a workbook
	Delimiter rune   // of a CSV, 0 for a workbook
	Sheets    []Sheet
	HeaderRow int // 0 for a book without a header
	Why       book.Why
	Rows      int
	Columns   []*Column
	// Values are those of the column that was asked for, most frequent first; when the column has very many, only the
	// first ones are counted, and More is true.
	Values   []Value
	ValuesOf *Column // nil where no column was asked for
	More     bool
	Notes    []*pipeline.Message // of the book as a whole
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name         string
	Hidden, Read bool // Read: this sheet was examined
}

// Options say what to examine.
type Options struct {
	Book    book.Options
	Column  string // whose values to count; "" for none
	Samples bool   // show cells without masking
}

// Names weighs the names that people give to columns, when no provider is known.
func Names(text string) int {
	if suggest.Knows(text) {
		return 1
	}
	return 0
}

// At examines the book at path. Its error may be a [*pipeline.Mistake].
func At(ctx context.Context, path string, o Options) (*Report, error) {
	o.Book.Words = Names
	b, err := book.Open(path, o.Book)
	if err != nil {
		return nil, err
	}
	defer b.Close() // it is only read
	r := &Report{File: path, Encoding: b.Encoding(), Delimiter: b.Delimiter(), HeaderRow: b.HeaderRow(), Why: b.Why()}
	hidden := map[string]bool{}
	for _, name := range b.HiddenSheets() {
		hidden[name] = true
	}
	for _, name := range b.Sheets() {
		r.Sheets = append(r.Sheets, Sheet{name, hidden[name], name == b.Sheet()})
	}
	c, err := newCollector(b, o)
	if err != nil {
		return nil, err
	}
	b.KnowKeys(c.keys)
	if err := b.Rows(ctx, c.take); err != nil {
		return nil, err
	}
	r.Rows, r.Columns = c.rows, c.finish(b)
	r.ValuesOf, r.Values, r.More = c.chosen, c.values.list(o.Samples), c.values.more
	for _, m := range b.Notes() {
		if m.Code != "book.header_below_rows" { // the report says it already
			r.Notes = append(r.Notes, m)
		}
	}
	columns, err := hiddenColumns(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, m := range []*pipeline.Message{b.Spelled(), columns, b.Hidden(), b.Merged(), b.Moved(), b.Repeated(),
		b.Below()} {
		if m != nil {
			r.Notes = append(r.Notes, m)
		}
	}
	return r, nil
}

// hiddenColumns names the columns that the workbook hides; nil when there are none.
func hiddenColumns(ctx context.Context, b *book.Book) (*pipeline.Message, error) {
	at, err := b.HiddenColumns(ctx)
	if err != nil || len(at) == 0 {
		return nil, err
	}
	var names []string
	for _, i := range at {
		c := b.Header()[i]
		names = append(names, pipeline.ColumnLetters(c.Index)+" "+shownName(c.Name))
	}
	return pipeline.Say("look.hidden_columns", "count", len(at), "columns", names), nil
}
