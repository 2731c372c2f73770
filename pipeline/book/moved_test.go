package book

import (
	"fmt"
	"testing"

	"muster/pipeline"
)

// An address that is not enclosed in quotation marks moves the city to the state, and no cell is beyond the header.
func TestCellsThatADelimiterMoves(t *testing.T) {
	const header = "Name,Address,City,Zip,Notes\n"
	const good = "A,1 St,Boston,02108,\nB,2 St,Boston,02108,\nC,3 St,Boston,02108,x\n"
	for _, tt := range []struct {
		name, content string
		o             Options
		wrong, longer string
	}{
		{"a space follows", header + good + "D,1 Main St, Apt 2,Boston,02108,\n", Options{}, "[5 C5]", ""},
		{"a space is before", header + good + "D,1 Main St ,Apt 2,Boston,02108,\n", Options{}, "[5 B5]", ""},
		{"most are such", header + "A,1 St,Boston,02108,\nD,1 St, Apt 2,Boston,02108,\nE,1 St, Apt 3,Boston,02108,\n",
			Options{}, "[3 C3 4 C4]", ""},
		{"semicolons", "Name;Address;City;Zip;Notes\nA;1 St;Boston;02108;\nD;1 St; Apt 2;Boston;02108;\n",
			Options{}, "[3 C3]", ""},
		{"no space follows", header + good + "D,1 Main St,Apt 2,Boston,02108,\n", Options{}, "[]", "[5]"},
		{"all cells are padded", header + good + "D , 1 Main St , Boston,02108,x,\n", Options{}, "[]", "[5]"},
		{"a delimiter ends every row", header + "A,1 St, Boston,02108,x,\nB,2 St, Boston,02108,x,\n", Options{}, "[]",
			""},
		{"delimiters end half of the rows", header + good + "D,1 St,Boston,02108,x,,\nE,1 St,Boston,02108,x,,\n" +
			"F,1 St,Boston,02108,x,,\n", Options{}, "[]", ""},
		{"the last cell is empty all the same", header + good + "D,1 St,Boston,02108,,,\n", Options{}, "[]", ""},
		{"the cell is enclosed", header + good + "D,\"1 Main St, Apt 2\",Boston,02108,\n", Options{}, "[]", ""},
		{"without a header", good + "D,1 Main St, Apt 2,Boston,02108,\n",
			Options{Reading: pipeline.Reading{HeaderRow: pipeline.NoHeader}}, "[4 C4]", ""},
	} {
		b := open(t, write(t, "book.csv", []byte(tt.content)), tt.o)
		for range 2 {
			wrong := []string{}
			err := b.Rows(t.Context(), func(r pipeline.Row) error {
				for _, p := range r.Problems {
					wrong = append(wrong, fmt.Sprint(p.Row, " ", p.Message.Arg("cell")))
				}
				return nil
			})
			longer := ""
			if m := b.Moved(); m != nil {
				longer = fmt.Sprint(m.Arg("rows"))
			}
			if err != nil || fmt.Sprint(wrong) != tt.wrong || longer != tt.longer {
				t.Errorf("%s: problems %v, longer %q, want %s and %q; %v", tt.name, wrong, longer, tt.wrong, tt.longer, err)
			}
		}
	}
}
