package reports

import (
	"muster/pipeline"
)

// Meaning says in one or two short sentences what a state means and what to do about it (pipeline/README.md, States);
// nil for an unknown state.
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

// meaningOfRepeated is the meaning of duplicate where all such rows only repeat another.
func meaningOfRepeated() *pipeline.Message { return pipeline.Say("report.meaning_repeated") }

// toDo says what a person should do about a row in that state; nil when nothing is to be done.
func toDo(s pipeline.State) *pipeline.Message {
	switch s {
	case pipeline.Existing:
		return pipeline.Say("report.to_do_existing")
	case pipeline.Invalid:
		return pipeline.Say("report.to_do_invalid")
	case pipeline.Duplicate:
		return pipeline.Say("report.to_do_duplicate")
	case pipeline.Changed:
		return pipeline.Say("report.to_do_changed")
	case pipeline.Rejected:
		return pipeline.Say("report.to_do_rejected")
	case pipeline.Uncertain:
		return pipeline.Say("report.to_do_uncertain", "sheet", sheetUncertain())
	case pipeline.Pending:
		return pipeline.Say("report.to_do_pending")
	}
	return nil
}

// toDoOf is what a person should do about a row. A duplicate with the same data can be left alone, and an unknown ID
// must be found and not checked.
func (t *terms) toDoOf(l *Line) string {
	if repeats(&l.Outcome) {
		return t.repeated
	}
	if l.State == pipeline.Existing && l.CustomerID == "" {
		return t.withoutID
	}
	return t.toDo[l.State]
}

// MeaningOfInvalid is the meaning of invalid when no workbook lists the problems.
func MeaningOfInvalid() *pipeline.Message { return pipeline.Say("report.meaning_invalid_unlisted") }

// MeaningOfReady is the meaning of pending when nothing was to be sent.
func MeaningOfReady() *pipeline.Message { return pipeline.Say("report.meaning_ready") }

// grouped is a number with its thousands in groups.
func grouped(n int) pipeline.Total { return pipeline.Total(n) }
