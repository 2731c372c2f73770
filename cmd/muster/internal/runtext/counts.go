package runtext

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/wording"
	"muster/reports"
)

// rowsOf counts rows, and customers where those are fewer.
func rowsOf(rows, customers int) *pipeline.Message {
	if rows == customers {
		return pipeline.Say("rows", "count", rows)
	}
	return pipeline.Say("rows_of_customers", "rows", pipeline.Say("rows", "count", rows),
		"customers", pipeline.Say("customers", "count", customers))
}

// countsText lists the states that occur, with what they mean; of a check the
// pending rows are ready.
func countsText(words *wording.Wording, e *enrol.Ending, check bool) string {
	counts, listed := e.Tally.Counts, slices.ContainsFunc(e.Reports, func(path string) bool {
		return strings.EqualFold(filepath.Ext(path), ".xlsx")
	})
	var lines []countLine
	for _, s := range pipeline.States() {
		name, meaning := words.State(s), reports.Meaning(s)
		if check && s == pipeline.Pending {
			name, meaning = words.Message(reports.StateReady()), reports.MeaningOfReady()
		}
		if s == pipeline.Invalid && !listed {
			meaning = reports.MeaningOfInvalid() // there is no sheet of problems
		}
		if n := counts[s]; n > 0 {
			lines = append(lines, countLine{name, n, words.Message(meaning)})
		}
	}
	return countLines(lines)
}

// countLine is how many rows there are of a kind, and what there is to say of
// them.
type countLine struct {
	name string
	n    int
	note string
}

// countLines writes them below each other, each on a line of its own.
func countLines(lines []countLine) string {
	width := len("uncertain")
	for _, l := range lines {
		width = max(width, utf8.RuneCountInString(l.name))
	}
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("  %-*s %7d  %s", width, l.name, l.n, l.note), " "))
	}
	return b.String()
}
