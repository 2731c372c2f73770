package reports

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// page writes a sheet of three columns from top to bottom. The first error
// sticks and is given by end.
type page struct {
	file   *excelize.File
	sheet  string
	styles *styles
	row    int
	err    error
}

// widths of the three columns, in characters.
var pageWidths = [...]float64{24, 14, 104}

const lineHeight = 15.5 // points

func (p *page) try(err error) {
	if p.err == nil {
		p.err = err
	}
}

func (p *page) begin() {
	p.row = 1
	for i, width := range pageWidths {
		name := pipeline.ColumnLetters(i)
		p.try(p.file.SetColWidth(p.sheet, name, name, width))
	}
	lines, fit := false, true
	p.try(p.file.SetSheetView(p.sheet, -1, &excelize.ViewOptions{ShowGridLines: &lines}))
	p.try(p.file.SetSheetProps(p.sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	p.try(setPage(p.file, p.sheet))
	// Before any sheet is flushed: the library looks at all of them.
	p.file.SetActiveSheet(0)
}

func (p *page) end() error { return p.err }

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

// next goes to the next row; height in points, 0 leaves it as it is.
func (p *page) next(height float64) {
	if height > 0 {
		p.try(p.file.SetRowHeight(p.sheet, p.row, min(height, excelize.MaxRowHeight)))
	}
	p.row++
}

func (p *page) gap() { p.next(0) }

func (p *page) title(s string) {
	p.text(0, p.styles.title, s)
	p.next(28)
}

func (p *page) heading(s string) {
	p.gap()
	p.text(0, p.styles.heading, s)
	p.text(1, p.styles.heading, "")
	p.text(2, p.styles.heading, "")
	p.next(20)
}

// columns is the header of a table: text, numbers, text.
func (p *page) columns(names ...string) {
	looks := [...]int{p.styles.header, p.styles.headerRight, p.styles.headerIndented}
	for i, name := range names {
		p.text(i, looks[i], name)
	}
	p.next(0)
}

// pair writes a label and what it is; nothing when that is unknown.
func (p *page) pair(label, value string) {
	if value == "" {
		return
	}
	p.text(0, p.styles.label, label)
	p.merged(1, p.styles.wrapped, value, pageWidths[1]+pageWidths[2], 1)
}

// paragraph writes a text over the whole width.
func (p *page) paragraph(style int, s string) {
	p.merged(0, style, s, pageWidths[0]+pageWidths[1]+pageWidths[2], 1)
}

// band is a paragraph of a given height.
func (p *page) band(style int, height float64, s string) {
	p.merged(0, style, s, 0, 1)
	p.try(p.file.SetRowHeight(p.sheet, p.row-1, height))
}

// merged joins the cells from column on, whose width is in characters. A
// spreadsheet program does not fit the height of merged cells to their text.
func (p *page) merged(column, style int, s string, width float64, lines int) {
	from, to := pipeline.CellRef(column, p.row), pipeline.CellRef(len(pageWidths)-1, p.row)
	p.try(p.file.MergeCell(p.sheet, from, to))
	p.text(column, style, s)
	p.try(p.file.SetCellStyle(p.sheet, from, to, style))
	if width > 0 {
		lines += utf8.RuneCountInString(s)/int(width) + strings.Count(s, "\n")
	}
	p.next(float64(lines) * lineHeight)
}

// drawing puts a chart below what there is, over so many rows.
func (p *page) drawing(c *excelize.Chart, rows int) {
	p.try(p.file.AddChart(p.sheet, pipeline.CellRef(0, p.row), c))
	p.row += rows
}

// breakPage starts a new page in print.
func (p *page) breakPage() {
	p.try(p.file.InsertPageBreak(p.sheet, pipeline.CellRef(0, p.row+1)))
}

// absolute is a cell's name in a formula: $B$7.
func absolute(column, row int) string {
	return "$" + pipeline.ColumnLetters(column) + "$" + strconv.Itoa(row)
}
