package reports

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// ReportRow knows the columns of a report whose rows name runs.
type ReportRow struct{ run, state, book int }

// FindReport recognises the header of a report, as muster writes it into CSV and into the sheet Results, in any
// language; texts words a message in all of them.
func FindReport(header []pipeline.Column, texts func(*pipeline.Message) []string) (r ReportRow, found bool) {
	const needed = 8 // columns, out of those below
	if len(header) < needed {
		return r, false
	}
	at := func(name string, title *pipeline.Message) int {
		names := append(texts(title), name)
		return slices.IndexFunc(header, func(c pipeline.Column) bool {
			return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(c.Name, name) })
		})
	}
	for i := range columns {
		c := &columns[i]
		index := at(c.name, c.title)
		switch i {
		case rowAt, customerIDAt, keyAt, requestIDAt, attemptsAt:
			if index < 0 {
				return r, false
			}
		case stateAt:
			r.state = index
		case runAt:
			r.run = index
		case bookAt:
			r.book = index
		}
	}
	return r, r.state >= 0 && r.run >= 0 && r.book >= 0
}

// Own reports whether a row names the report's own run, and not, as rows of customers do, that of the request that
// created the customer.
func (r ReportRow) Own(row pipeline.Row, texts func(*pipeline.Message) []string) bool {
	state := row.Cells[r.state]
	for _, s := range pipeline.States() {
		if !NamesOwnRun(s) && (state == string(s) || slices.Contains(texts(stateWord(s)), state)) {
			return false
		}
	}
	return true
}

// NamesOwnRun reports whether a row in that state names the report's own run.
func NamesOwnRun(s pipeline.State) bool { return !runOfRequest(s) }

// Run is the run that a row names.
func (r ReportRow) Run(row pipeline.Row) string { return strings.Clone(row.Cells[r.run]) }

// Book is the book of the report's run, as the user named it.
func (r ReportRow) Book(row pipeline.Row) string {
	return pipeline.UnescapeFormula(strings.Clone(row.Cells[r.book]))
}
