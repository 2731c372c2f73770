package reports

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"muster/pipeline"
)

// errClosed is the answer to a line that comes after Close or Abort.
var errClosed = errors.New("the report is closed already")

// MismatchError says that a run's counts and the lines of its report do not
// agree. The report is written all the same, and a workbook says so on its
// first sheet: the IDs in it are worth having.
type MismatchError struct {
	Path  string
	Run   pipeline.Counts // what the run counted
	Lines pipeline.Counts // what the report holds
}

// Error names the states that differ.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s: the report does not add up: %s", e.Path, difference(e.Run, e.Lines))
}

// difference says in words where two counts differ; "" when they agree.
func difference(run, lines pipeline.Counts) string {
	var parts []string
	for _, s := range pipeline.States() {
		if run[s] != lines[s] {
			parts = append(parts, fmt.Sprintf("%s: the run counted %d, the report has %d", s, run[s], lines[s]))
		}
	}
	if len(parts) == 0 && run.Total() != lines.Total() {
		parts = append(parts, fmt.Sprintf("the run counted %d rows, the report has %d", run.Total(), lines.Total()))
	}
	return strings.Join(parts, "; ")
}

// tally holds a report to its promise: every row once, in order, in one of
// the nine states, with a cell for each carried column.
type tally struct {
	counts pipeline.Counts
	carry  int
	last   int
}

func newTally(h Head) tally { return tally{counts: pipeline.Counts{}, carry: len(h.Carry)} }

// check refuses a line that the report must not hold.
func (t *tally) check(l Line) error {
	switch {
	case l.Row < 1:
		return fmt.Errorf("a line without a row number: %d", l.Row)
	case l.Row <= t.last:
		return fmt.Errorf("row %d comes after row %d: a report has every row once, in the book's order", l.Row, t.last)
	case !slices.Contains(pipeline.States(), l.State):
		return fmt.Errorf("row %d: %q is not a state in which a run leaves a row", l.Row, l.State)
	case len(l.Carry) != t.carry:
		return fmt.Errorf("row %d: %d carried cells where the report has %d carried columns", l.Row, len(l.Carry), t.carry)
	}
	return nil
}

// add counts a line that was written.
func (t *tally) add(l Line) {
	t.last = l.Row
	t.counts[l.State]++
}

// verify compares the lines with what the run counted.
func (t *tally) verify(path string, tail Tail) error {
	if tail.Counts == nil || difference(tail.Counts, t.counts) == "" {
		return nil
	}
	return &MismatchError{Path: path, Run: tail.Counts, Lines: t.counts}
}

// complaint is a kind of problem: its code and where it is.
type complaint struct{ code, column string }

// occurrences are how often a kind was met.
type occurrences struct {
	rows, fresh int    // fresh: no earlier run left the row so
	row         int    // the first
	last        int    // the last row that was counted
	message     string // of the first
}

// noted is what the first sheet tells of the lines beyond their number.
type noted struct {
	fresh     pipeline.Counts // those that no earlier run left so
	kinds     frequency
	withoutID int // existing rows whose ID is unknown
	unlinked  int // rows whose number is no link, because their sheet has all the links that it may have
	elsewhere int // requests of other runs that are still open
}

// add takes a line of the report into account.
func (n *noted) add(l Line) {
	if l.State == pipeline.Existing && l.CustomerID == "" {
		n.withoutID++
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
	for _, p := range l.Problems {
		f.count(complaint{p.Code, p.Column}, l, p.Message)
	}
	// A refusal of the whole row is a problem too, though no cell has it.
	if len(l.Problems) == 0 && l.State == pipeline.Rejected {
		f.count(complaint{l.Code, ""}, l, l.Message)
	}
}

func (f *frequency) count(c complaint, l Line, message string) {
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
		k = &occurrences{row: l.Row, message: strings.Clone(message)}
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
