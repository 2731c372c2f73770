package book

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

func TestXLSXRefusals(t *testing.T) {
	good := worksheet(headerABC + `<row r="7"><c r="A7"><v>1</v></c></row>`)
	in := func(rows string) string { return worksheet(headerABC + rows) }
	tests := []struct {
		name, sheet string
		row         int
		column      string
		problem     string
	}{
		{"cut in a row", good[:strings.Index(good, `</c></row></sheetData>`)], 7, "", "book.part_damaged"},
		{"cut between rows", good[:strings.Index(good, `</sheetData>`)], 7, "", "book.part_damaged"},
		{"cut behind the rows", good[:strings.Index(good, `</worksheet>`)], 7, "", "book.part_damaged"},
		{"cut before the rows", good[:strings.Index(good, `<sheetData>`)], 1, "", "book.part_damaged"},
		{"no root", xmlHead, 1, "", "book.part_damaged"},
		{"no rows", xmlHead + `<worksheet xmlns="` + sheetxml.Main + `"/>`, 1, "", "book.part_malformed"},
		{"two roots", good + `<worksheet/>`, 7, "", "book.part_malformed"},
		{"rows twice", strings.Replace(good, `</worksheet>`, `<sheetData/></worksheet>`, 1), 7, "",
			"book.part_malformed"},
		{"another namespace", strings.Replace(good, sheetxml.Main, "urn:x", 1), 1, "", "book.part_unexpected"},
		{"rows not in order", in(`<row r="7"/><row r="6"/>`), 7, "", "book.rows_not_in_order"},
		{"row twice, cells not in order", in(`<row r="7"><c r="B7"/></row><row r="7"><c r="B7"/></row>`), 7, "",
			"book.cells_not_in_order"},
		{"row out of range", in(`<row r="1048577"/>`), 1, "", "book.row_number_invalid"},
		{"row zero", in(`<row r="0"/>`), 1, "", "book.row_number_invalid"},
		{"rows out of range", in(`<row r="1048576"/><row/>`), 1048576, "", "book.too_many_rows"},
		{"cells not in order", in(`<row r="7"><c r="B7"/><c r="A7"/></row>`), 7, "", "book.cells_not_in_order"},
		{"cell of another row", in(`<row r="7"><c r="B8"/></row>`), 7, "", "book.cell_reference_invalid"},
		{"column out of range", in(`<row r="7"><c r="XFE7"/></row>`), 7, "", "book.cell_reference_invalid"},
		{"columns out of range", in(`<row r="7"><c r="XFD7"/><c/></row>`), 7, "", "book.too_many_cells_in_row"},
		{"no such text", in(`<row r="7"><c r="B7" t="s"><v>99</v></c></row>`), 7, "B", "book.cell_text_missing"},
		{"no such style", in(`<row r="7"><c r="B7" s="99"><v>1</v></c></row>`), 7, "B", "book.cell_style_missing"},
		{"no number", in(`<row r="7"><c r="B7"><v>Inf</v></c></row>`), 7, "B", "book.cell_no_number"},
		{"no boolean", in(`<row r="7"><c r="B7" t="b"><v>yes</v></c></row>`), 7, "B", "book.cell_no_boolean"},
		{"no type", in(`<row r="7"><c r="B7" t="x"><v>1</v></c></row>`), 7, "B", "book.cell_type_unknown"},
		{"value elsewhere", in(`<row r="7"><c r="B7"><x><v>1</v></x></c></row>`), 7, "", "book.part_malformed"},
		{"inline text of a number", in(`<row r="7"><c r="B7"><is><t>1</t></is></c></row>`), 7, "", "book.part_malformed"},
		{"value twice", in(`<row r="7"><c r="B7"><v>1</v><v>2</v></c></row>`), 7, "", "book.part_malformed"},
		{"another encoding", strings.Replace(good, `encoding="UTF-8"`, `encoding="windows-1252"`, 1), 1, "",
			"book.part_encoding"},
		{"document type", strings.Replace(good, "\n", `<!DOCTYPE x [<!ENTITY e "x">]>`, 1), 1, "",
			"book.part_has_directive"},
		{"entity", in(`<row r="7"><c r="B7" t="str"><v>&e;</v></c></row>`), 7, "", "book.part_malformed"},
		{"deep", in(`<row r="7"><extLst>` + strings.Repeat("<x>", 300) + strings.Repeat("</x>", 300) +
			`</extLst></row>`), 7, "", "book.part_malformed"},
		{"not UTF-8", in(`<row r="7"><c r="B7" t="str"><v>` + "\xe9" + `</v></c></row>`), 7, "", "book.part_malformed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := refusedBy(t, write(t, "book.xlsx", zipped(t, partsOf(tt.sheet))), Options{})
			if e.Place.Sheet != "Customers" || e.Place.Row != tt.row || e.Place.Column != tt.column ||
				!strings.Contains(e.What.String(), tt.problem) {
				t.Errorf("got %v; want row %d, column %q: %s", e, tt.row, tt.column, tt.problem)
			}
		})
	}
}

