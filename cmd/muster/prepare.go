package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
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
	bookSheet
	mapping *mapping.Mapping
	check   *rowCheck
	// customers joins the rows of a long book; nil where each row is a customer.
	customers *mapping.Customers
	path      string         // of the mapping sheet
	sheet     *mapping.Sheet // nil without one
	carry     []pipeline.Column
	// examples is the book without the rows that only show how; beside says
	// what other sheets hold.
	examples *exampleRows
	beside   []string
	flags    bookFlags
}

// open reads the header and finds every mistake that can be found before the
// first row.
func (f bookFlags) open(ctx context.Context, def *templates.Definition, path string) (*openBook, error) {
	b, err := f.openSheet(ctx, path, fieldNames(def.Provider()))
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

func (f bookFlags) join(def *templates.Definition, b bookSheet) (*openBook, error) {
	var sheet *mapping.Sheet
	var err error
	if x, ok := b.(*fixSheet); ok {
		if err = x.sameProvider(def); err != nil {
			return nil, err
		}
		sheet = x.keptMapping()
	}
	if f.mapping != "" {
		if sheet, err = mapping.ReadSheet(f.mapping); err != nil {
			return nil, err
		}
	}
	m, err := mapping.Compile(def.Provider(), b.Header(), sheet)
	if err != nil {
		return nil, newHeaderFault(b, err)
	}
	if f.mapping != "" {
		rules, err := def.FieldRules()
		if err != nil {
			return nil, err
		}
		if err := sheet.Untaken(def.Provider(), rules); err != nil {
			return nil, err
		}
	}
	plan, err := def.Plan(m.Slots())
	if err != nil {
		return nil, newHeaderFault(b, err)
	}
	o := &openBook{bookSheet: b, mapping: m, sheet: sheet, check: &rowCheck{mapping: m, plan: plan, values: make([]string, len(m.Slots()))}, path: f.mapping, flags: f,
		examples: newExampleRows(b)}
	o.examples.learn(m, def.Provider())
	o.join(def)
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

// ignored is the sentence about columns that feed nothing; "" when all do.
func (o *openBook) ignored() string {
	ignored := slices.DeleteFunc(slices.Clone(o.mapping.Ignored()), isOrigin)
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

// rowCheck maps a row and checks it against the provider's schema: what the
// importer calls a Checker.
type rowCheck struct {
	mapping *mapping.Mapping
	plan    *templates.Plan
	values  []string
	long    *longCheck // nil where each row is a customer
}

func (c *rowCheck) Check(row pipeline.Row, d *pipeline.Draft) {
	if len(row.Rows) > 1 {
		c.long.check(row, d)
		return
	}
	unread := c.mapping.Matters(row.Problems)
	unconverted := c.mapping.Map(row, c.values)
	c.plan.Check(row.Number, c.values, d)
	if len(unread)+len(unconverted) > 0 {
		d.Problems = gravest(unread, unconverted, d.Problems)
		d.Body = nil
	}
}

// gravest puts together what the reader, the mapping and the schema say of a
// row, so that one fault is told once: what is wrong with a cell itself says
// more than that it could not be converted or that its field is missing, and
// why a value could not be converted says more than what the schema makes of it.
func gravest(unread, unconverted, broken []pipeline.Problem) []pipeline.Problem {
	all := slices.Clone(unread)
	for _, p := range unconverted {
		if !slices.ContainsFunc(unread, func(u pipeline.Problem) bool { return sameColumn(p, u) }) {
			all = append(all, p)
		}
	}
	for _, p := range broken {
		said := slices.ContainsFunc(unread, func(u pipeline.Problem) bool {
			return sameColumn(p, u) && (p.Code == pipeline.ProblemRequired || u.Code == pipeline.ProblemMangled && p.Code != pipeline.ProblemShape)
		}) ||
			// That a cell belongs to another shape is no matter of its value.
			slices.ContainsFunc(unconverted, func(u pipeline.Problem) bool { return p.Code != pipeline.ProblemShape && p.Field == u.Field })
		if !said {
			all = append(all, p)
		}
	}
	return all
}

func sameColumn(a, b pipeline.Problem) bool {
	return a.Row == b.Row && a.Column != nil && b.Column != nil && a.Column.Index == b.Column.Index
}
