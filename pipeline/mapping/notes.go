package mapping

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// seen counts the cells of one pass that are not problems but are mentioned.
type seen struct {
	first      int // row
	row        int // the last
	emptied    tally
	invisible  tally
	quoted     tally // all of it in quotation marks
	formula    tally // it begins as one
	unlettered tally // names
	madeUp     tally
	mixed      tally // letters of two alphabets in one word
	doubtful   tally // question marks inside words
	exported   tally // whole numbers with decimals, as texts
	young      tally // births less than so many years ago
	under      int
	expired    tally
}

// tally is a number of cells, and where they are.
type tally struct {
	cells, first int // first is the row of the first
	columns      []string
	met          []*pipeline.Column // those whose names columns has
}

func (t *tally) add(row int, column *pipeline.Column) {
	if t.cells == 0 {
		t.first = row
	}
	t.cells++
	if slices.Contains(t.met, column) {
		return
	}
	if names := pipeline.ColumnNames([]pipeline.Column{*column}); !slices.Contains(t.columns, strings.Join(names, "")) {
		t.columns, t.met = append(t.columns, names...), append(t.met, column)
	}
}

// Notes mentions the cells of the last pass that are worth a look although nothing is wrong with them, and those
// treated as empty. It repeats no text of any cell.
func (c *Checker) Notes() (notes []*pipeline.Message) {
	if t := &c.seen.emptied; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.emptied", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.invisible; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.invisible", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.quoted; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.quoted", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.formula; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.formula", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.unlettered; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.unlettered", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.madeUp; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.made_up", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.mixed; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.look_alike", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.doubtful; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.question_marks", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.exported; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.with_decimals", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	if t := &c.seen.young; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.young", "count", t.cells, "row", t.first, "columns", t.columns,
			"years", c.seen.under))
	}
	if t := &c.seen.expired; t.cells > 0 {
		notes = append(notes, pipeline.Say("cells.expired", "count", t.cells, "row", t.first, "columns", t.columns))
	}
	return notes
}
