package runtext

import (
	"fmt"
	"io"
	"strings"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
	"muster/reports"
)

// mostProblems is how many problems are printed; a report has all.
const mostProblems = 100

// mostKinds is how many kinds of problems are printed.
const mostKinds = 40

// Kinds says what is wrong with the rows of a book, by kind, a line each.
func Kinds(words *wording.Wording, f enrol.Found) string {
	var b strings.Builder
	shown := f.Kinds[:min(len(f.Kinds), mostKinds)]
	for _, m := range reports.Sentences(shown, f.Rows) {
		fmt.Fprintln(&b, words.Message(m))
	}
	if more := len(f.Kinds) - len(shown); more > 0 || f.More > 0 {
		rows := f.More
		for _, k := range f.Kinds[len(shown):] {
			rows += k.Rows
		}
		fmt.Fprintln(&b, words.Say("outcome.more_kinds", "count", rows))
	}
	return b.String()
}

// Problems prints what is wrong with rows, cell by cell, up to a number of them.
type Problems struct {
	to    io.Writer
	words *wording.Wording
	n     int // problems met
}

// NewProblems prints to the writer to.
func NewProblems(to io.Writer, words *wording.Wording) *Problems {
	return &Problems{to: to, words: words}
}

// See prints the problems of a row.
func (p *Problems) See(e enrol.Event) {
	row, ok := e.(enrol.RowEnded)
	if !ok {
		return
	}
	res := row.Result
	for _, problem := range res.Problems {
		if p.more() {
			fmt.Fprintln(p.to, p.words.Placed(problem, wording.Row))
		}
	}
	look := res.State.NeedsFix() || res.State == pipeline.Uncertain
	if len(res.Problems) == 0 && look && !repeatsAnotherRow(res) && p.more() {
		sentence := res.Message
		if res.State != pipeline.Duplicate { // a duplicate's message begins with its state
			sentence = pipeline.Say("report.row_comment", "state", res.State, "message", sentence)
		}
		fmt.Fprintln(p.to, p.words.Say("in_row", "row", res.Row, "sentence", sentence))
	}
}

// more counts a problem, and reports whether it is printed.
func (p *Problems) more() bool {
	p.n++
	return p.n <= mostProblems
}

// End says how many problems were not printed.
func (p *Problems) End() {
	if p.n > mostProblems {
		fmt.Fprintln(p.to, p.words.Say("outcome.more_problems", "count", p.n-mostProblems))
	}
}

// repeatsAnotherRow reports whether a row only repeats what is printed for another row of the same customer.
func repeatsAnotherRow(res *importer.Result) bool {
	return res.Lines > 1 && (res.State == pipeline.Invalid || res.Row != res.Head)
}

// FoundRows prints the problems of rows cell by cell, as [Problems] does, once the whole book has been checked and
// their kinds are known.
type FoundRows struct {
	to   io.Writer
	rows *Problems
	text strings.Builder
}

// NewFoundRows prints to the writer to.
func NewFoundRows(to io.Writer, words *wording.Wording) *FoundRows {
	f := &FoundRows{to: to}
	f.rows = NewProblems(&f.text, words)
	return f
}

// See collects the rows, and prints them once all are known.
func (f *FoundRows) See(e enrol.Event) {
	switch e := e.(type) {
	case enrol.RowFound:
		f.rows.See(enrol.RowEnded{Run: e.Run, Result: &importer.Result{Outcome: *e.Outcome, Head: e.Outcome.Row, Lines: 1}})
	case enrol.Found:
		f.rows.End()
		fmt.Fprint(f.to, f.text.String())
		f.text.Reset()
		f.rows.n = 0
	}
}
