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

// rowsOf counts rows, and customers when there are fewer.
func rowsOf(rows, customers int) *pipeline.Message {
	if rows == customers {
		return pipeline.Say("rows", "count", rows)
	}
	return pipeline.Say("rows_of_customers", "rows", pipeline.Say("rows", "count", rows),
		"customers", pipeline.Say("customers", "count", customers))
}

// countsText lists the states that occur, with their meanings; in a check pending rows are called ready.
func countsText(words *wording.Wording, look Look, e *enrol.Ending, check bool) string {
	counts, listed := e.Tally.Counts, slices.ContainsFunc(e.Reports, func(path string) bool {
		return strings.EqualFold(filepath.Ext(path), ".xlsx")
	})
	var lines []countLine
	for _, s := range pipeline.States() {
		line, meaning := countLine{state: s, name: words.State(s), n: counts[s]}, reports.Meaning(s)
		if check && s == pipeline.Pending {
			line.state, line.name = pipeline.Created, words.Message(reports.StateReady())
			meaning = reports.MeaningOfReady()
		}
		if s == pipeline.Invalid && !listed {
			meaning = reports.MeaningOfInvalid() // no report has a sheet of problems
		}
		if s == pipeline.Uncertain && e.Taken != "" {
			meaning = pipeline.Say("run.meaning_taken")
		}
		if line.n > 0 {
			line.note = look.meaning(words, meaning)
			lines = append(lines, line)
		}
	}
	return countLines(words, look, lines)
}

// countLine is how many rows are of a kind, and a note about them.
type countLine struct {
	name  string
	n     int
	note  string
	state pipeline.State // whose colour the name has; "" none
}

// leastDigits is the least width of the numbers, so that those of several lists are aligned.
const leastDigits = 7

// countLines writes them on lines of their own.
func countLines(words *wording.Wording, look Look, lines []countLine) string {
	width, digits := len("uncertain"), leastDigits
	numbers := make([]string, len(lines))
	for i, l := range lines {
		width = max(width, utf8.RuneCountInString(l.name))
		numbers[i] = look.number(words, l.n)
		digits = max(digits, utf8.RuneCountInString(numbers[i]))
	}
	var b strings.Builder
	for i, l := range lines {
		name := look.Painted(l.state, l.name) + strings.Repeat(" ", width-utf8.RuneCountInString(l.name))
		fmt.Fprintln(&b, strings.TrimRight(fmt.Sprintf("  %s %*s  %s", name, digits, numbers[i], l.note), " "))
	}
	return b.String()
}
