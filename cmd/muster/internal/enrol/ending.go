package enrol

import (
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/reports"
)

// Ending is how a run ended, as data: what an exit code, a summary and an alert
// are made of.
type Ending struct {
	// Run is as the ledger will have it: its counts, its end and why it halted.
	Run   pipeline.Run
	Tally Tally
	Pace  importer.Pace
	// Unsettled are the requests of the namespace that have no answer, whichever
	// run sent them; Elsewhere are some of them that other runs sent, the oldest
	// first.
	Unsettled int
	Elsewhere []ledger.Unanswered
	Halt      *importer.Halt // nil when every row was tried, or as many as the limit allows
	// Reports are the files that were written; ReportErr is why they were not.
	Reports   []string
	ReportErr error
	// Fix are the reports with rows to fix, and the commands that import those;
	// Settle are those with requests whose result is unknown, likewise.
	Fix, Settle []ToDo
}

// ToDo is a workbook in which a person fills something in, and the command that
// takes it then.
type ToDo struct{ Path, Command string }

// Tally is what the results of a run add up to.
type Tally struct {
	Counts     pipeline.Counts
	Customers  int // rows of one customer counted once
	WithoutID  int // existing rows without an ID
	Unfinished int // pending rows that no limit held back
	// Why is what the first of the unfinished rows says, with its number; nil where
	// there is none.
	Why *pipeline.Message
	// Fresh are the rows to fix that no earlier run left so, by state.
	Fresh pipeline.Counts
	ToFix int // rows in the sheet Fix
}

// Rows is the number of rows of the book.
func (t *Tally) Rows() int { return t.Counts.Total() }

// add counts one row.
func (t *Tally) add(r *importer.Result) {
	if r.Row == r.Head {
		t.Customers++
	}
	if r.State == pipeline.Existing && r.CustomerID == "" {
		t.WithoutID++
	}
	if r.New {
		if t.Fresh == nil {
			t.Fresh = pipeline.Counts{}
		}
		t.Fresh[r.State]++
	}
	if reports.ToFix(&r.Outcome) {
		t.ToFix++
	}
	if r.State == pipeline.Pending && !r.Waiting && !r.HeldBack {
		if t.Unfinished++; t.Unfinished == 1 {
			t.Why = pipeline.Say("in_row", "row", r.Row, "sentence", r.Message)
		}
	}
}
