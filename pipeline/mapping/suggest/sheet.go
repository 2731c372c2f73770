package suggest

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// Sheet is the suggestion as [mapping.ReadSheet] would read it from the file at
// path, once that is written; its tables need not be there.
func (s *Suggestion) Sheet(path string) *mapping.Sheet {
	lines := make([]pipeline.MappingLine, len(s.Lines))
	for i, l := range s.Lines {
		lines[i] = pipeline.MappingLine{Number: i + 2, Field: l.Field, Column: l.Column, Convert: l.Convert,
			Value: l.Value}
	}
	tables := map[string]map[string]string{}
	for _, t := range s.Tables {
		tables[t.Named] = map[string]string{}
		for i, from := range t.From {
			tables[t.Named][from] = t.To[i]
		}
	}
	return mapping.NewSheet(path, lines, tables)
}

// sheetRecord is a line of the sheet's CSV.
type sheetRecord struct {
	Field   string `csv:"field"`
	Column  string `csv:"column"`
	Convert string `csv:"convert"`
	Value   string `csv:"value"`
	Note    string `csv:"note"`
}

// tableRecord is a line of a table's CSV.
type tableRecord struct {
	From string `csv:"from"`
	To   string `csv:"to"`
	Note string `csv:"note"`
}

// Words puts messages into sentences, in one language.
type Words interface {
	Message(*pipeline.Message) string
}

// WriteCSV writes the sheet with a byte-order mark, by which spreadsheet
// programs know UTF-8. Its header is English in every language.
func (s *Suggestion) WriteCSV(w io.Writer, words Words) error {
	lines := make([]sheetRecord, len(s.Lines))
	for i, l := range s.Lines {
		lines[i] = sheetRecord{Field: l.Field, Column: l.Column, Convert: l.Convert, Value: l.Value,
			Note: words.Message(l.Note())}
	}
	for _, l := range s.Place.Lines() {
		lines = append(lines, sheetRecord{Field: l[0], Value: l[1], Note: words.Message(placeNote(l[0]))})
	}
	return writeTyped(w, lines)
}

// placeNote says what a line about the table's place is for.
func placeNote(field string) *pipeline.Message {
	if field == mapping.SheetLine {
		return pipeline.Say("suggest.place_sheet")
	}
	return pipeline.Say("suggest.place_header")
}

// WriteCSV writes the table as map() reads it from a file in the folder of the sheet.
func (t Table) WriteCSV(w io.Writer, words Words) error {
	lines := make([]tableRecord, len(t.From))
	for i, from := range t.From {
		lines[i] = tableRecord{From: from, To: t.To[i], Note: words.Message(t.note(i))}
	}
	return writeTyped(w, lines)
}

func writeTyped[T any](w io.Writer, lines []T) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := gocsv.MarshalCSV(lines, out); err != nil {
		return pipeline.Fail("suggest.not_written", "cause", err)
	}
	return nil
}

// sheetWidths are those of the columns of a mapping sheet, field to note, and
// tableWidths those of a lookup table, in a workbook.
var (
	sheetWidths = []float64{62, 30, 26, 20, 90}
	tableWidths = []float64{40, 40, 40}
)

// SheetName is the name of the sheet that has the mapping; each lookup table has
// one of its own.
func SheetName() *pipeline.Message { return pipeline.Say("suggest.sheet") }

// maxList is what a spreadsheet program takes as a list written out in a
// drop-down, in characters (ECMA-376, part 1, 18.3.1.33, as Excel bounds it).
const maxList = 255

// WriteXLSX writes the sheet as a workbook: the mapping first, each table on a
// sheet of its own. columns are the book's, offered in a drop-down where they
// are short enough.
func (s *Suggestion) WriteXLSX(w io.Writer, columns []string, words Words) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	b := &sheetBook{File: f, words: words}
	b.styles()
	b.mapping(s, columns)
	for _, t := range s.Tables {
		b.table(t)
	}
	if b.err != nil {
		return pipeline.Fail("suggest.not_made", "cause", b.err)
	}
	if err := f.Write(w); err != nil {
		return pipeline.Fail("suggest.not_written", "cause", err)
	}
	return nil
}

// sheetBook writes a workbook and keeps the first error.
type sheetBook struct {
	*excelize.File
	words              Words
	header, text, open int // styles
	err                error
}

func (b *sheetBook) keep(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *sheetBook) styles() {
	style := func(bold bool, fill string) int {
		// 49 is "@", text
		s := &excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: bold},
			Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}
		if fill != "" {
			s.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{fill}}
		}
		n, err := b.NewStyle(s)
		b.keep(err)
		return n
	}
	b.header, b.text, b.open = style(true, "DDE7F0"), style(false, ""), style(false, "FFF2CC")
}

