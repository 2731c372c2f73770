package mapping

import (
	"strings"
	"time"

	"muster/pipeline"
)

// Seen is what one field of a row receives.
type Seen struct {
	Slot *pipeline.Slot
	// Columns are those that fill it, none for a constant; Cells are their contents, joined with " + " if there are
	// several.
	Columns []pipeline.Column
	Cells   string
	// Value is what would be sent, as text: the cells themselves if they cannot be converted, and "" if the field is
	// left out.
	Value string
	// Changed says that a conversion, or the treatment of placeholders, has changed the cells.
	Changed bool
	// Absent says that the field is a value of a list in one cell, and that the cell has fewer values.
	Absent bool
	// Secret says that the field, or another field filled by one of the columns, is secret: neither Cells nor Value
	// may be shown.
	Secret bool
}

// View shows what rows become, without checking them. It is used by one goroutine at a
// time.
type View struct {
	checker Checker
	secret  map[string]bool // columns that fill secret fields, by name
}

// noPlan is the plan of a View, which checks nothing.
type noPlan struct{}

func (noPlan) Check(int, []string, *pipeline.Draft) {}

func (noPlan) Name(func(int) string) (name string, key pipeline.KeyValue, ok bool) {
	return "", key, false
}

// View creates a view for a run on that day.
func (m *Mapping) View(today time.Time) *View {
	v := &View{secret: map[string]bool{}, checker: Checker{mapping: m, today: today,
		planFor: func([]pipeline.Slot) (RowPlan, error) { return noPlan{}, nil }}}
	for i, slot := range m.slots {
		if m.fields[slot.Field].Secret {
			for _, c := range m.Columns(i) {
				v.secret[c.Name] = true
			}
		}
	}
	return v
}

// Row calls each with the fields of a row, those of the mapping's slots first, then
// those that further lines have of their own.
func (v *View) Row(row pipeline.Row, each func(Seen)) {
	p, err := v.checker.plan(row.Lines())
	if err != nil {
		return // noPlan never fails
	}
	v.checker.inspect(p, row, v.checker.mapping.Map(row, p.values))
	for i := range p.inspections {
		in := &p.inspections[i]
		if c := in.slot.Column; c != nil && c.Index >= len(row.Cells) {
			return // lines that the row does not have
		}
		seen := Seen{Slot: in.slot, Value: p.values[i], Secret: in.field.Secret}
		seen.Columns, seen.Cells = in.cells(row)
		for _, c := range seen.Columns {
			seen.Secret = seen.Secret || v.secret[c.Name]
		}
		seen.Absent = seen.Value == "" && in.source != nil && in.source.parts[0].chain.ofList
		seen.Changed = in.slot.Column != nil && seen.Value != seen.Cells
		each(seen)
	}
}

// cells are the columns that fill a slot, and what a row has in them.
func (in *inspection) cells(row pipeline.Row) (columns []pipeline.Column, cells string) {
	c := in.slot.Column
	if c == nil {
		return nil, ""
	}
	if in.source == nil || len(in.source.parts) == 1 {
		return []pipeline.Column{*c}, row.Cells[c.Index]
	}
	offset := c.Index - in.source.parts[0].column.Index
	var texts []string
	for i := range in.source.parts {
		column := in.source.parts[i].column
		columns = append(columns, *column)
		if text := row.Cells[offset+column.Index]; text != "" {
			texts = append(texts, text)
		}
	}
	return columns, strings.Join(texts, " + ")
}
