package reports

import "muster/pipeline"

// Ending is how a run ended, as far as the next steps depend on it.
type Ending struct {
	Counts    pipeline.Counts
	WithoutID int                // existing rows whose ID is unknown
	Repeated  int                // duplicates that only repeat another row
	Provider  *pipeline.Provider // nil: no step says what the provider can be asked
	Rehearsal bool
	Check     bool // nothing was to be sent
	// Unanswered is the number of requests of other runs whose result is unknown.
	Unanswered int
	// Fix is the command that imports the sheet Fix of this report, ToFix how many rows it has; "" and 0 when there
	// is no such sheet.
	Fix   string
	ToFix int
	// Workbook is the path of this report, Ledger that of the run's ledger, "" when it is not kept. PasswordFile has
	// the workbook's password; "" for none.
	Workbook, Ledger, PasswordFile string
}

// Step is what a person should do next: sentences to write one after the other, and the command that does it, "" for
// none.
type Step struct {
	Sentences []*pipeline.Message
	Command   string
}

// NextSteps are what a person should do after a run, the most urgent first. There is always at least one.
func NextSteps(e Ending) []Step {
	c := e.Counts
	if c.Total() == 0 && e.Unanswered == 0 {
		return []Step{step(pipeline.Say("report.next_no_rows"))}
	}
	var steps []Step
	add := func(n int, sentences ...*pipeline.Message) {
		if n > 0 {
			steps = append(steps, step(sentences...))
		}
	}
	steps = append(steps, e.uncertain()...)
	if n := c[pipeline.Pending]; e.Check {
		add(n, pipeline.Say("report.next_ready", "count", n, "number", grouped(n)))
	} else {
		add(n, pipeline.Say("report.next_pending", "count", n, "number", grouped(n)), e.onImport())
	}
	n := c[pipeline.Invalid]
	add(n, e.rest(pipeline.Say("report.next_invalid", "count", n, "number", grouped(n)), e.fixCells(), e.onImport())...)
	n = c[pipeline.Rejected]
	add(n, e.rest(pipeline.Say("report.next_rejected", "count", n, "number", grouped(n)),
		pipeline.Say("report.import_book"))...)
	n = c[pipeline.Duplicate] - e.Repeated
	add(n, pipeline.Say("report.next_duplicate", "count", n, "number", grouped(n)))
	n = e.Repeated
	add(n, pipeline.Say("report.next_repeated", "count", n, "number", grouped(n)))
	n = c[pipeline.Changed]
	add(n, pipeline.Say("report.next_changed", "count", n, "number", grouped(n)))
	if e.Fix != "" {
		n := e.ToFix
		fix := pipeline.Say("report.how_to_fix", "count", n, "number", grouped(n), "sheet", SheetFix())
		steps = append(steps, Step{[]*pipeline.Message{fix}, e.Fix})
		if e.Ledger != "" && !e.Check {
			steps = append(steps, step(pipeline.Say("report.given_up")))
		}
	}
	if n = e.WithoutID; n > 0 {
		steps = append(steps, e.settled(pipeline.Say("report.next_without_id", "count", n, "number", grouped(n), "column",
			columnCustomerID(), "sheet", sheetResults())))
	}
	n = c[pipeline.Existing] - e.WithoutID
	add(n, pipeline.Say("report.next_existing", "count", n, "number", grouped(n)))
	switch {
	case steps != nil:
	case e.Check:
		steps = append(steps, step(pipeline.Say("report.next_nothing_in_check")))
	default:
		steps = append(steps, step(pipeline.Say("report.next_nothing")))
	}
	if e.Rehearsal && !e.Check {
		steps = append(steps, step(pipeline.Say("report.next_after_rehearsal")))
	}
	return steps
}

// uncertain says what to do about uncertain requests; nil when there are none.
func (e Ending) uncertain() []Step {
	var open []*pipeline.Message
	if n := e.Counts[pipeline.Uncertain]; n > 0 {
		open = append(open, pipeline.Say("report.next_uncertain", "count", n, "number", grouped(n)))
	}
	if n := e.Unanswered; n > 0 {
		open = append(open, pipeline.Say("report.next_unanswered", "count", n, "number", grouped(n)))
	}
	if open == nil {
		return nil
	}
	fill := pipeline.Say("report.fill_in_ids", "column", columnCustomerID(), "sheet", sheetUncertain(),
		"absent", absent())
	switch {
	case e.Rehearsal && e.Ledger == "":
		return []Step{step(append(open, pipeline.Say("report.uncertain_in_rehearsal"))...)}
	case e.Check:
		return []Step{step(append(open, pipeline.Say("report.uncertain_in_check"))...)}
	case e.Provider != nil && e.Provider.Settle.By == pipeline.SettleNone && e.Provider.Await == nil:
		open = append(open, pipeline.Say("report.provider_cannot_be_asked", "advice", e.Provider.Settle.Advice))
	default:
		open = append(open, pipeline.Say("report.provider_can_be_asked"))
	}
	return []Step{e.settled(append(open, fill)...)}
}

// step is one without a command.
func step(sentences ...*pipeline.Message) Step { return Step{Sentences: sentences} }

// settled is a step that ends with passing the IDs that were filled in to the ledger.
func (e Ending) settled(sentences ...*pipeline.Message) Step {
	if e.Ledger == "" {
		return step(append(sentences, pipeline.Say("report.settle"))...)
	}
	return Step{append(sentences, pipeline.Say("report.then_run")),
		SettleCommand(e.Workbook, e.Ledger, e.PasswordFile)}
}

// SettleCommand is the command that passes the IDs in the workbook at path to the ledger. PasswordFile is "" when it
// needs none.
func SettleCommand(path, ledger, passwordFile string) string {
	command := []string{"muster", "settle", pathArgument(path), "--ledger", ledger}
	if passwordFile != "" {
		command = append(command, "--password-file", passwordFile)
	}
	return pipeline.ShellCommand(command...)
}

// rest is first, and others when there is no sheet Fix, whose own step has them.
func (e Ending) rest(first *pipeline.Message, others ...*pipeline.Message) []*pipeline.Message {
	if e.Fix != "" {
		return []*pipeline.Message{first}
	}
	return append([]*pipeline.Message{first}, others...)
}

// fixCells says where to fix invalid rows that are not in a sheet Fix.
func (e Ending) fixCells() *pipeline.Message {
	return pipeline.Say("report.fix_in_book", "sheet", sheetProblems())
}

// onImport says what another import does with the other rows.
func (e Ending) onImport() *pipeline.Message {
	switch {
	case e.Check:
		return pipeline.Say("report.import_leaves_out")
	case e.Rehearsal && e.Ledger == "":
		return pipeline.Say("report.rehearsal_starts_anew")
	}
	return pipeline.Say("report.import_resends_nothing")
}
