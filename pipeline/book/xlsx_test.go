package book

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

func relationships(inner string) string {
	return xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + inner +
		`</Relationships>`
}

func worksheet(rows string) string {
	return xmlHead + `<worksheet xmlns="` + sheetxml.Main + `"><sheetData>` + rows + `</sheetData></worksheet>`
}

// partsOf returns the parts of a workbook with one sheet, Customers.
func partsOf(sheet string) map[string]string {
	return map[string]string{
		"_rels/.rels": relationships(`<Relationship Id="rId1" Type="` + sheetxml.Relation +
			`/officeDocument" Target="xl/workbook.xml"/>`),
		"xl/workbook.xml": xmlHead + `<workbook xmlns="` + sheetxml.Main + `" xmlns:r="` + sheetxml.Relation + `">
<sheets><sheet name="Customers" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relationships(`<Relationship Id="rId1" Type="` + sheetxml.Relation +
			`/worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + sheetxml.Relation + `/styles" Target="/xl/styles.xml"/>` +
			`<Relationship Id="rId3" Type="` + sheetxml.Relation + `/sharedStrings" Target="sharedStrings.xml"/>`),
		"xl/styles.xml": xmlHead + `<styleSheet xmlns="` + sheetxml.Main +
			`"><numFmts count="1"><numFmt numFmtId="164" formatCode="00000"/></numFmts>` +
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/><xf numFmtId="46"/><xf numFmtId="164"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": xmlHead + `<sst xmlns="` + sheetxml.Main +
			`"><si><t>plain</t></si><si><t xml:space="preserve"> spaced </t></si>` +
			`<si><r><rPr><b/></rPr><t>ri</t></r><r><t>ch</t></r><rPh sb="0" eb="1"><t>phonetic</t></rPh></si>` +
			`<si><t>a_x000D_&#10;b_x005F_x0041_ &amp; _xD83D__xDE00_</t></si><si/></sst>`,
		"xl/worksheets/sheet1.xml": sheet,
	}
}

func workbookOf(t testing.TB, rows string) []byte { return zipped(t, partsOf(worksheet(rows))) }

const headerABC = `<row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c><c r="C1" t="str"><v>c</v></c></row>`

