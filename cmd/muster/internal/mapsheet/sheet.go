package mapsheet

import (
	"cmp"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"muster/cmd/muster/internal/newfile"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/pipeline/mapping/suggest"
	"muster/pipeline/wording"
	"muster/templates"
)

// Sampled is how many rows of a book a mapping is suggested from.
const Sampled = 1000

// Sheet is a suggested mapping of a book.
type Sheet struct {
	*suggest.Suggestion
	def      *templates.Definition
	book     *book.Book
	sample   suggest.Sample
	out      string // path of the mapping; "" when none is written
	workbook bool   // out is a workbook, with the tables in sheets of their own; else CSV files
	words    *wording.Wording
}

// Suggest suggests the mapping of a book, for a path that ends in .csv or .xlsx; "" when it is only shown. The book
// may be closed when the Sheet is no longer used.
func Suggest(ctx context.Context, def *templates.Definition, b *book.Book, out string, words *wording.Wording) (
	*Sheet, error) {
	sample, err := read(ctx, b)
	if err != nil {
		return nil, err
	}
	rules, err := def.FieldRules()
	if err != nil {
		return nil, err
	}
	m := &Sheet{def: def, book: b, sample: sample, out: out, words: words,
		workbook: strings.EqualFold(filepath.Ext(out), ".xlsx")}
	tableName := func(slug string) string { return sheetOfTable(slug, words.Message(suggest.SheetName())) }
	if !m.workbook {
		name := strings.TrimSuffix(filepath.Base(cmp.Or(out, "mapping")), filepath.Ext(out))
		tableName = func(slug string) string { return name + "-" + slug + ".csv" }
	}
	m.Suggestion = suggest.Mapping(def.Provider(), rules, sample, tableName)
	m.Place = placeOf(b)
	return m, nil
}

// placeOf is where a book has its table. For a CSV that begins with its header it is empty.
func placeOf(b *book.Book) mapping.TablePlace {
	p := mapping.TablePlace{Sheet: b.Sheet(), HeaderRow: b.HeaderRow()}
	switch {
	case b.Why() == book.WhyNone:
		p.HeaderRow = pipeline.NoHeader
	case p.Sheet == "" && p.HeaderRow == 1:
		p.HeaderRow = 0
	}
	return p
}

// KnowRemarks tells the book by which columns a row of its table is recognised, so that totals and remarks below the
// table are not rows.
func KnowRemarks(b *book.Book) {
	var columns []int
	for _, c := range b.Header() {
		if suggest.TellsApart(c.Name) {
			columns = append(columns, c.Index)
		}
	}
	b.KnowKeys(columns)
}

// sheetOfTable is the name for a table's sheet: different from the mapping's sheet, and at most 31 characters, as
// Excel requires.
func sheetOfTable(slug, mapping string) string {
	if slug == mapping {
		slug += "-values"
	}
	return slug[max(0, len(slug)-31):]
}

var errSampled = errors.New("enough rows")

// read reads the header and the first rows, without the column that muster itself writes into a book, which says
// where a row comes from.
func read(ctx context.Context, b *book.Book) (suggest.Sample, error) {
	s := suggest.Sample{Header: b.Header()}
	for i, c := range s.Header {
		if c.Name == pipeline.OriginColumn {
			s.Header[i].Name = ""
		}
	}
	err := b.Rows(ctx, func(row pipeline.Row) error {
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = strings.Clone(c)
		}
		if s.Rows = append(s.Rows, cells); len(s.Rows) == Sampled {
			return errSampled
		}
		return nil
	})
	if err != nil && !errors.Is(err, errSampled) {
		return s, err
	}
	return s, nil
}

// Write writes the tables and then the sheet that names them, all or none.
func (m *Sheet) Write() (err error) {
	if m.workbook {
		columns := pipeline.ColumnNames(m.sample.Header)
		return newfile.Write(m.out, func(w io.Writer) error { return m.WriteXLSX(w, columns, m.words) })
	}
	var written []string
	defer func() {
		if err != nil {
			for _, path := range written {
				err = errors.Join(err, os.Remove(path))
			}
		}
	}()
	for _, t := range m.Tables {
		path := filepath.Join(filepath.Dir(m.out), t.Named)
		write := func(w io.Writer) error { return t.WriteCSV(w, m.words) }
		if err := newfile.Write(path, write); err != nil {
			return err
		}
		written = append(written, path)
	}
	return newfile.Write(m.out, func(w io.Writer) error { return m.WriteCSV(w, m.words) })
}
