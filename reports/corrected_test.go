package reports

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// In a corrected workbook cells have other texts in their old format, and there is no new column or style; a cell
// with a formula is refused.
func TestCorrect(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "book.xlsx")
	f := excelize.NewFile()
	red, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Color: "FF0000"}})
	if err != nil {
		t.Fatal(err)
	}
	for cell, value := range map[string]any{"A1": "NIT", "B1": "Name", "A2": 900, "B2": "old", "A3": 901, "B3": "stays"} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{f.SetCellStyle("Sheet1", "B2", "B2", red), f.SetCellFormula("Sheet1", "A3", "A2+1"),
		f.SaveAs(path), f.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	correct := func(cells map[int]map[int]string) ([]byte, error) {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		err = Correct(&out, folder, Original{File: file, Size: info.Size(), Name: path,
			Part: "xl/worksheets/sheet1.xml", Columns: 2}, cells)
		return out.Bytes(), err
	}
	text, err := correct(map[int]map[int]string{2: {0: "007", 1: "new <&>"}})
	if err != nil {
		t.Fatal(err)
	}
	copied, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer copied.Close()
	rows, err := copied.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]string{{"NIT", "Name"}, {"007", "new <&>"}} {
		if len(rows[i]) != 2 || rows[i][0] != want[0] || rows[i][1] != want[1] {
			t.Errorf("row %d: %q, want %q", i+1, rows[i], want)
		}
	}
	if style, err := copied.GetCellStyle("Sheet1", "B2"); err != nil || style != red {
		t.Errorf("style %d, %v; want %d", style, err, red)
	}
	if formula, err := copied.GetCellFormula("Sheet1", "A3"); err != nil || formula != "A2+1" {
		t.Errorf("formula %q, %v", formula, err)
	}
	var refused *pipeline.Mistake
	if _, err := correct(map[int]map[int]string{3: {0: "x"}}); !errors.As(err, &refused) {
		t.Errorf("a formula is not refused: %v", err)
	}
}
