// Package notify sends a notice of how an import ended, to a program or to a web address such as a chat's. A notice
// has no personal data: it has figures and, where they are asked for, the names of files.
package notify

import (
	"maps"
	"path/filepath"
	"sync"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
)

// Notice is how one command ended, over all of its books.
type Notice struct {
	Provider string
	Env      string
	ExitCode int
	// Failed: the command did not go through all readable books.
	Failed    bool
	Rehearsal bool
	Counts    pipeline.Counts // rows by state
	Fresh     int             // rows to fix that no earlier run left in the same state
	Unsettled int             // requests without an answer, of all runs
	// Open are the rows of any run that need a person, by state; Older are those of them that runs before the command
	// left.
	Open, Older pipeline.Counts
	// Halts are the reasons, as words for scripts, why runs stopped before their end.
	Halts []string
	Runs  []string // IDs
	Books []Book   // in their order
	// LeftAlone counts files of a folder that are not books, NewLeftAlone those that were not reported lately.
	LeftAlone, NewLeftAlone int
}

// Book is what became of one book of the command.
type Book struct {
	Name   string // file name, without folders
	Result Result
	fresh  bool
}

// Result is what became of a book, a word for scripts.
type Result string

const (
	Imported  Result = "imported"
	Refused   Result = "refused"   // it cannot be imported as it is
	Postponed Result = "postponed" // it does not seem to be complete yet
)

// News reports whether there is something new, open or failed.
func (n *Notice) News() bool {
	done := n.Counts[pipeline.Created] + n.Counts[pipeline.Existing] + n.Counts[pipeline.Pending] +
		n.Counts[pipeline.Uncertain]
	if n.Failed || done > 0 || n.Fresh > 0 || n.Unsettled > 0 || n.Open.Total() > 0 || n.NewLeftAlone > 0 {
		return true
	}
	for _, b := range n.Books {
		if b.Result == Refused && b.fresh {
			return true
		}
	}
	return false
}

// with counts the books with that result.
func (n *Notice) with(r Result) int {
	count := 0
	for _, b := range n.Books {
		if b.Result == r {
			count++
		}
	}
	return count
}

// toFix counts the rows that a person has to fix.
func (n *Notice) toFix() int {
	count := 0
	for state, rows := range n.Counts {
		if state.NeedsFix() {
			count += rows
		}
	}
	return count
}

// Collector makes a notice from the events of a command. Its methods may be called from several goroutines at once.
type Collector struct {
	mu     sync.Mutex
	notice Notice
}

// NewCollector begins a notice.
func NewCollector() *Collector { return &Collector{notice: Notice{Counts: pipeline.Counts{}}} }

// See adds an event.
func (c *Collector) See(e enrol.Event) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := &c.notice
	switch e := e.(type) {
	case enrol.Began:
		n.Runs = append(n.Runs, e.Run.ID)
	case enrol.Finished:
		c.finished(e.Ending)
	case enrol.SettledOnly:
		n.Unsettled = e.Ending.Unsettled
	case enrol.Counted:
		n.Unsettled = e.Unsettled
	case enrol.OpenCounted:
		n.Open, n.Older = maps.Clone(e.Counts), maps.Clone(e.Older)
	case enrol.LeftAlone:
		n.LeftAlone++
		if !e.Again {
			n.NewLeftAlone++
		}
	case enrol.Refused:
		n.Books = append(n.Books, Book{filepath.Base(e.Book), Refused, !e.Again})
	case enrol.Postponed:
		n.Books = append(n.Books, Book{filepath.Base(e.Book), Postponed, false})
	}
}

func (c *Collector) finished(e enrol.Ending) {
	n := &c.notice
	for state, rows := range e.Tally.Counts {
		n.Counts[state] += rows
	}
	n.Fresh += e.Tally.Fresh.Total()
	n.Unsettled = e.Unsettled
	if e.Halt != nil {
		n.Halts = append(n.Halts, string(e.Halt.Reason))
	}
	n.Books = append(n.Books, Book{filepath.Base(e.Run.Book), Imported, false})
}

// Of sets whose customers the command enrols, once that is known.
func (c *Collector) Of(t pipeline.Namespace) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.notice.Provider, c.notice.Env, c.notice.Rehearsal = t.Provider, t.Env, t.Rehearsal()
}

// Notice is the notice of a command that ended with that exit code; failed says that it did not go through its books.
func (c *Collector) Notice(exitCode int, failed bool) Notice {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.notice
	n.ExitCode, n.Failed = exitCode, failed
	return n
}
