package mapping

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// NewSheet builds a mapping sheet from its lines and from the tables that its
// conversions name, each from one text to another. Nothing is read from disk;
// path is where the sheet came from, for messages. Both are what [Sheet.Lines]
// and [Sheet.Lookups] gave.
func NewSheet(path string, lines []pipeline.MappingLine, kept map[string]map[string]string) *Sheet {
	s := &Sheet{path: path, lines: slices.Clone(lines), tables: &tables{read: map[string]*lookup{}}}
	for name, to := range kept {
		s.tables.read[name] = &lookup{to: to}
	}
	return s
}

// Lines are the sheet's, without their notes.
func (s *Sheet) Lines() []pipeline.MappingLine { return slices.Clone(s.lines) }

// Lookups are the tables that conversions look values up in, by the names that the
// sheet gives them, once [Compile] has read them. They must not be changed.
func (s *Sheet) Lookups() map[string]map[string]string {
	lookups := make(map[string]map[string]string, len(s.tables.read))
	for name, l := range s.tables.read {
		lookups[name] = l.to
	}
	return lookups
}

// CopiesCell says whether a slot takes its column's cell without conversion;
// slot counts as in Slots.
func (m *Mapping) CopiesCell(slot int) bool {
	return m.slots[slot].Column != nil && m.sources[slot] == nil
}

// Columns are those that fill a slot, in the order in which it takes them; none of
// a constant. slot counts as in Slots.
func (m *Mapping) Columns(slot int) []*pipeline.Column {
	switch {
	case m.slots[slot].Column == nil && m.sources[slot] == nil:
		return nil
	case m.sources[slot] == nil:
		return []*pipeline.Column{m.slots[slot].Column}
	}
	var columns []*pipeline.Column
	for _, p := range m.sources[slot].parts {
		columns = append(columns, p.column)
	}
	return columns
}

// Convert is what converts the cells of a slot, as a mapping sheet spells it, of several
// columns with a "+" between them; "" where nothing does. slot counts as in Slots.
func (m *Mapping) Convert(slot int) string {
	if m.sources[slot] == nil {
		return ""
	}
	var texts []string
	for _, p := range m.sources[slot].parts {
		if p.text != "" {
			texts = append(texts, p.text)
		}
	}
	return strings.Join(texts, " + ")
}
