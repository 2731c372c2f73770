// Package look says what is in a file of merchants, before anybody knows a provider for
// it: its sheets, its header and why that row is it, what each column has, and what looks
// wrong.
//
// It promises bounded memory, however long the book: of each column it keeps which values
// came, up to [MostDistinct] of them as numbers of 8 bytes, and of one column that is
// asked for the values themselves. What it shows is masked unless samples are asked for.
package look

import (
	"context"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
)

// Report is what was found.
type Report struct {
	File      string
	Encoding  string // of a CSV, "" for a workbook
	Delimiter rune   // of a CSV, 0 for a workbook
	Sheets    []Sheet
	HeaderRow int // 0 for a book that is read without a header
	Why       book.Why
	Rows      int
	Columns   []*Column
	// Values are those of the column that was asked for, the most frequent first; of a
	// column with very many only the first that came, and More is true.
	Values   []Value
	ValuesOf *Column // nil where no column was asked for
	More     bool
	Notes    []*pipeline.Message // of the book as a whole
}

// Sheet is one sheet of a workbook.
type Sheet struct {
	Name         string
	Hidden, Read bool // Read: it is the one that was looked at
}

// Options say what is looked at.
type Options struct {
	Book    book.Options
	Column  string // whose values are counted; "" for none
	Samples bool   // cells are shown as they are
}

// Names weighs the names that people give to columns: no provider is known.
func Names(text string) int {
	if suggest.Knows(text) {
		return 1
	}
	return 0
}

// At looks at the book at path. What is wrong is a [*pipeline.Mistake].
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
		if m.Code != "book.header_below_rows" { // the report says it
			r.Notes = append(r.Notes, m)
		}
	}
	columns, err := hiddenColumns(ctx, b)
	if err != nil {
		return nil, err
	}
	for _, m := range []*pipeline.Message{b.Spelled(), columns, b.Hidden(), b.Repeated(), b.Below()} {
		if m != nil {
			r.Notes = append(r.Notes, m)
		}
	}
	return r, nil
}

// hiddenColumns names the columns that the workbook does not show; nil where there are
// none.
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
