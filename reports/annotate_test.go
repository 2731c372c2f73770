package reports

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// archived are an archive's parts, by name.
func archived(t testing.TB, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if _, twice := all[f.Name]; twice {
			t.Errorf("%s is there twice", f.Name)
		}
		all[f.Name] = string(text)
	}
	return all
}

// annotated makes the annotated copy of a book.
func annotated(t testing.TB, book []byte, o Original, lines ...Line) []byte {
	t.Helper()
	o.Words, o.File, o.Size = testWords{}, bytes.NewReader(book), int64(len(book))
	if o.Name == "" {
		o.Name = "book.xlsx"
	}
	if o.Part == "" {
		o.Part = "xl/worksheets/sheet1.xml"
	}
	folder := t.(interface{ TempDir() string }).TempDir()
	path := filepath.Join(folder, "copy.xlsx")
	w, err := Annotate(path, o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, l := range lines {
		if err := w.Line(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
	copied, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return copied
}

// cellTexts are the cells of a sheet as in its XML, by name, without their style.
func cellTexts(sheet string) map[string]string {
	cells := map[string]string{}
	for _, m := range regexp.MustCompile(`(?s)<c r="([A-Z]+[0-9]+)"([^>]*?)(/>|>.*?</c>)`).FindAllStringSubmatch(sheet,
		-1) {
		cells[m[1]] = regexp.MustCompile(` s="[0-9]+"`).ReplaceAllString(m[2], "") + m[3]
	}
	return cells
}

// undeclared is a prefix in a part without a declared namespace; "" for none. Go's decoder leaves it in place of the
// namespace; a spreadsheet program repairs the file.
func undeclared(t *testing.T, part, text string) string {
	t.Helper()
	if ext := filepath.Ext(part); ext != ".xml" && ext != ".rels" && ext != ".vml" {
		return ""
	}
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		}
		if err != nil {
			t.Fatalf("%s: %v", part, err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, space := range append([]xml.Attr{{Name: e.Name}}, e.Attr...) {
			if s := space.Name.Space; s != "" && s != "xmlns" && s != "xml" && !strings.ContainsAny(s, ":/") {
				return s
			}
		}
	}
}

// TestAnnotateLeavesTheBook: books of three writers, with comments, a chart, a table, filters, names, formats and
// formulas. Every part that a comment does not need is unchanged byte by byte, and so is every cell.
func TestAnnotateLeavesTheBook(t *testing.T) {
	lines := []Line{
		{Outcome: pipeline.Outcome{Row: 5, State: pipeline.Created, CustomerID: "cus-1"}},
		{Outcome: pipeline.Outcome{Row: 6, State: pipeline.Invalid, Message: said("email is no address")},
			Problems: []Problem{wrong("email", "B6", "email", "is no address")}},
		{Outcome: pipeline.Outcome{Row: 7, State: pipeline.Invalid,
			Message: said(`business_name is required; saldo =2+2 <is> "odd" & _x0041_; the row as a whole`)},
			Problems: []Problem{wrong("business_name", "A7", "required", "is required"),
				wrong("saldo", "E7", "", "=2+2 <is> \"odd\" & _x0041_"), wrong("", "", "", "the row as a whole")}},
		{Outcome: pipeline.Outcome{Row: 8, State: pipeline.Created, CustomerID: "=1+1"}},
	}
	touched := regexp.MustCompile(`^(xl/worksheets/sheet1\.xml|xl/styles\.xml|\[Content_Types\]\.xml|.*comment.*|.*vml)$`)
	for _, name := range []string{"xlsxwriter", "openpyxl", "libreoffice"} {
		t.Run(name, func(t *testing.T) {
			book, err := os.ReadFile("testdata/annotate/" + name + ".xlsx")
			if err != nil {
				t.Fatal(err)
			}
			copied := annotated(t, book, Original{HeaderRow: 4, Columns: 6}, lines...)
			before, after := archived(t, book), archived(t, copied)
			for part, text := range after {
				if prefix := undeclared(t, part, text); prefix != "" {
					t.Errorf("%s has names of %s:, which nothing declares", part, prefix)
				}
			}
			for part, text := range before {
				if !touched.MatchString(part) && after[part] != text {
					t.Errorf("%s was changed", part)
				}
			}
			had, has := cellTexts(before["xl/worksheets/sheet1.xml"]), cellTexts(after["xl/worksheets/sheet1.xml"])
			if len(had) < 20 {
				t.Fatalf("%d cells in the book", len(had))
			}
			for ref, text := range had {
				if has[ref] != text && ref != "A7" && ref != "G6" {
					t.Errorf("%s was %q and is %q", ref, text, has[ref])
				}
			}
			f, err := excelize.OpenReader(bytes.NewReader(copied))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got := map[string]string{}
			for _, ref := range []string{"G4", "H4", "I4", "G5", "H5", "I5", "G6", "I6", "G7", "I7", "H8", "B6", "E7"} {
				got[ref], err = f.GetCellValue("Comercios", ref, excelize.Options{RawCellValue: true})
				if err != nil {
					t.Fatal(err)
				}
			}
			want := map[string]string{"G4": "state", "H4": "report.annotated_customer_id", "I4": "message",
				"G5": "created", "H5": "cus-1", "I5": "", "G6": "invalid", "I6": "email is no address",
				"G7": "invalid", "I7": `business_name is required; saldo =2+2 <is> "odd" & _x0041_; the row as a whole`,
				"H8": "=1+1", "B6": "no es correo", "E7": "12"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if formula, err := f.GetCellFormula("Comercios", "H8"); err != nil || formula != "" {
				t.Errorf("an ID became the formula %q, %v", formula, err)
			}
			comments, err := f.GetComments("Comercios")
			if err != nil {
				t.Fatal(err)
			}
			said := map[string]string{}
			for _, c := range comments {
				text := c.Text
				for _, p := range c.Paragraph {
					text += p.Text
				}
				said[c.Cell] = text
			}
			if !strings.Contains(said["A5"], "ya estaba") || !strings.Contains(said["A7"], "is required") ||
				!strings.Contains(said["E7"], `=2+2 <is> "odd" & _x`) {
				t.Errorf("comments: %v", said)
			}
			if name != "openpyxl" && !strings.Contains(said["B6"], "ya estaba") {
				t.Errorf("a comment of the book was replaced: %v", said)
			}
			for ref, marked := range map[string]bool{"B6": true, "A7": true, "E7": true, "A5": false, "E6": false} {
				fill := fillOf(t, after["xl/worksheets/sheet1.xml"], after["xl/styles.xml"], ref)
				if strings.Contains(fill, markColour) != marked {
					t.Errorf("%s is filled with %q", ref, fill)
				}
			}
			// The marked cell keeps its number format.
			for _, ref := range []string{"E6", "E7"} {
				if shown, err := f.GetCellValue("Comercios", ref); name == "xlsxwriter" &&
					(err != nil || !strings.HasSuffix(shown, ".00")) {
					t.Errorf("%s shows %q, %v", ref, shown, err)
				}
			}
			if !regexp.MustCompile(`<f[^>]*>E5\*2</f>`).MatchString(after["xl/worksheets/sheet1.xml"]) {
				t.Error("a formula is gone")
			}
		})
	}
}

// fillOf is the fill of a cell, by the XML of sheet and styles.
func fillOf(t *testing.T, sheet, styles, ref string) string {
	t.Helper()
	cell := regexp.MustCompile(`<c r="` + ref + `"[^>]* s="([0-9]+)"`).FindStringSubmatch(sheet)
	if cell == nil {
		return ""
	}
	within := func(name string) string {
		_, text, _ := strings.Cut(styles, "<"+name+" ")
		text, _, _ = strings.Cut(text, "</"+name+">")
		return text
	}
	n, err := strconv.Atoi(cell[1])
	if err != nil {
		t.Fatal(err)
	}
	formats := regexp.MustCompile(`<xf [^>]*>`).FindAllString(within("cellXfs"), -1)
	fill := regexp.MustCompile(`fillId="([0-9]+)"`).FindStringSubmatch(formats[n])
	if n, err = strconv.Atoi(fill[1]); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`(?s)<fill>.*?</fill>`).FindAllString(within("fills"), -1)[n]
}

// packed makes a book with one hand-made sheet.
func packed(t testing.TB, sheet string, more ...string) []byte {
	t.Helper()
	files := []string{
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
			`<Default Extension="xml" ContentType="application/xml"/>` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="` + packageRelation + `"><Relationship Id="a" Type="` + relationships +
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook xmlns="` + spreadsheetML + `" xmlns:r="` + relationships +
			`"><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + packageRelation + `"><Relationship Id="a" Type="` +
			relationships + `/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" Type="` + relationships +
			`/styles" Target="styles.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet xmlns="` + spreadsheetML +
			`"><fonts count="1"><font/></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>` +
			`<borders count="1"><border/></borders><cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>` +
			`<xf numFmtId="14" fontId="0" fillId="0" borderId="0" applyNumberFormat="1"><alignment wrapText="1"/></xf>` +
			`</cellXfs></styleSheet>`,
		"xl/worksheets/sheet1.xml", sheet,
	}
	files = append(files, more...)
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = io.WriteString(w, files[i+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const worksheet = `<worksheet xmlns="` + spreadsheetML + `">`

// TestAnnotateForms: the forms in which writers spell a sheet.
func TestAnnotateForms(t *testing.T) {
	fixed := Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Invalid, Message: said("is required")},
		Problems: []Problem{wrong("", "B2", "required", "is required")}}
	for name, c := range map[string]struct{ sheet, want string }{
		"no names of cells": {
			worksheet + `<sheetData><row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c><v>1</v></c></row>` +
				`</sheetData></worksheet>`,
			`<row><c><v>1</v></c><c r="B2" s="4"/><c r="C2" s="2" t="inlineStr"><is><t xml:space="preserve">invalid</t></is></c>` +
				`<c r="E2" s="3" t="inlineStr"><is><t xml:space="preserve">is required</t></is></c></row>`},
		"prefix": {
			`<x:worksheet xmlns:x="` + spreadsheetML +
				`"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row><x:row r="2" /></x:sheetData></x:worksheet>`,
			`<x:row r="2" ><x:c r="B2" s="4"/><x:c r="C2" s="2" t="inlineStr"><x:is><x:t xml:space="preserve">invalid</x:t></x:is>` +
				`</x:c>`},
		"an empty cell in the way": {
			worksheet + `<sheetData><row r="1"/><row r="2" spans="1:2"><c r="A2"/><c r="C2" s="1"/><c r="D2" s='1'></c>` +
				`<c r="F2" s="1"/></row></sheetData></worksheet>`,
			`<row r="2" spans="1:5"><c r="A2"/><c r="B2" s="4"/><c r="C2" s="2" t="inlineStr"><is><t xml:space="preserve">` +
				`invalid</t></is></c><c r="E2" s="3" t="inlineStr"><is><t xml:space="preserve">is required</t></is></c>` +
				`<c r="F2" s="1"/></row>`},
		"filled beyond the header": {
			worksheet + `<dimension ref="A1"/><cols><col min="1" max="3" width="9"/></cols><sheetData><row r="1"/><row r="2">` +
				`<c r="B2" s="1"><v>7</v></c><c r="C2"><v>9</v></c></row></sheetData><pageMargins left="1"/>` +
				`<tableParts count="0"/></worksheet>`,
			`<dimension ref="A1:F1"/><cols><col min="1" max="3" width="9"/><col min="4" max="4" width="14" customWidth="1"/>`},
		"where the drawing belongs": {
			worksheet + `<sheetData><row r="1"/><row r="2"/></sheetData><pageMargins left="1"/><tableParts count="0"/>` +
				`</worksheet>`,
			`<pageMargins left="1"/><legacyDrawing xmlns:r="` + relationships +
				`" r:id="rIdMusterDrawing"/><tableParts count="0"/></worksheet>`},
		"date that is marked": {
			worksheet + `<sheetData><row r="1"/><row r="2"><c r="B2" s="1"><v>7</v></c></row></sheetData></worksheet>`,
			`<c r="B2" s="4"><v>7</v></c>`},
	} {
		t.Run(name, func(t *testing.T) {
			copied := annotated(t, packed(t, c.sheet), Original{HeaderRow: 1, Columns: 2}, fixed)
			after := archived(t, copied)
			if got := after["xl/worksheets/sheet1.xml"]; !strings.Contains(got, c.want) {
				t.Errorf("the sheet is %s", got)
			}
			if name == "date that is marked" && !strings.Contains(after["xl/styles.xml"],
				`<xf numFmtId="14" fontId="0" fillId="1" borderId="0" applyNumberFormat="1" applyFill="1">`+
					`<alignment wrapText="1"/></xf></cellXfs>`) {
				t.Errorf("the styles are %s", after["xl/styles.xml"])
			}
			f, err := excelize.OpenReader(bytes.NewReader(copied))
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if comments, err := f.GetComments("S"); err != nil || len(comments) != 1 || comments[0].Cell != "B2" {
				t.Errorf("comments %v, %v", comments, err)
			}
		})
	}
}

// TestAnnotateRefuses: a book that cannot be annotated safely is refused before anything is sent, with advice.
func TestAnnotateRefuses(t *testing.T) {
	good := worksheet + `<sheetData><row r="1"/></sheetData></worksheet>`
	for name, c := range map[string]struct {
		book []byte
		o    Original
		says string
	}{
		"no archive":   {[]byte("a,b\n"), Original{}, "report.annotated_xlsx_only"},
		"other ending": {packed(t, good), Original{Name: "book.xlsm"}, `report.annotated_ending ending=".xlsm"`},
		"signed":       {packed(t, good, "_xmlsignatures/sig1.xml", "<a/>"), Original{}, "report.annotated_signed"},
		"no sheet":     {packed(t, good), Original{Part: "xl/worksheets/sheet9.xml"}, "report.annotated_no_sheet"},
		"chart":        {packed(t, `<chartsheet/>`), Original{}, `report.no_worksheet element="chartsheet"`},
		"cut":          {packed(t, worksheet+`<sheetData><row r="1">`), Original{}, "report.annotated_form"},
		"rows descend": {packed(t, worksheet+`<sheetData><row r="2"/><row r="1"/></sheetData></worksheet>`), Original{},
			`number="1" last=2`},
		"a row in pieces": {packed(t, worksheet+`<sheetData><row r="2"/><row r="2"/></sheetData></worksheet>`), Original{},
			"report.row_in_pieces row=2"},
		"cells descend": {packed(t, worksheet+`<sheetData><row r="2"><c r="B2"/><c r="A2"/></row></sheetData></worksheet>`),
			Original{}, "report.bad_cell_name"},
		"no room":        {packed(t, good), Original{Columns: 16_382}, "report.annotated_full"},
		"no such folder": {packed(t, good), Original{}, "report.no_folder"},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.o
			o.Words, o.File, o.Size = testWords{}, bytes.NewReader(c.book), int64(len(c.book))
			if o.Name == "" {
				o.Name = "book.xlsx"
			}
			if o.Part == "" {
				o.Part = "xl/worksheets/sheet1.xml"
			}
			folder := t.TempDir()
			path := filepath.Join(folder, "copy.xlsx")
			if name == "no such folder" {
				path = filepath.Join(folder, "none", "copy.xlsx")
			}
			w, err := Annotate(path, o)
			var wrong *pipeline.Mistake
			if !errors.As(err, &wrong) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("says %v", err)
			}
			if w != nil {
				w.Abort()
			}
			if entries, err := os.ReadDir(folder); err != nil || len(entries) > 0 {
				t.Errorf("left behind: %v", entries)
			}
		})
	}
	// The result of a row that the sheet does not have must not go to another row.
	book := packed(t, worksheet+`<sheetData><row r="1"/><row r="2"/><row r="4"/></sheetData></worksheet>`)
	for _, rows := range [][]int{{3}, {2, 3}, {5}, {4, 2}} {
		path := filepath.Join(t.TempDir(), "copy.xlsx")
		w, err := Annotate(path, Original{Words: testWords{}, File: bytes.NewReader(book), Size: int64(len(book)),
			Name: "b.xlsx", Part: "xl/worksheets/sheet1.xml", HeaderRow: 1, Columns: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			err = errors.Join(err, w.Line(Line{Outcome: pipeline.Outcome{Row: row, State: pipeline.Created}}))
		}
		if err == nil {
			t.Errorf("%v: rows that are not there were written", rows)
		}
		w.Abort()
	}
}

// TestAnnotateAnyBook: in any book each row gets its own result, and every cell reads as before.
func TestAnnotateAnyBook(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		width := rapid.IntRange(1, 5).Draw(r, "columns")
		f := excelize.NewFile()
		defer f.Close()
		want := map[string]string{}
		put := func(column, row int, value any) {
			ref := pipeline.CellRef(column, row)
			if err := f.SetCellValue("Sheet1", ref, value); err != nil {
				r.Fatal(err)
			}
			want[ref] = fmt.Sprint(value)
		}
		for c := range width {
			put(c, 1, fmt.Sprintf("h%d", c))
		}
		var lines []Line
		row := 1
		for range rapid.IntRange(0, 12).Draw(r, "rows") {
			row += rapid.IntRange(1, 3).Draw(r, "step")
			line := Line{Outcome: pipeline.Outcome{Row: row, State: pipeline.Created,
				CustomerID: fmt.Sprintf("cus-%d", row)}}
			filled := false
			for c := range width {
				switch rapid.IntRange(0, 3).Draw(r, "kind") {
				case 0:
					put(c, row, rapid.StringMatching(`[ -~áñü€]{1,12}`).Draw(r, "text"))
					filled = true
				case 1:
					put(c, row, rapid.IntRange(-9999, 9999).Draw(r, "number"))
					filled = true
				}
				if rapid.IntRange(0, 4).Draw(r, "problem") == 0 {
					line.State, line.CustomerID = pipeline.Invalid, ""
					line.Problems = append(line.Problems, wrong("h", pipeline.CellRef(c, row), "",
						fmt.Sprintf("wrong at %d", c)))
				}
			}
			if filled {
				lines = append(lines, line)
			}
		}
		var book bytes.Buffer
		if err := f.Write(&book); err != nil {
			r.Fatal(err)
		}
		copied := annotated(t, book.Bytes(), Original{HeaderRow: 1, Columns: width}, lines...)
		g, err := excelize.OpenReader(bytes.NewReader(copied))
		if err != nil {
			r.Fatal(err)
		}
		defer g.Close()
		for _, l := range lines {
			want[pipeline.CellRef(width, l.Row)] = string(l.State)
			want[pipeline.CellRef(width+1, l.Row)] = l.CustomerID
			want[pipeline.CellRef(width+2, l.Row)] = l.Message.String()
		}
		for ref, value := range want {
			if got, err := g.GetCellValue("Sheet1", ref, excelize.Options{RawCellValue: true}); err != nil ||
				got != value {
				r.Fatalf("%s is %q, want %q (%v)", ref, got, value, err)
			}
		}
	})
}
