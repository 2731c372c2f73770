package reports

import (
	"cmp"
	"slices"
	"strings"

	"muster/pipeline"
)

// errClosed is the answer to a line that comes after Close or Abort.
var errClosed error = pipeline.Fail("report.closed")

// MismatchError says that a run's counts and the lines of its report do not
// agree. The report is written all the same, and a workbook says so on its
// first sheet: the IDs in it are worth having. It is a [pipeline.Worded].
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

// differences says where two counts differ; nil when they agree.
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

// tally keeps a report to its promise: every row once, in order, in one of
// the nine states, with a cell for each carried column.
type tally struct {
	counts pipeline.Counts
	carry  int
	last   int
}

func newTally(h Head) tally { return tally{counts: pipeline.Counts{}, carry: len(h.Carry)} }

// check refuses a line that the report must not have.
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

// outOfOrder is of a row that comes after a later one, or twice.
func outOfOrder(row, last int) error {
	return pipeline.Fail("report.out_of_order", "row", row, "last", last)
}

// refused is the error of a line that a report must not have.
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

// complaint is a kind of problem: its code and where it is.
type complaint struct{ code, column string }

// occurrences are how often a kind was met.
type occurrences struct {
	rows, fresh int               // fresh: no earlier run left the row so
	row         int               // the first
	last        int               // the last row that was counted
	message     *pipeline.Message // of the first; nil without one
}

// noted is what the first sheet says of the lines besides their number.
type noted struct {
	fresh     pipeline.Counts // those that no earlier run left so
	kinds     frequency
	toFix     int // rows that have to be fixed
	withoutID int // existing rows whose ID is unknown
	unlinked  int // rows whose number is no link, because their sheet has all the links that it may have
	elsewhere int // requests of other runs that are still open
}

// add takes a line of the report into account.
func (n *noted) add(l Line) {
	if l.State == pipeline.Existing && l.CustomerID == "" {
		n.withoutID++
	}
	if ToFix(&l.Outcome) {
		n.toFix++
	}
	if l.New {
		n.fresh[l.State]++
	}
	n.kinds.add(l)
}

// frequency counts the rows of each kind of problem. Codes may come from a
// provider, so that their number is not known: past maxKinds new kinds are
// counted together.
type frequency struct {
	kinds  map[complaint]*occurrences
	others int
}

const maxKinds = 4096

func (f *frequency) add(l Line) {
	for i := range l.Problems {
		p := &l.Problems[i]
		f.count(complaint{string(p.Code), p.Name()}, l, p.placed())
	}
	// A refusal of the whole row is a problem too, though no cell has it.
	if len(l.Problems) == 0 && l.State == pipeline.Rejected {
		f.count(complaint{l.Code, ""}, l, l.Message)
	}
}

func (f *frequency) count(c complaint, l Line, message *pipeline.Message) {
	k := f.kinds[c]
	switch {
	case k == nil && len(f.kinds) >= maxKinds:
		f.others++
		return
	case k == nil:
		if f.kinds == nil {
			f.kinds = map[complaint]*occurrences{}
		}
		// The strings may be parts of a whole row's memory.
		k = &occurrences{row: l.Row, message: message}
		f.kinds[complaint{strings.Clone(c.code), strings.Clone(c.column)}] = k
	case k.last == l.Row:
		return // twice in a row
	}
	k.last = l.Row
	k.rows++
	if l.New {
		k.fresh++
	}
}

type kindCount struct {
	complaint
	occurrences
}

// top are the n most frequent kinds, the most frequent first; equals in
// alphabetical order.
func (f *frequency) top(n int) []kindCount {
	all := make([]kindCount, 0, len(f.kinds))
	for c, k := range f.kinds {
		all = append(all, kindCount{c, *k})
	}
	slices.SortFunc(all, func(a, b kindCount) int {
		return cmp.Or(cmp.Compare(b.rows, a.rows), cmp.Compare(a.code, b.code), cmp.Compare(a.column, b.column))
	})
	return all[:min(n, len(all))]
}
