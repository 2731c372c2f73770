package runtext

import (
	"fmt"
	"io"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/wording"
)

// mostProblems is how many problems are printed; a report holds all.
const mostProblems = 100

// Problems prints what is wrong with rows, cell by cell, up to a number of them.
type Problems struct {
	to    io.Writer
	words *wording.Wording
	n     int // problems met
}

// NewProblems prints to a writer.
func NewProblems(to io.Writer, words *wording.Wording) *Problems {
	return &Problems{to: to, words: words}
}

// See prints what is wrong with a row.
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
		if res.State != pipeline.Duplicate { // that one begins with its state
			sentence = pipeline.Say("report.row_comment", "state", res.State, "message", sentence)
		}
		fmt.Fprintln(p.to, p.words.Say("in_row", "row", res.Row, "sentence", sentence))
	}
}

// more counts a problem, and says whether it is printed.
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

// repeatsAnotherRow says that a row only repeats what is said of another row of
// the same customer.
func repeatsAnotherRow(res *importer.Result) bool {
	return res.Lines > 1 && (res.State == pipeline.Invalid || res.Row != res.Head)
}
