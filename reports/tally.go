package reports

import (
	"slices"

	"muster/pipeline"
)

// errClosed is the error of a line after Close or Abort.
var errClosed error = pipeline.Fail("report.closed")

// MismatchError says that a run's counts and the lines of its report do not agree. The report is written all the
// same, because the IDs in it are valuable, and a workbook says so on its first sheet. It is a [pipeline.Worded].
type MismatchError struct {
	Path  string
	Run   pipeline.Counts // what the run counted
	Lines pipeline.Counts // what the report has
}

// Error names the states that differ.
func (e *MismatchError) Error() string { return e.Sentence().String() }

// Sentence is the error as a message.
func (e *MismatchError) Sentence() *pipeline.Message {
	return pipeline.Say("report.mismatch", "path", e.Path, "differences", differences(e.Run, e.Lines))
}

// differences lists where two counts differ; nil when they agree.
func differences(run, lines pipeline.Counts) []*pipeline.Message {
	var parts []*pipeline.Message
	for _, s := range pipeline.States() {
		if run[s] != lines[s] {
			parts = append(parts, pipeline.Say("report.state_differs", "state", s, "run", run[s], "report", lines[s]))
		}
	}
	if parts == nil && run.Total() != lines.Total() {
		parts = append(parts, pipeline.Say("report.rows_differ", "run", run.Total(), "report", lines.Total()))
	}
	return parts
}

// tally checks the promises of a report: every row once, in order, in one of the nine states, with a cell for each
// carried column.
type tally struct {
	counts pipeline.Counts
	carry  int
	last   int
}

func newTally(h Head) tally { return tally{counts: pipeline.Counts{}, carry: len(h.Carry)} }

// check refuses a line that breaks them.
func (t *tally) check(l Line) error {
	switch {
	case l.Row < 1:
		return pipeline.Fail("report.no_row_number", "row", l.Row)
	case l.Row <= t.last:
		return outOfOrder(l.Row, t.last)
	case !slices.Contains(pipeline.States(), l.State):
		return pipeline.Fail("report.unknown_state", "row", l.Row, "state", string(l.State))
	case len(l.Carry) != t.carry:
		return pipeline.Fail("report.carried_cells", "row", l.Row, "count", len(l.Carry), "columns", t.carry)
	}
	return nil
}

// outOfOrder is the error for a row that comes after a later one, or twice.
func outOfOrder(row, last int) error {
	return pipeline.Fail("report.out_of_order", "row", row, "last", last)
}

// refused is the error for a refused line.
func refused(path string, err error) error {
	return pipeline.Fail("report.line_refused", "path", path, "cause", err)
}

// add counts a line that was written.
func (t *tally) add(l Line) {
	t.last = l.Row
	t.counts[l.State]++
}

// verify compares the lines with what the run counted.
func (t *tally) verify(path string, tail Tail) error {
	if tail.Counts == nil || differences(tail.Counts, t.counts) == nil {
		return nil
	}
	return &MismatchError{Path: path, Run: tail.Counts, Lines: t.counts}
}

// noted is what the first sheet says about the lines besides their number.
type noted struct {
	fresh     pipeline.Counts // those that no earlier run left in that state
	kinds     Kinds
	toFix     int // rows that have to be fixed
	repeated  int // duplicates that only repeat another row
	withoutID int // existing rows whose ID is unknown
	unlinked  int // rows whose number is no link, because their sheet has no more room for links
	elsewhere int // open requests of other runs
}

// add counts a line of the report; at is where its problems are in the sheet Problems.
func (n *noted) add(l Line, at []place) {
	if l.State == pipeline.Existing && l.CustomerID == "" {
		n.withoutID++
	}
	if ToFix(&l.Outcome) {
		n.toFix++
	}
	if repeats(&l.Outcome) {
		n.repeated++
	}
	if l.New {
		n.fresh[l.State]++
	}
	n.kinds.line(&l, at)
}
