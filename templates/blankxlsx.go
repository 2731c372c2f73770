package templates

import (
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
	labelRow   = 1
	headerRow  = 2
	exampleRow = 3
	lastRow    = excelize.TotalRows
)

// blankWriter writes one workbook. The first error sticks.
type blankWriter struct {
	file   *excelize.File
	styles blankStyles
	names  sheetNames
	lists  string // the hidden sheet of values, "" until it is needed
	listed map[string]string
	// longest is the number of values in the longest list.
	longest int
	err     error
}

func (w *blankWriter) try(err error) {
	if w.err == nil && err != nil {
		w.err = fmt.Errorf("write the workbook: %w", err)
	}
}

// WriteXLSX writes the book as a workbook: a sheet for each shape, and a sheet
// that explains the fields. Every column is text, so that a spreadsheet program
// eats no leading zero and makes no date of a word.
func (b *Blank) WriteXLSX(out io.Writer) (err error) {
	w := &blankWriter{file: excelize.NewFile(), names: sheetNames{}, listed: map[string]string{}}
	defer func() {
		if closeErr := w.file.Close(); err == nil {
			err = closeErr
		}
	}()
	w.makeStyles()
	for i, s := range b.Sheets {
		name := w.names.legal(s.Name)
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
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}

// sheet writes the columns of one shape.
func (w *blankWriter) sheet(sheet string, s BlankSheet) {
	w.column(sheet, 0, originColumn(), 13, w.styles.data[0])
	band, entry := 0, ""
	for i, c := range s.Columns {
		if c.Entry != entry {
			entry = c.Entry
			switch {
			case entry == "":
				band = 0
			case band == 1:
				band = 2
			default:
				band = 1
			}
		}
		w.column(sheet, i+1, c, width(c), w.styles.data[band])
		w.text(sheet, i+1, headerRow, c.Path, w.styles.header[band])
		w.text(sheet, i+1, exampleRow, c.Example, w.styles.example[band])
	}
	w.text(sheet, 0, headerRow, pipeline.OriginColumn, w.styles.header[0])
	w.text(sheet, 0, exampleRow, pipeline.ExampleMark, w.styles.example[0])
	labels, headers := 1.0, 1.0 // lines
	for _, c := range s.Columns {
		labels = math.Max(labels, math.Ceil(float64(utf8.RuneCountInString(c.Label)+4)/width(c)))
		headers = math.Max(headers, math.Ceil(float64(len(c.Path))/(width(c)*1.2))) // in smaller letters
	}
	w.try(w.file.SetRowHeight(sheet, labelRow, 16*math.Max(labels, 2)))
	w.try(w.file.SetRowHeight(sheet, headerRow, 3+11.5*headers))
	w.try(w.file.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: headerRow, TopLeftCell: "B3",
		ActivePane: "bottomRight"}))
	w.try(w.file.AddIgnoredErrors(sheet, fmt.Sprintf("A%d:%s", exampleRow, pipeline.CellRef(len(s.Columns), lastRow)),
		excelize.IgnoredErrorsNumberStoredAsText))
	landscape := "landscape"
	w.try(w.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape}))
	w.extent(sheet, len(s.Columns), exampleRow)
}

// extent says a sheet's range, which the library leaves at one cell: readers
// that trust it would see no more. column counts from 0.
func (w *blankWriter) extent(sheet string, column, row int) {
	w.try(w.file.SetSheetDimension(sheet, "A1:"+pipeline.CellRef(column, row)))
}

// originColumn explains the first column.
func originColumn() BlankColumn {
	return BlankColumn{Path: pipeline.OriginColumn, Label: "leave empty", Need: Optional,
		Field: pipeline.Field{Help: pipeline.Localized{"": "leave this column empty. muster passes over a row that says " +
			pipeline.ExampleMark + " here: it only shows how a row is filled. To import such a row, empty this cell."}}}
}

// column writes what stands above the cells of a column, and how they are.
func (w *blankWriter) column(sheet string, i int, c BlankColumn, width float64, style int) {
	letters := pipeline.ColumnLetters(i)
	w.try(w.file.SetColStyle(sheet, letters, style))
	w.try(w.file.SetColWidth(sheet, letters, letters, width))
	label, comment := c.Label, c.comment()
	if c.Path == pipeline.OriginColumn {
		comment = sentence(c.Field.Help.In("en"))
	}
	if c.Need == Needed {
		label += "\u00a0*"
	}
	w.text(sheet, i, labelRow, label, w.styles.label[c.Need])
	lines := strings.Count(comment, "\n") + 1 + utf8.RuneCountInString(comment)/38
	w.try(w.file.AddComment(sheet, excelize.Comment{Cell: pipeline.CellRef(i, headerRow), Author: "muster",
		Paragraph: []excelize.RichTextRun{{Text: comment, Font: &excelize.Font{Size: 9, Family: "Calibri"}}},
		Width:     270, Height: uint(30 + 16*lines)}))
	ref := pipeline.CellRef(i, exampleRow)
	v, err := c.validation(ref, ref+":"+pipeline.CellRef(i, lastRow), w.list(choices(c.Field)))
	if w.try(err); v != nil {
		w.try(w.file.AddDataValidation(sheet, v))
	}
}

// list gives the range of values that a drop-down cannot hold itself, "" where
// it can.
func (w *blankWriter) list(values []string) string {
	if len(values) == 0 || inline(values) {
		return ""
	}
	key := strings.Join(values, "\n")
	if at, ok := w.listed[key]; ok {
		return at
	}
	if w.lists == "" {
		w.lists = w.names.legal("Lists")
		_, err := w.file.NewSheet(w.lists)
		w.try(err)
		w.try(w.file.SetSheetVisible(w.lists, false))
	}
	column := len(w.listed)
	letters := pipeline.ColumnLetters(column)
	w.try(w.file.SetColStyle(w.lists, letters, w.styles.data[0]))
	for i, v := range values {
		w.text(w.lists, column, i+1, v, w.styles.data[0])
	}
	at := fmt.Sprintf("'%s'!$%s$1:$%s$%d", strings.ReplaceAll(w.lists, "'", "''"), letters, letters, len(values))
	w.listed[key] = at
	w.longest = max(w.longest, len(values))
	w.extent(w.lists, column, w.longest)
	return at
}

func (w *blankWriter) text(sheet string, column, row int, s string, style int) {
	at := pipeline.CellRef(column, row)
	if s != "" {
		w.try(w.file.SetCellStr(sheet, at, s))
	}
	w.try(w.file.SetCellStyle(sheet, at, at, style))
}

// width is that of a column in characters: what the longest of its values may
// need, within reason. Names of fields break into lines.
func width(c BlankColumn) float64 {
	widest := max(utf8.RuneCountInString(c.Example), c.Field.MaxLength/2, len(c.Path)/3)
	for _, v := range c.Field.Enum {
		widest = max(widest, utf8.RuneCountInString(v))
	}
	return math.Min(math.Max(float64(widest)+4, 14), 30)
}
