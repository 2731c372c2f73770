package templates

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/gocarina/gocsv"
	"github.com/xuri/excelize/v2"
)

// Columns are the headers of the provider's blank spreadsheet: one for each
// field that has a choice, in the schema's order, each group once.
func (d *Definition) Columns() []string {
	var columns []string
	for _, f := range d.provider.Fields {
		if f.Only == "" {
			columns = append(columns, strings.ReplaceAll(f.Path, "[]", "[0]"))
		}
	}
	return columns
}

// WriteBlankCSV writes a book that has its header and no rows.
func (d *Definition) WriteBlankCSV(w io.Writer) error {
	out := gocsv.NewSafeCSVWriter(csv.NewWriter(w))
	if err := out.Write(d.Columns()); err != nil {
		return fmt.Errorf("write the header: %w", err)
	}
	out.Flush()
	return out.Error()
}

// WriteBlankXLSX writes a book that has its header and no rows. Every column
// is formatted as text, so that a spreadsheet program eats no leading zero.
func (d *Definition) WriteBlankXLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}()
	const sheet = "Book"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("name the sheet: %w", err)
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // "@", text
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	header, err := f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE7F0"}}})
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	columns := d.Columns()
	last, err := excelize.ColumnNumberToName(len(columns))
	if err != nil {
		return fmt.Errorf("columns: %w", err)
	}
	if err := f.SetColStyle(sheet, "A:"+last, text); err != nil {
		return fmt.Errorf("format columns as text: %w", err)
	}
	for i, name := range columns {
		letters, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return fmt.Errorf("columns: %w", err)
		}
		if err := f.SetCellStr(sheet, letters+"1", name); err != nil {
			return fmt.Errorf("write the header: %w", err)
		}
		if err := f.SetColWidth(sheet, letters, letters, min(float64(len(name))+3, 45)); err != nil {
			return fmt.Errorf("column width: %w", err)
		}
	}
	if err := f.SetCellStyle(sheet, "A1", last+"1", header); err != nil {
		return fmt.Errorf("style: %w", err)
	}
	if err := f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze the header: %w", err)
	}
	if err := f.Write(w); err != nil {
		return fmt.Errorf("write the workbook: %w", err)
	}
	return nil
}
