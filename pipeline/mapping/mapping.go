// Package mapping says which column of a book feeds which field of a
// provider's request.
//
// Without a mapping sheet a column feeds the field whose name is its header,
// to the letter. A mapping sheet takes a field from a named column or gives it
// a constant; fields that it does not name are still matched by their header.
// Nothing is guessed.
package mapping

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
)

// Mapping is a mapping sheet joined with a book's header. It is never changed
// after Compile and may be used by several at once.
type Mapping struct {
	slots   []pipeline.Slot
	ignored []pipeline.Column
}

// Error is a mapping that cannot be used: a usage error, found before any row
// is read.
type Error struct {
	Path string // of the mapping sheet; "" when the book's own header is at fault
	Line int    // of the file; 0 where no line is at fault
	Err  error
	Hint string
}

func (e *Error) Error() string {
	switch {
	case e.Path == "":
		return e.Err.Error()
	case e.Line == 0:
		return fmt.Sprintf("mapping %s: %v", e.Path, e.Err)
	}
	return fmt.Sprintf("mapping %s, line %d: %v", e.Path, e.Line, e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

// Compile joins a mapping sheet (nil for none) with a book's header.
func Compile(p *pipeline.Provider, header []pipeline.Column, sheet *Sheet) (*Mapping, error) {
	m := &Mapping{}
	mapped := map[string]int{} // field to the sheet's line
	used := map[int]bool{}     // columns that feed something
	if sheet != nil {
		for _, l := range sheet.lines {
			fail := func(hint, format string, args ...any) (*Mapping, error) {
				return nil, &Error{Path: sheet.path, Line: l.number, Err: fmt.Errorf(format, args...), Hint: hint}
			}
			field := fieldOf(p, l.Field)
			if field < 0 {
				return fail("`muster providers show "+p.Name+"` lists the fields"+suggest(l.Field, fieldNames(p)),
					"%q is no field of %s", l.Field, p.Title)
			}
			if before, twice := mapped[l.Field]; twice {
				return fail("keep one of the two", "the field %s is in line %d already", l.Field, before)
			}
			mapped[l.Field] = l.number
			slot := pipeline.Slot{Path: l.Field, Field: field}
			switch {
			case l.Column != "" && l.Value != "":
				return fail("empty one of the two cells", "the field %s has both a column and a value", l.Field)
			case l.Value != "":
				slot.Constant = l.Value
			case l.Column != "":
				column := findColumn(header, l.Column)
				if column == nil {
					return fail("the book's columns are: "+columnNames(header), "the book has no column %q", l.Column)
				}
				slot.Column = column
				used[column.Index] = true
			default:
				return fail("fill one of the two cells, or delete the line", "the field %s has neither a column nor a value", l.Field)
			}
			m.slots = append(m.slots, slot)
		}
	}
	for i := range header {
		name := header[i].Name
		field := fieldOf(p, name)
		if _, already := mapped[name]; field >= 0 && !already {
			m.slots = append(m.slots, pipeline.Slot{Path: name, Field: field, Column: &header[i]})
			used[i] = true
		}
	}
	for i, c := range header {
		if !used[i] && c.Name != "" {
			m.ignored = append(m.ignored, c)
		}
	}
	if len(used) == 0 {
		return nil, &Error{Err: fmt.Errorf("no column of the book is a field of %s", p.Title),
			Hint: "its columns are: " + columnNames(header) + "; name them after the fields (`muster template --provider " + p.Name +
				" -o blank.csv` has them), or say in a mapping sheet which column feeds which field"}
	}
	return m, nil
}

// Slots are the fields that the book feeds, and by what; the order is that of
// the values that Map fills. They must not be changed.
func (m *Mapping) Slots() []pipeline.Slot { return m.slots }

// Ignored are the columns that feed no field, in the book's order.
func (m *Mapping) Ignored() []pipeline.Column { return m.ignored }

// Map fills values, one for each slot, from a row's cells; len(values) is
// len(Slots()).
func (m *Mapping) Map(row pipeline.Row, values []string) {
	for i, s := range m.slots {
		if s.Column == nil {
			values[i] = s.Constant
			continue
		}
		values[i] = row.Cells[s.Column.Index]
	}
}

// index is one index of a path: no sign, no leading zero.
var index = regexp.MustCompile(`\[(0|[1-9][0-9]{0,4})\]`)

// fieldOf is the provider's field for a path with its indexes, -1 where there
// is none.
func fieldOf(p *pipeline.Provider, path string) int {
	if strings.Count(path, "[") != len(index.FindAllString(path, -1)) {
		return -1
	}
	return p.FieldIndex(path)
}

// findColumn finds a column by its name; where no header is the same, one that
// differs in white space alone (a line break in a header cannot be typed).
func findColumn(header []pipeline.Column, name string) *pipeline.Column {
	for i := range header {
		if header[i].Name == name {
			return &header[i]
		}
	}
	collapse := []pipeline.Normaliser{pipeline.Collapse}
	for i := range header {
		if pipeline.Normalise(collapse, header[i].Name) == pipeline.Normalise(collapse, name) {
			return &header[i]
		}
	}
	return nil
}

func columnNames(header []pipeline.Column) string {
	var names []string
	for _, c := range header {
		if c.Name != "" {
			names = append(names, pipeline.Normalise([]pipeline.Normaliser{pipeline.Collapse}, c.Name))
		}
	}
	if len(names) > 30 {
		return strings.Join(names[:30], ", ") + fmt.Sprintf(" and %d more", len(names)-30)
	}
	return strings.Join(names, ", ")
}

func fieldNames(p *pipeline.Provider) []string {
	names := make([]string, len(p.Fields))
	for i, f := range p.Fields {
		names[i] = f.Path
	}
	return names
}

// suggest finds a name that differs in case or by a missing index only.
func suggest(name string, names []string) string {
	bare := func(s string) string {
		return strings.ToLower(index.ReplaceAllString(strings.ReplaceAll(s, "[]", ""), ""))
	}
	i := slices.IndexFunc(names, func(n string) bool { return bare(n) == bare(name) })
	if i < 0 {
		return ""
	}
	return "; did you mean " + strings.ReplaceAll(names[i], "[]", "[0]") + "?"
}
