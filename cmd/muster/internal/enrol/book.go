package enrol

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/importer"
	"muster/pipeline/mapping"
	"muster/templates"
)

// Source is a book, and what a user says about how to read it.
type Source struct {
	Path string // "-" is the standard input
	// Mappings are the paths of mapping sheets, and of folders of them, of which the best fit is taken; Mapping is
	// that one, or the only one. Both are empty without a mapping.
	Mappings []string
	Mapping  string
	Sheet    string // "" for the first visible one
	Reading  pipeline.Reading
	Password string // of a protected workbook
	// PasswordFile is where the password was read from; no report may overwrite it.
	PasswordFile string
	Carry        []string // columns that are copied into the report
	// Remembers gives the encoding in which a book was read earlier with a mapping of that digest, "" where none is
	// known; it may be nil.
	Remembers func(mappingSHA256 string) string
	Fix       *FixOf  // for a sheet Fix that was saved as a file of its own; else nil
	FindRun   FindRun // to find the run of a book that is such a sheet itself; may be nil
	again     bool    // it was imported before, so that it is certainly a book
}

// options are the options for opening the book, to be mapped with one of the sheets.
func (s Source) options(names func(string) bool, sheets []*mapping.Sheet) book.Options {
	return book.Options{Sheet: s.Sheet, Reading: s.Reading, Remembered: func() string { return s.remembered(sheets) },
		Password: s.Password, Wanted: wanted(sheets), Names: names, Words: words(names)}
}

// Origin reads where a results workbook comes from; nil for any other book.
func (s Source) Origin(ctx context.Context) (*pipeline.Origin, error) {
	return book.OriginOf(ctx, s.Path, s.options(nil, nil))
}

// Book is a book together with its mapping and its provider: all that is needed to read it row by row. It is used by
// one goroutine at a time.
type Book struct {
	*book.Book
	source  Source
	sheet   *mapping.Sheet // nil without one
	mapping *mapping.Mapping
	checker *mapping.Checker
	// customers joins the rows of a long book; nil where each row is a customer.
	customers   *mapping.Customers
	carry       []pipeline.Column
	otherSheets []*pipeline.Message // what other sheets contain
	chosen      *pipeline.Message   // which of several mappings was taken; nil where there is one or none
}

// Open reads the header and reports every mistake that can be found before the first row. The caller closes the book.
func Open(ctx context.Context, def *templates.Definition, s Source) (*Book, error) {
	mappings, err := s.readMappings()
	if err != nil {
		return nil, err
	}
	sheet, err := s.openSheet(ctx, def, mappings)
	if err != nil {
		return nil, err
	}
	if sheet.Origin() == nil && !s.again {
		if err := recognise(ctx, sheet); err != nil {
			sheet.Close() // it was only read
			return nil, err
		}
	}
	chosen, err := chooseMapping(sheet, mappings)
	if err != nil {
		sheet.Close() // it was only read
		return nil, err
	}
	if chosen != nil {
		s.Mapping = chosen.Path()
	}
	b, err := join(def, s, sheet, chosen)
	if err == nil && len(mappings) > 1 {
		b.chosen = chosenNote(sheet, chosen, len(mappings))
	}
	if err == nil && s.Sheet == "" {
		err = b.checkOtherSheets(ctx, def)
	}
	if err != nil {
		sheet.Close() // it was only read
		return nil, err
	}
	return b, nil
}

// FieldNames recognises the names of a provider's fields, by which a header is found below other rows.
func FieldNames(p *pipeline.Provider) func(string) bool {
	return func(text string) bool { return len(text) < 512 && p.FieldIndex(text) >= 0 }
}

// join maps the columns of a sheet to the provider's fields by a mapping sheet, which may be nil.
func join(def *templates.Definition, s Source, sheet *book.Book, by *mapping.Sheet) (_ *Book, err error) {
	b := &Book{Book: sheet, source: s}
	if origin := sheet.Origin(); origin != nil {
		if err = sameDefinition(def, sheet.Name(), origin); err != nil {
			return nil, err
		}
		b.sheet = keptMapping(origin)
	}
	if by != nil {
		b.sheet = by
	}
	if b.mapping, err = mapping.Compile(def.Provider(), sheet.Header(), b.sheet); err != nil {
		return nil, headerMistake(sheet, err)
	}
	if by != nil {
		rules, err := def.FieldRules()
		if err != nil {
			return nil, err
		}
		if err := b.sheet.CheckConstants(def.Provider(), rules); err != nil {
			return nil, err
		}
	}
	plan := func(slots []pipeline.Slot) (mapping.RowPlan, error) { return def.Plan(slots) }
	if b.checker, err = mapping.NewChecker(b.mapping, plan); err != nil {
		return nil, headerMistake(sheet, err)
	}
	sheet.KnowKeys(keyColumns(b.mapping, def.Provider()))
	sheet.KnowExample(exampleKeys(b.mapping, def.Provider()))
	if b.mapping.Joins() {
		b.customers = b.mapping.Customers(sheet)
	}
	b.carry, err = carried(sheet, s.Carry)
	return b, err
}

// learnt is how many of the first rows the checker learns from.
const learnt = 1000

var errLearnt = errors.New("enough rows")

// prepare gives the checker what it needs before the first pass: today's date, and the first rows.
func (b *Book) prepare(ctx context.Context, today time.Time) {
	b.checker.On(today)
	rows := 0
	// An error that ends this reading also ends the first pass, which reports it.
	_ = b.Book.Rows(ctx, func(row pipeline.Row) error {
		b.checker.Learn(row.Cells)
		if rows++; rows == learnt {
			return errLearnt
		}
		return nil
	})
}

