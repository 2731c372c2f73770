package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// exampleKeys is what the template's example holds in the columns that feed a
// key as they stand, by column.
func exampleKeys(m *mapping.Mapping, p *pipeline.Provider) map[int]string {
	cells := map[int]string{}
	for i, s := range m.Slots() {
		isKey := slices.ContainsFunc(p.Keys, func(k pipeline.Key) bool { return k.Field == p.Fields[s.Field].Path })
		if example := p.Fields[s.Field].Example; isKey && example != "" && m.CopiesCell(i) {
			cells[s.Column.Index] = example
		}
	}
	return cells
}

// examplesNote is the sentence about the rows that are examples; "" when there
// are none.
func examplesNote(rows []int) string {
	const shown = 10
	switch n := len(rows); {
	case n == 0:
		return ""
	case n == 1:
		return fmt.Sprintf("row %d is the example of the template: not imported", rows[0])
	default:
		var numbers []string
		for _, r := range rows[:min(n, shown)] {
			numbers = append(numbers, strconv.Itoa(r))
		}
		more := ""
		if n > shown {
			more = fmt.Sprintf(" and %d more", n-shown)
		}
		return fmt.Sprintf("rows %s%s are examples of the template: not imported", strings.Join(numbers, ", "), more)
	}
}

// noteExamples tells which rows were left out, once they have been read.
func (r *importRun) noteExamples(b *openBook) {
	examples := b.Examples()
	if s := examplesNote(examples.Rows); s != "" {
		r.note("%s", s)
	}
	if len(examples.Filled) == 0 {
		return
	}
	// Nothing else says that a merchant may be missing, so that it is told of a
	// quiet run too.
	s := fmt.Sprintf("%s not the template's example any more, and not imported: "+
		"a merchant's row has nothing in the column %q",
		isAre(numbered(examples.Filled), len(examples.Filled)), pipeline.OriginColumn)
	r.notes = append(r.notes, s)
	if r.flags.json {
		r.remark(s)
	} else {
		r.say("warning: %s", s)
	}
}

func isAre(what string, n int) string {
	if n == 1 {
		return what + " is"
	}
	return what + " are"
}
