package templates

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// The rows of a blank sheet. Readers find the header by its first cell.
const (
	bandRow    = 1 // names the group of the columns below: Business, Address, Representative 1
	labelRow   = 2
	headerRow  = 3
	exampleRow = 4
	lastRow    = excelize.TotalRows
)

// blankWriter writes one workbook. It keeps the first error.
type blankWriter struct {
	wording
	file   *excelize.File
	styles blankStyles
	names  sheetNames
	lists  string // the hidden sheet of values, "" before it is needed
	listed map[string]string
	// longest is the number of values in the longest list.
	longest int
	err     error
}

func (w *blankWriter) try(err error) {
	if w.err == nil && err != nil {
		w.err = pipeline.Fail("template.write_failed", "cause", pipeline.WithoutPath(err))
	}
}

// WriteXLSX writes the book as a workbook: a sheet for each shape, and a sheet that explains the fields. Every column
// is text, so that a spreadsheet program neither drops leading zeros nor makes dates of words.
func (b *Blank) WriteXLSX(out io.Writer, words Words) (err error) {
	w := &blankWriter{wording: wording{words}, file: excelize.NewFile(), names: sheetNames{},
		listed: map[string]string{}}
	defer func() {
		if closeErr := w.file.Close(); err == nil {
			err = closeErr
		}
	}()
	w.makeStyles()
	for i, s := range b.Sheets {
		name := w.names.legal(cmp.Or(s.Name, w.say("template.sheet_book")))
		if i == 0 {
			w.try(w.file.SetSheetName("Sheet1", name))
		} else {
			_, err := w.file.NewSheet(name)
			w.try(err)
		}
		w.sheet(name, s)
	}
	w.fields(b)
	w.file.SetActiveSheet(0)
	if w.err != nil {
		return w.err
	}
	if err := w.file.Write(out); err != nil {
		return pipeline.Fail("template.write_failed", "cause", pipeline.WithoutPath(err))
	}
	return nil
}

// sheet writes the columns of one shape.
func (w *blankWriter) sheet(sheet string, s BlankSheet) {
	w.originColumn(sheet)
	bands := w.bands(s)
	for _, b := range bands {
		for i := b.from; i <= b.to; i++ {
			c := s.Columns[i]
			w.column(sheet, i+1, c, w.styles.data[b.look])
			w.cell(sheet, i+1, headerRow, c.Path, w.styles.header[b.look])
			w.cell(sheet, i+1, exampleRow, c.Example, w.styles.example[b.look])
		}
	}
	w.writeBands(sheet, bands)  // after the columns, whose style would replace theirs
	labels, headers := 1.0, 1.0 // lines
	for _, c := range s.Columns {
		labels = math.Max(labels, math.Ceil(float64(utf8.RuneCountInString(w.labelInBand(c))+4)/width(c)))
		headers = math.Max(headers, math.Ceil(float64(len(c.Path))/(width(c)*1.2))) // the header has a smaller font
	}
	w.try(w.file.SetRowHeight(sheet, labelRow, 16*math.Max(labels, 2)))
	w.try(w.file.SetRowHeight(sheet, headerRow, 3+11.5*headers))
	w.try(w.file.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: headerRow, TopLeftCell: pipeline.CellRef(1, headerRow+1),
		ActivePane: "bottomRight"}))
	w.try(w.file.AddIgnoredErrors(sheet, fmt.Sprintf("A%d:%s", exampleRow, pipeline.CellRef(len(s.Columns), lastRow)),
		excelize.IgnoredErrorsNumberStoredAsText))
	w.printed(sheet, s)
	w.extent(sheet, len(s.Columns), exampleRow)
}

// band is a run of columns of one group entry.
type band struct {
	title    string
	from, to int // columns of the sheet, from 0, not counting the origin column
	look     int // 0 for no group, then 1 and 2 in turn
}

// bands divides the columns of a sheet into bands.
func (w wording) bands(s BlankSheet) (all []band) {
	look := 0
	for i, c := range s.Columns {
		title := w.band(s, c)
		if n := len(all); n > 0 && all[n-1].title == title {
			all[n-1].to = i
			continue
		}
		switch {
		case len(c.groups) == 0:
			look = 0
		case look == 1:
			look = 2
		default:
			look = 1
		}
		all = append(all, band{title, i, i, look})
	}
	return all
}

// writeBands writes the bands' titles above the labels.
func (w *blankWriter) writeBands(sheet string, all []band) {
	w.cell(sheet, 0, bandRow, "", w.styles.band[0])
	for _, b := range all {
		for i := b.from; i <= b.to; i++ {
			w.cell(sheet, i+1, bandRow, "", w.styles.band[b.look])
		}
		w.cell(sheet, b.from+1, bandRow, b.title, w.styles.band[b.look])
		if b.to > b.from {
			w.try(w.file.MergeCell(sheet, pipeline.CellRef(b.from+1, bandRow), pipeline.CellRef(b.to+1, bandRow)))
		}
	}
	w.try(w.file.SetRowHeight(sheet, bandRow, 20))
}

