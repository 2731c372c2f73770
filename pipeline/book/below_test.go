package book

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// rowNumbers reads a book and returns the numbers of its rows, and of those left out.
func rowNumbers(t *testing.T, path string, o Options, keys ...int) (read, left string) {
	t.Helper()
	b := open(t, path, o)
	b.KnowKeys(keys)
	for pass := range 2 {
		var numbers, at []int
		err := b.Rows(t.Context(), func(r pipeline.Row) error {
			numbers, at = append(numbers, r.Number), append(at, max(b.Place().Line, b.Place().Row))
			return nil
		})
		if err != nil || !cmp.Equal(numbers, at) {
			t.Errorf("pass %d: rows %v at %v, %v", pass, numbers, at, err)
		}
		if read = fmt.Sprint(numbers); b.Below() != nil {
			left = fmt.Sprint(b.Below().Arg("rows"))
		}
	}
	return read, left
}

func TestRowsBelowTheTable(t *testing.T) {
	tests := []struct {
		name, below string
		read, left  string
	}{
		{"a name with numbers in all columns", "TOTAL COMERCIOS,300,25", "[2 3 4]", ""},
		{"a total", "Total,,25", "[2 3]", "[4]"},
		{"a remark of one cell", ",,\nPrecios sin IVA,,\n,,lo dice el contador", "[2 3]", "[5 6]"},
		{"words that say so", "SUBTOTAL:,,1\nSuma 3,,2\nTotal general,,3\nx,,Nota: y\nTotal de clientes,,5\nObservación,,6",
			"[2 3]", "[4 5 6 7 8 9]"},
		{"a name that begins so", "Total Energía SAS,,25", "[2 3 4]", ""},
		{"a name with a key", "Total,900,25", "[2 3 4]", ""},
		{"a total in the column of keys", "x,Total general,25\n,TOTAL:,26", "[2 3]", "[4 5]"},
		{"a key that begins so", ",TOTAL-25,x\n,NOTA 3,\n,Total Energía,", "[2 3 4 5 6]", ""},
		{"two cells that say nothing", "ACME,,25", "[2 3 4]", ""},
		{"above a row of the table", "Total,,25\nZona Norte,,\nB,2,x\nTotal,,26", "[2 3 4 5 6]", "[7]"},
		{"a cell past the header", "Total,,,25\n,,,x", "[2 3]", "[4 5]"},
		{"more than a table has", strings.Repeat("x,,\n", remarksKept+1), "", ""},
	}
	for _, tt := range tests {
		path := write(t, "book.csv", []byte("Nombre,NIT,Nota\nA,1,x\nB,2,\n"+tt.below+"\n"))
		read, left := rowNumbers(t, path, Options{}, 1)
		if tt.read != "" && read != tt.read || left != tt.left {
			t.Errorf("%s: rows %s and %s below, want %s and %s", tt.name, read, left, tt.read, tt.left)
		}
		all, none := rowNumbers(t, path, Options{Reading: pipeline.Reading{AllRows: true}}, 1)
		without, _ := rowNumbers(t, path, Options{})
		if none != "" || all != without || tt.left == "" && all != read {
			t.Errorf("%s: all rows are %s, and %s without keys, below %s", tt.name, all, without, none)
		}
	}
	// A total that counts the rows in the column of keys.
	for _, tt := range []struct{ below, read, left string }{
		{"TOTAL COMERCIOS,300,,,", "[2 3]", "[4]"},
		{"Total clientes:,,1.204,,", "[2 3]", "[4]"},
		{",300,TOTAL COMERCIOS,,25", "[2 3]", "[4]"},
		{"Total,300,,,\nTotal,301,,,25", "[2 3]", "[4 5]"},
		{"Total Comercios SAS,300,a@b.co,x,9", "[2 3 4]", ""},
		{"Total Comercios SAS,900123456,,,", "[2 3 4]", ""},
		{"Total Comercios,300,,x,9", "[2 3 4]", ""},
		{"Total Comercios,C-3,,,", "[2 3 4]", ""},
		{"Total Energía,300,,,", "[2 3 4]", ""},
		{"Bodega,300,,,", "[2 3 4]", ""},
		{"TOTAL COMERCIOS,300,,,\nC,3,c@b.co,x,9", "[2 3 4 5]", ""},
	} {
		rows := "Nombre,NIT,Correo,Ciudad,Ventas\nA,1,a@b.co,x,2\nB,2,b@b.co,y,3\n"
		path := write(t, "book.csv", []byte(rows+tt.below+"\n"))
		if read, left := rowNumbers(t, path, Options{}, 1, 2); read != tt.read || left != tt.left {
			t.Errorf("%s: rows %s and %s below, want %s and %s", tt.below, read, left, tt.read, tt.left)
		}
	}
	// Without a row of the table, no row is below it.
	without := write(t, "book.csv", []byte("Nombre,NIT\nA,\nTotal,\n"))
	if read, left := rowNumbers(t, without, Options{}, 1); read != "[2 3]" || left != "" {
		t.Error(read, left)
	}
	sheet := workbookOf(t, sheetOf("Nombre|NIT", "A|1", "B|", "Total|"))
	if read, left := rowNumbers(t, write(t, "book.xlsx", sheet), Options{}, 1); read != "[2]" || left != "[3 4]" {
		t.Error(read, left)
	}
}

