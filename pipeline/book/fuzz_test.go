package book

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// holds checks the promises for any book: it is refused with a *pipeline.Mistake, or its rows ascend, fit the header,
// are trimmed, and are the same in the next pass.
func holds(t *testing.T, name string, content []byte, o Options) {
	b, err := openBytes(name, content, o)
	var e *pipeline.Mistake
	if err != nil {
		if !errors.As(err, &e) || e.Error() == "" {
			t.Fatalf("refused with %v", err)
		}
		return
	}
	first, err := rowsOf(b)
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("refused with %v", err)
	}
	second, again := rowsOf(b)
	if (err == nil) != (again == nil) || err != nil && err.Error() != again.Error() || !cmp.Equal(first, second) {
		t.Fatalf("two passes differ: %v, then %v", err, again)
	}
	if o.HeaderRow > 0 && b.HeaderRow() != o.HeaderRow {
		t.Fatalf("the header is in row %d, given as in %d", b.HeaderRow(), o.HeaderRow)
	}
	last := b.HeaderRow()
	for _, r := range first {
		if r.Number <= last {
			t.Fatalf("row %d follows row %d", r.Number, last)
		}
		last = r.Number
		if len(r.Cells) != len(b.Header()) {
			t.Fatalf("row %d has %d cells, the header has %d", r.Number, len(r.Cells), len(b.Header()))
		}
		for _, c := range r.Cells {
			if c != pipeline.Trim(c) || !utf8.ValidString(c) {
				t.Fatalf("row %d holds %q", r.Number, c)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "\ufeffa;b\r\n\"x\r\ny\";2\r\n\r\n3;4", "sep=;\na;b\n1;2", "a\tb\n\"\"\"\",\n", "a,b\r1,2\r",
		"\"a", "a,b\n1,\"2\n3", "a\n\xe9", "\xff\xfea", "a,\n\n,,x\n", "a\n#N/A\n", "\"\n\",b\n\r\n1",
		"é,€\n😀,\xf0\x9f", "title\ra|b\r\"1\r\r\n\"|2\r", "a;b\n\xe9;\x81\n",
		"\xff\xfea\x00,\x00b\x00\r\x00\x3d\xd8\x00\xde,\x002\x00", "\xfe\xff\x00a\x00|\xd8\x3d\x00b",
		"Bogot\xe1, 5\n\n\nnit;name\n1;2,5\n3;4,5\n", "a\x00,\x00b\x00\n\x00",
		"a,b\n1,\"x \"y\" z\"\n\"\\\"\",\\N\\\n2\n", "a\tb\n\"1\"x\t\"\n", "a,b\n \"1\" ,\"2\"\"\"\n\"x\"\t",
	} {
		for given := range uint8(4) {
			f.Add([]byte(s), given, given, uint8(0))
			f.Add([]byte(s), given, uint8(0), uint8(2))
		}
	}
	f.Fuzz(func(t *testing.T, content []byte, given, rule, header uint8) {
		encodings, rules := []string{"", "utf-8", "utf-16", "windows-1252"}, []string{"", "none", "double", "backslash"}
		holds(t, "book", content, Options{Reading: pipeline.Reading{Encoding: encodings[int(given)%len(encodings)],
			Quotes: rules[int(rule)%len(rules)], HeaderRow: int(header)}})
	})
}

func FuzzSheet(f *testing.F) {
	for _, s := range []string{
		headerABC, headerABC + `<row r="7"><c r="B7" t="s"><v>2</v></c></row>`, headerABC +
			`<row><c s="1"><v>60</v></c><c s="4"><v>1e3</v></c></row>`,
		headerABC + `<row><c t="inlineStr"><is><r><t>x</t></r></is></c><c t="e"><v>#N/A</v></c></row>`,
		`<row><c t="str"><v>_x000D_</v></c></row><row`,
		headerABC + `<row><c><f>1</f></c><c t="b"><v>1</v></c><c t="d"><v>2020-01-01</v></c></row>`, headerABC +
			`<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`,
		`<row><c t="str"><v>title</v></c></row>` + `<row><c t="str"><v>a</v></c><c t="str"><v>b</v></c><c/></row><row><c t="str"><v>sheetData></v></c></row>`,
	} {
		for _, behind := range []string{"", `<mergeCells><mergeCell ref="B2:D2"/></mergeCells>`,
			`<mergeCells><mergeCell ref="C1:XFD9"/><mergeCell ref="D`} {
			f.Add(s, behind, uint8(0))
			f.Add(s, behind, uint8(2))
		}
	}
	f.Fuzz(func(t *testing.T, rows, behind string, header uint8) {
		sheet := strings.Replace(worksheet(rows), "</worksheet>", behind+"</worksheet>", 1)
		holds(t, "book.xlsx", zipped(t, partsOf(sheet)), Options{Reading: pipeline.Reading{HeaderRow: int(header)}})
	})
}
