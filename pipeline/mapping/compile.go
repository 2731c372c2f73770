package mapping

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"muster/pipeline"
)

// Compile joins a mapping sheet (nil for none) with a book's header. It reads the tables that the sheet names. Errors
// are a *pipeline.Mistake, with the place of the sheet's line, or without a place if the book's header is at fault;
// for lines that a person has yet to fill in, it wraps an [*UnfilledError].
func Compile(p *pipeline.Provider, header []pipeline.Column, sheet *Sheet) (*Mapping, error) {
	c := compiler{Mapping: &Mapping{fields: p.Fields, keys: p.Keys}, provider: p, header: header, sheet: sheet,
		mapped: map[string]int{}, used: map[int]bool{}}
	if sheet != nil {
		if wrong := c.follow(); wrong != nil {
			return nil, wrong
		}
	}
	shared := map[string]bool{}
	for _, same := range pipeline.SameNames(header) {
		shared[same.Name] = true
	}
	for i := range header {
		name := header[i].Name
		field := FieldIndex(p, name)
		if _, already := c.mapped[name]; field >= 0 && !already {
			if shared[name] {
				_, err := pipeline.FindColumn(header, name)
				return nil, err
			}
			typed, rule, wrong := c.typed(field, &header[i])
			if wrong != nil {
				return nil, wrong
			}
			c.slots = append(c.slots, pipeline.Slot{Path: name, Field: field, Column: &header[i], Rule: rule})
			c.sources = append(c.sources, typed)
			c.used[i] = true
		} else if field < 0 && name != "" {
			if wrong := c.listHeader(&header[i]); wrong != nil {
				return nil, pipeline.Wrong("mapping.typed_unusable", "field", name, "provider", p.Name, "cause", wrong.Reason())
			}
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
		return nil, pipeline.Wrong("mapping.no_column_is_field", "provider", p.Title).
			Try("mapping.name_columns_or_map", "columns", pipeline.ColumnNames(header), "name", p.Name)
	}
	return c.Mapping, nil
}

// typed returns the conversion from a cell of a template's column to the field's value, and what such a cell may
// contain; nil if the cell is used unchanged, as in every book that was not made from a template.
func (c *compiler) typed(field int, column *pipeline.Column) (*source, *pipeline.Message, error) {
	f := &c.provider.Fields[field]
	if f.Typed == "" || !c.fromTemplate() {
		return nil, nil, nil
	}
	converts, wrong := compileChain(f.Typed, &tables{})
	if wrong == nil && converts.combine != nil {
		wrong = pipeline.Wrong("mapping.typed_of_one_cell", "convert", f.Typed)
	}
	if wrong != nil {
		return nil, nil, pipeline.Wrong("mapping.typed_unusable", "field", f.Path, "provider", c.provider.Name,
			"cause", wrong.Reason())
	}
	return &source{path: column.Name, secret: f.Secret, parts: []part{{column: column, chain: converts, text: f.Typed}},
		rule: pipeline.Rule{Field: f.Path, Text: f.Help}}, converts.takes, nil
}

// fromTemplate reports whether the book was made from a template.
func (c *compiler) fromTemplate() bool {
	return slices.ContainsFunc(c.header, func(c pipeline.Column) bool { return pipeline.IsOriginColumn(c.Name) })
}

// compiler builds a mapping.
type compiler struct {
	*Mapping
	provider *pipeline.Provider
	header   []pipeline.Column
	sheet    *Sheet         // nil without one
	mapped   map[string]int // the sheet's fields to their slots
	used     map[int]bool   // columns that feed a field
}

// follow creates the slots that the sheet names.
func (c *compiler) follow() *pipeline.Mistake {
	var unfilled []pipeline.MappingLine
	for _, l := range c.sheet.lines {
		if l.Column != "" && c.isList(l) {
			if wrong := c.list(l); wrong != nil {
				return wrong.At(c.sheet.at(l.Number))
			}
			continue
		}
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
		// A cell that is copied unchanged needs no source.
		if c.slots[i].Column == nil || s.combine == nil && len(s.parts[0].chain.steps) == 0 {
			c.sources[i] = nil
		}
	}
	return nil
}

// line creates the slot of one line that has a column or a value, or adds its column to the slot of an earlier line.
func (c *compiler) line(l pipeline.MappingLine) *pipeline.Mistake {
	field := FieldIndex(c.provider, l.Field)
	if field < 0 {
		wrong := pipeline.Wrong("mapping.unknown_field", "field", l.Field, "provider", c.provider.Title)
		if near := similar(l.Field, fieldNames(c.provider)); near != "" {
			return wrong.Try("mapping.did_you_mean_field", "field", near, "name", c.provider.Name)
		}
		return wrong.Try("mapping.list_fields", "name", c.provider.Name)
	}
	slot, before := c.mapped[l.Field]
	switch {
	case l.Column != "" && l.Value != "":
		return pipeline.Wrong("mapping.column_and_value", "field", l.Field).Try("mapping.empty_one_cell")
	case l.Convert != "" && l.Value != "":
		return pipeline.Wrong("mapping.value_not_converted", "field", l.Field).Try("mapping.write_value_as_sent")
	case before && (l.Value != "" || c.slots[slot].Column == nil || c.sources[slot].parts[0].chain.ofList):
		return pipeline.Wrong("mapping.field_twice", "field", l.Field,
			"place", c.sheet.line(c.sources[slot].parts[0].line)).Try("mapping.keep_one")
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
	f := &c.provider.Fields[field]
	if len(f.Enum) > 0 && !f.Secret {
		next.chain = next.chain.listing()
	}
	if before {
		c.slots[slot].Rule = nil // no single rule applies to several cells
		return c.sources[slot].add(l.Field, next, c.sheet)
	}
	c.mapped[l.Field] = len(c.slots)
	c.slots = append(c.slots, pipeline.Slot{Path: l.Field, Field: field, Column: next.column, Rule: next.chain.takes})
	c.sources = append(c.sources, &source{path: l.Field, secret: f.Secret, parts: []part{next},
		rule: pipeline.Rule{Field: f.Path, Text: f.Help}, combine: next.chain.combine})
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

// column returns the book's column that a line names and marks it as used.
func (c *compiler) column(l pipeline.MappingLine) (*pipeline.Column, *pipeline.Mistake) {
	column, err := find(c.header, l.Column)
	var twice *pipeline.Mistake
	if errors.As(err, &twice) {
		return nil, twice
	}
	if column == nil && len(c.header) == 1 && hasWord(c.header[0].Name, l.Column) {
		return nil, pipeline.Wrong("mapping.no_such_column", "column", l.Column).
			Try("mapping.one_column", "column", c.header[0].Name)
	}
	if column == nil {
		return nil, pipeline.Wrong("mapping.no_such_column", "column", l.Column).
			Try("mapping.columns_are", "columns", pipeline.ColumnNames(c.header)).
			SuggestQuoted(l.Column, pipeline.ColumnNames(c.header))
	}
	c.used[column.Index] = true
	return column, nil
}

// hasWord reports whether a text contains a name next to characters that are not letters. Such a header was not split
// into its cells.
func hasWord(text, name string) bool {
	before, after, ok := strings.Cut(strings.ToLower(text), strings.ToLower(name))
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	return ok && before+after != "" && !unicode.IsLetter(last) && !unicode.IsLetter(next)
}

// inConvert says that a mistake about a chain is in the column convert.
func inConvert(wrong *pipeline.Mistake) *pipeline.Mistake {
	return pipeline.Wrong("mapping.in_convert", "cause", wrong.Reason()).Advise(wrong.Hint)
}

// add adds one more column to the source s.
func (s *source) add(field string, next part, sheet *Sheet) *pipeline.Mistake {
	if next.chain.combine != nil {
		return pipeline.Wrong("mapping.join_not_in_first", "field", field).
			Try("mapping.move_join", "place", sheet.line(s.parts[0].line))
	}
	for _, other := range s.parts {
		if other.column.Index == next.column.Index && other.text == next.text {
			return pipeline.Wrong("mapping.column_twice", "field", field, "place", sheet.line(other.line)).
				Try("mapping.keep_one")
		}
	}
	if s.combine == nil {
		s.combine = between(" ")
	}
	next.chain.marks = s.parts[0].chain.refers
	s.parts = append(s.parts, next)
	return nil
}

// UnfilledError is the cause of a mistake in lines of a mapping sheet that have
// neither a column nor a value: the book is not at fault.
type UnfilledError struct{ Lines []pipeline.MappingLine }

// Error names the first of the lines.
func (e *UnfilledError) Error() string { return "unfilled field " + e.Lines[0].Field }

// unfilled names all the fields at once that a person has yet to fill in.
func (s *Sheet) unfilled(lines []pipeline.MappingLine) *pipeline.Mistake {
	if len(lines) == 1 {
		m := pipeline.Wrong("mapping.unfilled_field", "field", lines[0].Field).Try("mapping.fill_or_delete")
		m.Err = &UnfilledError{lines}
		return m.At(s.at(lines[0].Number))
	}
	var fields []*pipeline.Message
	for _, l := range lines {
		fields = append(fields, pipeline.Say("mapping.field_in_line", "field", l.Field, "place", s.line(l.Number)))
	}
	m := pipeline.Wrong("mapping.unfilled_fields", "count", len(lines), "fields", fields).Try("mapping.fill_each")
	m.Err = &UnfilledError{lines}
	return m.At(s.at(0))
}
