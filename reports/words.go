package reports

import "muster/pipeline"

// Words words messages in one language. A nil message is "".
type Words interface {
	Message(*pipeline.Message) string
}

// terms are words that a workbook repeats on many lines.
type terms struct {
	sheets map[pipeline.SheetRole]string // names
	states map[pipeline.State]string
	toDo   map[pipeline.State]string // what a person should do about a row
	// What a person should do about a row that repeats another, and about an existing one without an ID.
	repeated, withoutID, yes string
}

// newTerms looks the terms up; check means that a pending row is one that an import would send.
func newTerms(w Words, check bool) terms {
	t := terms{sheets: map[pipeline.SheetRole]string{}, states: map[pipeline.State]string{},
		toDo: map[pipeline.State]string{}, repeated: w.Message(pipeline.Say("report.to_do_repeated")),
		withoutID: w.Message(pipeline.Say("report.to_do_without_id", "column", columnCustomerID())),
		yes:       w.Message(pipeline.Say("report.yes"))}
	for role, name := range sheetNames() {
		t.sheets[role] = w.Message(name)
	}
	for _, s := range pipeline.States() {
		t.states[s] = w.Message(stateWord(s))
		t.toDo[s] = w.Message(toDo(s))
	}
	if check {
		t.states[pipeline.Pending] = w.Message(StateReady())
		t.toDo[pipeline.Pending] = ""
	}
	return t
}

func stateWord(s pipeline.State) *pipeline.Message { return pipeline.Say("report.state", "state", s) }

// StateReady is the word for a pending row in a check: an import would send it.
func StateReady() *pipeline.Message { return pipeline.Say("report.state_ready") }

// SheetFix is the name of the sheet with the rows to fix.
func SheetFix() *pipeline.Message { return pipeline.Say("report.sheet_fix") }

func sheetProblems() *pipeline.Message { return pipeline.Say("report.sheet_problems") }

func sheetResults() *pipeline.Message { return pipeline.Say("report.sheet_results") }

func sheetAbout() *pipeline.Message { return pipeline.Say("report.sheet_about") }

// SheetUncertain is the name of the sheet with uncertain requests.
func SheetUncertain() *pipeline.Message { return sheetUncertain() }

func sheetAsSent() *pipeline.Message { return pipeline.Say("report.sheet_as_sent") }

func sheetUncertain() *pipeline.Message { return pipeline.Say("report.sheet_uncertain") }

func sheetNames() map[pipeline.SheetRole]*pipeline.Message {
	return map[pipeline.SheetRole]*pipeline.Message{
		pipeline.SummaryRole: pipeline.Say("report.sheet_summary"), pipeline.ResultsRole: sheetResults(),
		pipeline.ProblemsRole: sheetProblems(), pipeline.UncertainRole: sheetUncertain(), pipeline.FixRole: SheetFix(),
		pipeline.AboutRole: sheetAbout(), pipeline.AsSentRole: sheetAsSent(),
	}
}

// The headers of the columns of a sheet of verdicts. A person fills in the last
// two.

func columnRow() *pipeline.Message { return pipeline.Say("report.column_row") }

func columnToDo() *pipeline.Message { return pipeline.Say("report.column_to_do") }

func columnState() *pipeline.Message { return pipeline.Say("report.column_state") }

func columnKey() *pipeline.Message { return pipeline.Say("report.column_key") }

func columnRun() *pipeline.Message { return pipeline.Say("report.column_run") }

func columnCustomerID() *pipeline.Message { return pipeline.Say("report.column_customer_id") }

func columnSettle() *pipeline.Message { return pipeline.Say("report.column_settle") }

// absent and accept are the verdicts that are words.
func absent() *pipeline.Message { return pipeline.Say("report.absent") }

func accept() *pipeline.Message { return pipeline.Say("report.accept") }

// placed is what is wrong, after the cell when the cell itself is wrong.
func (p *Problem) placed() *pipeline.Message {
	switch cell := p.Cell(); {
	case p.Constant:
		return pipeline.Say("at_constant", "sentence", p.Message)
	case p.Code.OfCell() && cell != "":
		return pipeline.Say("report.in_cell", "cell", cell, "sentence", p.Message)
	}
	return p.Message
}

// position is the column's position in the header, from 1; 0 when there is no column.
func (p *Problem) position() int {
	if p.Column == nil {
		return 0
	}
	return p.Column.Index + 1
}
