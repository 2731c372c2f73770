package book

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

func headerNames(b *Book) []string {
	var names []string
	for _, c := range b.Header() {
		names = append(names, c.Name)
	}
	return names
}

// sheetOf makes a sheet's rows from lines with "|" between cells.
func sheetOf(lines ...string) string {
	var out strings.Builder
	for i, line := range lines {
		if line == "" {
			continue
		}
		fmt.Fprintf(&out, `<row r="%d">`, i+1)
		for j, c := range strings.Split(line, "|") {
			if c != "" {
				fmt.Fprintf(&out, `<c r="%c%d" t="str"><v>%s</v></c>`, 'A'+j, i+1, c)
			}
		}
		out.WriteString("</row>")
	}
	return out.String()
}

func TestHeaderBelowTitles(t *testing.T) {
	titles := make([]string, headerWithin)
	for i := range titles {
		titles[i] = "title"
	}
	tests := []struct {
		name   string
		lines  []string
		given  int
		row    int
		header []string
		first  int // number of the first row; 0 when there is none
		note   bool
	}{
		{"no titles", []string{"a|b", "1|2"}, 0, 1, cells("a", "b"), 2, false},
		{"blank lines are no titles", []string{"", "", "a|b", "1|2"}, 0, 3, cells("a", "b"), 4, false},
		{"three titles", []string{"x", "y", "", "z", "a|b", "1|2"}, 0, 5, cells("a", "b"), 6, true},
		{"a title further right", []string{"||x", "a|b|c", "1|2"}, 0, 2, cells("a", "b", "c"), 3, true},
		{"one column", []string{"a", "1", "2"}, 0, 1, cells("a"), 2, false},
		{"nothing but a header", []string{"x", "a|b"}, 0, 2, cells("a", "b"), 0, true},
		{"the last that is looked at", append(titles[1:len(titles):len(titles)], "a|b", "1|2"), 0, headerWithin,
			cells("a", "b"), headerWithin + 1, true},
		{"too many titles", append(titles[:len(titles):len(titles)], "a|b", "1|2"), 0, 1, cells("title"), 2, false},
		{"given", []string{"x|y", "a|b", "1|2"}, 2, 2, cells("a", "b"), 3, false},
		{"given, one column", []string{"x|y", "a", "1"}, 2, 2, cells("a"), 3, false},
		{"given, past what is looked at", append(append(titles[:len(titles):len(titles)], titles...), "a|b", "1|2"),
			2*headerWithin + 1, 2*headerWithin + 1, cells("a", "b"), 2*headerWithin + 2, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, content := range map[string][]byte{
				"book.csv":  []byte(strings.ReplaceAll(strings.Join(tt.lines, "\n"), "|", ";") + "\n"),
				"book.xlsx": workbookOf(t, sheetOf(tt.lines...)),
			} {
				b := open(t, write(t, name, content), Options{Reading: pipeline.Reading{HeaderRow: tt.given}})
				got, err := rows(t, b)
				check(t, err)
				first := 0
				if len(got) > 0 {
					first = got[0].Number
				}
				if b.HeaderRow() != tt.row || first != tt.first || (len(b.Notes()) > 0) != tt.note {
					t.Errorf("%s: header in row %d, first row %d, notes %q", name, b.HeaderRow(), first, b.Notes())
				}
				if d := cmp.Diff(tt.header, headerNames(b)); d != "" {
					t.Errorf("%s: %s", name, d)
				}
				var titles []string
				for _, line := range tt.lines[:tt.row-1] {
					if title := strings.Trim(line, "|"); title != "" && tt.note {
						titles = append(titles, title)
					}
				}
				if d := cmp.Diff(titles, b.Titles()); d != "" {
					t.Errorf("%s: %s", name, d)
				}
				if note := fmt.Sprintf("book.header_below_rows row=%d", tt.row); tt.note &&
					b.Notes()[0].String() != note {
					t.Errorf("%q does not say %s", b.Notes(), note)
				}
			}
		})
	}
}

func TestHeaderRowThatCannotBe(t *testing.T) {
	tests := []struct {
		given   int
		problem string
	}{
		{2, "book.header_row_blank row=2"},
		{9, "book.header_row_missing row=9"},
		{-2, "book.header_row_out_of_range row=-2"},
		{pipeline.MaxRows + 1, "book.header_row_out_of_range"},
	}
	for name, content := range map[string][]byte{"book.csv": []byte("title\n;\na;b\n\"1\";2\n"),
		"book.xlsx": workbookOf(t, sheetOf("title", "", "a|b", "1|2"))} {
		path := write(t, name, content)
		for _, tt := range tests {
			if e := refusedBy(t, path, Options{Reading: pipeline.Reading{HeaderRow: tt.given}}); !strings.Contains(e.What.String(), tt.problem) || e.Hint == nil {
				t.Errorf("%s, row %d: %v", name, tt.given, e)
			}
		}
	}
}

