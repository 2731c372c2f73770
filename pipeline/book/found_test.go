package book

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// A header of two rows, with the upper one merged over the lower, is noted, and rows of a book are not taken for one.
func TestAHeaderOfTwoRowsIsNoted(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		given int
		says  string
	}{
		{"two rows", []string{"Empresa||Contacto", "NIT|Nombre|Celular|Correo", "A|B|C|D"}, 0,
			"book.header_of_two_rows header=1 count=2 columns=[B D] row=2"},
		{"two rows of which the rows below show the second", []string{"Empresa||Contacto", "NIT|Nombre|Celular|Correo",
			"900123456|A|310|a@example.org"}, 0, ""},
		{"below titles", []string{"Clientes", "", "Empresa||Contacto", "NIT|Nombre|Celular"}, 0,
			"book.header_of_two_rows header=3 count=1 columns=[B] row=4"},
		{"given", []string{"Empresa||Contacto", "NIT|Nombre|Celular"}, 1, ""},
		{"a row of the book", []string{"NIT||Correo", "900123456|A|a@example.org"}, 0, ""},
		{"a row of the book without numbers", []string{"Nombre||Correo", "ACME|Ana|ana@example.org"}, 0, ""},
		{"a column of numbers without a name", []string{"|Nombre|Correo", "1|A|B"}, 0, ""},
		{"all have names", []string{"NIT|Nombre", "uno|dos"}, 0, ""},
		{"names that are known", []string{"x||y", "a|b|c", "d|e|f"}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := func(s string) bool { return s == "a" || s == "b" }
			b := open(t, write(t, "book.xlsx", workbookOf(t, sheetOf(tt.lines...))),
				Options{Names: known, Reading: pipeline.Reading{HeaderRow: tt.given}})
			got := ""
			for _, n := range b.Notes() {
				if n.Code == "book.header_of_two_rows" {
					got = n.String()
				}
			}
			if got != tt.says {
				t.Errorf("says %q, want %q", got, tt.says)
			}
		})
	}
}

// Rows that a filter hides are read, and noted in each pass.
func TestHiddenRowsAreReadAndNoted(t *testing.T) {
	sheet := sheetOf("NIT|Nombre", "1|A", "2|B", "3|C", "|")
	hide := func(s, row, attribute string) string {
		return strings.Replace(s, `<row r="`+row+`"`, `<row r="`+row+`" `+attribute, 1)
	}
	one := hide(sheet, "3", `hidden="1"`)
	two := hide(hide(one, "4", `hidden="true"`), "2", `hidden="0"`)
	for says, rows := range map[string]string{
		"": hide(hide(sheet, "1", `hidden="1"`), "5", `hidden="1"`),
		// the header, and what is no row
		"book.hidden_rows count=1": one,
		"book.hidden_rows count=2": two,
	} {
		path := write(t, "book.xlsx", workbookOf(t, rows))
		b := open(t, path, Options{})
		for range 2 {
			if all := rowsRead(t, b); all != 3 || b.Hidden().String() != says {
				t.Errorf("%d rows, %q, want %q", all, b.Hidden(), says)
			}
		}
	}
}

func rowsRead(t *testing.T, b *Book) int {
	t.Helper()
	all, err := rows(t, b)
	check(t, err)
	return len(all)
}

// Names that were encoded twice are noted; accents are not.
func TestAMisencodedHeaderIsNoted(t *testing.T) {
	for name, given := range map[string]bool{
		"RazÃ³n social": true, "DescripciÃ³n / NÂº": true, "TELÃ‰FONO": true,
		"Razón social": false, "TELÉFONO": false, "Nº": false, "País «A»": false, "Ã": false, "Preço €": false,
		"名前": false, "NIT": false,
	} {
		b := open(t, write(t, "book.csv", []byte("Código;"+name+"\n1;2\n")), Options{})
		got := false
		for _, n := range b.Notes() {
			got = got || n.String() == `book.header_misencoded column="B"`
		}
		if got != given {
			t.Errorf("%q: given %v, want %v", name, got, given)
		}
	}
}

func codes(messages []*pipeline.Message) (all []string) {
	for _, m := range messages {
		all = append(all, string(m.Code))
	}
	return all
}