// headings are those of a table, in words.
func (b *sheetBook) headings(all []*pipeline.Message) []string {
	texts := make([]string, len(all))
	for i, m := range all {
		texts[i] = b.words.Message(m)
	}
	return texts
}

// rows writes rows of text under a header and freezes that.
func (b *sheetBook) rows(sheet string, widths []float64, rows [][]string, styleOf func(row, column int) int) {
	for i, width := range widths {
		letters, err := excelize.ColumnNumberToName(i + 1)
		b.keep(err)
		b.keep(b.SetColWidth(sheet, letters, letters, width))
		b.keep(b.SetColStyle(sheet, letters, b.text))
	}
	// The library leaves a sheet's range at one cell.
	end, err := excelize.CoordinatesToCellName(len(widths), max(len(rows), 1))
	b.keep(err)
	b.keep(b.SetSheetDimension(sheet, "A1:"+end))
	for r, row := range rows {
		for c, text := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			b.keep(err)
			b.keep(b.SetCellStr(sheet, cell, text))
			b.keep(b.SetCellStyle(sheet, cell, cell, styleOf(r, c)))
		}
	}
	// On paper, a line stands on one page.
	landscape, wide, fit := "landscape", 1, true
	b.keep(b.SetPageLayout(sheet, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &wide,
		FitToHeight: new(int)}))
	b.keep(b.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.keep(b.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func (b *sheetBook) mapping(s *Suggestion, columns []string) {
	sheet := b.words.Message(SheetName())
	b.keep(b.SetSheetName("Sheet1", sheet))
	rows := [][]string{b.headings(mapping.SheetHeadings())}
	for _, l := range s.Lines {
		rows = append(rows, []string{l.Field, l.Column, l.Convert, l.Value, b.words.Message(l.Note())})
	}
	for _, l := range s.Place.Lines() {
		rows = append(rows, []string{l[0], "", "", l[1], b.words.Message(placeNote(l[0]))})
	}
	b.rows(sheet, sheetWidths, rows, func(row, column int) int {
		switch {
		case row == 0:
			return b.header
		case row > len(s.Lines):
			return b.text
		case s.Lines[row-1].Confidence == Missing, len(s.Lines[row-1].Ask) > 0 && column == 2:
			return b.open
		}
		return b.text
	})
	// A long note needs more lines than a program that does not measure wrapped
	// text would give it.
	for i, l := range s.Lines {
		lines := 1
		for c, width := range sheetWidths {
			lines = max(lines, (len([]rune(rows[i+1][c]))+int(width)-1)/int(width))
		}
		if lines > 1 {
			b.keep(b.SetRowHeight(sheet, i+2, 15*float64(lines)))
		}
		b.list(sheet, fmt.Sprintf("D%d", i+2), l.Choices)
	}
	last := len(s.Lines) + 200
	b.list(sheet, fmt.Sprintf("B2:B%d", last), columns)
	b.list(sheet, fmt.Sprintf("C2:C%d", last), conversionChoices())
}

// list offers values in a drop-down, where it can hold them; anything else may
// be typed all the same.
func (b *sheetBook) list(sheet, cells string, values []string) {
	joined := strings.Join(values, ",")
	if len(values) == 0 || len([]rune(joined)) > maxList || strings.ContainsAny(strings.Join(values, ""), ",\"\n") {
		return
	}
	v := excelize.NewDataValidation(true)
	v.SetSqref(cells)
	b.keep(v.SetDropList(values))
	v.ShowErrorMessage = false
	b.keep(b.AddDataValidation(sheet, v))
}

// conversionChoices are conversions as they are most often written; those with
// a comma no drop-down can hold.
func conversionChoices() []string {
	var out []string
	n := 0
	for _, c := range mapping.Conversions() {
		text := c.Examples[0].Chain
		if strings.Contains(text, ",") || strings.Contains(text, "|") || c.Name == "trim" || c.Name == "map" ||
			n+len(text)+1 > maxList {
			continue
		}
		n += len(text) + 1
		out = append(out, text)
	}
	return out
}

func (b *sheetBook) table(t Table) {
	_, err := b.NewSheet(t.Named)
	b.keep(err)
	rows := [][]string{b.headings(mapping.TableHeadings())}
	for i, from := range t.From {
		rows = append(rows, []string{from, t.To[i], b.words.Message(t.note(i))})
	}
	b.rows(t.Named, tableWidths, rows, func(row, column int) int {
		switch {
		case row == 0:
			return b.header
		case column == 1 && t.To[row-1] == "":
			return b.open
		}
		return b.text
	})
}
