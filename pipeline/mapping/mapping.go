// Package mapping says which column of a book feeds which field of a
// provider's request, and through which conversions.
//
// Without a mapping sheet a column feeds the field whose name is its header,
// to the letter. A mapping sheet takes a field from a named column, from
// several, or gives it a constant; fields that it does not name are still
// matched by their header. A cell is converted only as the sheet says, and
// where that cannot be done for certain the row gets a problem: nothing is
// guessed (DESIGN.md, promise 12).
//
// [Suggest] writes a mapping sheet for a person to look over, from the names on
// both sides and the first rows.
//
// It does not know what the provider makes of a value; the schema is checked
// behind it.
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
	slots []pipeline.Slot
	// sources are what feeds each slot; nil where its cell or constant does as
	// it stands.
	sources []*source
	ignored []pipeline.Column
	// grouping is nil unless several rows may be one customer. The fields of its
	// group are then the last of slots, with the index 0.
	grouping *grouping
}

// Error is a mapping that cannot be used: a usage error, found before any row
// is read.
type Error struct {
	Path  string // of the mapping sheet; "" when the book's own header is at fault
	Sheet string // of a workbook; "" for a CSV
	Line  int    // of the file, or the sheet's row; 0 where none is at fault
	Err   error
	Hint  string
	// Unfilled are the fields that the sheet names and gives neither a column
	// nor a value: the book is not at fault.
	Unfilled []string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Err.Error()
	}
	where := "mapping " + e.Path
	if e.Sheet != "" {
		where += fmt.Sprintf(", sheet %q", e.Sheet)
	}
	if e.Line > 0 {
		where += ", " + lineOf(e.Sheet, e.Line)
	}
	return where + ": " + e.Err.Error()
}

// lineOf names a line as its reader counts it.
func lineOf(sheet string, number int) string {
	if sheet != "" {
		return fmt.Sprintf("row %d", number)
	}
	return fmt.Sprintf("line %d", number)
}

func (e *Error) Unwrap() error { return e.Err }

// Compile joins a mapping sheet (nil for none) with a book's header. The
// tables that the sheet names are read now.
func Compile(p *pipeline.Provider, header []pipeline.Column, sheet *Sheet) (*Mapping, error) {
	m := &Mapping{}
	mapped := map[string]int{} // field to its slot
	used := map[int]bool{}     // columns that feed something
	if sheet != nil {
		if err := m.follow(p, header, sheet, mapped, used); err != nil {
			return nil, err
		}
	}
	for i := range header {
		name := header[i].Name
		field := fieldOf(p, name)
		if _, already := mapped[name]; field >= 0 && !already {
			m.slots = append(m.slots, pipeline.Slot{Path: name, Field: field, Column: &header[i]})
			m.sources = append(m.sources, nil)
			used[i] = true
		}
	}
	if err := m.group(p, sheet, len(mapped)); err != nil {
		return nil, err
	}
	for i, c := range header {
		if !used[i] && c.Name != "" {
			m.ignored = append(m.ignored, c)
		}
	}
	if len(used) == 0 {
		return nil, &Error{Err: fmt.Errorf("no column of the book is a field of %s", p.Title),
			Hint: "its columns are: " + columnNames(header) + "; name them after the fields (`muster template --provider " + p.Name +
				" -o blank.csv` has them), or say in a mapping sheet which column feeds which field (`muster map` writes one to look over)"}
	}
	return m, nil
}

