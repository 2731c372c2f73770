package book

import (
	"fmt"
	"strings"
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
		{"no space follows", header + good + "D,1 Main St,Apt 2,Boston,02108,\n", Options{}, "[5 D5]", ""},
		{"all cells are padded", header + good + "D , 1 Main St , Boston,02108,x,\n", Options{}, "[]", "[5]"},
		{"a delimiter ends every row", header + "A,1 St, Boston,02108,x,\nB,2 St, Boston,02108,x,\n", Options{}, "[]",
			""},
		{"delimiters end half of the rows", header + good + "D,1 St,Boston,02108,x,,\nE,1 St,Boston,02108,x,,\n" +
			"F,1 St,Boston,02108,x,,\n", Options{}, "[]", ""},
		{"the last cell is empty all the same", header + good + "D,1 St,Boston,02108,,,\n", Options{}, "[]", ""},
		{"the cell is enclosed", header + good + "D,\"1 Main St, Apt 2\",Boston,02108,\n", Options{}, "[]", ""},
		{"the row fills a column that no other does", "Name,Address,City,Notes,Notes 2\nA,1 St,Boston,,\nB,2 St,Boston,,\n" +
			"C,3 St,Boston,,\nD,1 Main St,Apt 2,Boston,,\n" + "E,4 St,Boston,,,\n", Options{}, "[]", "[5]"},
		{"the cells are of the kinds of other columns", "Name,Id,Mail,Phone,Notes\nA,101,a@example.org,5550101,\n" +
			"B,102,b@example.org,5550102,\nC,103,c@example.org,5550103,\nD,Inc,104,d@example.org,5550104,\n" +
			"E,105,,5550105,,\nF,N/A,f@example.org,,,\n" + strings.Repeat("G,107,g@example.org,5550107,\n", 9),
			Options{}, "[5 B5]", ""},
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
