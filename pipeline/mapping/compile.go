package mapping

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// Compile joins a mapping sheet (nil for none) with a book's header. The tables
// that the sheet names are read now. What is wrong is a *pipeline.Mistake, with
// the place of the sheet's line, or without one where the book's header is at
// fault; of lines that a person has yet to fill it is around an [*UnfilledError].
func Compile(p *pipeline.Provider, header []pipeline.Column, sheet *Sheet) (*Mapping, error) {
	c := compiler{Mapping: &Mapping{}, provider: p, header: header, sheet: sheet, mapped: map[string]int{},
		used: map[int]bool{}}
	if sheet != nil {
		if wrong := c.follow(); wrong != nil {
			return nil, wrong
		}
	}
	for i := range header {
		name := header[i].Name
		field := FieldIndex(p, name)
		if _, already := c.mapped[name]; field >= 0 && !already {
			c.slots = append(c.slots, pipeline.Slot{Path: name, Field: field, Column: &header[i]})
			c.sources = append(c.sources, nil)
			c.used[i] = true
		}
	}
	if err := c.group(); err != nil {
		return nil, err
	}
	for i, column := range header {
		if !c.used[i] && column.Name != "" {
			c.ignored = append(c.ignored, column)
		}
	}
	if len(c.used) == 0 {
		return nil, pipeline.Mistakef("no column of the book is a field of %s", p.Title).
			Try("its columns are: " + columnNames(header) + "; name them after the fields (`muster template " +
				"--provider " + p.Name + " -o blank.csv` has them), or say in a mapping sheet which column feeds which field " +
				"(`muster map` writes one to look over)")
	}
	return c.Mapping, nil
}

// compiler is a mapping in the making.
type compiler struct {
	*Mapping
	provider *pipeline.Provider
	header   []pipeline.Column
	sheet    *Sheet         // nil without one
	mapped   map[string]int // the sheet's fields to their slots
	used     map[int]bool   // columns that feed something
}

// follow lays the slots that the sheet names.
func (c *compiler) follow() *pipeline.Mistake {
	var unfilled []pipeline.MappingLine
	for _, l := range c.sheet.lines {
		groups, wrong := c.groupBy(l)
		switch {
		case groups || wrong != nil:
		case l.Column == "" && l.Value == "" && FieldIndex(c.provider, l.Field) >= 0:
			unfilled = append(unfilled, l)
		default:
			wrong = c.line(l)
		}
		if wrong != nil {
			return wrong.At(c.sheet.at(l.Number))
		}
	}
	if len(unfilled) > 0 {
		return c.sheet.unfilled(unfilled)
	}
	for i, s := range c.sources {
		if wrong := c.misplaced(c.slots[i].Path); wrong != nil {
			return wrong.At(c.sheet.at(s.parts[0].line))
		}
		// A cell that is copied needs no source.
		if c.slots[i].Column == nil || s.combine == nil && len(s.parts[0].chain.steps) == 0 {
			c.sources[i] = nil
		}
	}
	return nil
}

// line lays the slot of one line that has a column or a value, or adds its column
// to the slot of an earlier line.
func (c *compiler) line(l pipeline.MappingLine) *pipeline.Mistake {
	field := FieldIndex(c.provider, l.Field)
	if field < 0 {
		return pipeline.Mistakef("%q is no field of %s", l.Field, c.provider.Title).
			Try("`muster providers show " + c.provider.Name + "` lists the fields" +
				similar(l.Field, fieldNames(c.provider)))
	}
	slot, before := c.mapped[l.Field]
	switch {
	case l.Column != "" && l.Value != "":
		return pipeline.Mistakef("the field %s has both a column and a value", l.Field).
			Try("empty one of the two cells")
	case l.Convert != "" && l.Value != "":
		return pipeline.Mistakef("the field %s has a value, which is never converted", l.Field).
			Try("write the value as it is to be sent, and empty the cell under convert")
	case before && (l.Value != "" || c.slots[slot].Column == nil):
		return pipeline.Mistakef("the field %s is in %s already; columns are joined, a value is not",
			l.Field, c.sheet.line(c.sources[slot].parts[0].line)).Try("keep one of the two")
	case l.Value != "":
		c.mapped[l.Field] = len(c.slots)
		c.slots = append(c.slots, pipeline.Slot{Path: l.Field, Field: field, Constant: l.Value})
		c.sources = append(c.sources, &source{parts: []part{{line: l.Number}}})
		return nil
	}
	next, wrong := c.part(l)
	if wrong != nil {
		return wrong
	}
	if before {
		return c.sources[slot].add(l.Field, next, c.sheet)
	}
	c.mapped[l.Field] = len(c.slots)
	c.slots = append(c.slots, pipeline.Slot{Path: l.Field, Field: field, Column: next.column})
	c.sources = append(c.sources, &source{path: l.Field, secret: c.provider.Fields[field].Secret, parts: []part{next},
		combine: next.chain.combine})
	return nil
}

