package enrol

import (
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
	"muster/reports"
)

// Ending is how a run ended, as data for exit codes, summaries and alerts.
type Ending struct {
	// Run is as the ledger will have it: its counts, its end, and why it halted.
	Run   pipeline.Run
	Tally Tally
	Pace  importer.Pace
	// Unsettled counts the requests of the namespace without an answer, whichever run sent them; Elsewhere are some
	// of those that other runs sent, oldest first.
	Unsettled int
	Elsewhere []ledger.Unanswered
	Halt      *importer.Halt // nil when every row was tried, or as many as the limit allows
	// Reports are the files that were written; ReportErr is why a report could not be.
	Reports   []string
	ReportErr error
	// Fix are the reports with rows to fix, with the commands that import them; Settle are those with uncertain
	// requests, with the commands that read them.
	Fix, Settle []ToDo
	// Taken is the command that shows what is open, where another muster has taken the right to send over and settles
	// the requests without an answer; else "".
	Taken string
}

// ToDo is a workbook that a person has to fill in, and the command that reads it then.
type ToDo struct{ Path, Command string }

// Tally is the totals of a run's results.
type Tally struct {
	Counts     pipeline.Counts
	Customers  int // rows of one customer counted once
	WithoutID  int // existing rows without an ID
	Unfinished int // pending rows, except those that a limit held back
	// Why is the message of the first unfinished row, with its number; nil when there is none.
	Why *pipeline.Message
	// Fresh counts the rows to fix that no earlier run left in the same state, by state.
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
