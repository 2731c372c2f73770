package book

import (
	"errors"
	"maps"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"muster/pipeline/sheetxml"
)

// writtenBook is the book of testdata/writers as muster reads it.
func writtenBook() []row {
	return []row{
		{2, cells("099000022", `CAFÉ "SIERRA", S.A.S.`, "ñandú & <co>", "a'b", "1969-08-04", "TRUE",
			"123456789012345", "2", "", "negrita y normal"), []string{"error_cell I"}},
		{4, cells("000000001", "línea 1\nlínea 2", "", "espacios", "2024-02-29T13:45:30", "FALSE", "0.1", "xy", "",
			"igual: =1"), nil},
	}
}

// noResults is that book with no results stored for its formulas.
func noResults() []row {
	book := writtenBook()
	book[0].Cells[7], book[0].Problems = "", []string{"error_cell H", "error_cell I"}
	book[1].Cells[7], book[1].Problems = "", []string{"error_cell H"}
	return book
}

// asShown is that book as a CSV, where a date is written as its program displays it.
func asShown(day, moment string) []row {
	book := writtenBook()
	book[0].Cells[4], book[1].Cells[4] = day, moment
	return book
}

// The same book is read the same way, whichever program wrote it.
func TestOneBookByEveryWriter(t *testing.T) {
	folder := filepath.Join("testdata", "writers")
	want := map[string][]row{
		"openpyxl.xlsx": noResults(), "openpyxl-1904.xlsx": noResults(), "xlsx-populate.xlsx": noResults(),
		"xlsxwriter.xlsx": writtenBook(), "xlsxwriter-1904.xlsx": writtenBook(),
		"sheetjs.xlsx": writtenBook(), "sheetjs-inline.xlsx": writtenBook(),
		"libreoffice.xlsx": writtenBook(), "libreoffice.csv": asShown("1969-08-04", "2024-02-29 13:45:30"),
		"gnumeric.xlsx": writtenBook(), "gnumeric.csv": asShown("1969/08/04", "2024/02/29 13:45:30"),
	}
	there, err := filepath.Glob(filepath.Join(folder, "*.[cx]*"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range there {
		there[i] = filepath.Base(there[i])
	}
	if d := cmp.Diff(slices.Sorted(maps.Keys(want)), there); d != "" {
		t.Fatalf("the files are others: %s", d)
	}
	for name, rows := range want {
		t.Run(name, func(t *testing.T) { sameBook(t, filepath.Join(folder, name), rows) })
	}
	t.Run("excelize", func(t *testing.T) { sameBook(t, writtenByExcelize(t), noResults()) })
	for name, spelt := range map[string]func() map[string]string{"as Excel": writtenAsExcel,
		"as Google Sheets": writtenAsSheets, "as Apache POI": writtenAsPOI} {
		t.Run(name, func(t *testing.T) { sameBook(t, write(t, "book.xlsx", zipped(t, spelt())), writtenBook()) })
	}
}

// The programs installed on this machine still write the same book.
func TestOneBookByWritersOfThisMachine(t *testing.T) {
	folder, made := t.TempDir(), 0
	run := func(what string, args ...string) bool {
		out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
		if err != nil {
			t.Logf("%s is not here (%v): its files in testdata are what is tested\n%s", what, err, out)
		}
		return err == nil
	}
	if run("openpyxl or XlsxWriter", "python3", filepath.Join("testdata", "writers", "make.py"), folder) {
		made++
		sameBook(t, filepath.Join(folder, "openpyxl-1904.xlsx"), noResults())
		sameBook(t, filepath.Join(folder, "xlsxwriter.xlsx"), writtenBook())
	}
	if run("Gnumeric", "ssconvert", filepath.Join("testdata", "writers", "xlsxwriter.xlsx"),
		filepath.Join(folder, "gnumeric.xlsx")) {
		made++
		sameBook(t, filepath.Join(folder, "gnumeric.xlsx"), writtenBook())
	}
	t.Logf("%d of 2 are here", made)
}

// sameBook reads a book and, if it is a workbook, its hidden sheet too.
func sameBook(t *testing.T, path string, want []row) {
	t.Helper()
	if d := cmp.Diff(want, readAll(t, path, Options{})); d != "" {
		t.Errorf("%s: %s", path, d)
	}
	b := open(t, path, Options{})
	var header []string
	for _, c := range b.Header() {
		header = append(header, c.Name)
	}
	if d := cmp.Diff([]string{"NIT", "Razón social", "Contacto", "", "Alta", "Activo", "Saldo", "Suma", "Falla",
		"Nota"}, header); d != "" {
		t.Errorf("%s: %s", path, d)
	}
	if _, err := rows(t, b); err != nil || b.Trimmed().String() != "book.trimmed count=1 rows=(rows count=1) columns=[D]" {
		t.Errorf("%s: %v, trimmed: %q", path, err, b.Trimmed())
	}
	if strings.HasSuffix(path, ".csv") {
		return
	}
	if d := cmp.Diff([]string{"Clientes", "Otra", "Oculta"}, b.Sheets()); d != "" || b.Sheet() != "Clientes" {
		t.Errorf("%s: sheet %s of %s", path, b.Sheet(), d)
	}
	if d := cmp.Diff([]row{{2, cells("007"), nil}}, readAll(t, path, Options{Sheet: "Oculta"})); d != "" {
		t.Errorf("%s, the hidden sheet: %s", path, d)
	}
	if strings.HasPrefix(filepath.Base(path), "gnumeric") {
		return // this program does not keep what was hidden
	}
	if e := refusedBy(t, path, Options{Sheet: "3"}); e.What.String() != `book.numbered_sheet_hidden number=3 sheet="Oculta"` {
		t.Error(e)
	}
}

func writtenByExcelize(t *testing.T) string {
	t.Helper()
	f := excelize.NewFile()
	day, moment, digits := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0"
	style := func(cell string, format *string) error {
		id, err := f.NewStyle(&excelize.Style{CustomNumFmt: format})
		return errors.Join(err, f.SetCellStyle("Clientes", cell, cell, id))
	}
	_, err1 := f.NewSheet("Otra")
	_, err2 := f.NewSheet("Oculta")
	path := filepath.Join(t.TempDir(), "excelize.xlsx")
	err := errors.Join(err1, err2, f.SetSheetName("Sheet1", "Clientes"),
		f.SetSheetRow("Clientes", "A1", &[]any{"NIT", "Razón social", "Contacto", nil, "Alta", "Activo", "Saldo",
			"Suma", "Falla", "Nota"}),
		f.MergeCell("Clientes", "C1", "D1"),
		f.SetSheetRow("Clientes", "A2", &[]any{"099000022", `CAFÉ "SIERRA", S.A.S.`, "ñandú & <co>", "a'b",
			time.Date(1969, 8, 4, 0, 0, 0, 0, time.UTC), true, 123456789012345}),
		f.SetCellFormula("Clientes", "H2", "1+1"), f.SetCellFormula("Clientes", "I2", "NA()"),
		f.SetCellRichText("Clientes", "J2", []excelize.RichTextRun{{Font: &excelize.Font{Bold: true}, Text: "negrita"},
			{Text: " y normal"}}),
		f.SetSheetRow("Clientes", "A4", &[]any{"000000001", "línea 1\nlínea 2", nil, " espacios ",
			time.Date(2024, 2, 29, 13, 45, 30, 0, time.UTC), false, 0.1}),
		f.SetCellFormula("Clientes", "H4", `"x"&"y"`), f.SetCellValue("Clientes", "J4", "igual: =1"),
		style("E2", &day), style("E4", &moment), style("G2", &digits),
		f.SetCellValue("Otra", "A1", "otra"), f.SetSheetRow("Oculta", "A1", &[]any{"oculta"}),
		f.SetCellStr("Oculta", "A2", "007"), f.SetSheetVisible("Oculta", false), f.SaveAs(path), f.Close())
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The cell styles of the books written by hand: 1 is a date, 2 a date with a time, 3 a whole number.
const writtenStyles = `<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/><numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>` +
	`<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/><xf numFmtId="1" applyNumberFormat="1"/></cellXfs>`

// writtenParts returns the parts of a workbook written by hand; namespaces are the attributes, and prefix the prefix,
// of its elements.
func writtenParts(namespaces, prefix string, sheets [3]string, more map[string]string) map[string]string {
	p := prefix
	if p != "" {
		p += ":"
	}
	parts := map[string]string{
		"_rels/.rels": relationships(`<Relationship Id="rId1" Type="` + sheetxml.Relation +
			`/officeDocument" Target="xl/workbook.xml"/>`),
		"xl/workbook.xml": `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n<" + p + "workbook " +
			namespaces + "><" + p + `sheets>` +
			"<" + p + `sheet name="Clientes" sheetId="1" r:id="rId1"/><` + p +
			`sheet name="Otra" sheetId="4" state="visible" r:id="rId2"/><` + p +
			`sheet name="Oculta" sheetId="2" state="hidden" r:id="rId3"/>` +
			"</" + p + "sheets></" + p + "workbook>",
		"xl/styles.xml": `<styleSheet xmlns="` + sheetxml.Main + `">` + writtenStyles + `</styleSheet>`,
	}
	relations := `<Relationship Id="rId9" Type="` + sheetxml.Relation + `/styles" Target="styles.xml"/>`
	for i, s := range sheets {
		n := string(rune('1' + i))
		relations += `<Relationship Id="rId` + n + `" Type="` + sheetxml.Relation +
			`/worksheet" Target="worksheets/sheet` + n + `.xml"/>`
		parts["xl/worksheets/sheet"+n+".xml"] = s
	}
	if more["xl/sharedStrings.xml"] != "" {
		relations += `<Relationship Id="rId8" Type="` + sheetxml.Relation +
			`/sharedStrings" Target="/xl/sharedStrings.xml"/>`
	}
	parts["xl/_rels/workbook.xml.rels"] = relationships(relations)
	maps.Copy(parts, more)
	return parts
}

const (
	writtenNamespaces = `xmlns="` + sheetxml.Main + `" xmlns:r="` + sheetxml.Relation + `"`
	xmlDeclaration    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n"
)

// writtenAsExcel has shared strings, a dimension, views, spans and descents.
func writtenAsExcel() map[string]string {
	texts := []string{"NIT", "Razón social", "Contacto", "Alta", "Activo", "Saldo", "Suma", "Falla", "Nota",
		"099000022", `CAFÉ "SIERRA", S.A.S.`, "ñandú &amp; &lt;co&gt;", "a'b", "000000001", "línea 1_x000D_\nlínea 2",
		" espacios ", "igual: =1", "otra", "oculta", "007"}
	sst := xmlDeclaration + `<sst xmlns="` + sheetxml.Main + `" count="24" uniqueCount="21">`
	for _, s := range texts {
		sst += `<si><t xml:space="preserve">` + s + `</t></si>`
	}
	sst += `<si><r><rPr><b/><sz val="11"/><rFont val="Calibri"/></rPr><t>negrita</t></r><r><rPr><sz val="11"/></rPr><t xml:space="preserve"> y normal</t></r><phoneticPr fontId="1"/></si></sst>`
	sheet := func(dimension, rows, rest string) string {
		return xmlDeclaration + `<worksheet ` + writtenNamespaces +
			` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac">` +
			`<dimension ref="` + dimension + `"/><sheetViews><sheetView tabSelected="1" workbookViewId="0"><selection activeCell="A2" sqref="A2"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15" x14ac:dyDescent="0.25"/>` +
			`<cols><col min="1" max="1" width="14" customWidth="1"/></cols><sheetData>` + rows + `</sheetData>` + rest +
			`<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>`
	}
	return writtenParts(writtenNamespaces, "", [3]string{
		sheet("A1:J4", `<row r="1" spans="1:10" x14ac:dyDescent="0.25"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" s="0" t="s"><v>2</v></c><c r="D1" s="0"/><c r="E1" t="s"><v>3</v></c><c r="F1" t="s"><v>4</v></c><c r="G1" t="s"><v>5</v></c><c r="H1" t="s"><v>6</v></c><c r="I1" t="s"><v>7</v></c><c r="J1" t="s"><v>8</v></c></row>`+
			`<row r="2" spans="1:10"><c r="A2" t="s"><v>9</v></c><c r="B2" t="s"><v>10</v></c><c r="C2" t="s"><v>11</v></c><c r="D2" t="s"><v>12</v></c><c r="E2" s="1"><v>25419</v></c><c r="F2" t="b"><v>1</v></c><c r="G2" s="3"><v>123456789012345</v></c><c r="H2"><f>1+1</f><v>2</v></c><c r="I2" t="e"><f>NA()</f><v>#N/A</v></c><c r="J2" t="s"><v>20</v></c></row>`+
			`<row r="3" spans="1:10" ht="15" customHeight="1"><c r="A3" s="1"/></row>`+
			`<row r="4" spans="1:10"><c r="A4" t="s"><v>13</v></c><c r="B4" t="s"><v>14</v></c><c r="D4" t="s"><v>15</v></c><c r="E4" s="2"><v>45351.573263888888</v></c><c r="F4" t="b"><v>0</v></c><c r="G4"><v>0.1</v></c><c r="H4" t="str"><f>"x"&amp;"y"</f><v>xy</v></c><c r="J4" t="s"><v>16</v></c></row>`,
			`<mergeCells count="1"><mergeCell ref="C1:D1"/></mergeCells>`),
		sheet("A1", `<row r="1"><c r="A1" t="s"><v>17</v></c></row>`, ""),
		sheet("A1:A2", `<row r="1"><c r="A1" t="s"><v>18</v></c></row><row r="2"><c r="A2" t="s"><v>19</v></c></row>`,
			""),
	}, map[string]string{"xl/sharedStrings.xml": sst})
}

// inlineRows returns the book's rows with the text inside the cells; p is the prefix of the elements.
func inlineRows(p string) string {
	text := func(ref, s string) string {
		return `<` + p + `c r="` + ref + `" t="inlineStr"><` + p + `is><` + p + `t>` + s + `</` + p + `t></` + p +
			`is></` + p + `c>`
	}
	value := func(ref, attributes, v string) string {
		return `<` + p + `c r="` + ref + `"` + attributes + `><` + p + `v>` + v + `</` + p + `v></` + p + `c>`
	}
	formula := func(ref, attributes, f, v string) string {
		return `<` + p + `c r="` + ref + `"` + attributes + `><` + p + `f>` + f + `</` + p + `f><` + p + `v>` + v +
			`</` + p + `v></` + p + `c>`
	}
	row := func(n, inside string) string { return `<` + p + `row r="` + n + `">` + inside + `</` + p + `row>` }
	return row("1", text("A1", "NIT")+text("B1", "Razón social")+text("C1", "Contacto")+`<`+p+`c r="D1"/>`+
		text("E1", "Alta")+text("F1", "Activo")+text("G1", "Saldo")+text("H1", "Suma")+text("I1", "Falla")+
		text("J1", "Nota")) +
		row("2", text("A2", "099000022")+text("B2", `<![CDATA[CAFÉ "SIERRA", S.A.S.]]>`)+
			text("C2", "&#241;and&#xFA; &amp; &lt;co&gt;")+text("D2", "a&apos;b")+value("E2", ` s="1"`, "25419.0")+
			value("F2", ` t="b"`, "1")+value("G2", ` s="3"`, "1.23456789012345E14")+formula("H2", "", "1+1", "2.0")+
			formula("I2", ` t="e"`, "NA()", "#N/A")+
			`<`+p+`c r="J2" t="inlineStr"><`+p+`is><`+p+`r><`+p+`rPr><`+p+`b/></`+p+`rPr><`+p+`t>negrita</`+p+`t></`+p+
			`r><`+p+`r><`+p+`t xml:space="preserve"> y normal</`+p+`t></`+p+`r></`+p+`is></`+p+`c>`) +
		row("4", text("A4", "000000001")+text("B4", "línea 1&#10;línea 2")+text("D4", " espacios ")+
			value("E4", ` s="2"`, "45351.57326388889")+value("F4", ` t="b"`, "0")+value("G4", "", "0.1")+
			formula("H4", ` t="str"`, `"x"&amp;"y"`, "xy")+text("J4", "igual: =1"))
}

func inlineSheets(p, head string) [3]string {
	sheet := func(rows string) string {
		return head + `<` + p + `sheetData>` + rows + `</` + p + `sheetData>` + `<` + p + `mergeCells><` + p +
			`mergeCell ref="C1:D1"/></` + p + `mergeCells></` + p + `worksheet>`
	}
	one := func(ref, s string) string {
		return `<` + p + `row><` + p + `c r="` + ref + `" t="inlineStr"><` + p + `is><` + p + `t>` + s + `</` + p +
			`t></` + p + `is></` + p + `c></` + p + `row>`
	}
	return [3]string{sheet(inlineRows(p)), sheet(one("A1", "otra")), sheet(one("A1", "oculta") + one("A2", "007"))}
}

// writtenAsSheets has the text inside the cells, and no dimension.
func writtenAsSheets() map[string]string {
	return writtenParts(writtenNamespaces, "", inlineSheets("",
		`<?xml version="1.0" encoding="UTF-8" standalone="yes"?><worksheet `+writtenNamespaces+
			`><sheetPr><outlinePr summaryBelow="0"/></sheetPr>`), nil)
}

// writtenAsPOI has a namespace prefix, a different one in each part.
func writtenAsPOI() map[string]string {
	return writtenParts(`xmlns:main="`+sheetxml.Main+`" xmlns:r="`+sheetxml.Relation+`"`, "main",
		inlineSheets("x:", "\ufeff"+`<?xml version='1.0' encoding='utf-8'?><!-- by a stream --><x:worksheet xmlns:x="`+
			sheetxml.Main+`">`), nil)
}