// sameDefinition refuses a definition other than the one that the rows of a
// results workbook came from.
func sameDefinition(def *templates.Definition, path string, o *pipeline.Origin) error {
	if name := def.Provider().Name; name != o.Definition {
		return pipeline.Wrong("enrol.other_definition", "provider", name, "workbook", path, "definition", o.Definition).
			Try("enrol.leave_provider_out", "book", o.Book.Path)
	}
	return nil
}

// keptMapping is the mapping sheet of the first run, as a results workbook has it; nil when there was none.
func keptMapping(o *pipeline.Origin) *mapping.Sheet {
	if len(o.Mapping.Lines) == 0 {
		return nil
	}
	return mapping.NewSheet(o.Mapping.Path+" ("+o.Run+")", o.Mapping.Lines, o.Mapping.Tables)
}

// exampleKeys are the values of the template's example in columns that fill a key without a conversion, by column.
func exampleKeys(m *mapping.Mapping, p *pipeline.Provider) map[int]string {
	cells := map[int]string{}
	for i, s := range m.Slots() {
		isKey := slices.ContainsFunc(p.Keys, func(k pipeline.Key) bool { return k.Field == p.Fields[s.Field].Path })
		if example := p.Fields[s.Field].Example; isKey && example != "" && m.CopiesCell(i) {
			cells[s.Column.Index] = example
		}
	}
	return cells
}

// keyColumns are the columns of keys, e-mail addresses and phones: each row of the book's table has a value in one of
// them.
func keyColumns(m *mapping.Mapping, p *pipeline.Provider) (columns []int) {
	for _, s := range m.Slots() {
		if s.Column != nil && p.TellsApart(s.Field) && !slices.Contains(columns, s.Column.Index) {
			columns = append(columns, s.Column.Index)
		}
	}
	return columns
}

// carried finds the columns that are copied into the report.
func carried(sheet *book.Book, names []string) (columns []pipeline.Column, err error) {
	for _, name := range names {
		column, err := pipeline.FindColumn(sheet.Header(), name)
		var twice *pipeline.Mistake
		if errors.As(err, &twice) {
			return nil, twice.At(pipeline.Place{File: sheet.Name(), Sheet: sheet.Sheet()})
		}
		if column == nil {
			return nil, pipeline.Wrong("enrol.no_column", "book", sheet.Name(), "column", name).
				Try("enrol.columns", "columns", pipeline.ColumnNames(sheet.Header())).
				SuggestQuoted(name, pipeline.ColumnNames(sheet.Header()))
		}
		columns = append(columns, *column)
	}
	return columns, nil
}

// Rows calls each for the book's customers.
func (b *Book) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	if b.customers == nil {
		return b.Book.Rows(ctx, each)
	}
	err := b.customers.Rows(ctx, each)
	var unjoined *pipeline.Mistake
	if errors.As(err, &unjoined) && unjoined.Place.Row > 0 {
		return unjoined.Within(pipeline.Place{File: b.Name(), Sheet: b.Sheet()})
	}
	return err
}

// Check maps, checks and encodes one row into d; see [mapping.Checker.Check].
func (b *Book) Check(row pipeline.Row, d *pipeline.Draft) { b.checker.Check(row, d) }

// part makes a Part, which checks a part of the book beside others.
func (b *Book) part() importer.Part { return b.checker.Part() }

// NothingToFix reports whether the book is a results workbook whose sheet Fix has no rows.
func (b *Book) NothingToFix() bool { return b.Origin() != nil && b.FixRows() == 0 }

// rowsFrom is the path of the book that the rows come from, after which reports are named.
func (b *Book) rowsFrom() string {
	if o := b.Origin(); o != nil {
		return o.Book.Path
	}
	return b.Name()
}

// mappingSHA256 is the digest of the mapping sheet and its tables; "" without
// one.
func (b *Book) mappingSHA256() string {
	if b.sheet == nil {
		return ""
	}
	return b.sheet.SHA256()
}

// files are the files that are read for the book.
func (b *Book) files() []string {
	files := append([]string{b.Name(), b.source.Mapping, b.source.PasswordFile}, b.source.Mappings...)
	if b.sheet != nil {
		files = append(files, b.sheet.Files()...)
	}
	return files
}

// customersIn is the number of customers, where several rows may be one customer, else 0.
func (b *Book) customersIn(t *Tally) int {
	if b.customers == nil {
		return 0
	}
	return t.Customers
}

// spell names a field as the book does: by its column, if it has one.
func (b *Book) spell(path string) string {
	if name := b.spellGrouped(path); name != "" {
		return name
	}
	for _, slot := range b.mapping.Slots() {
		switch {
		case slot.Path != path:
		case slot.Column == nil:
			return path // filled by a constant of the mapping
		default:
			return slot.Column.Name
		}
	}
	return path
}

// spellGrouped names a field that each row of a customer has its own value of; "" for any other.
func (b *Book) spellGrouped(path string) string {
	group, by := b.mapping.Grouping()
	rest, in := strings.CutPrefix(path, group+"[")
	if len(by) == 0 || !in {
		return ""
	}
	number, rest, _ := strings.Cut(rest, "]")
	for _, slot := range b.mapping.Slots() {
		if slot.Path == group+"[0]"+rest && slot.Column != nil {
			if n, err := strconv.Atoi(number); err == nil {
				return fmt.Sprintf("%s (%s %d)", slot.Column.Name, group, n+1)
			}
		}
	}
	return ""
}