// The delimiter is that of the named header, whatever is above.
func TestDelimiterOfTheHeaderThatIsGiven(t *testing.T) {
	b := open(t, write(t, "book.csv", []byte("x,y,z\n1,2,3\na;b\n1;2\n")),
		Options{Reading: pipeline.Reading{HeaderRow: 3}})
	if d := cmp.Diff(cells("a", "b"), headerNames(b)); d != "" {
		t.Error(d)
	}
	separated := open(t, write(t, "book.csv", []byte("sep=|\ntitle\na|b\n1|2\n")),
		Options{Reading: pipeline.Reading{HeaderRow: 2}})
	if d := cmp.Diff(cells("a", "b"), headerNames(separated)); d != "" || separated.HeaderRow() != 2 {
		t.Error(d, separated.HeaderRow())
	}
}

func TestMergedHeader(t *testing.T) {
	const header = `<row r="1"><c r="A1" t="str"><v>title</v></c><c r="B1"/></row><row r="2"><c r="A2" t="str"><v>nit</v></c><c r="B2" t="str"><v>phone</v></c><c r="C2" s="1"/><c r="D2"/></row>` +
		`<row r="3"><c r="A3" t="str"><v>sheetData></v></c><c r="C3"><v>2</v></c><c r="D3"><v>3</v></c></row>`
	tests := []struct {
		name, merges string
		header       []string
		problems     []string
	}{
		{"phone over three", `<mergeCell ref="A1:D1"/><mergeCell ref="B2:D2"/>`, cells("nit", "phone", "", ""), nil},
		{"phone over two rows and columns", `<mergeCell ref="B1:C2"/>`, cells("nit", "phone", ""),
			[]string{"extra_cell D"}},
		{"the title alone", `<mergeCell ref="A1:D1"/>`, cells("nit", "phone"),
			[]string{"extra_cell C", "extra_cell D"}},
		{"none", "", cells("nit", "phone"), []string{"extra_cell C", "extra_cell D"}},
	}
	for _, tt := range tests {
		for _, prefix := range []string{"", "x:"} {
			sheet := strings.Replace(worksheet(header), "</sheetData>", `</sheetData><mergeCells>`+tt.merges+
				`</mergeCells>`, 1)
			if prefix != "" {
				sheet = strings.Replace(sheet, " xmlns=", " xmlns:x=", 1)
				for _, e := range []string{"worksheet", "sheetData", "mergeCells", "mergeCell", "row", "c", "v"} {
					for _, end := range []string{" ", ">", "/>"} {
						sheet = strings.NewReplacer("<"+e+end, "<x:"+e+end, "</"+e+end, "</x:"+e+end).Replace(sheet)
					}
				}
			}
			b := open(t, write(t, "book.xlsx", zipped(t, partsOf(sheet))), Options{})
			got, err := rows(t, b)
			check(t, err)
			if d := cmp.Diff(tt.header, headerNames(b)) + cmp.Diff(tt.problems, got[0].Problems); d != "" ||
				len(got) != 1 {
				t.Errorf("%s %s: %s", tt.name, prefix, d)
			}
		}
	}
	damaged := strings.Replace(worksheet(header), "</sheetData>",
		`</sheetData><mergeCells><mergeCell ref="B2:zz"/></mergeCells>`, 1)
	if e := refusedBy(t, write(t, "book.xlsx", zipped(t, partsOf(damaged))),
		Options{}); e.What.Code != "book.part_malformed" {
		t.Error(e)
	}
}

// The end of the rows is found in whatever pieces the sheet is read, and no text in a cell is taken for it.
func TestAfterRows(t *testing.T) {
	const rows = `<sheetData><row><c><v>sheetData> /sheetData></v></c></row></sheetData>`
	for _, prefixed := range []string{rows, strings.ReplaceAll(rows, "</sheetData", "</x:sheetData")} {
		for name, pieces := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r }, "bytes": iotest.OneByteReader, "halves": iotest.HalfReader} {
			p := &part{ctx: t.Context(), from: io.NopCloser(pieces(strings.NewReader(noise(200<<10) + prefixed +
				"<rest/>"))), limits: defaultLimits}
			rest, err := afterRows(p)
			check(t, err)
			if got, err := io.ReadAll(rest); err != nil || string(got) != "<rest/>" {
				t.Errorf("%s: %d bytes, %v", name, len(got), err)
			}
		}
	}
	p := &part{ctx: t.Context(), from: io.NopCloser(strings.NewReader("<sheetData><row/>")), limits: defaultLimits}
	rest, err := afterRows(p)
	check(t, err)
	if got, err := io.ReadAll(rest); err != nil || len(got) != 0 {
		t.Errorf("rows that never end: %q, %v", got, err)
	}
}