func TestHalfRows(t *testing.T) {
	tests := []struct {
		name, content string
		want          string // incomplete rows, with their messages
	}{
		{"broken in the first cell", "EJEMPLO\nUNO,1,x,y\n", "2 half_row_begins 1, 3 half_row_goes_on 2"},
		{"broken in the second", "A,EJEMPLO\nUNO,x,y\nB,2,x,y\n", "2 half_row_begins 2, 3 half_row_goes_on 2"},
		{"broken in the last, as the first may be", "A,1,x,EJEMPLO\nUNO\nB,2,x,y\n",
			"3 half_row_begins 1, 4 half_row_goes_on 3"},
		{"broken in the last, below it a number", "9,1,x,EJEMPLO\nUNO\n8,2,x,y\n",
			"2 half_row_broken 3, 3 half_row_goes_on 2"},
		{"broken twice", "A,1\nEJ,EM\nPLO,y\nB,2,x,y\n",
			"2 half_row_begins 2, 3 half_row_goes_on 2, 4 half_row_goes_on 2"},
		{"with a blank line", "EJEMPLO\n\nUNO,1,x,y\n", "2 half_row_begins 1, 4 half_row_goes_on 2"},
		{"two of them", "EJEM\nPLO,1,x,y\nEJEM\nPLO,2,x,y\n",
			"2 half_row_begins 1, 3 half_row_goes_on 2, 4 half_row_begins 1, 5 half_row_goes_on 4"},
		{"cells left out at the end", "A,1\nB,2,x\nC,3\nD,4,x,y\nE,5,x,y\n", ""},
		{"a total among them", "A,1,x,y\nTotal: 1\nB,2,x,y\n", ""},
		{"all rows are short", "A\nB,2,x,y\nC,3\nD,4\nE,5\nF,6\n", ""},
		{"cut off", "A,1,x,y\nB,2", "3 half_row_cut 2"},
		{"cut off within the last cell", "A,1,x,y\nB,2,x,y", "note 3"},
		{"cut off within quotation marks", "A,1,x,y\nB,\"2", "3 half_row_cut 2"},
		{"cut off within the quotation marks of the last cell", "A,1,x,y\nB,2,x,\"y", "3 half_row_cut_cell"},
		{"cut off within quotation marks, all rows short", "A\nB\nC,3\nD,4\nE,\"5", "6 half_row_cut_cell"},
		{"broken among rows that are short at will", "9,1\n8,E\nJEMPLO,x,y\n7,2,x,y\n6,3,x\n",
			"3 half_row_begins 2, 4 half_row_goes_on 3"},
		{"rows that are short at will", "9,1,x,y\n8,2\n7,3,x\n6,4,x,y\n5,6,x\n", ""},
		{"broken in three, the last of them short", "A,1,x,y\nB,EJ\nEM\nPLO,x,y\nC,2,x,y\n",
			"3 half_row_begins 2, 4 half_row_goes_on 3, 5 half_row_goes_on 3"},
		{"broken twice in the last, below it a number", "9,1,x,EJ\nEM\nPLO\n8,2,x,y\n",
			"2 half_row_broken 3, 3 half_row_goes_on 2, 4 half_row_goes_on 2"},
		{"a remark without a line end", "A,1,x,y\nTotal 1", ""},
		{"a short row with its line end", "A,1,x,y\nB,2\n", ""},
		{"one line", "", ""},
	}
	for _, tt := range tests {
		for _, quoted := range []bool{false, true} {
			content := "Nombre,NIT,c,d\n" + tt.content
			if quoted { // a quotation mark somewhere, so that marks are followed
				content = "\"Nombre\",NIT,c,d\n" + tt.content
			}
			b := open(t, write(t, "book.csv", []byte(content)), Options{})
			var got []string
			err := b.Rows(t.Context(), func(r pipeline.Row) error {
				for _, p := range r.Problems {
					if p.Code == pipeline.ProblemHalfRow {
						said := fmt.Sprintf("%d %s", p.Row, p.Message.Code)
						if len(p.Message.Args) > 0 {
							said += fmt.Sprintf(" %v", p.Message.Args[0].Value)
						}
						got = append(got, said)
					}
				}
				return nil
			})
			for _, n := range b.Notes() {
				if n.Code == "book.last_line_unended" {
					got = append(got, fmt.Sprintf("note %v", n.Arg("line")))
				}
			}
			if s := strings.Join(got, ", "); s != tt.want || err != nil || strings.Contains(s, "cut") && !b.Cut() {
				t.Errorf("%s: %s, %v, want %s", tt.name, s, err, tt.want)
			}
		}
	}
}
