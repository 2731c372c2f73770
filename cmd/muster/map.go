package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/settings"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
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
				return pipeline.Mistakef("%s named, and a mapping is made for one", pipeline.Count(len(books), "book")).
					Try("such as: muster map merchants.xlsx --provider passport -o mapping.csv")
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
		return pipeline.Mistakef("-o is missing: the mapping sheet to write").Try("such as: -o mapping.csv")
	}
	workbook := strings.EqualFold(filepath.Ext(out), ".xlsx")
	if !workbook && !strings.EqualFold(filepath.Ext(out), ".csv") {
		return pipeline.Mistakef("-o %q: name a file that ends in .csv or .xlsx", out).Try("such as: -o mapping.csv")
	}
	if err := absent(out); err != nil {
		return err
	}
	password, err := settings.Password("--password-file", f.passwordFile)
	if err != nil {
		return err
	}
	b, err := book.Open(path, book.Options{Sheet: f.sheet, HeaderRow: f.headerRow, Encoding: f.encoding,
		Names: enrol.FieldNames(def.Provider()), Password: password})
	if err != nil {
		return err
	}
	defer b.Close()
	for _, note := range b.Notes() {
		p.sayf("%s", note)
	}
	sample, err := readSample(ctx, b)
	if err != nil {
		return err
	}
	rules, err := def.FieldRules()
	if err != nil {
		return err
	}
	tableName := sheetOfTable
	if !workbook {
		name := strings.TrimSuffix(filepath.Base(out), filepath.Ext(out))
		tableName = func(slug string) string { return name + "-" + slug + ".csv" }
	}
	m := mappingSuggested{program: p, def: def, book: b, flags: f, out: out, sample: sample,
		Suggestion: suggest.Mapping(def.Provider(), rules, sample, tableName, p.words.Message)}
	if err := m.write(workbook); err != nil {
		return err
	}
	return m.tell(path)
}

// sheetOfTable names a table's sheet: not as the mapping's own, and no longer
// than the 31 characters that a sheet's name may have.
func sheetOfTable(slug string) string {
	if slug == pipeline.MappingSheet {
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

// mappingSuggested is a suggestion on its way to the person.
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
		return writeNewFile(m.out, func(w io.Writer) error { return m.WriteXLSX(w, m.columns()) })
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
		if err := writeNewFile(path, t.WriteCSV); err != nil {
			return err
		}
		written = append(written, path)
	}
	return writeNewFile(m.out, m.WriteCSV)
}

// columns are the book's, as a mapping sheet names them.
func (m *mappingSuggested) columns() []string {
	var names []string
	for _, c := range m.sample.Header {
		if c.Name != "" {
			names = append(names, strings.Join(strings.Fields(c.Name), " "))
		}
	}
	return names
}