// printed makes a sheet print with its head on each page, on as many pages side by side as keep it readable.
func (w *blankWriter) printed(sheet string, s BlankSheet) {
	const readable = 180 // characters on a page
	sum := originWidth
	for _, c := range s.Columns {
		sum += width(c)
	}
	landscape, a4, wide, high, fit := "landscape", 9, int(math.Ceil(sum/readable)), 0, true
	w.try(w.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	w.try(w.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4,
		FitToWidth: &wide, FitToHeight: &high}))
	w.try(w.file.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet,
		RefersTo: fmt.Sprintf("'%s'!$%d:$%d", strings.ReplaceAll(sheet, "'", "''"), bandRow, headerRow)}))
}

// extent sets a sheet's range, which the library leaves at one cell: readers that trust it would see no more. column
// counts from 0.
func (w *blankWriter) extent(sheet string, column, row int) {
	w.try(w.file.SetSheetDimension(sheet, "A1:"+pipeline.CellRef(column, row)))
}

// originWidth is the width of the first column in characters.
const originWidth = 13.0

// originColumn writes the first column, which says where a row comes from.
func (w *blankWriter) originColumn(sheet string) {
	w.head(sheet, 0, originWidth, w.styles.data[0], w.say("template.leave_empty"), Optional,
		w.say("template.leave_empty_help", "mark", exampleMark(w.words)))
	w.cell(sheet, 0, headerRow, pipeline.OriginColumn, w.styles.header[0])
	w.cell(sheet, 0, exampleRow, exampleMark(w.words), w.styles.example[0])
}

// column writes the head of a column, and the format and the rule of its cells.
func (w *blankWriter) column(sheet string, i int, c BlankColumn, style int) {
	label := w.labelInBand(c)
	if c.Need == Needed {
		label += "\u00a0*"
	}
	w.head(sheet, i, width(c), style, label, c.Need, w.comment(c))
	ref := pipeline.CellRef(i, exampleRow)
	cells := ref + ":" + pipeline.CellRef(i, lastRow)
	v, err := c.validation(w.wording, ref, cells, w.list(choices(c.Field)))
	if w.try(err); v != nil {
		w.try(w.file.AddDataValidation(sheet, v))
	}
}

// head writes the label and the comment of a column.
func (w *blankWriter) head(sheet string, i int, width float64, style int, label string, need Need, comment string) {
	letters := pipeline.ColumnLetters(i)
	w.try(w.file.SetColStyle(sheet, letters, style))
	w.try(w.file.SetColWidth(sheet, letters, letters, width))
	w.cell(sheet, i, labelRow, label, w.styles.label[need])
	lines := strings.Count(comment, "\n") + 1 + utf8.RuneCountInString(comment)/38
	w.try(w.file.AddComment(sheet, excelize.Comment{Cell: pipeline.CellRef(i, headerRow), Author: "muster",
		Paragraph: []excelize.RichTextRun{{Text: comment, Font: &excelize.Font{Size: 9, Family: "Calibri"}}},
		Width:     270, Height: uint(30 + 16*lines)}))
}

// list is the range of values that a drop-down cannot list itself, "" when it can.
func (w *blankWriter) list(values []string) string {
	if len(values) == 0 || inline(values) {
		return ""
	}
	key := strings.Join(values, "\n")
	if at, ok := w.listed[key]; ok {
		return at
	}
	if w.lists == "" {
		w.lists = w.names.legal(w.say("template.sheet_lists"))
		_, err := w.file.NewSheet(w.lists)
		w.try(err)
		w.try(w.file.SetSheetVisible(w.lists, false))
	}
	column := len(w.listed)
	letters := pipeline.ColumnLetters(column)
	w.try(w.file.SetColStyle(w.lists, letters, w.styles.data[0]))
	for i, v := range values {
		w.cell(w.lists, column, i+1, v, w.styles.data[0])
	}
	at := fmt.Sprintf("'%s'!$%s$1:$%s$%d", strings.ReplaceAll(w.lists, "'", "''"), letters, letters, len(values))
	w.listed[key] = at
	w.longest = max(w.longest, len(values))
	w.extent(w.lists, column, w.longest)
	return at
}

func (w *blankWriter) cell(sheet string, column, row int, s string, style int) {
	at := pipeline.CellRef(column, row)
	if s != "" {
		w.try(w.file.SetCellStr(sheet, at, s))
	}
	w.try(w.file.SetCellStyle(sheet, at, at, style))
}

// width is the width of a column in characters: enough for its longest value, within limits. Names of fields are
// wrapped.
func width(c BlankColumn) float64 {
	widest := max(utf8.RuneCountInString(c.Example), c.Field.MaxLength/2, len(c.Path)/3)
	for _, v := range c.Field.Enum {
		widest = max(widest, utf8.RuneCountInString(v))
	}
	return math.Min(math.Max(float64(widest)+4, 14), 30)
}
