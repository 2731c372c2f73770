package book

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// holds checks what every book holds to, whatever is in it: it is refused with
// an *Error, or its rows ascend, fit the header, are trimmed, and are the same
// in the next pass.
func holds(t *testing.T, name string, content []byte) {
	b, err := openBytes(name, content, Options{})
	var e *Error
	if err != nil {
		if !errors.As(err, &e) || e.Problem == "" {
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
	last := 0
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
		"\"a", "a,b\n1,\"2\n3", "a\n\xe9", "\xff\xfea", "a,\n\n,,x\n", "a\n#N/A\n", "\"\n\",b\n\r\n1", "é,€\n😀,\xf0\x9f",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) { holds(t, "book", content) })
}

func FuzzSheet(f *testing.F) {
	for _, s := range []string{
		headerABC, headerABC + `<row r="7"><c r="B7" t="s"><v>2</v></c></row>`, headerABC + `<row><c s="1"><v>60</v></c><c s="4"><v>1e3</v></c></row>`,
		headerABC + `<row><c t="inlineStr"><is><r><t>x</t></r></is></c><c t="e"><v>#N/A</v></c></row>`, `<row><c t="str"><v>_x000D_</v></c></row><row`,
		headerABC + `<row><c><f>1</f></c><c t="b"><v>1</v></c><c t="d"><v>2020-01-01</v></c></row>`, headerABC + `<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rows string) { holds(t, "book.xlsx", workbookOf(t, rows)) })
}
