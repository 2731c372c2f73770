package book

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTextWrittenAsAFormula(t *testing.T) {
	const bare = "=\"NIT\",b\n=\"00123\",=\"+57 300\"\n=\"a\"\"b\", =\"\" \n=\"a\"&\"b\",=A1\n"
	const quoted = "\"=\"\"NIT\"\"\",b\n\"=\"\"00123\"\"\",\"=\"\"+57 300\"\"\"\n\"=\"\"a\"\"\"\"b\"\"\",\"=\"\"\"\"\"\n" +
		"\"=\"\"a\"\"&\"\"b\"\"\",=A1\n"
	want := []row{{2, cells("00123", "+57 300"), nil}, {3, cells(`a"b`, ""), nil}, {4, cells(`="a"&"b"`, "=A1"), nil}}
	for _, content := range []string{bare, quoted} {
		b := open(t, write(t, "book.csv", []byte(content)), Options{})
		for range 2 {
			got, err := rows(t, b)
			if d := cmp.Diff(want, got); d != "" || err != nil {
				t.Errorf("%q: %v %s", content, err, d)
			}
			if m := b.Spelled(); m == nil || m.Arg("count") != 4 || b.Header()[0].Name != "NIT" {
				t.Errorf("%q: %v, header %v", content, m, b.Header())
			}
		}
	}
	b := open(t, write(t, "book.csv", []byte("a,b\n1,\"=\"\n")), Options{})
	if got, err := rows(t, b); err != nil || got[0].Cells[1] != "=" || b.Spelled() != nil {
		t.Error(got, err, b.Spelled())
	}
}

func TestDatesWithMidnight(t *testing.T) {
	for cell, want := range map[string]string{
		"1984-02-29 00:00:00": "1984-02-29", "1984-02-29T00:00:00": "1984-02-29", "1984-02-29 00:00": "1984-02-29",
		"1984-02-29 00:00:00.000000": "1984-02-29", "1984-02-29T00:00:00.000Z": "1984-02-29",
		"1984-02-29 00:00:00+00:00": "1984-02-29", "1984-02-29 00:00:00-05": "1984-02-29",
		"29/02/1984 00:00:00": "29/02/1984", "29.2.1984 0:00": "29.2.1984", "2/29/1984 12:00:00 AM": "2/29/1984",
		"29/02/1984 12:00:00 a. m.": "29/02/1984", "2/9/1984 0:00:00": "2/9/1984",
		"1984-02-29 05:00:00": "", "1984-02-29 12:00:00": "", "1984-02-29 12:00:00 PM": "", "1984-02-29 00:00:01": "",
		"1984-02-29 00:00:00+x": "", "1984-02-29 0": "", "84-02-29 00:00:00": "", "12-3456789 00:00:00": "",
		"1984-02-29 00:00:00 x": "", "Calle 1-2-1984 0:00": "", "300-555-0101 0:00": "", "1984-02-29": "",
		"10/20/3000 0:0": "", "1984/02-29 00:00:00": "", "2024-1234-1 00:00:00": "", "1-2-1984 :00": "",
	} {
		if want == "" {
			want = cell
		}
		if got := dateAlone(cell); got != want {
			t.Errorf("%s is %s, want %s", cell, got, want)
		}
	}
	want := []row{{2, cells("1984-02-29"), nil}}
	for name, content := range map[string][]byte{"book.csv": []byte("a\n1984-02-29 00:00:00\n"),
		"book.xlsx": workbookOf(t, sheetOf("a", "1984-02-29 00:00:00"))} {
		if d := cmp.Diff(want, readAll(t, write(t, name, content), Options{})); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}