func TestXLSXRows(t *testing.T) {
	tests := []struct {
		name, rows string
		want       []row
	}{
		{"without references", `<row><c t="str"><v>1</v></c><c/><c><v>3</v></c></row>`,
			[]row{{2, cells("1", "", "3"), nil}}},
		{"gaps", `<row r="4"><c r="B4"><v>2</v></c></row><row><c r="A5"><v>5</v></c><c><v>6</v></c></row>`,
			[]row{{4, cells("", "2", ""), nil}, {5, cells("5", "6", ""), nil}}},
		{"empty rows and cells", `<row r="2" s="1"/><row r="3"><c r="A3" s="1"/></row><row r="4"><c r="A4" t="str"><f>B4</f><v></v></c></row><row r="5"><c r="A5" t="s"><v>4</v></c></row><row r="9"><c r="C9"><v>1</v></c></row>`,
			[]row{{9, cells("", "", "1"), nil}}},
		{"past the header", `<row r="2"><c r="A2"><v>1</v></c><c r="H2"><v>2</v></c></row>`,
			[]row{{2, cells("1", "", ""), []string{"extra_cell H"}}}},
		{"past the header, blank", `<row r="2"><c r="A2"><v>1</v></c><c r="H2" t="inlineStr"><is><t> </t></is></c></row>`, []row{{2, cells("1", "", ""), nil}}},
		{"last cell of a sheet", `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`,
			[]row{{1048576, cells("", "", ""), []string{"extra_cell XFD"}}}},
		{"shared strings", `<row r="2"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="s"><v> 2 </v></c></row><row><c t="s"><v>3</v></c></row>`,
			[]row{{2, cells("plain", "spaced", "rich"), nil}, {3, cells("a\nb_x0041_ & 😀", "", ""), nil}}},
		{"inline strings", `<row r="2"><c t="inlineStr"><is><t>007</t></is></c><c t="inlineStr"><is><r><t>x</t></r><r><t>y</t></r><rPh><t>p</t></rPh></is></c></row>`,
			[]row{{2, cells("007", "xy", ""), nil}}},
		{"booleans", `<row r="2"><c t="b"><v>1</v></c><c t="b"><v>0</v></c></row>`,
			[]row{{2, cells("TRUE", "FALSE", ""), nil}}},
		{"error value", `<row r="2"><c t="e"><v>#N/A</v></c><c><v>1</v></c></row>`,
			[]row{{2, cells("", "1", ""), []string{"error_cell A"}}}},
		{"nothing but an error value", `<row r="2"><c t="e"><v>#REF!</v></c></row>`,
			[]row{{2, cells("", "", ""), []string{"error_cell A"}}}},
		{"formulas", `<row r="2"><c><f>1+1</f><v>2</v></c><c t="str"><f>x</f><v>text</v></c><c><f>now()</f></c></row>`,
			[]row{{2, cells("2", "text", ""), []string{"error_cell C"}}}},
		{"numbers", `<row r="2"><c><v>9.00123456E8</v></c><c><v>1E+3</v></c><c><v>42.0</v></c></row>`,
			[]row{{2, cells("900123456", "1000", "42"), nil}}},
		{"more than fifteen digits", `<row r="2"><c><v>123456789012345</v></c><c><v>1234567890123456</v></c><c><v>1.23456789012345E+19</v></c></row>`,
			[]row{{2, cells("123456789012345", "1234567890123456", "12345678901234500000"),
				[]string{"mangled B", "mangled C"}}}},
		{"dates", `<row r="2"><c s="1"><v>43831</v></c><c s="1"><v>43831.5</v></c><c s="2"><v>0.75</v></c></row>`,
			[]row{{2, cells("2020-01-01", "2020-01-01T12:00:00", "18:00:00"), nil}}},
		{"no date", `<row r="2"><c s="1"><v>0</v></c><c s="1"><v>-1</v></c><c s="3"><v>1.5</v></c></row>`,
			[]row{{2, cells("", "", "36:00:00"), []string{"mangled A", "mangled B"}}}},
		{"date cells", `<row r="2"><c t="d"><v>2020-01-02T00:00:00</v></c><c t="d"><v>2020-01-02T03:04:05.6</v></c><c t="d"><v>2020-01-02</v></c></row>`,
			[]row{{2, cells("2020-01-02", "2020-01-02T03:04:06", "2020-01-02"), nil}}},
		{"format of zeros", `<row r="2"><c s="4"><v>2139</v></c><c s="4"><v>123456</v></c><c s="4"><v>1.5</v></c></row>`,
			[]row{{2, cells("02139", "123456", "1.5"), nil}}},
		{"a row in several pieces", `<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>2</v></c></row><row r="3"><c><v>3</v></c></row>`,
			[]row{{2, cells("1", "2", ""), nil}, {3, cells("3", "", ""), nil}}},
		{"references in lower case", `<row r="2"><c r="a2"><v>1</v></c><c r="cb2"/><c r="Cc2"/></row>`,
			[]row{{2, cells("1", "", ""), nil}}},
		{"inline strings in v", `<row r="2"><c t="inlineStr"><v>007</v></c></row>`,
			[]row{{2, cells("007", "", ""), nil}}},
		{"a picture in a cell", `<row r="2"><c t="e" vm="1"><v>#VALUE!</v></c><c t="e" vm="1"><v>#SPILL!</v></c><c t="e"><v>#VALUE!</v></c></row>`,
			[]row{{2, cells("", "", ""), []string{"error_cell B", "error_cell C"}}}},
		{"comments and foreign elements", `<row r="2"><c><v>1<!-- x -->2</v></c></row><!-- x -->`,
			[]row{{2, cells("12", "", ""), nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readAll(t, write(t, "book.xlsx", workbookOf(t, headerABC+tt.rows)), Options{})
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestStrictWorkbook(t *testing.T) {
	parts := partsOf(worksheet(headerABC + `<row><c t="s"><v>2</v></c><c s="1"><v>43831</v></c></row>`))
	for name, content := range parts {
		content = strings.ReplaceAll(content, sheetxml.Main, sheetxml.MainStrict)
		parts[name] = strings.ReplaceAll(content, sheetxml.Relation, sheetxml.RelationStrict)
	}
	got := readAll(t, write(t, "book.xlsx", zipped(t, parts)), Options{})
	if d := cmp.Diff([]row{{2, cells("rich", "2020-01-01", ""), nil}}, got); d != "" {
		t.Error(d)
	}
}

func TestWorkbookWithoutStylesAndStrings(t *testing.T) {
	parts := partsOf(worksheet(headerABC + `<row><c><v>1</v></c><c s="0"><v>2</v></c></row>`))
	delete(parts, "xl/styles.xml")
	delete(parts, "xl/sharedStrings.xml")
	parts["xl/_rels/workbook.xml.rels"] = relationships(`<Relationship Id="rId1" Type="` + sheetxml.Relation +
		`/worksheet" Target="/xl/worksheets/SHEET1.xml"/>`)
	got := readAll(t, write(t, "book.xlsx", zipped(t, parts)), Options{})
	if d := cmp.Diff([]row{{2, cells("1", "2", ""), nil}}, got); d != "" {
		t.Error(d)
	}
}

// Some programs name the parts for styles and strings but write them only if a cell needs them.
func TestWorkbookThatNamesPartsThatAreNotThere(t *testing.T) {
	parts := partsOf(worksheet(headerABC + `<row><c><v>1</v></c><c s="0"><v>2</v></c></row>`))
	delete(parts, "xl/styles.xml")
	delete(parts, "xl/sharedStrings.xml")
	got := readAll(t, write(t, "book.xlsx", zipped(t, parts)), Options{})
	if d := cmp.Diff([]row{{2, cells("1", "2", ""), nil}}, got); d != "" {
		t.Error(d)
	}
}

func TestChoosingASheet(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	fill := func(sheet, name string) {
		t.Helper()
		check(t, f.SetCellValue(sheet, "A1", name))
		check(t, f.SetCellValue(sheet, "A2", "of "+name))
	}
	check(t, f.SetSheetName("Sheet1", "Archive"))
	fill("Archive", "old")
	for _, s := range []string{"Customers", "Notes"} {
		_, err := f.NewSheet(s)
		check(t, err)
		fill(s, strings.ToLower(s))
	}
	f.SetActiveSheet(1)
	check(t, f.SetSheetVisible("Archive", false, true))
	check(t, f.AddChartSheet("Chart", &excelize.Chart{Type: excelize.Col,
		Series: []excelize.ChartSeries{{Values: "Archive!$A$1:$A$2"}}}))
	path := save(t, f)

	for _, tt := range []struct{ ask, sheet, header string }{
		{"", "Customers", "customers"}, {"Archive", "Archive", "old"}, {"Notes", "Notes", "notes"},
		{"notes", "Notes", "notes"},
	} {
		b := open(t, path, Options{Sheet: tt.ask})
		if b.Sheet() != tt.sheet || b.Header()[0].Name != tt.header {
			t.Errorf("asked for %q: got %q with header %v", tt.ask, b.Sheet(), b.Header())
		}
		if d := cmp.Diff([]string{"Archive", "Customers", "Notes"}, b.Sheets()); d != "" {
			t.Error(d)
		}
	}
	if e := refusedBy(t, path, Options{Sheet: "Nobody"}); e.Hint.String() != "book.sheets_are sheets=[Archive Customers Notes]" {
		t.Errorf("a missing sheet: %v", e)
	}
	if e := refusedBy(t, path, Options{Sheet: "Chart"}); e.What.Code != "book.sheet_has_no_rows" {
		t.Errorf("a chart: %v", e)
	}
	hidden := partsOf(worksheet(headerABC))
	hidden["xl/workbook.xml"] = strings.Replace(hidden["xl/workbook.xml"], `sheetId=`, `state="veryHidden" sheetId=`, 1)
	if e := refusedBy(t, write(t, "book.xlsx", zipped(t, hidden)),
		Options{}); e.What.Code != "book.all_sheets_hidden" || e.Hint.String() != "book.name_sheet sheets=[Customers]" {
		t.Errorf("hidden sheets only: %v", e)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func save(t testing.TB, f *excelize.File) string {
	t.Helper()
	path := t.TempDir() + "/book.xlsx"
	check(t, f.SaveAs(path))
	return path
}

// A workbook written by a spreadsheet library and the equivalent CSV are read as the same cells.
func TestWorkbookAndCSVReadTheSame(t *testing.T) {
	for _, system := range []bool{false, true} {
		f := excelize.NewFile()
		check(t, f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &system}))
		style := func(code string) int {
			id, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
			check(t, err)
			return id
		}
		plain, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		check(t, err)
		date, stamp, zip := style(`dd"." mmm\ yyyy;@`), style(`yyyy-mm-dd hh:mm:ss`), style("00000")
		money := style(`#,##0.00 [$€-407];[Red]-#,##0.00 "d"`)
		at := func(y int, m time.Month, d, h, min, s int) time.Time {
			return time.Date(y, m, d, h, min, s, 0, time.UTC)
		}
		table := []struct {
			value any
			style int
			text  string
		}{
			{"0071234567", 0, "0071234567"},
			{"1E5", 0, "1E5"},
			{" Ada\u00a0", 0, "Ada"},
			{int64(900123456), 0, "900123456"},
			{900123456.0, 0, "900123456"},
			{1234.56, money, "1234.56"},
			{0.1 + 0.2, 0, "0.3"},
			{1.0e-7, 0, "0.0000001"},
			{-5, 0, "-5"},
			{true, 0, "TRUE"},
			{false, 0, "FALSE"},
			{at(1985, 3, 4, 0, 0, 0), plain, "1985-03-04"},
			{at(1985, 3, 4, 0, 0, 0), date, "1985-03-04"},
			{at(2001, 12, 31, 23, 59, 59), stamp, "2001-12-31T23:59:59"},
			{2139, zip, "02139"},
			{"two\nlines", 0, "two\nlines"},
			{"=text", 0, "=text"},
			{"a & <b> \"c\"", 0, `a & <b> "c"`},
		}
		var csv strings.Builder
		csv.WriteString("before,value,after\n")
		check(t, f.SetSheetRow("Sheet1", "A1", &[]any{"before", "value", "after"}))
		for i, c := range table {
			n := i + 2
			check(t, f.SetCellValue("Sheet1", fmt.Sprintf("A%d", n), "x"))
			cell := fmt.Sprintf("B%d", n)
			check(t, f.SetCellValue("Sheet1", cell, c.value))
			if c.style != 0 {
				check(t, f.SetCellStyle("Sheet1", cell, cell, c.style))
			}
			fmt.Fprintf(&csv, "x,\"%s\",\n", strings.ReplaceAll(c.text, `"`, `""`))
		}
		check(t, f.SetCellRichText("Sheet1", "C2", []excelize.RichTextRun{{Text: "rich"},
			{Text: " text", Font: &excelize.Font{Bold: true}}}))
		path := save(t, f)
		check(t, f.Close())
		want := readAll(t, write(t, "book.csv", []byte(strings.Replace(csv.String(), ",\n", ",rich text\n", 1))),
			Options{})
		if d := cmp.Diff(want, readAll(t, path, Options{})); d != "" {
			t.Errorf("1904 %t: %s", system, d)
		}
	}
}

func TestFormulaWithoutResultIsAProblem(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	check(t, f.SetSheetRow("Sheet1", "A1", &[]any{"name", "sum"}))
	check(t, f.SetCellValue("Sheet1", "A2", "Ada"))
	check(t, f.SetCellFormula("Sheet1", "B2", "1+1"))
	got := readAll(t, save(t, f), Options{})
	if d := cmp.Diff([]row{{2, cells("Ada", ""), []string{"error_cell B"}}}, got); d != "" {
		t.Error(d)
	}
}

func TestProblemsNeverShowWhatACellHolds(t *testing.T) {
	x := workbookOf(t, headerABC+`<row r="2"><c t="e"><v>Ada Doe</v></c><c><v>4556737586899855</v></c><c s="1"><v>-77</v></c><c><v>5551</v></c></row>`)
	b, err := openBytes("book.xlsx", x, Options{})
	check(t, err)
	err = b.Rows(t.Context(), func(r pipeline.Row) error {
		if len(r.Problems) != 4 {
			t.Errorf("got %d problems, want 4", len(r.Problems))
		}
		for _, p := range r.Problems {
			for _, value := range []string{"Ada", "4556", "-77", "5551"} {
				if strings.Contains(p.Message.String(), value) {
					t.Errorf("%q shows what the cell holds", p.Message)
				}
			}
			if p.Sheet != b.Sheet() || p.Cell() != pipeline.CellRef(p.Column.Index, 2) {
				t.Errorf("the place is %q %q", p.Sheet, p.Cell())
			}
		}
		return nil
	})
	check(t, err)
}
