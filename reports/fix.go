package reports

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// fix is the sheet Fix: the rows that a person has to fix, as the book has them, for `muster import` to read again.
// It is created for the first such row.
//
// Every cell is text, so that opening it changes nothing, with two exceptions: a cell that could not be read, or that
// a workbook cannot hold, is an error value, and a number that lost digits is that number, so that the row stays
// invalid until somebody fixes it.
type fix struct {
	file     *excelize.File
	streams  *streams
	styles   *styles
	head     *Head
	name     string // of the sheet
	rows     int    // most rows of the sheet, including its header
	bytes    int64  // approximate limit for its XML
	sheet    *sheet
	look     fixLook
	comments comments
	held     int // rows in the sheet
	left     int // rows that did not fit
	bare     int // coloured cells without a comment
	widest   int // the last column written, from 0; beyond the header when a row was longer
	// customers are those of several rows with at least one row in the sheet.
	customers []pipeline.RowsOfOne
	broken    []pipeline.BrokenCells // of each row in the sheet

	// own is the position, from 1, of a column in the book with muster's own name, as in a filled template; 0 when
	// there is none. The sheet's own column replaces it.
	own    int
	cells  []cell
	wide   []int          // characters of the book's columns
	shown  []bool         // by the book's columns: there is something to fix in it
	wrong  map[int]string // problems of the row's cells, by column; 0 is the row's number
	unread map[int]bool   // cells that could not be read
}

// ToFix reports whether a row has to be fixed before it can be enrolled, and so is in the sheet Fix. A duplicate with
// the same data has nothing to fix.
func ToFix(o *pipeline.Outcome) bool {
	return o.State.NeedsFix() && !repeats(o)
}

// repeats reports whether a row only repeats another one, with the same data.
func repeats(o *pipeline.Outcome) bool {
	return o.State == pipeline.Duplicate && o.Code == pipeline.CodeSameData
}

// wanted reports whether the report has a sheet Fix.
func (x *fix) wanted() bool { return x.head.Fix.Origin != nil && !x.head.Fix.Origin.NoFix }

// add writes a line that has to be fixed, and returns its row in the sheet; 0 when it did not fit.
func (x *fix) add(l *Line) (int, error) {
	if !x.wanted() || !ToFix(&l.Outcome) {
		return 0, nil
	}
	if x.sheet == nil {
		if err := x.open(); err != nil {
			return 0, err
		}
	}
	sh := x.sheet
	size := int64(0)
	for _, c := range l.Cells {
		size += cellBytes + int64(len(c))
	}
	full := sh.last >= x.rows || sh.bytes+size > x.bytes && sh.last > 1
	x.belongs(l, full)
	if full {
		x.left++
		return 0, nil
	}
	sh.last++
	sh.bytes += size
	x.held++
	x.broken = append(x.broken, pipeline.BrokenCells{Row: l.Row, Cells: l.Digest,
		Repeats: l.Outcome.State == pipeline.Duplicate})
	x.judge(l)
	last := len(x.head.Fix.Columns)
	for at := range x.wrong {
		last = max(last, at)
	}
	problem := x.problem(last)
	x.cells = append(x.cells[:0], cell{kind: numberCell, look: x.look.number, text: strconv.Itoa(l.Row)},
		cell{kind: textCell, look: x.look.problem, text: cellText(problem)})
	if x.wrong[0] != "" {
		x.cells[0].look = x.look.numberWrong
	}
	for at := 1; at <= last; at++ {
		if at == x.own {
			continue
		}
		text := ""
		if at <= len(l.Cells) {
			text = l.Cells[at-1]
		}
		x.cells = append(x.cells, x.cell(at, text))
		x.measure(at, text)
	}
	x.widest = max(x.widest, x.column(last))
	for at := range last + 1 {
		if text := x.wrong[at]; text != "" && !x.comments.add(x.column(at), sh.last, text) {
			x.bare++
		}
	}
	height := 0.0
	if lines := linesOf(problem, problemWidth); lines > 1 {
		height = min(float64(lines)*lineHeight, excelize.MaxRowHeight)
	}
	return sh.last, sh.rows.row(sh.last, height, x.cells)
}

// problemWidth is the width of the problem column, in characters.
const problemWidth = 48