// part is a line's column and what converts its cells.
func (c *compiler) part(l pipeline.MappingLine) (part, *pipeline.Mistake) {
	column, wrong := c.column(l)
	if wrong != nil {
		return part{}, wrong
	}
	converts, unusable := compileChain(l.Convert, c.sheet.tables)
	if unusable != nil {
		return part{}, inConvert(unusable)
	}
	return part{column: column, chain: converts, text: l.Convert, line: l.Number}, nil
}

// column is the book's column that a line names, which from now on is used.
func (c *compiler) column(l pipeline.MappingLine) (*pipeline.Column, *pipeline.Mistake) {
	column := FindColumn(c.header, l.Column)
	if column == nil {
		return nil, pipeline.Mistakef("the book has no column %q", l.Column).
			Try("the book's columns are: " + columnNames(c.header))
	}
	c.used[column.Index] = true
	return column, nil
}

// inConvert says of a chain that it is in the column convert.
func inConvert(wrong *pipeline.Mistake) *pipeline.Mistake {
	return pipeline.Mistakef("convert: %w", wrong.Reason()).Advise(wrong.Hint)
}

// add makes s the source of one column more.
func (s *source) add(field string, next part, sheet *Sheet) *pipeline.Mistake {
	if next.chain.combine != nil {
		return pipeline.Mistakef("convert: the first line of the field %s says how its columns are joined", field).
			Try("name it in " + sheet.line(s.parts[0].line))
	}
	for _, other := range s.parts {
		if other.column.Index == next.column.Index && other.text == next.text {
			return pipeline.Mistakef("the field %s takes this column in %s already", field, sheet.line(other.line)).
				Try("keep one of the two")
		}
	}
	if s.combine == nil {
		s.combine = between(" ")
	}
	s.parts = append(s.parts, next)
	return nil
}

// UnfilledError is lines of a mapping sheet that have neither a column nor a
// value: the book is not at fault.
type UnfilledError struct {
	Lines []pipeline.MappingLine
	sheet *Sheet
}

// Error names all fields at once that a person has yet to fill.
func (e *UnfilledError) Error() string {
	if len(e.Lines) == 1 {
		return fmt.Sprintf("the field %s has neither a column nor a value", e.Lines[0].Field)
	}
	var names []string
	for _, l := range e.Lines {
		names = append(names, fmt.Sprintf("%s (%s)", l.Field, e.sheet.line(l.Number)))
	}
	return fmt.Sprintf("%d fields have neither a column nor a value: %s", len(e.Lines), strings.Join(names, ", "))
}

func (s *Sheet) unfilled(lines []pipeline.MappingLine) *pipeline.Mistake {
	m := &pipeline.Mistake{Err: &UnfilledError{Lines: lines, sheet: s}}
	if len(lines) == 1 {
		return m.At(s.at(lines[0].Number)).Try("fill one of the two cells, or delete the line")
	}
	return m.At(s.at(0)).Try("in each of these lines name a column of the book, or write one value for all rows;" +
		" delete the line of a field that the book does without")
}
