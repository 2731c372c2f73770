package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping/suggest"
	"muster/templates"
)

// sampled is how many rows of a book a mapping is suggested from.
const sampled = 1000

func (p *program) mapCommand() *cobra.Command {
	var f bookFlags
	var out string
	c := &cobra.Command{
		Use:         "map " + p.sentence("command.map_args"),
		Short:       p.sentence("command.map_short"),
		Long:        p.sentence("command.map_long", "rows", sampled),
		Annotations: withExitCodes(p.sentence("command.map_exit")),
		Example:     p.sentence("command.map_example"),
		Args: func(_ *cobra.Command, books []string) error {
			if len(books) != 1 {
				return pipeline.Wrong("cmd_map.one_book", "count", len(books)).Try("cmd_map.such_as")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, books []string) error {
			return p.mapBook(context.Background(), f, books[0], out) // an interrupt ends it: nothing is in flight
		},
	}
	c.Flags().StringVar(&f.provider, "provider", "", p.sentence("cmd_flags.provider"))
	c.Flags().StringVar(&f.sheet, "sheet", "", p.sentence("cmd_flags.sheet"))
	f.registerReading(p, c)
	c.Flags().StringVarP(&out, "output", "o", "", p.sentence("cmd_flags.output_mapping"))
	return c
}

func (p *program) mapBook(ctx context.Context, f bookFlags, path, out string) error {
	def, err := definition(f.provider)
	if err != nil {
		return err
	}
	if out == "" {
		return pipeline.Wrong("cmd_map.output_missing").Try("cmd_map.output_such_as")
	}
	workbook := strings.EqualFold(filepath.Ext(out), ".xlsx")
	if !workbook && !strings.EqualFold(filepath.Ext(out), ".csv") {
		return pipeline.Wrong("cmd_map.output_ending", "file", out).Try("cmd_map.output_such_as")
	}
	if err := absent(out); err != nil {
		return err
	}
	s, err := f.source(path)
	if err != nil {
		return err
	}
	b, err := book.Open(path, book.Options{Sheet: s.Sheet, Reading: s.Reading,
		Names: enrol.FieldNames(def.Provider()), Password: s.Password})
	if err != nil {
		return err
	}
	defer b.Close()
	for _, note := range b.Notes() {
		p.sayMessage(note)
	}
	sample, err := readSample(ctx, b)
	if err != nil {
		return err
	}
	rules, err := def.FieldRules()
	if err != nil {
		return err
	}
	tableName := func(slug string) string { return sheetOfTable(slug, p.words.Message(suggest.SheetName())) }
	if !workbook {
		name := strings.TrimSuffix(filepath.Base(out), filepath.Ext(out))
		tableName = func(slug string) string { return name + "-" + slug + ".csv" }
	}
	m := mappingSuggested{program: p, def: def, book: b, flags: f, out: out, sample: sample,
		Suggestion: suggest.Mapping(def.Provider(), rules, sample, tableName)}
	if err := m.write(workbook); err != nil {
		return err
	}
	return m.printSuggestion(path)
}

// sheetOfTable names a table's sheet: not like the sheet of the mapping, and no
// longer than the 31 characters that a sheet's name may have.
func sheetOfTable(slug, mapping string) string {
	if slug == mapping {
		slug += "-values"
	}
	return slug[max(0, len(slug)-31):]
}

// absent refuses a path at which there is a file.
func absent(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return existsAlready(path)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return pipeline.MistakeOf(err)
	}
	return nil
}

var errSampled = errors.New("enough rows")

// readSample reads the header and the first rows. What muster itself writes
// into a book, the column that says where a row comes from, is none of the
// book's.
func readSample(ctx context.Context, b *book.Book) (suggest.Sample, error) {
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
		if s.Rows = append(s.Rows, cells); len(s.Rows) == sampled {
			return errSampled
		}
		return nil
	})
	if err != nil && !errors.Is(err, errSampled) {
		return s, err
	}
	return s, nil
}

// mappingSuggested is a suggestion that is written to a file and printed.
type mappingSuggested struct {
	*program
	*suggest.Suggestion
	def    *templates.Definition
	book   *book.Book
	flags  bookFlags
	out    string
	sample suggest.Sample
}

// write writes the tables and then the sheet that names them, all or none.
func (m *mappingSuggested) write(workbook bool) (err error) {
	if workbook {
		return writeNewFile(m.out, func(w io.Writer) error { return m.WriteXLSX(w, m.columns(), m.words) })
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
		if err := writeNewFile(path, write); err != nil {
			return err
		}
		written = append(written, path)
	}
	return writeNewFile(m.out, func(w io.Writer) error { return m.WriteCSV(w, m.words) })
}

// columns are the book's, as a mapping sheet names them.
func (m *mappingSuggested) columns() []string {
	return pipeline.ColumnNames(m.sample.Header)
}