func TestXLSXHeaderFaults(t *testing.T) {
	tests := []struct{ name, rows, problem string }{
		{"error value", `<row><c t="str"><v>a</v></c><c t="e"><v>#REF!</v></c></row>`, "book.header_error_value"},
		{"empty", `<row r="3"><c s="1"/></row>`, "book.sheet_empty"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := refusedBy(t, write(t, "book.xlsx", workbookOf(t, tt.rows)), Options{})
			if e.Place.Sheet != "Customers" || !strings.Contains(e.What.String(), tt.problem) {
				t.Error(e)
			}
		})
	}
}

func TestDamagedArchiveIsNoShorterBook(t *testing.T) {
	var rows strings.Builder
	for i := range 600 {
		fmt.Fprintf(&rows, `<row><c><v>%d</v></c></row>`, i*7919)
	}
	whole := workbookOf(t, headerABC+rows.String())
	b, err := openBytes("book.xlsx", whole, Options{})
	if err != nil {
		t.Fatal(err)
	}
	want, err := rowsOf(b)
	if err != nil {
		t.Fatal(err)
	}
	// Flipping any byte gives the same rows or an error.
	for i := 0; i < len(whole); i += 53 {
		broken := bytes.Clone(whole)
		broken[i] ^= 0x55
		b, err := openBytes("book.xlsx", broken, Options{})
		if err != nil {
			continue
		}
		if got, err := rowsOf(b); err == nil && !cmp.Equal(got, want) {
			t.Fatalf("byte %d: %d rows of %d, and no error", i, len(got), len(want))
		}
	}
}

func rowsOf(b *Book) ([]row, error) {
	var all []row
	err := b.Rows(context.Background(), func(r pipeline.Row) error {
		all = append(all, row{Number: r.Number, Cells: append([]string(nil), r.Cells...)})
		return nil
	})
	return all, err
}

func TestXLSXBombs(t *testing.T) {
	small := limits{freely: 64 << 10, ratio: 200, most: 1 << 20, token: 64 << 10, depth: 256, text: 64 << 10}
	filler := strings.Repeat("<row/>", 60_000) // 360 kB that compress to some hundred bytes
	openWith := func(content []byte) error {
		f := &file{at: bytes.NewReader(content), size: int64(len(content))}
		w, err := openWorkbook(f, small)
		if err != nil {
			return err
		}
		s, err := w.open(w.sheets[0])
		if err != nil {
			return err
		}
		return s.records(context.Background(), func(*record) error { return nil })
	}
	bomb := partsOf(worksheet(filler))
	if err := openWith(zipped(t, bomb)); err == nil || !strings.Contains(err.Error(), "book.part_too_large") {
		t.Errorf("a sheet that inflates more than 200 times: %v", err)
	}
	long := partsOf(worksheet(headerABC + `<row r="7"><c t="str"><v>` + noise(100<<10) + `</v></c></row>`))
	if err := openWith(zipped(t, long)); err == nil || !strings.Contains(err.Error(), "row 7: ") ||
		!strings.Contains(err.Error(), "book.part_text_too_long") {
		t.Errorf("a text without end: %v", err)
	}
	large := partsOf(worksheet(strings.Repeat("<row>"+"<!--"+noise(10<<10)+"-->"+"</row>", 200)))
	if err := openWith(zipped(t, large)); err == nil || !strings.Contains(err.Error(), "book.part_too_large") {
		t.Errorf("a sheet larger than the most: %v", err)
	}
	many := partsOf(worksheet(headerABC))
	many["xl/sharedStrings.xml"] = xmlHead + `<sst xmlns="` + sheetxml.Main + `">` +
		strings.Repeat("<si><t>"+noise(700)+"</t></si>", 100) + `</sst>`
	if err := openWith(zipped(t, many)); err == nil || !strings.Contains(err.Error(), "book.texts_too_large") {
		t.Errorf("shared strings without end: %v", err)
	}
	if err := openWith(zipped(t, partsOf(worksheet(headerABC)))); err != nil {
		t.Errorf("an honest workbook: %v", err)
	}
}

// noise returns text that compresses to about half its size, always the same.
func noise(n int) string {
	out := make([]byte, n)
	x := uint32(1)
	for i := range out {
		x = x*1664525 + 1013904223
		out[i] = 'a' + byte(x>>24)%26
	}
	return string(out)
}