// tell prints what was found, what is missing, and the next command.
func (m *mappingSuggested) tell(path string) error {
	var b strings.Builder
	provider := m.def.Provider()
	of := provider.Title
	if m.Shape != "" {
		of += ", rows of type " + m.Shape
	}
	fmt.Fprintf(&b, "%s: a mapping of %s to %s, from %s\n", m.out, m.book.Name(), of, m.rowsRead())
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	missing, asked := 0, 0
	for _, l := range m.Lines {
		from := l.Column
		switch {
		case l.Confidence == suggest.Missing:
			from = "?"
			missing++
		case l.Value != "":
			from = "= " + l.Value
		}
		if l.Convert != "" {
			from += " | " + l.Convert
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\n", l.Confidence, l.Field, from)
		if l.Ask != "" && l.Confidence != suggest.Missing {
			asked++
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if asked > 0 {
		fmt.Fprintln(&b, "to decide:")
		for _, l := range m.Lines {
			if l.Ask != "" && l.Confidence != suggest.Missing {
				fmt.Fprintf(&b, "  %s (%s): %s\n", l.Field, l.Column, l.Ask)
			}
		}
	}
	if missing > 0 {
		fmt.Fprintln(&b, "missing:")
		for _, l := range m.Lines {
			if l.Confidence != suggest.Missing {
				continue
			}
			fmt.Fprintf(&b, "  %s: %s\n", l.Field, l.Todo())
		}
	}
	m.unused(&b)
	if !slices.ContainsFunc(m.Lines, func(l suggest.Line) bool { return l.Column != "" }) {
		where := ""
		if m.book.Sheet() != "" {
			where = fmt.Sprintf("sheet %q, ", m.book.Sheet())
		}
		fmt.Fprintf(&b, "note: none of the columns is known (%sheader in row %d): %s\n", where, m.book.HeaderRow(),
			m.words.Message(enrol.ReadElsewhere(m.book)))
	}
	for _, n := range m.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	for _, t := range m.Tables {
		fmt.Fprintf(&b, "table: %s says what the provider calls the values of %s; look it over\n", t.Named,
			pipeline.List(t.Columns))
	}
	if missing == 0 && asked == 0 {
		s, err := m.tried()
		if err != nil {
			return err
		}
		b.WriteString(s)
	}
	next := "look the notes over"
	switch {
	case missing > 0 && asked > 0:
		next = fmt.Sprintf("fill in the %s marked missing and the %s to decide", pipeline.Count(missing, "line"),
			pipeline.Count(asked, "line"))
	case missing > 0:
		next = fmt.Sprintf("fill in the %s marked missing (a column, or one value for all rows)",
			pipeline.Count(missing, "line"))
	case asked > 0:
		next = fmt.Sprintf("fill in the %s to decide", pipeline.Count(asked, "line"))
	}
	fmt.Fprintf(&b, "next: %s, then `muster check %s --provider %s --mapping %s%s`\n", next, pipeline.ShellWord(path),
		pipeline.ShellWord(m.flags.provider), pipeline.ShellWord(m.out), m.reading())
	_, err := io.WriteString(m.stdout, b.String())
	return err
}

func (m *mappingSuggested) rowsRead() string {
	if len(m.sample.Rows) == sampled {
		return fmt.Sprintf("its first %d rows", sampled)
	}
	return "its " + pipeline.Count(len(m.sample.Rows), "row")
}

func (m *mappingSuggested) unused(b *strings.Builder) {
	var names []string
	for _, u := range m.Unused {
		name := strings.Join(strings.Fields(u.Column.Name), " ")
		if u.Why != "" {
			name += " (" + u.Why + ")"
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		fmt.Fprintf(b, "columns that feed nothing: %s\n", pipeline.List(names))
	}
}

// reading are the flags by which the book was read, for the next command.
func (m *mappingSuggested) reading() string {
	s := ""
	if m.flags.sheet != "" {
		s += " --sheet " + pipeline.ShellWord(m.flags.sheet)
	}
	if m.flags.headerRow != 0 {
		s += fmt.Sprintf(" --header-row %d", m.flags.headerRow)
	}
	if m.flags.encoding != "" {
		s += " --encoding " + m.flags.encoding
	}
	if m.flags.passwordFile != "" {
		s += " --password-file " + pipeline.ShellWord(m.flags.passwordFile)
	}
	return s
}

// tried runs the sample through the mapping and the schema and says how many
// rows would pass.
func (m *mappingSuggested) tried() (string, error) {
	if len(m.sample.Rows) == 0 {
		return "", nil
	}
	compiled, err := mapping.Compile(m.def.Provider(), m.sample.Header, m.Sheet(m.out))
	if err != nil {
		return "", fmt.Errorf("the suggested mapping: %w", err)
	}
	check, err := mapping.NewChecker(compiled,
		func(slots []pipeline.Slot) (mapping.RowPlan, error) { return m.def.Plan(slots) })
	if err != nil {
		return "", fmt.Errorf("the suggested mapping: %w", err)
	}
	var d pipeline.Draft
	good := 0
	for i, cells := range m.sample.Rows {
		if check.Check(pipeline.Row{Number: i + 1, Cells: cells}, &d); len(d.Problems) == 0 {
			good++
		}
	}
	return fmt.Sprintf("with it %d of %s pass every check\n", good, pipeline.Count(len(m.sample.Rows), "row")), nil
}
