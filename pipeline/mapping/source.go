package mapping

import "muster/pipeline"

// part is one column that fills a field, and the conversions of its cells.
type part struct {
	column *pipeline.Column
	chain  chain
	text   string // the chain as the sheet has it
	line   int    // of the sheet
}

// source is what fills a field, if that is more than one unchanged cell. It never changes and may be used by several
// goroutines at once.
type source struct {
	path    string
	secret  bool
	rule    pipeline.Rule // of the field, in the definition's words; without a text where it has none
	parts   []part
	combine combine // nil for one part whose chain ends with neither join nor reference
}

// value makes the field's value from a row's cells, and adds a problem for each part that cannot be converted. In
// that case the value is what the cells contain: the row is invalid and nothing is sent, but the field must not be
// empty either, or the row would be reported as lacking it.
func (s *source) value(row pipeline.Row, problems []pipeline.Problem) (string, []pipeline.Problem) {
	if s.combine == nil {
		p := &s.parts[0]
		cell := row.Cells[p.column.Index]
		v, wrong := p.chain.convert(cell)
		if wrong != nil {
			return cell, append(problems, s.problem(row, p, wrong))
		}
		return v, problems
	}
	values := make([]string, len(s.parts))
	found, filled := len(problems), false
	for i := range s.parts {
		p := &s.parts[i]
		v, wrong := p.chain.convert(p.cell(row, 0))
		if wrong != nil {
			problems = append(problems, s.problem(row, p, wrong))
		}
		values[i] = v
		filled = filled || v != ""
	}
	switch {
	case len(problems) > found:
		for i := range s.parts {
			values[i] = row.Cells[s.parts[i].column.Index]
		}
		return between(" ")(values), problems
	case !filled:
		return "", problems
	}
	return s.combine(values), problems
}

// cell returns the part's cell in a row whose columns begin at offset. For a reference the cell keeps the invisible
// marks at its ends, so that references made before such marks were trimmed stay the same.
func (p *part) cell(row pipeline.Row, offset int) string {
	if p.chain.marks {
		return marked(row, offset+p.column.Index)
	}
	return row.Cells[offset+p.column.Index]
}

// marked is a cell with the marks at its ends.
func marked(row pipeline.Row, column int) string {
	if cell, ok := row.Marked[column]; ok {
		return cell
	}
	return row.Cells[column]
}

func (s *source) problem(row pipeline.Row, p *part, wrong *pipeline.Message) pipeline.Problem {
	return pipeline.Problem{Field: s.path, Row: row.Number, Column: p.column, Code: pipeline.ProblemConvert,
		Message: wrong, Secret: s.secret}
}
