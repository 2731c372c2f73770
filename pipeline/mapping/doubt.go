package mapping

import (
	"muster/pipeline"
)

// In a long book, a line without a value to group by may belong to the customer above or below it: a cell merged with
// those below it is filled in its first row only. Without that line the customer would be enrolled with, say, one
// owner too few, so it is not sent until the line says whose it is.

// doubt reports such a neighbouring line as a problem of the customer that it concerns: the one that is now complete,
// or, by adding to problems, the one that row begins.
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

// contradicts reports whether a line cannot belong to the same customer as the first of the current lines, because a
// cell outside the group disagrees; see [Mapping.disagreements].
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
