package mapping

import (
	"strconv"
	"strings"

	"muster/pipeline"
)

// The schema sees the converted value, but a person sees the cell. Messages therefore say which of the two they mean,
// and what to write in the cell: following the field's own rule, people would delete the dots of a NIT that may stay.

// explain adds to the schema's problems with converted cells what was converted and how. It changes the problems in
// place, before place sets their rows.
func (m *Mapping) explain(row pipeline.Row, problems []pipeline.Problem) {
	for i := range problems {
		p := &problems[i]
		if p.Column == nil || p.Column.Index >= len(row.Cells) || p.Message == nil {
			continue
		}
		if s, ok := m.sourceOf(p.Field); ok {
			p.Message = s.explained(p, row.Cells[p.Column.Index])
		}
	}
}

// sourceOf returns what fills the field with that path, in any line; false if its cell is copied unchanged.
func (m *Mapping) sourceOf(path string) (*source, bool) {
	i := m.slotOf(path)
	if i < 0 || m.sources[i] == nil {
		return nil, false
	}
	return m.sources[i], true
}

// inFirstLine returns the path that a field of any line has in the first line.
func (m *Mapping) inFirstLine(path string) string {
	if g := m.grouping; g != nil {
		if line := g.lineOf(path); line > 0 {
			number := g.path + "[" + strconv.Itoa(line)
			return g.path + "[0" + strings.TrimPrefix(path, number)
		}
	}
	return path
}

// explained returns the message for a problem with the value that s makes from a cell.
func (s *source) explained(p *pipeline.Problem, cell string) *pipeline.Message {
	switch {
	case p.Code == pipeline.ProblemShape || p.Code == pipeline.ProblemItems:
		return p.Message // it is not about the value
	case len(s.parts) > 1:
		return s.ofSeveral(p)
	case cell == "":
		return p.Message // it already says what a cell may contain
	case p.Code == pipeline.ProblemRequired:
		if isRequired(p.Message) {
			return pipeline.Say("mapping.nothing_left", "convert", s.parts[0].text)
		}
		return p.Message
	}
	chain := s.parts[0].chain
	if chain.keeps && p.Code != pipeline.ProblemEnum {
		return p.Message // the cell itself is too long, or is not an address
	}
	problem := withoutRule(p.Message)
	switch text := s.parts[0].text; {
	case chain.table != nil:
		return pipeline.Say("mapping.table_gives", "table", chain.table.name, "problem", problem)
	case chain.takes == nil:
		return pipeline.Say("mapping.after", "convert", text, "problem", p.Message)
	case !explainsItself(p.Code) && len(s.rule.Text) > 0:
		return pipeline.Say("mapping.after_must_be", "convert", text, "problem", problem, "rule", s.rule,
			"cell", chain.takes)
	default:
		return pipeline.Say("mapping.after_cell", "convert", text, "problem", problem, "cell", chain.takes)
	}
}

// ofSeveral returns the message for a problem with a value made from several cells, of which the problem names the
// first.
func (s *source) ofSeveral(p *pipeline.Problem) *pipeline.Message {
	if p.Code == pipeline.ProblemRequired {
		return p.Message // all of them look empty to a person
	}
	var others []pipeline.Column
	for i := range s.parts {
		if c := s.parts[i].column; c.Index != p.Column.Index {
			others = append(others, *c)
		}
	}
	if len(others) == 0 {
		return pipeline.Say("mapping.after", "convert", s.parts[0].text, "problem", p.Message)
	}
	return pipeline.Say("mapping.joined", "columns", pipeline.ColumnNames(others), "problem", p.Message)
}

// isRequired reports whether a message is about one field without a value, and not about several of which one is
// needed.
func isRequired(m *pipeline.Message) bool {
	return m.Code == "required" || m.Code == "required_rule" || m.Code == "required_one_of"
}

// withoutRule returns a message without the rule of the field.
func withoutRule(m *pipeline.Message) *pipeline.Message {
	if problem, ok := m.Arg("problem").(*pipeline.Message); ok && m.Code == "with_rule" {
		return problem
	}
	return m
}

// explainsItself reports whether the message of a problem with that code says what
// is needed.
func explainsItself(code pipeline.ProblemCode) bool {
	return code != pipeline.ProblemPattern && code != pipeline.ProblemFormat && code != pipeline.ProblemSchema &&
		code != pipeline.ProblemRange && code != pipeline.ProblemBlank
}
