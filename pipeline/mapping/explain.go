package mapping

import (
	"strconv"
	"strings"

	"muster/pipeline"
)

// The schema sees the value that a mapping makes of a cell, a person the cell. A
// message says which of the two is meant, and what to write into the cell: by the
// field's own rule people would delete the dots of a NIT that may stay.

// explain says of the schema's problems with converted cells what was converted,
// and how. It changes them in place, before their rows are.
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

// sourceOf is what fills the field of that path, in whichever line; false where
// its cell is copied.
func (m *Mapping) sourceOf(path string) (*source, bool) {
	i := m.slotOf(path)
	if i < 0 || m.sources[i] == nil {
		return nil, false
	}
	return m.sources[i], true
}

// inFirstLine is the path that a field of any line has in the first.
func (m *Mapping) inFirstLine(path string) string {
	if g := m.grouping; g != nil {
		if line := g.lineOf(path); line > 0 {
			number := g.path + "[" + strconv.Itoa(line)
			return g.path + "[0" + strings.TrimPrefix(path, number)
		}
	}
	return path
}

// explained is the message of a problem with what s makes of a cell.
func (s *source) explained(p *pipeline.Problem, cell string) *pipeline.Message {
	switch {
	case p.Code == pipeline.ProblemShape || p.Code == pipeline.ProblemItems:
		return p.Message // not of the value
	case len(s.parts) > 1:
		return s.ofSeveral(p)
	case cell == "":
		return p.Message // it says what a cell may have in it
	case p.Code == pipeline.ProblemRequired:
		if isRequired(p.Message) {
			return pipeline.Say("mapping.nothing_left", "convert", s.parts[0].text)
		}
		return p.Message
	}
	chain := s.parts[0].chain
	if chain.keeps && p.Code != pipeline.ProblemEnum {
		return p.Message // the cell itself is too long, or no address
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

// ofSeveral is the message of a problem with a value that is made of several
// cells, of which the problem names the first.
func (s *source) ofSeveral(p *pipeline.Problem) *pipeline.Message {
	if p.Code == pipeline.ProblemRequired {
		return p.Message // all of them are empty, as far as a person sees
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

// isRequired says that a message is of one field without a value, and not of
// several of which one is needed.
func isRequired(m *pipeline.Message) bool {
	return m.Code == "required" || m.Code == "required_rule" || m.Code == "required_one_of"
}

// withoutRule is a message without what the field takes.
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
