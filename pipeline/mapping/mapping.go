// Package mapping says which column of a book fills which field of a
// provider's request, and through which conversions.
//
// Without a mapping sheet a column fills the field whose name is its header,
// to the letter. A mapping sheet takes a field from a named column, from
// several, or gives it a constant; fields that it does not name are still
// matched by their header. A cell is converted only as the sheet says, and
// where that cannot be done for certain the row gets a problem: nothing is
// guessed (pipeline/README.md, promise 12).
//
// It does not know how a file is read, for which it has an [Opener], nor what the
// provider makes of a value: a [Checker] asks the provider's plan. Package
// suggest, below, writes a mapping sheet for a person to look over.
package mapping

import (
	"strings"

	"muster/pipeline"
)

// Mapping is a mapping sheet joined with a book's header. It never changes after Compile and may be used by several
// goroutines at once.
type Mapping struct {
	slots []pipeline.Slot
	// sources is what fills each slot; nil if its cell or constant is used unchanged.
	sources []*source
	ignored []pipeline.Column
	fields  []pipeline.Field // the provider's
	keys    []pipeline.Key   // the provider's
	// grouping is nil unless several rows may be one customer. The fields of its
	// group are then the last of slots, with the index 0.
	grouping *grouping
}

// Slots are the fields that one row of the book fills, and what fills them, in the order of the values that Map
// fills. They must not be changed.
func (m *Mapping) Slots() []pipeline.Slot { return m.slots }

// Ignored are the columns that feed no field, in the book's order.
func (m *Mapping) Ignored() []pipeline.Column { return m.ignored }

// Map fills values, one for each slot, from a row's cells; len(values) is
// len(SlotsFor(n)), and the row is of at most n lines. It returns a problem for
// each column that could not be converted; the value is then what the cell holds,
// and the row must not be sent.
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

// value returns the text of one of the mapping's own slots, as in Map.
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
	text, _ := g.own[(slot-len(m.slots))%len(g.own)].value(g.line(row, line), nil)
	return text
}

// CopiesCell reports whether a slot takes its column's cell without conversion. slot is an index into Slots.
func (m *Mapping) CopiesCell(slot int) bool {
	return m.slots[slot].Column != nil && m.sources[slot] == nil
}

// Columns are those that fill a slot, in the order in which it takes them; none for a constant. slot is an index into
// Slots.
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

// Convert is the conversion of a slot as a mapping sheet spells it, with " + " between those of several columns; "" for
// none. slot is an index into Slots.
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
