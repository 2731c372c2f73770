package reports

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// page writes a sheet of a few columns, the last of them wide, from top to bottom. end returns its first error.
type page struct {
	file   *excelize.File
	sheet  string
	styles *styles
	words  Words
	// widths of the columns, in characters.
	widths []float64
	row    int
	points float64 // height used on the printed page
	err    error
}

const lineHeight = 15.5 // points

func (p *page) try(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *page) begin() {
	p.row = 1
	for i, width := range p.widths {
		name := pipeline.ColumnLetters(i)
		p.try(p.file.SetColWidth(p.sheet, name, name, width))
	}
	lines, fit := false, true
	p.try(p.file.SetSheetView(p.sheet, -1, &excelize.ViewOptions{ShowGridLines: &lines}))
	p.try(p.file.SetSheetProps(p.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	p.try(setPage(p.file, p.sheet, 1))
	// Before any sheet is flushed, because the library visits all of them.
	p.file.SetActiveSheet(0)
}

// end sets the sheet's range: readers that trust it would see one cell otherwise.
func (p *page) end() error {
	p.try(p.file.SetSheetDimension(p.sheet, "A1:"+pipeline.CellRef(len(p.widths)-1, max(p.row-1, 1))))
	return p.err
}

// sentence words a message, made as by [pipeline.Say].
func (p *page) sentence(code pipeline.MessageCode, pairs ...any) string {
	return p.words.Message(pipeline.Say(code, pairs...))
}

// say writes a message.
func (p *page) say(column, style int, code pipeline.MessageCode, pairs ...any) {
	p.text(column, style, p.sentence(code, pairs...))
}

// text writes a text that is not a message: a name, a command.
func (p *page) text(column, style int, s string) {
	at := pipeline.CellRef(column, p.row)
	p.try(p.file.SetCellStr(p.sheet, at, cellText(s)))
	p.try(p.file.SetCellStyle(p.sheet, at, at, style))
}

func (p *page) number(column, style, n int) {
	at := pipeline.CellRef(column, p.row)
	p.try(p.file.SetCellInt(p.sheet, at, int64(n)))
	p.try(p.file.SetCellStyle(p.sheet, at, at, style))
}

// next goes to the next row; height in points, 0 for the default.
func (p *page) next(height float64) {
	if height > 0 {
		p.try(p.file.SetRowHeight(p.sheet, p.row, min(height, excelize.MaxRowHeight)))
	}
	p.points += max(height, lineHeight)
	p.row++
}

func (p *page) gap() { p.next(0) }

func (p *page) heading(code pipeline.MessageCode, pairs ...any) {
	p.gap()
	p.text(0, p.styles.heading, p.sentence(code, pairs...))
	for i := 1; i < len(p.widths); i++ {
		p.text(i, p.styles.heading, "")
	}
	p.next(20)
}

// columns is the header of a table: text, then numbers, and text in the wide column.
func (p *page) columns(names ...*pipeline.Message) {
	for i, name := range names {
		look := p.styles.headerRight
		switch i {
		case 0:
			look = p.styles.header
		case len(p.widths) - 1:
			look = p.styles.headerIndented
		}
		p.text(i, look, p.words.Message(name))
	}
	p.next(0)
}

// width is the width of the columns from one on, in characters.
func (p *page) width(from int) (sum float64) {
	for _, w := range p.widths[from:] {
		sum += w
	}
	return sum
}

// pair writes a value beside its label, a message; nothing when it is unknown.
func (p *page) pair(value string, code pipeline.MessageCode, pairs ...any) {
	if value == "" {
		return
	}
	p.say(0, p.styles.label, code, pairs...)
	p.merged(1, p.styles.wrapped, value, p.width(1), 1)
}

// paragraph writes a message over the whole width.
func (p *page) paragraph(style int, code pipeline.MessageCode, pairs ...any) {
	p.line(style, p.sentence(code, pairs...))
}

// line writes a text that is not a message over the whole width.
func (p *page) line(style int, s string) { p.merged(0, style, s, p.width(0), 1) }

// item writes sentences as one item of a list.
func (p *page) item(sentences ...*pipeline.Message) {
	texts := make([]string, len(sentences))
	for i, m := range sentences {
		texts[i] = p.words.Message(m)
	}
	p.line(p.styles.wrapped, "• "+strings.Join(texts, " "))
}

// band is a paragraph of a given height.
func (p *page) band(style int, height float64, code pipeline.MessageCode, pairs ...any) {
	p.merged(0, style, p.sentence(code, pairs...), 0, 1)
	p.try(p.file.SetRowHeight(p.sheet, p.row-1, height))
}

// merged merges the cells from column on, whose width is in characters, and sets the row's height, because
// spreadsheet programs do not fit it for merged cells.
func (p *page) merged(column, style int, s string, width float64, lines int) {
	from, to := pipeline.CellRef(column, p.row), pipeline.CellRef(len(p.widths)-1, p.row)
	p.try(p.file.MergeCell(p.sheet, from, to))
	p.text(column, style, s)
	p.try(p.file.SetCellStyle(p.sheet, from, to, style))
	if width > 0 {
		lines = linesOf(s, width)
	}
	p.next(float64(lines) * lineHeight)
}

// perWidth is how many letters fit in a unit of width, which is a digit's width: letters are narrower, but words are
// not broken.
const perWidth = 1.05

// linesOf estimates how many lines a text takes in a cell of that width.
func linesOf(s string, width float64) int {
	lines := 0
	for _, line := range strings.Split(s, "\n") {
		units := 0
		for _, r := range line {
			units++
			if r >= 0x1100 { // from here on most characters are twice as wide
				units++
			}
		}
		lines += 1 + int(float64(max(0, units-1))/(width*perWidth))
	}
	return lines
}

// drawing puts a chart below, over so many rows.
func (p *page) drawing(c *excelize.Chart, rows int) {
	p.try(p.file.AddChart(p.sheet, pipeline.CellRef(0, p.row), c))
	p.row += rows
	p.points += float64(rows) * lineHeight
}

// pagePoints is about the height of a printed page, scaled to the sheet's width.
const pagePoints = 560

// keepTogether starts a new printed page when so many rows do not fit, and reports whether they did.
func (p *page) keepTogether(rows int) bool {
	if p.points+float64(rows)*lineHeight > pagePoints {
		p.breakPage()
		return false
	}
	return true
}

// breakPage starts a new printed page.
func (p *page) breakPage() {
	p.try(p.file.InsertPageBreak(p.sheet, pipeline.CellRef(0, p.row+1)))
	p.points = 0
}

// absolute is a cell's name in a formula: $B$7.
func absolute(column, row int) string {
	return "$" + pipeline.ColumnLetters(column) + "$" + strconv.Itoa(row)
}