// problem is everything wrong with the row, a sentence a line; last is the last position that may have a problem.
func (x *fix) problem(last int) string {
	var all []string
	for at := range last + 1 {
		if text := x.wrong[at]; text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n")
}

// measure notes the width of a cell of the book, and whether its column must be visible.
func (x *fix) measure(at int, text string) {
	if at > len(x.wide) {
		return
	}
	if x.held <= measuredRows {
		x.wide[at-1] = max(x.wide[at-1], utf8.RuneCountInString(text))
	}
	if _, wrong := x.wrong[at]; wrong {
		x.shown[at-1] = true
	}
}

// belongs notes to which customer of several rows a row belongs; full says that the row did not fit.
func (x *fix) belongs(l *Line, full bool) {
	if l.Lines < 2 {
		return
	}
	if n := len(x.customers); n > 0 && x.customers[n-1].First == l.Head {
		x.customers[n-1].Last = l.Row
	} else if !full {
		x.customers = append(x.customers, pipeline.RowsOfOne{First: l.Head, Last: l.Row, Rows: l.Lines})
	}
}

// column is the sheet's column, from 0, for a position in the book's header, from 1; position 0 is the row's number.
func (x *fix) column(at int) int {
	switch {
	case at == 0 || at == x.own:
		return 0
	case x.own == 0 || at < x.own:
		return at + 1
	}
	return at
}

// judge collects the problems of a row by cell.
func (x *fix) judge(l *Line) {
	clear(x.wrong)
	clear(x.unread)
	say := func(at int, m *pipeline.Message) {
		text := x.head.Words.Message(m)
		if x.wrong[at] != "" && text != "" {
			text = x.wrong[at] + "\n" + text
		}
		x.wrong[at] = text
	}
	whole := func() *pipeline.Message {
		if l.State == pipeline.Duplicate && l.Message != nil {
			return l.Message // it begins with its state
		}
		return pipeline.Say("report.row_comment", "state", l.State, "message", l.Message)
	}
	if l.State != pipeline.Invalid {
		say(0, whole())
	}
	for i := range l.Problems {
		p := &l.Problems[i]
		at := p.position()
		switch {
		case p.Row != 0 && p.Row != l.Row:
			// in a cell of another line
		case at == 0 && p.Field == "" && p.Message != nil:
			say(0, p.placed())
			if at := brokenCell(p, l.Cells); at > 0 {
				say(at, p.placed())
				x.unread[at] = true
			}
		case at == 0:
			if l.State == pipeline.Invalid {
				say(0, pipeline.Say("report.in_column", "column", p.Field, "sentence", p.placed()))
			}
		default:
			say(at, x.comment(p))
			if p.Code.OfCell() {
				x.unread[at] = true
			}
		}
	}
	if l.State == pipeline.Invalid && len(x.wrong) == 0 {
		say(0, whole())
	}
	for i, c := range l.Cells {
		if c != "" && cellText(c) != c {
			say(i+1, pipeline.Say("report.no_cell_text"))
			x.unread[i+1] = true
		}
	}
}

// brokenCell is the position, from 1, of the cell of which an incomplete row has only a part: its last, its first when
// it continues the row above, or the rest of the one that was split; 0 for any other problem.
func brokenCell(p *Problem, cells []string) int {
	if p.Code != pipeline.ProblemHalfRow {
		return 0
	}
	filled := func(c string) bool { return c != "" }
	switch p.Message.Code {
	case "half_row_goes_on":
		return slices.IndexFunc(cells, filled) + 1
	case "half_row_moved":
		for i := range cells {
			if p.Message.Arg("cell") == pipeline.CellRef(i, p.Row) {
				return i + 1
			}
		}
	}
	last := len(cells)
	for last > 0 && !filled(cells[last-1]) {
		last--
	}
	return last
}

// comment is the text of a comment about a problem, without the cell's name in the book.
func (x *fix) comment(p *Problem) *pipeline.Message {
	if p.Code == pipeline.ProblemExtraCell {
		return pipeline.Say("report.past_last_column", "cell", p.Cell())
	}
	return pipeline.Say("report.in_column", "column", p.Name(), "sentence", p.Message)
}

// exactDigits is how many digits of a number a spreadsheet program keeps.
const exactDigits = 15

// cell is one of the book's own cells.
func (x *fix) cell(at int, text string) cell {
	_, wrong := x.wrong[at]
	look := x.look.text
	if wrong {
		look = x.look.wrong
	}
	if x.unread[at] {
		// A number that lost digits stays a number, so that it is found again.
		if n, err := strconv.ParseFloat(text, 64); err == nil && len(text) > exactDigits &&
			!strings.ContainsAny(text, ".eEnN") {
			return cell{kind: numberCell, look: look, text: strconv.FormatFloat(n, 'f', -1, 64)}
		}
		return cell{kind: formulaCell, look: look, text: "NA()"}
	}
	switch {
	case text != "":
		return cell{kind: textCell, look: look, text: text}
	case wrong:
		return cell{kind: emptyCell, look: look}
	}
	return cell{} // the column's style is text
}

// open begins the sheet.
func (x *fix) open() error {
	x.wrong, x.unread = map[int]string{}, map[int]bool{}
	x.wide, x.shown = make([]int, len(x.head.Fix.Columns)), make([]bool, len(x.head.Fix.Columns))
	x.own = 1 + slices.IndexFunc(x.head.Fix.Columns, pipeline.IsOriginColumn)
	if _, err := x.file.NewSheet(x.name); err != nil {
		return err
	}
	if err := x.style(); err != nil {
		return err
	}
	names := []cell{{kind: textCell, look: x.look.origin, text: pipeline.OriginColumn},
		{kind: textCell, look: x.look.origin, text: pipeline.ProblemColumn}}
	looks := []int{x.look.number, x.look.problem}
	for i, name := range x.head.Fix.Columns {
		if i+1 != x.own {
			names = append(names, cell{kind: textCell, look: x.styles.header, text: cellText(name)})
			looks = append(looks, x.look.text)
		}
		if label, ok := x.head.Fix.Labels[i]; ok {
			// There is no room above the header, which `muster import` reads in the first row.
			text := x.head.Words.Message(pipeline.Say("report.field_label", "label", label))
			x.comments.add(x.column(i+1), 1, text)
		}
	}
	if err := freeze(x.file, x.name, 2); err != nil {
		return err
	}
	x.sheet = x.streams.begin(x.name, looks)
	x.sheet.last = 1
	return x.sheet.rows.row(1, headerHeight, names)
}

// finish adds what needs the number of rows, and the sheet that says where the workbook comes from; see
// sheets.finish.
func (x *fix) finish(sheets map[string]pipeline.SheetRole) error {
	if x.head.Fix.Origin == nil {
		return nil
	}
	if x.sheet != nil {
		if err := x.complete(); err != nil {
			return err
		}
	}
	origin := *x.head.Fix.Origin
	origin.Sealed = true
	origin.Rows, origin.Book.Header, origin.Customers, origin.Sheets = x.held, x.head.Fix.Columns, x.customers, sheets
	origin.Broken = x.broken
	return addHidden(x.file, x.streams, pipeline.OriginSheet, origin.Table())
}

func (x *fix) complete() error {
	if err := x.layOut(); err != nil {
		return err
	}
	all := "A1:" + pipeline.CellRef(x.lastColumn(), x.sheet.last)
	used := "A1:" + pipeline.CellRef(x.widest, x.sheet.last)
	if err := x.file.SetSheetDimension(x.name, used); err != nil {
		return err
	}
	const red = "C00000"
	if err := addFilter(x.file, x.name, all, red); err != nil {
		return err
	}
	if err := x.file.AddIgnoredErrors(x.name, all, excelize.IgnoredErrorsNumberStoredAsText); err != nil {
		return err
	}
	if err := x.choices(); err != nil {
		return err
	}
	const onPage = 8 // columns that can be read on one
	if err := setPage(x.file, x.name, 1+len(x.head.Fix.Columns)/onPage); err != nil {
		return err
	}
	if err := x.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles",
		RefersTo: quotedSheet(x.name) + "!$A:$A," + quotedSheet(x.name) + "!$1:$1", Scope: x.name}); err != nil {
		return err
	}
	return x.comments.place(x.file, x.name)
}
