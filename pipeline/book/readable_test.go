package book

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"muster/pipeline"
)

// A workbook whose parts are in UTF-16 is read like any other.
func TestPartsInUTF16(t *testing.T) {
	parts := partsOf(worksheet(headerABC +
		`<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2" s="4"><v>7</v></c><c r="C2" t="str"><v>ñ😀</v></c></row>`))
	for _, order := range []unicode.Endianness{unicode.LittleEndian, unicode.BigEndian} {
		wide := map[string]string{}
		for name, text := range parts {
			text = strings.Replace(text, `encoding="UTF-8"`, `encoding="UTF-16"`, 1)
			spelled, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
			check(t, err)
			wide[name] = spelled
		}
		got := readAll(t, write(t, "book.xlsx", zipped(t, wide)), Options{})
		if d := cmp.Diff([]row{{2, cells("rich", "00007", "ñ😀"), nil}}, got); d != "" {
			t.Error(d)
		}
	}
	// Some programs declare parts that they do not write.
	parts["xl/worksheets/sheet1.xml"] = strings.Replace(parts["xl/worksheets/sheet1.xml"], "UTF-8", "utf-16", 1)
	if got := readAll(t, write(t, "book.xlsx", zipped(t, parts)), Options{}); len(got) != 1 {
		t.Error(got)
	}
}

// DOS ends a text with Ctrl-Z, which is not a row.
func TestTextsThatDOSEnds(t *testing.T) {
	want := []row{{2, cells("1", "2"), nil}}
	for _, end := range []string{"\r\n\x1a", "\r\n\x1a\r\n", "\n\x1a\x1a\x1a", "\r\n\x1a\x00\x00"[:3], "\x1a"} {
		for name, content := range map[string]string{"plain": "a,b\r\n1,2" + end, "marked": "\ufeffa,b\n1,2" + end,
			"quoted": "a,b\n1,\"2\"" + end, "wide": "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x002\x00" +
				strings.Join(strings.Split(end, ""), "\x00") + "\x00"} {
			b := open(t, write(t, "book.csv", []byte(content)), Options{})
			got, err := rows(t, b)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%s, %q: %v %s", name, end, err, d)
			}
			if said := notesOf(b) != ""; said != (end == "\x1a") { // the note that the last line has no end
				t.Errorf("%s, %q: %s", name, end, notesOf(b))
			}
		}
	}
	inside := readAll(t, write(t, "book.csv", []byte("a,b\nx\x1ay,2\n")), Options{})
	if d := cmp.Diff([]row{{2, cells("x\x1ay", "2"), nil}}, inside); d != "" {
		t.Error(d)
	}
}

// Whichever bytes a workbook has lost, the mistake is that it is damaged, not that the disk has failed.
func TestBytesLostInTheMiddle(t *testing.T) {
	whole := workbookOf(t, headerABC+strings.Repeat(`<row><c t="str"><v>some text</v></c></row>`, 40))
	for from := range len(whole) - 100 {
		b, err := openBytes("book.xlsx", slices.Concat(whole[:from], whole[from+100:]), Options{})
		if err == nil {
			_, err = rowsOf(b)
		}
		if err == nil {
			continue // the archive's directory leads to the remaining copy
		}
		m, ok := err.(*pipeline.Mistake)
		if !ok || m.Hint == nil || m.What == nil || m.What.Code == "book.unreadable" {
			t.Fatalf("without 100 bytes at %d: %v", from, err)
		}
	}
}