// follow lays the slots that a sheet names.
func (m *Mapping) follow(p *pipeline.Provider, header []pipeline.Column, sheet *Sheet, mapped map[string]int, used map[int]bool) error {
	var unfilled []pipeline.MappingLine
	for _, l := range sheet.lines {
		fail := func(hint, format string, args ...any) error {
			return &Error{Path: sheet.path, Sheet: sheet.sheet, Line: l.Number, Err: fmt.Errorf(format, args...), Hint: hint}
		}
		if names, err := m.groupBy(p, header, l, sheet.tables, used, fail); err != nil {
			return err
		} else if names {
			continue
		}
		field := fieldOf(p, l.Field)
		if field < 0 {
			return fail("`muster providers show "+p.Name+"` lists the fields"+suggest(l.Field, fieldNames(p)),
				"%q is no field of %s", l.Field, p.Title)
		}
		slot, before := mapped[l.Field]
		switch {
		case l.Column != "" && l.Value != "":
			return fail("empty one of the two cells", "the field %s has both a column and a value", l.Field)
		case l.Convert != "" && l.Value != "":
			return fail("write the value as it is to be sent, and empty the cell under convert", "the field %s has a value, which is never converted", l.Field)
		case l.Column == "" && l.Value == "":
			unfilled = append(unfilled, l)
			continue
		case before && (l.Value != "" || m.slots[slot].Column == nil):
			return fail("keep one of the two", "the field %s is in %s already; columns are joined, a value is not", l.Field, lineOf(sheet.sheet, m.sources[slot].parts[0].line))
		case l.Value != "":
			mapped[l.Field] = len(m.slots)
			m.slots = append(m.slots, pipeline.Slot{Path: l.Field, Field: field, Constant: l.Value})
			m.sources = append(m.sources, &source{parts: []part{{line: l.Number}}})
			continue
		}
		column := findColumn(header, l.Column)
		if column == nil {
			return fail("the book's columns are: "+columnNames(header), "the book has no column %q", l.Column)
		}
		used[column.Index] = true
		c, wrong := compileChain(l.Convert, sheet.tables)
		if wrong != nil {
			return fail(wrong.hint, "convert: %w", wrong)
		}
		next := part{column: column, chain: c, text: l.Convert, line: l.Number}
		if !before {
			mapped[l.Field] = len(m.slots)
			m.slots = append(m.slots, pipeline.Slot{Path: l.Field, Field: field, Column: column})
			m.sources = append(m.sources, &source{path: l.Field, secret: p.Fields[field].Secret, parts: []part{next}, combine: c.combine})
			continue
		}
		s := m.sources[slot]
		if c.combine != nil {
			return fail("name it in "+lineOf(sheet.sheet, s.parts[0].line), "convert: the first line of the field %s says how its columns are joined", l.Field)
		}
		for _, other := range s.parts {
			if other.column.Index == column.Index && other.text == l.Convert {
				return fail("keep one of the two", "the field %s takes this column in %s already", l.Field, lineOf(sheet.sheet, other.line))
			}
		}
		if s.combine == nil {
			s.combine = between(" ")
		}
		s.parts = append(s.parts, next)
	}
	if len(unfilled) > 0 {
		return sheet.unfilled(unfilled)
	}
	// A cell as it stands needs no source.
	for i, s := range m.sources {
		if hint, err := m.misplaced(m.slots[i].Path); err != nil {
			return &Error{Path: sheet.path, Sheet: sheet.sheet, Line: s.parts[0].line, Err: err, Hint: hint}
		}
		if m.slots[i].Column == nil || s.combine == nil && len(s.parts[0].chain.steps) == 0 {
			m.sources[i] = nil
		}
	}
	return nil
}

// unfilled names all fields at once that a person has yet to fill.
func (s *Sheet) unfilled(lines []pipeline.MappingLine) error {
	e := &Error{Path: s.path, Sheet: s.sheet, Line: lines[0].Number, Err: fmt.Errorf("the field %s has neither a column nor a value", lines[0].Field),
		Hint: "fill one of the two cells, or delete the line"}
	var names []string
	for _, l := range lines {
		e.Unfilled = append(e.Unfilled, l.Field)
		names = append(names, fmt.Sprintf("%s (%s)", l.Field, lineOf(s.sheet, l.Number)))
	}
	if len(lines) == 1 {
		return e
	}
	e.Line = 0
	e.Err = fmt.Errorf("%d fields have neither a column nor a value: %s", len(lines), strings.Join(names, ", "))
	e.Hint = "in each of these lines name a column of the book, or write one value for all rows; delete the line of a field that the book does without"
	return e
}

// Slots are the fields that one row of the book feeds, and by what; the order
// is that of the values that Map fills. They must not be changed.
func (m *Mapping) Slots() []pipeline.Slot { return m.slots }

// Ignored are the columns that feed no field, in the book's order.
func (m *Mapping) Ignored() []pipeline.Column { return m.ignored }

// Map fills values, one for each slot, from a row's cells; len(values) is
// len(SlotsFor(n)), and the row is of at most n lines. What could not be converted is told with the column at fault,
// nil when all could; the value is then what the cell holds, and the row must
// not be sent.
func (m *Mapping) Map(row pipeline.Row, values []string) []pipeline.Problem {
	var problems []pipeline.Problem
	for i := range m.slots {
		values[i], problems = m.value(i, row, problems)
	}
	if len(values) > len(m.slots) {
		return m.grouping.mapLines(row, values[len(m.slots):], problems)
	}
	return problems
}

// value is the text of one of the mapping's own slots, as Map has it.
func (m *Mapping) value(slot int, row pipeline.Row, problems []pipeline.Problem) (string, []pipeline.Problem) {
	s := &m.slots[slot]
	switch {
	case s.Column == nil:
		return s.Constant, problems
	case m.sources[slot] == nil:
		return row.Cells[s.Column.Index], problems
	}
	return m.sources[slot].value(row, problems)
}

// valueOf is the text of one slot, as Map has it, for a row of at most as many
// lines as the slots were made for.
func (m *Mapping) valueOf(slot int, row pipeline.Row) string {
	if slot < len(m.slots) {
		text, _ := m.value(slot, row, nil)
		return text
	}
	g := m.grouping
	line := 1 + (slot-len(m.slots))/len(g.own)
	if line >= row.Lines() {
		return ""
	}
	text, _ := g.own[(slot-len(m.slots))%len(g.own)].value(g.cells(row, line), nil)
	return text
}

// index is one index of a path: no sign, no leading zero.
var index = regexp.MustCompile(`\[(0|[1-9][0-9]{0,4})\]`)

// fieldOf is the provider's field for a path with its indexes, one of which may
// be empty; -1 where there is none.
func fieldOf(p *pipeline.Provider, path string) int {
	path = strings.Replace(path, ownIndex, "[0]", 1)
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
