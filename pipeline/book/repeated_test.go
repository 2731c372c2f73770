package book

import (
	"fmt"
	"testing"

	"muster/pipeline"
)

func TestRowsThatRepeatTheHeader(t *testing.T) {
	for _, tt := range []struct {
		name, content string
		o             Options
		read, left    string
	}{
		{"two files in one", "NIT,Nombre\n1,A\n\ufeffNIT,Nombre\n2,B\n", Options{}, "[2 4]", "[3]"},
		{"on every page", "NIT,Nombre,\n1,A\n NIT ,Nombre,\n2,B\nNIT,Nombre,,\n", Options{}, "[2 4]", "[3 5]"},
		{"of a name alone", "NIT,Nombre\n1,A\n,Nombre\n", Options{}, "[2 3]", "[]"},
		{"in other letters", "NIT,Nombre\n1,A\nNit,NOMBRE\n", Options{}, "[2 3]", "[]"},
		{"and a cell more", "NIT,Nombre\n1,A\nNIT,Nombre,x\n", Options{}, "[2 3]", "[]"},
		{"all rows", "NIT,Nombre\n1,A\nNIT,Nombre\n", Options{Reading: pipeline.Reading{AllRows: true}}, "[2 3]", "[]"},
		{"without a header", "A,B\n1,2\n", Options{Reading: pipeline.Reading{HeaderRow: pipeline.NoHeader}}, "[1 2]", "[]"},
	} {
		b := open(t, write(t, "book.csv", []byte(tt.content)), tt.o)
		for range 2 {
			var read []int
			err := b.Rows(t.Context(), func(r pipeline.Row) error {
				read = append(read, r.Number)
				return nil
			})
			left := "[]"
			if m := b.Repeated(); m != nil {
				left = fmt.Sprint(m.Arg("rows"))
			}
			if err != nil || fmt.Sprint(read) != tt.read || left != tt.left {
				t.Errorf("%s: rows %v, and %s repeat the header, want %s and %s; %v", tt.name, read, left,
					tt.read, tt.left, err)
			}
		}
	}
}
