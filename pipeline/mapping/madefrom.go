package mapping

import (
	"slices"
	"unicode/utf8"

	"muster/pipeline"
)

// refers reports whether the source makes a reference.
func (s *source) refers() bool { return s.combine != nil && s.parts[0].chain.refers }

// recordMadeFrom records in a draft which cells a value was made from, if the value does not show it: a reference, or
// the value of a cell with invisible marks at its ends.
func (p *slotPlan) recordMadeFrom(row pipeline.Row, d *pipeline.Draft) {
	for _, i := range p.refers {
		p.recordSlot(i, row, d)
	}
	if row.Marked == nil {
		return
	}
	for i := range p.inspections {
		if in := &p.inspections[i]; in.slot.Column != nil && !slices.Contains(p.refers, i) && in.marked(row) {
			p.recordSlot(i, row, d)
		}
	}
}

// recordSlot records which cells the value of one slot was made from.
func (p *slotPlan) recordSlot(slot int, row pipeline.Row, d *pipeline.Draft) {
	value := p.values[slot]
	if value == "" {
		return
	}
	made := p.inspections[slot].made(row, value)
	if made == nil {
		return
	}
	for i := range d.Entries {
		if d.Entries[i].Value == value {
			d.Entries[i].Made = made
		}
	}
	for i := range d.Keys {
		if d.Keys[i].Value == value {
			d.Keys[i].Made = made
		}
	}
}

// marked says that one of the cells had marks at its ends.
func (in *inspection) marked(row pipeline.Row) bool {
	if in.source == nil {
		_, ok := row.Marked[in.slot.Column.Index]
		return ok
	}
	offset := in.slot.Column.Index - in.source.parts[0].column.Index
	return slices.ContainsFunc(in.source.parts, func(p part) bool {
		_, ok := row.Marked[offset+p.column.Index]
		return ok
	})
}

// made returns which cells made a value; nil if the value shows it itself.
func (in *inspection) made(row pipeline.Row, value string) *pipeline.Made {
	first := func(texts []string) string { return texts[0] }
	s := in.source
	if s == nil {
		return &pipeline.Made{Same: value, Texts: []string{marked(row, in.slot.Column.Index)}, By: first}
	}
	made := &pipeline.Made{Same: value, By: first}
	if s.combine != nil {
		made.By = s.combine
	}
	offset := in.slot.Column.Index - s.parts[0].column.Index
	for i := range s.parts {
		text, wrong := s.parts[i].chain.run(marked(row, offset+s.parts[i].column.Index))
		if wrong != nil {
			return nil // the row is not sent
		}
		made.Texts = append(made.Texts, text)
	}
	if !s.refers() {
		return made
	}
	if made.By(made.Texts) != value || !slices.ContainsFunc(made.Texts, hasForms) {
		return nil
	}
	same := make([]string, len(made.Texts))
	for i, text := range made.Texts {
		same[i] = pipeline.Canonical(text)
	}
	made.Same = s.combine(same)
	return made
}

// hasForms reports whether a text can be encoded in several ways that read the same.
func hasForms(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' || s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}
