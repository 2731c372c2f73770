package reports

import "muster/pipeline"

// Ending is how a run ended, as far as the next steps depend on it.
type Ending struct {
	Counts    pipeline.Counts
	WithoutID int                // existing rows whose ID is unknown
	Provider  *pipeline.Provider // nil: no step says what the provider can be asked
	Rehearsal bool
	Check     bool // nothing was to be sent
	// Unanswered is the number of requests of other runs whose result is unknown.
	Unanswered int
	// Fixable says that this report has a sheet Fix, with the rows to fix and the
	// command that imports them.
	Fixable bool
	// Workbook is where this report is; Ledger where the run is kept, "" when
	// it is not. PasswordFile has the workbook's password; "" where it has none.
	Workbook, Ledger, PasswordFile string
}

// Step is what a person does next: whole sentences, to be written one after the
// other.
type Step []*pipeline.Message

// NextSteps are what a person does after a run, the most urgent first. There is
// always at least one.
func NextSteps(e Ending) []Step {
	c := e.Counts
	if c.Total() == 0 && e.Unanswered == 0 {
		return []Step{{pipeline.Say("report.next_no_rows")}}
	}
	var steps []Step
	add := func(n int, sentences ...*pipeline.Message) {
		if n > 0 {
			steps = append(steps, sentences)
		}
	}
	steps = append(steps, e.uncertain()...)
	if n := c[pipeline.Pending]; e.Check {
		add(n, pipeline.Say("report.next_ready", "count", n, "number", grouped(n)))
	} else {
		add(n, pipeline.Say("report.next_pending", "count", n, "number", grouped(n)), e.onImport())
	}
	n := c[pipeline.Invalid]
	add(n, pipeline.Say("report.next_invalid", "count", n, "number", grouped(n)), e.fixCells(), e.onImport())
	n = c[pipeline.Rejected]
	add(n, pipeline.Say("report.next_rejected", "count", n, "number", grouped(n)), e.importAgain())
	n = c[pipeline.Duplicate]
	add(n, pipeline.Say("report.next_duplicate", "count", n, "number", grouped(n)))
	n = c[pipeline.Changed]
	add(n, pipeline.Say("report.next_changed", "count", n, "number", grouped(n)))
	n = e.WithoutID
	add(n, pipeline.Say("report.next_without_id", "count", n, "number", grouped(n), "column", columnCustomerID(),
		"sheet", sheetResults()), e.settle())
	n = c[pipeline.Existing] - e.WithoutID
	add(n, pipeline.Say("report.next_existing", "count", n, "number", grouped(n)))
	switch {
	case steps != nil:
	case e.Check:
		steps = append(steps, Step{pipeline.Say("report.next_nothing_in_check")})
	default:
		steps = append(steps, Step{pipeline.Say("report.next_nothing")})
	}
	if e.Rehearsal && !e.Check {
		steps = append(steps, Step{pipeline.Say("report.next_after_rehearsal")})
	}
	return steps
}

// uncertain says what to do about requests whose result is unknown; nil where
// there are none.
func (e Ending) uncertain() []Step {
	var open Step
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
		open = append(open, pipeline.Say("report.uncertain_in_rehearsal"))
	case e.Check:
		open = append(open, pipeline.Say("report.uncertain_in_check"))
	case e.Provider != nil && e.Provider.Settle.By == pipeline.SettleNone:
		open = append(open, pipeline.Say("report.provider_cannot_be_asked", "advice", e.Provider.Settle.Advice), fill,
			e.settle())
	default:
		open = append(open, pipeline.Say("report.provider_can_be_asked"), fill, e.settle())
	}
	return []Step{open}
}

// settle says how the IDs that were filled in get into the ledger.
func (e Ending) settle() *pipeline.Message {
	if e.Ledger == "" {
		return pipeline.Say("report.settle")
	}
	command := []string{"muster", "settle", e.Workbook, "--ledger", e.Ledger}
	if e.PasswordFile != "" {
		command = append(command, "--password-file", e.PasswordFile)
	}
	return pipeline.Say("report.settle_by", "command", pipeline.ShellCommand(command...))
}

// fixCells says where invalid rows are fixed.
func (e Ending) fixCells() *pipeline.Message {
	if e.Fixable {
		return pipeline.Say("report.fix_in_workbook", "sheet", SheetFix())
	}
	return pipeline.Say("report.fix_in_book", "sheet", sheetProblems())
}

// importAgain says how corrected rows are imported.
func (e Ending) importAgain() *pipeline.Message {
	if e.Fixable {
		return pipeline.Say("report.import_workbook")
	}
	return pipeline.Say("report.import_book")
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
