package mapping

import (
	"muster/pipeline"
)

// A line of a long book that has no value to be grouped by may belong to the
// customer above or below it: a cell that is merged with those below is filled
// in its first row only. That customer would be enrolled without the line, an
// owner less, so it is not sent before the line says whose it is.

// doubt gives the problem of such a neighbourhood to the customer that it
// concerns: the one that is complete now, or, among problems, the one that row
// begins.
func (j *joining) doubt(row pipeline.Row, problems []pipeline.Problem) []pipeline.Problem {
	alone := len(problems) > 0
	if len(j.numbers) == 0 || alone == j.alone || j.contradicts(row.Cells) {
		return problems
	}
	if alone {
		j.problems = append(j.problems, inDoubt(j.numbers[0], problems[0],
			pipeline.Say("group_lacking_below", "row", row.Number)))
		return problems
	}
	return append(problems, inDoubt(row.Number, j.problems[0],
		pipeline.Say("group_lacking_above", "row", j.numbers[0])))
}

// inDoubt is the problem of the customer that begins in a row, next to a line
// that lacks what it is grouped by.
func inDoubt(row int, lacks pipeline.Problem, message *pipeline.Message) pipeline.Problem {
	return pipeline.Problem{Row: row, Column: lacks.Column, Secret: lacks.Secret, Code: pipeline.ProblemDiffers,
		Message: message}
}

// contradicts says that a line cannot be of one customer with the first of the
// lines at hand: a cell outside the group disagrees, as [Mapping.disagreements]
// has it.
func (j *joining) contradicts(cells []string) bool {
	for i := range j.shared {
		s := &j.shared[i]
		at := s.column.Index
		if j.isKey(at) || cells[at] == "" {
			continue
		}
		from := 0
		if at > 0 {
			from = j.ends[at-1]
		}
		first := string(j.text[from:j.ends[at]])
		if first == "" || first != cells[at] && !sameConverted(s.chain, first, cells[at]) {
			return true
		}
	}
	return false
}

func (g *grouping) isKey(column int) bool {
	for i := range g.keys {
		if g.keys[i].column.Index == column {
			return true
		}
	}
	return false
}
