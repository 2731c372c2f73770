package reports

import (
	"strconv"

	"muster/pipeline"
)

// Meaning says in one or two short sentences what a state means and what to do
// about it (pipeline/README.md, States); nil for a word that is no state.
func Meaning(s pipeline.State) *pipeline.Message {
	switch s {
	case pipeline.Created:
		return pipeline.Say("report.meaning_created")
	case pipeline.Known:
		return pipeline.Say("report.meaning_known")
	case pipeline.Existing:
		return pipeline.Say("report.meaning_existing")
	case pipeline.Invalid:
		return pipeline.Say("report.meaning_invalid", "sheet", sheetProblems())
	case pipeline.Duplicate:
		return pipeline.Say("report.meaning_duplicate")
	case pipeline.Changed:
		return pipeline.Say("report.meaning_changed")
	case pipeline.Rejected:
		return pipeline.Say("report.meaning_rejected")
	case pipeline.Uncertain:
		return pipeline.Say("report.meaning_uncertain")
	case pipeline.Pending:
		return pipeline.Say("report.meaning_pending")
	}
	return nil
}

// MeaningOfReady is what a pending row means where nothing was to be sent.
func MeaningOfReady() *pipeline.Message { return pipeline.Say("report.meaning_ready") }

// rowsText is a number of rows in words.
func rowsText(n int) *pipeline.Message {
	return pipeline.Say("report.rows", "count", n, "number", grouped(n))
}

// grouped writes a whole number with commas between its thousands.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
