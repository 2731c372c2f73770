package templates

import (
	"encoding/csv"
	"io"
	"slices"

	"github.com/gocarina/gocsv"

	"muster/pipeline"
)

// Columns are the columns of all sheets, each once, in their order.
func (b *Blank) Columns() []BlankColumn {
	var all []BlankColumn
	seen := map[string]bool{}
	for _, s := range b.Sheets {
		for _, c := range s.Columns {
			if !seen[c.Path] {
				seen[c.Path] = true
				all = append(all, c)
			}
		}
	}
	return all
}

// WriteCSV writes the book as one table: its header and, for each shape, an example row. It begins with a byte-order
// mark, by which spreadsheet programs recognise UTF-8.
func (b *Blank) WriteCSV(w io.Writer, words Words) error {
	fail := func(err error) error {
		return pipeline.Fail("template.write_failed", "cause", pipeline.WithoutPath(err))
	}
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fail(err)
	}
	columns := b.Columns()
	header := []string{pipeline.OriginColumn}
	for _, c := range columns {
		header = append(header, c.Path)
	}
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := out.Write(header); err != nil {
		return fail(err)
	}
	for _, s := range b.Sheets {
		row := []string{exampleMark(words)}
		for _, c := range columns {
			example := ""
			if i := slices.IndexFunc(s.Columns, func(o BlankColumn) bool { return o.Path == c.Path }); i >= 0 {
				example = s.Columns[i].Example
			}
			row = append(row, example)
		}
		if err := out.Write(row); err != nil {
			return fail(err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fail(err)
	}
	return nil
}