func TestSheetsByNumber(t *testing.T) {
	parts := partsOf(worksheet(headerABC))
	parts["xl/worksheets/sheet2.xml"] = worksheet(`<row><c t="str"><v>other</v></c></row>`)
	parts["xl/workbook.xml"] = strings.Replace(parts["xl/workbook.xml"], "</sheets>",
		`<sheet name="Old" sheetId="2" state="hidden" r:id="rId9"/><sheet name="Other" sheetId="3" r:id="rId9"/><sheet name="1" sheetId="4" r:id="rId9"/></sheets>`, 1)
	parts["xl/_rels/workbook.xml.rels"] = strings.Replace(parts["xl/_rels/workbook.xml.rels"], "</Rel",
		`<Relationship Id="rId9" Type="`+sheetxml.Relation+`/worksheet" Target="worksheets/sheet2.xml"/></Rel`, 1)
	path := write(t, "book.xlsx", zipped(t, parts))
	for ask, want := range map[string]string{"3": "Other", "1": "1", "4": "1"} {
		b := open(t, path, Options{Sheet: ask})
		if notes := notesOf(b); b.Sheet() != want || (ask != "1") != strings.Contains(notes,
			`book.sheet_by_number number="`+ask+`"`) {
			t.Errorf("sheet %s is %q, with the notes %q", ask, b.Sheet(), notes)
		}
	}
	for ask, problem := range map[string]string{"2": `book.numbered_sheet_hidden number=2 sheet="Old"`,
		"5": `book.no_such_sheet sheet="5"`, "0": `book.no_such_sheet sheet="0"`,
		"-1": `book.no_such_sheet sheet="-1"`} {
		if e := refusedBy(t, path, Options{Sheet: ask}); !strings.Contains(e.What.String(), problem) || e.Hint == nil {
			t.Errorf("sheet %s: %v", ask, e)
		}
	}
}

func TestStandardInputIsABook(t *testing.T) {
	was := os.Stdin
	t.Cleanup(func() { os.Stdin = was })
	pipe := func(content string) {
		r, w, err := os.Pipe()
		check(t, err)
		os.Stdin = r
		go func() {
			defer w.Close()
			w.WriteString(content)
		}()
		t.Cleanup(func() { r.Close() })
	}
	pipe("title\nname;nit\nÑandú;1\n")
	b := open(t, "-", Options{})
	for range 2 {
		if got, err := rows(t, b); err != nil || len(got) != 1 || got[0].Number != 3 || got[0].Cells[0] != "Ñandú" ||
			b.Name() != "-" {
			t.Errorf("%s: got %v, %v", b.Name(), got, err)
		}
	}
	pipe("")
	if e := refusedBy(t, "-", Options{}); e.What.Code != "book.input_empty" || e.Hint == nil {
		t.Error(e)
	}
	f, err := os.Open(write(t, "book.csv", []byte("name;nit\nAda;1\n")))
	check(t, err)
	defer f.Close()
	os.Stdin = f
	if got := readAll(t, "-", Options{}); len(got) != 1 {
		t.Errorf("a file as the standard input: %v", got)
	}
	if _, err := f.Stat(); err != nil {
		t.Errorf("the standard input was closed: %v", err)
	}
}

// Two columns of one name are accepted in a book, but not in a table whose columns are fixed.
func TestColumnsOfOneName(t *testing.T) {
	for name, content := range map[string][]byte{"book.csv": []byte("a, b,a\n1,2,3\n"),
		"book.xlsx": workbookOf(t, sheetOf("a| b|a", "1|2|3"))} {
		path := write(t, name, content)
		b := open(t, path, Options{})
		got, err := rows(t, b)
		if d := cmp.Diff([]row{{2, cells("1", "2", "3"), nil}}, got); d != "" || err != nil {
			t.Errorf("%s: %v %s", name, err, d)
		}
		if notes := notesOf(b); notes != `book.same_name column="a" count=2 columns=[A C] second="a#2"` {
			t.Errorf("%s: %s", name, notes)
		}
		e := refusedBy(t, path, Options{Distinct: true})
		if e.What.String() != `book.header_twice header="a" first="A" second="C"` || e.Hint == nil {
			t.Errorf("%s: %v", name, e)
		}
	}
}
