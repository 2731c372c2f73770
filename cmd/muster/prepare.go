package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/book"
	"muster/pipeline/mapping"
	"muster/templates"
)

// bookFlags are the flags that say how a book is read and mapped.
type bookFlags struct {
	provider string
	mapping  string
	sheet    string
	// headerRow is the number of the header's row, 0 to find it; encoding that
	// of a CSV, "" to find it.
	headerRow int
	encoding  string
	// passwordFile names the file that holds the workbook's password.
	passwordFile string
	carry        []string
}

// openBook is a book joined with its mapping and its provider: all that is
// needed to read it row by row.
type openBook struct {
	*book.Book
	mapping *mapping.Mapping
	check   *mapping.Checker
	// customers joins the rows of a long book; nil where each row is a customer.
	customers *mapping.Customers
	path      string         // of the mapping sheet
	sheet     *mapping.Sheet // nil without one
	carry     []pipeline.Column
	beside    []string // what other sheets hold
	flags     bookFlags
}

// open reads the header and finds every mistake that can be found before the
// first row.
func (f bookFlags) open(ctx context.Context, def *templates.Definition, path string) (*openBook, error) {
	b, err := f.openBook(ctx, path, fieldNames(def.Provider()))
	if err != nil {
		return nil, err
	}
	o, err := f.join(def, b)
	if err == nil {
		err = f.lookBeside(ctx, def, o)
	}
	if err != nil {
		b.Close()
		return nil, err
	}
	return o, nil
}

func (f bookFlags) join(def *templates.Definition, b *book.Book) (*openBook, error) {
	var sheet *mapping.Sheet
	var err error
	if origin := b.Origin(); origin != nil {
		if err = sameProvider(def, b); err != nil {
			return nil, err
		}
		sheet = keptMapping(origin)
	}
	if f.mapping != "" {
		if sheet, err = enrol.ReadMapping(f.mapping); err != nil {
			return nil, err
		}
	}
	m, err := mapping.Compile(def.Provider(), b.Header(), sheet)
	if err != nil {
		return nil, headerFault(b, err)
	}
	if f.mapping != "" {
		rules, err := def.FieldRules()
		if err != nil {
			return nil, err
		}
		if err := sheet.CheckConstants(def.Provider(), rules); err != nil {
			return nil, err
		}
	}
	check, err := mapping.NewChecker(m, planner(def))
	if err != nil {
		return nil, headerFault(b, err)
	}
	o := &openBook{Book: b, mapping: m, sheet: sheet, check: check, path: f.mapping, flags: f}
	b.KnowExample(exampleKeys(m, def.Provider()))
	o.join()
	for _, name := range f.carry {
		found := false
		for _, c := range b.Header() {
			if c.Name == name && !found {
				o.carry, found = append(o.carry, c), true
			}
		}
		if !found {
			return nil, pipeline.Mistakef("--carry: %s has no column %q", b.Name(), name).Try("its columns are: " + columnNames(b.Header()))
		}
	}
	return o, nil
}

// planner gives the definition's plans to a checker of rows.
func planner(def *templates.Definition) func([]pipeline.Slot) (mapping.RowPlan, error) {
	return func(slots []pipeline.Slot) (mapping.RowPlan, error) { return def.Plan(slots) }
}

// ignored is the sentence about columns that feed nothing; "" when all do.
func (o *openBook) ignored() string {
	ignored := slices.DeleteFunc(slices.Clone(o.mapping.Ignored()), func(c pipeline.Column) bool {
		return pipeline.IsOriginColumn(c.Name)
	})
	if len(ignored) == 0 {
		return ""
	}
	return "columns that feed no field and are ignored: " + columnNames(ignored)
}

// spell names a field as the book does: by its column, or as a constant.
func (o *openBook) spell(path string) string {
	if name := o.spellOwn(path); name != "" {
		return name
	}
	for _, slot := range o.mapping.Slots() {
		switch {
		case slot.Path != path:
		case slot.Column == nil:
			return path + " (a constant of the mapping sheet)"
		default:
			return slot.Column.Name
		}
	}
	return path
}

func columnNames(columns []pipeline.Column) string {
	var names []string
	for _, c := range columns {
		if c.Name != "" {
			names = append(names, strings.Join(strings.Fields(c.Name), " "))
		}
	}
	return list(names)
}

// list joins names, and says how many more there are of very many.
func list(names []string) string {
	if len(names) > 40 {
		return strings.Join(names[:40], ", ") + fmt.Sprintf(" and %d more", len(names)-40)
	}
	return strings.Join(names, ", ")
}
