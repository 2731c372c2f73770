package book

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

func TestCSVRowNumbers(t *testing.T) {
	tests := []struct {
		name, content string
		want          []row
	}{
		{"plain", "a,b\n1,2\n3,4\n", []row{{2, cells("1", "2"), nil}, {3, cells("3", "4"), nil}}},
		{"no final line break", "a,b\n1,2", []row{{2, cells("1", "2"), nil}}},
		{"CRLF", "a,b\r\n1,2\r\n\r\n3,4\r\n", []row{{2, cells("1", "2"), nil}, {4, cells("3", "4"), nil}}},
		{"byte-order mark", "\ufeffa,b\n1,2\n", []row{{2, cells("1", "2"), nil}}},
		{"blank lines before the header", "\n\n a ,b\n1,2\n", []row{{4, cells("1", "2"), nil}}},
		{"lines of delimiters and spaces", "a,b\n,\n  ,\t\n1,2\n\u00a0,\n\n3,4\n",
			[]row{{4, cells("1", "2"), nil}, {7, cells("3", "4"), nil}}},
		{"line break in a later cell", "a,b\n1,\"x\ny\"\n3,4\n",
			[]row{{2, cells("1", "x\ny"), nil}, {3, cells("3", "4"), nil}}},
		{"line breaks in the first cell", "a,b\n\"x\n\ny\",2\n\n3,4\n",
			[]row{{2, cells("x\n\ny", "2"), nil}, {4, cells("3", "4"), nil}}},
		{"CRLF in a cell", "a,b\r\n\"x\r\ny\",2\r\n3,4\r\n",
			[]row{{2, cells("x\ny", "2"), nil}, {3, cells("3", "4"), nil}}},
		{"carriage return in a cell", "a,b\n\"x\ry\",2\n3,4\n",
			[]row{{2, cells("x\ny", "2"), nil}, {3, cells("3", "4"), nil}}},
		{"carriage returns", "a,b\r1,2\r\r3,4\r", []row{{2, cells("1", "2"), nil}, {4, cells("3", "4"), nil}}},
		{"one carriage return among others", "a,b\n1,2\r3,4\r\n5,6",
			[]row{{2, cells("1", "2"), nil}, {3, cells("3", "4"), nil}, {4, cells("5", "6"), nil}}},
		{"CR CR LF is two ends", "a,b\r\r\n1,2\r\r\n", []row{{3, cells("1", "2"), nil}}},
		{"cut after a carriage return", "a,b\r\n1,2\r", []row{{2, cells("1", "2"), nil}}},
		{"carriage returns in a cell of their file", "a,b\r\"x\r\ry\",2\r3,4\r",
			[]row{{2, cells("x\n\ny", "2"), nil}, {3, cells("3", "4"), nil}}},
		{"line break that is trimmed", "a,b\n\"1\n\",2\n3,4\n",
			[]row{{2, cells("1", "2"), nil}, {3, cells("3", "4"), nil}}},
		{"row of quoted line breaks is blank", "a,b\n\"\n\n\",\n3,4\n", []row{{3, cells("3", "4"), nil}}},
		{"line break in the header", "\"a\nx\",b\n1,2\n", []row{{2, cells("1", "2"), nil}}},
		{"short row", "a,b,c\n1\n", []row{{2, cells("1", "", ""), nil}}},
		{"trailing space and zero width", "a,b\n\u200b1 ,\ufeff2\u00a0\n", []row{{2, cells("1", "2"), nil}}},
		{"filled cell past the header", "a,b\n1,2,,x, \n", []row{{2, cells("1", "2"), []string{"extra_cell D"}}}},
		{"nothing but a cell past the header", "a\n,x\n", []row{{2, cells(""), []string{"extra_cell B"}}}},
		{"empty cells past the header", "a,b,,\n1,2,,,,\n", []row{{2, cells("1", "2"), nil}}},
		{"column without a name", "a,,c\n1,2,3\n", []row{{2, cells("1", "2", "3"), nil}}},
		{"error value", "a,b\n#N/A,#1\n", []row{{2, cells("", "#1"), []string{"error_cell A"}}}},
		{"error value in Spanish", "a,b\n#¡VALOR!,1\n", []row{{2, cells("", "1"), []string{"error_cell A"}}}},
		{"doubled quotes", "a,b\n\"say \"\"x\"\"\",2\n", []row{{2, cells(`say "x"`, "2"), nil}}},
		{"header only", "a,b\n", nil},
		{"separator line", "sep=;\r\na;b\r\n1;2\r\n", []row{{2, cells("1", "2"), nil}}},
		{"mark and separator line", "\ufeffsep=|\na|b\n\n1|2\n", []row{{3, cells("1", "2"), nil}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readAll(t, write(t, "book.csv", []byte(tt.content)), Options{})
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func cells(c ...string) []string { return c }

func TestCSVDelimiters(t *testing.T) {
	tests := []struct {
		name, content string
		header        []string
	}{
		{"comma", "a,b,c\n", cells("a", "b", "c")},
		{"semicolon", "a;b;c\n", cells("a", "b", "c")},
		{"tab", "a\tb\tc\n", cells("a", "b", "c")},
		{"tie: comma", "a,b;c\n", cells("a", "b;c")},
		{"tie: semicolon before tab", "a;b\tc\n", cells("a", "b\tc")},
		{"most", "a,x;b;c\n", cells("a,x", "b", "c")},
		{"in quotes", "\"a,x,y\";b\n", cells("a,x,y", "b")},
		{"over lines", "\"a\n,,,,\";b\n", cells("a\n,,,,", "b")},
		{"one column", "name\n", cells("name")},
		{"below a line of delimiters", ";;;\n,,\na;b\n", cells("a", "b")},
		{"names trimmed", "\ufeff a ;\u00a0b\u200b\n", cells("a", "b")},
		{"names with marks", "\u00ada;\u202ab\u202c\n", cells("a", "b")},
		{"pipe", "a|b|c\n", cells("a", "b", "c")},
		{"tie: tab before pipe", "a|b\tc\n", cells("a|b", "c")},
		{"comma in a title", "Corte, enero\nnit;name\n1;2\n3;4\n", cells("nit", "name")},
		{"commas in titles and cells", "Bogot\u00e1, Colombia\nCorte: 1,5\nnit;name\n1;2,5\n3;4,5\n5;6,5\n",
			cells("nit", "name")},
		{"commas in addresses", "name;address\nAda;Calle 1, Bogot\u00e1, Colombia\nBob;Calle 2, Cali, Colombia\n",
			cells("name", "address")},
		{"short rows", "a,b,c\n1\n2\n3,x;y\n", cells("a", "b", "c")},
		{"header after CRLF blanks", "\r\n\r\na;b\r\n", cells("a", "b")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := open(t, write(t, "book.csv", []byte(tt.content)), Options{})
			var names []string
			for i, c := range b.Header() {
				if c.Index != i {
					t.Errorf("column %d has index %d", i, c.Index)
				}
				names = append(names, c.Name)
			}
			if d := cmp.Diff(tt.header, names); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCSVRefusals(t *testing.T) {
	long := strings.Repeat("1,2\n", 40_000) // more than is read in one piece
	tests := []struct {
		name, content string
		line          int
		problem       string
	}{
		{"text after a quote", "a,b\n\n\"x\"y,2\n", 0, `book.quotes_in_doubt count=1 lines="3"`},
		{"not closed", "a,b\n1,2\n\"x,2\n3,4\n", 0, `book.quotes_in_doubt count=1 lines="3"`},
		{"not closed in the header", "a,\"b\n1,2\n", 0, `book.quotes_in_doubt count=1 lines="1"`},
		{"NUL", "a,b\n1,\x00\n", 2, "book.nul"},
		{"NUL far down", "a,b\n" + long + "\x00,2\n", 40_002, "book.nul"},
		{"mixed encodings", "a,b\nM\u00e9xico,2\nM\xe9xico,2\n", 3, "book.not_utf8"},
		{"mark of UTF-8 and no UTF-8", "\ufeffa,b\n1,2\nM\xe9xico,2\n", 3, "book.not_utf8"},
		{"undefined in Windows-1252", "a,b\r\"M\xe9xico\r\",2\r1,\x81\r", 4, "book.not_in_encoding"},
		{"NUL in Windows-1252", "a,b\n\xe9,\x00\n", 2, "book.nul"},
		{"NUL behind carriage returns", "a,b\r1,2\r\x00,2\r", 3, "book.nul"},
		{"UTF-16 cut within a character", "\xff\xfea\x00,\x00b\x00\n\x001", 2, "book.half_character"},
		{"half a surrogate pair", "\xfe\xff\x00a\x00,\x00b\x00\r\x00x\xd8\x3d\x00,", 2, "book.half_character"},
		{"second half alone", "\xff\xfea\x00,\x00b\x00\x3d\xde\n\x00", 1, "book.half_character"},
		{"too wide", "a,b\n" + strings.Repeat(",", pipeline.MaxColumns) + "\n", 2,
			"book.too_many_cells count=16385 most=16384"},
		{"behind a separator line", "sep=;\na;b\n1;\x00\n", 3, "book.nul"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := refusedBy(t, write(t, "book.csv", []byte(tt.content)), Options{})
			if e.Place.Line != tt.line || !strings.Contains(e.What.String(), tt.problem) {
				t.Errorf("got line %d: %s; want line %d: %s", e.Place.Line, e.What.String(), tt.line, tt.problem)
			}
		})
	}
}

func TestRecordWithoutEndIsNotKept(t *testing.T) {
	endless := strings.Repeat("x,y\n", 100_000)
	for _, tt := range []struct {
		content, problem string
		line             int
	}{
		{"a,b\n1,2\n\"" + endless, "book.quote_never_closed", 3},
		{"a,b\n" + strings.ReplaceAll(endless, "\n", ","), "book.record_too_long", 2},
	} {
		text := newTextReader(t.Context(), strings.NewReader(tt.content), encodingUTF8)
		text.most = 100_000
		text.follow(quotesDouble, ',', false)
		n, err := io.Copy(io.Discard, text)
		var e *pipeline.Mistake
		if !errors.As(err, &e) || e.Place.Line != tt.line || !strings.Contains(e.What.String(), tt.problem) {
			t.Errorf("got %v; want line %d: %s", err, tt.line, tt.problem)
		}
		if n > 200_000 {
			t.Errorf("%d bytes were passed on, the bound is %d", n, text.most)
		}
	}
}

func TestCSVHasNoSheets(t *testing.T) {
	e := refusedBy(t, write(t, "book.csv", []byte("a,b\n")), Options{Sheet: "Customers"})
	if e.What.Code != "book.csv_has_no_sheet" {
		t.Error(e)
	}
}

func TestCharactersCutByAReadAreWhole(t *testing.T) {
	// Characters of two to four bytes at every offset around the buffer's end.
	for pad := 64<<10 - 8; pad <= 64<<10; pad++ {
		content := "a\n" + strings.Repeat("x", pad-2) + "é€😀\n"
		b, err := openBytes("book.csv", []byte(content), Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := rows(t, b)
		if err != nil || len(got) != 1 || !strings.HasSuffix(got[0].Cells[0], "xé€😀") {
			t.Errorf("pad %d: %d rows, %v", pad, len(got), err)
		}
	}
}

func TestExtraCellIsNamed(t *testing.T) {
	b := open(t, write(t, "book.csv", []byte("a,b\n\n1,2,,secret\n")), Options{})
	err := b.Rows(t.Context(), func(r pipeline.Row) error {
		p := r.Problems[0]
		if p.Code != pipeline.ProblemExtraCell || p.Column.Index != 3 || p.Column.Name != "" ||
			p.Cell() != "D3" || strings.Contains(p.Message.String(), "secret") {
			t.Errorf("problem %+v of column %+v", p, p.Column)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// For any cells, blanks and line ends, rows read back as they were written, each with its number.
func TestCSVRoundTrip(t *testing.T) {
	cell := rapid.StringOf(rapid.SampledFrom([]rune("ab,;\t\"\n é€")))
	rapid.Check(t, func(t *rapid.T) {
		delimiter := rapid.SampledFrom([]string{",", ";", "\t"}).Draw(t, "delimiter")
		end := rapid.SampledFrom([]string{"\n", "\r\n"}).Draw(t, "line end")
		quote := func(c string) string { return `"` + strings.ReplaceAll(c, `"`, `""`) + `"` }
		text := "one" + delimiter + "two" + end
		var want []row
		for i := range rapid.IntRange(0, 20).Draw(t, "lines") {
			if rapid.IntRange(0, 3).Draw(t, "blank") == 0 {
				text += rapid.SampledFrom([]string{"", " ", delimiter}).Draw(t, "blank line") + end
				continue
			}
			one, two := cell.Draw(t, "one"), cell.Draw(t, "two")
			text += quote(one) + delimiter + quote(two) + end
			if r := (row{i + 2, cells(pipeline.Trim(one), pipeline.Trim(two)), nil}); r.Cells[0]+r.Cells[1] != "" {
				want = append(want, r)
			}
		}
		b, err := openBytes("book.csv", []byte(text), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var got []row
		err = b.Rows(t.Context(), func(r pipeline.Row) error {
			got = append(got, row{r.Number, append([]string(nil), r.Cells...), nil})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(fmt.Sprintf("%q: ", text), d)
		}
	})
}

// A number that a spreadsheet program has shortened is a problem of the row, in a CSV and in a workbook's texts.
func TestShortenedNumbers(t *testing.T) {
	for text, want := range map[string]bool{
		"9.01E+08": true, "9,01E+08": true, "9E+11": true, "-1.5E+10": true, "1.23456789012345E+19": true,
		"9.01E+100": true, "9.01e+08": true, "9.01E-08": false, "90.1E+08": false, "E+08": false, "9.01E+8": true,
		"9.99000111E8": true, "9,99000111e8": true, "2.5E100": true, "1e+09": true, "1e+9": false, "9E8": false,
		"2.5E12345": false, "9.E8": false, "9.5E": false, "9.5E+": false, "9.5E++8": false, "9.5E+0+8": false,
		"9.01E+08 ": true, "x9.01E+08": false, "9.01E+08x": false, "9.0.1E+08": false, "+573005550101": false,
		"A+12": false, "1+12": false, "900123456": false,
	} {
		var problems []string
		if want {
			problems = []string{"mangled B"}
		}
		expected := []row{{2, cells("x", strings.TrimSpace(text)), problems}}
		if d := cmp.Diff(expected, readAll(t, write(t, "book.csv", []byte("a,b\nx,\""+text+"\"\n")),
			Options{})); d != "" {
			t.Errorf("%q: %s", text, d)
		}
		for _, c := range []string{`<c t="str"><v>` + text + `</v></c>`, `<c t="inlineStr"><is><t>` + text +
			`</t></is></c>`} {
			book := workbookOf(t, `<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row><c t="str"><v>x</v></c>`+c+`</row>`)
			if d := cmp.Diff(expected, readAll(t, write(t, "book.xlsx", book), Options{})); d != "" {
				t.Errorf("%q: %s", c, d)
			}
		}
	}
}
