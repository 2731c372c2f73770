package book

import (
	"strings"
	"testing"
)

// A header of two rows, the upper merged over the lower, is not passed over in
// silence, and rows of a book are not taken for one.
func TestAHeaderOfTwoRowsIsTold(t *testing.T) {
	tests := []struct {
		name  string
		lines []string
		told  int
		says  string
	}{
		{"two rows", []string{"Empresa||Contacto", "NIT|Nombre|Celular|Correo", "900123456|A|310|a@example.org"}, 0, "row 1 was taken for the header and has no name for columns B, D, and row 2 below it has: if that one is the header, --header-row 2"},
		{"below titles", []string{"Clientes", "", "Empresa||Contacto", "NIT|Nombre|Celular"}, 0, "row 3 was taken for the header and has no name for column B, and row 4 below it has: if that one is the header, --header-row 4"},
		{"told", []string{"Empresa||Contacto", "NIT|Nombre|Celular"}, 1, ""},
		{"a row of the book", []string{"NIT||Correo", "900123456|A|a@example.org"}, 0, ""},
		{"a row of the book without numbers", []string{"Nombre||Correo", "ACME|Ana|ana@example.org"}, 0, ""},
		{"a column of numbers without a name", []string{"|Nombre|Correo", "1|A|B"}, 0, ""},
		{"all have names", []string{"NIT|Nombre", "uno|dos"}, 0, ""},
		{"names that are known", []string{"x||y", "a|b|c", "d|e|f"}, 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := func(s string) bool { return s == "a" || s == "b" }
			b := open(t, write(t, "book.xlsx", workbookOf(t, sheetOf(tt.lines...))), Options{HeaderRow: tt.told, Names: known})
			got := ""
			for _, n := range b.Notes() {
				if strings.Contains(n, "was taken for the header") {
					got = n
				}
			}
			if got != tt.says {
				t.Errorf("says %q, want %q", got, tt.says)
			}
		})
	}
}

// Rows that a filter hides are read, which is told of each pass.
func TestHiddenRowsAreReadAndTold(t *testing.T) {
	sheet := sheetOf("NIT|Nombre", "1|A", "2|B", "3|C", "|")
	hide := func(s, row, attribute string) string {
		return strings.Replace(s, `<row r="`+row+`"`, `<row r="`+row+`" `+attribute, 1)
	}
	one := hide(sheet, "3", `hidden="1"`)
	two := hide(hide(one, "4", `hidden="true"`), "2", `hidden="0"`)
	for says, rows := range map[string]string{
		"": hide(hide(sheet, "1", `hidden="1"`), "5", `hidden="1"`), // the header, and what is no row
		"1 row is hidden in the workbook, as by a filter; it is read like all others: delete what is not meant":      one,
		"2 rows are hidden in the workbook, as by a filter; they are read like all others: delete what is not meant": two,
	} {
		path := write(t, "book.xlsx", workbookOf(t, rows))
		b := open(t, path, Options{})
		for range 2 {
			if all := rowsRead(t, b); all != 3 || b.Hidden() != says {
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

// Names that were in two encodings, one over the other, are told; accents are
// not.
func TestASpoiltHeaderIsTold(t *testing.T) {
	for name, told := range map[string]bool{
		"RazÃ³n social": true, "DescripciÃ³n / NÂº": true, "TELÃ‰FONO": true,
		"Razón social": false, "TELÉFONO": false, "Nº": false, "País «A»": false, "Ã": false, "Preço €": false, "名前": false, "NIT": false,
	} {
		b := open(t, write(t, "book.csv", []byte("Código;"+name+"\n1;2\n")), Options{})
		got := false
		for _, n := range b.Notes() {
			got = got || strings.HasPrefix(n, "the header of column B looks as if")
		}
		if got != told {
			t.Errorf("%q: told %v, want %v", name, got, told)
		}
	}
}
