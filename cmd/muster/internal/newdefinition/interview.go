package newdefinition

import (
	"fmt"
	"strings"

	"muster/pipeline"
)

// Interview asks the questions that arise and have no answer yet, one after the other. ask puts one question and
// returns the line that was typed, "" for none; wrong is what was wrong with the last answer, nil at first. Its error
// ends the interview.
func (a Answers) Interview(ask func(q *Question, wrong *pipeline.Mistake) (string, error)) error {
	for _, q := range Questions() {
		if !q.Asked(a) || len(a[q.Name]) > 0 {
			continue
		}
		for wrong := (*pipeline.Mistake)(nil); ; {
			line, err := ask(&q, wrong)
			if err != nil {
				return err
			}
			values := q.Values(line)
			if wrong = q.Check(values); wrong != nil {
				continue
			}
			if len(values) > 0 {
				a[q.Name] = values
			}
			if all := a.conflicts(pipeline.Place{}); len(all) > 0 {
				delete(a, q.Name)
				wrong = all[0]
				continue
			}
			break
		}
	}
	return nil
}

// Blank is a file of answers to fill in: every question, with its default.
func Blank(say func(*pipeline.Message) string) string {
	var b strings.Builder
	comment := func(m *pipeline.Message) { b.WriteString(commented(say(m)) + "\n") }
	comment(pipeline.Say("new_definition.blank_head"))
	for i, q := range Questions() {
		if i == 0 || Questions()[i-1].Safety && !q.Safety {
			b.WriteByte('\n')
			if q.Safety {
				comment(pipeline.Say("new_definition.blank_safety"))
			} else {
				comment(pipeline.Say("new_definition.blank_rest"))
			}
		}
		b.WriteByte('\n')
		comment(q.Ask)
		fmt.Fprintln(&b, strings.TrimRight(q.Name+": "+q.Default, " "))
	}
	return b.String()
}
