package book

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"muster/pipeline"
)

// A corrected CSV equals the book byte by byte, except for the changed cells; a text that the book cannot represent
// is refused.
func TestCorrect(t *testing.T) {
	cells := func(row, column int, text string) map[int]map[int]string {
		return map[int]map[int]string{row: {column: text}}
	}
	for _, c := range []struct {
		name, text string
		quotes     string
		cells      map[int]map[int]string
		want       string // "" when it is refused
	}{
		{"a plain cell", "a,b\n1,2\n3,4\n", "", cells(3, 1, "x"), "a,b\n1,2\n3,x\n"},
		{"the last line without an end", "a,b\n1,2", "", cells(2, 0, "x"), "a,b\nx,2"},
		{"a cell becomes empty", "a,b\n1,2\n", "", cells(2, 0, ""), "a,b\n,2\n"},
		{"line ends of old Macs", "a,b\r1,2\r3,4\r", "", cells(2, 1, "x"), "a,b\r1,x\r3,4\r"},
		{"a mark and an order to spreadsheet programs", "\ufeffsep=;\r\na;b\r\n1;2\r\n", "", cells(2, 1, "x;y"),
			"\ufeffsep=;\r\na;b\r\n1;\"x;y\"\r\n"},
		{"quoted cells stay quoted", "a,b\n\"1\",\"2\"\n", "", cells(2, 0, `"x"`), "a,b\n\"\"\"x\"\"\",\"2\"\n"},
		{"a record of several lines", "a,b\n\"1\n1\",2\n\n3,4\n", "", cells(2, 1, "x"), "a,b\n\"1\n1\",x\n\n3,4\n"},
		{"a row that is too short", "a,b,c\n1\n", "", cells(2, 2, "x"), "a,b,c\n1,,x\n"},
		{"several cells", "a,b,c\n1,2,3\n", "", map[int]map[int]string{2: {0: "x", 2: "z"}}, "a,b,c\nx,2,z\n"},
		{"marks are text", "a,b\n1\",2\n", "none", cells(2, 1, `"x"`), "a,b\n1\",\"x\"\n"},
		{"marks are text, and so is none for a delimiter", "a,b\n1\",2\n", "none", cells(2, 1, "x,y"), ""},
		{"backslashes", "a,b\n\"1\\\"\",2\n", "backslash", cells(2, 1, `x"\`), "a,b\n\"1\\\"\",\"x\\\"\\\\\"\n"},
		{"an encoding without the character", "a,b\n\xf1,2\n", "", cells(2, 1, "Ж"), ""},
		{"an encoding with the character", "a,b\n\xf1,2\n", "", cells(2, 1, "ñ"), "a,b\n\xf1,\xf1\n"},
		{"what DOS puts behind the text", "a,b\n1,2\n\x1a", "", cells(2, 1, "x"), "a,b\n1,x\n\x1a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "book.csv")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			b, err := Open(path, Options{Reading: pipeline.Reading{Quotes: c.quotes, HeaderRow: 1}})
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			var out bytes.Buffer
			err = b.Correct(t.Context(), &out, c.cells)
			var refused *pipeline.Mistake
			switch {
			case c.want == "":
				if !errors.As(err, &refused) {
					t.Errorf("it is not refused: %v", err)
				}
			case err != nil || out.String() != c.want:
				t.Errorf("%q, %v; want %q", out.String(), err, c.want)
			}
		})
	}
}
