package mapping

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"muster/pipeline"
)

// A mistake in a chain refuses the mapping with its line and says what there
// is.
func TestChainsThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"t.csv":          "from,to\na,b\n",
		"columns.csv":    "alt,neu\na,b\n",
		"half.csv":       "from,to\na,b\n\nc,\n",
		"nofrom.csv":     "from,to\n,b\n",
		"twice.csv":      "from,to\na,b\nx,y\na,c\n",
		"empty.csv":      "",
		"latin.csv":      "from,to\nRaz\xf3n,b\n",
		"sub/inside.csv": "from,to\na,b\n",
	} {
		writeFile(t, dir, name, text)
	}
	tests := []struct{ chain, says, hint string }{
		{"shout", `"shout" is no conversion`,
			"trim, collapse, upper, lower, title, digits, left-pad(n,c), date(FORMAT), phone(CC)"},
		{"Upper", `"Upper" is no conversion`, "did you mean upper?"},
		{"leftpad(9,0)", `"leftpad" is no conversion`, "did you mean left-pad(n,c)?"},
		{"country_a2", `"country_a2" is no conversion`, "did you mean country-a2?"},
		{"upper lower", `"upper lower" is no conversion`, "trim, collapse"},
		{"upper |", "a conversion's name is missing", "digits | left-pad(9,0)"},
		{"| upper", "a conversion's name is missing", ""},
		{"upper || lower", "a conversion's name is missing", ""},
		{"(9,0)", "a conversion's name is missing", ""},
		{"left-pad(9,0", "the brackets of left-pad are never closed", "close them"},
		{"left-pad(9,'0)", "a quote in the brackets of left-pad is never closed", "close it"},
		{"left-pad(9,,0)", "an argument of left-pad is empty", "in quotes"},
		{"left-pad(9,)", "an argument of left-pad is empty", "in quotes"},
		{"left-pad(9,(0)", "the brackets of left-pad are hard to read", "in quotes"},
		{"left-pad(9,'0'0)", "the brackets of left-pad are hard to read", "in quotes"},
		{"left-pad(9,0) upper", "something follows the brackets of left-pad", "put a |"},
		{"left-pad", "left-pad: takes a number and a character", "left-pad(n,c) puts"},
		{"left-pad(9)", "left-pad(9): takes a number and a character", "left-pad(n,c) puts"},
		{"left-pad(0,9)", `"0" is no number from 1`, "left-pad(n,c)"},
		{"left-pad(09,0)", `"09" is no number from 1`, ""},
		{"left-pad(+9,0)", `"+9" is no number from 1`, ""},
		{"left-pad(99999999999999999999,0)", "is no number from 1", ""},
		{"left-pad(9,00)", "one character", ""},
		{"left-pad(9,'')", "one character", ""},
		{"upper(x)", "upper(x): takes no arguments", "upper makes"},
		{"reference(x)", "takes no arguments", ""},
		{"date", "date: takes one format", "date(FORMAT) reads"},
		{"date(D, M, YYYY)", "takes one format", ""},
		{"date(DD/MM/YY)", "a year is YYYY", "two digits"},
		{"date(dd/mm/yyyy)", `"dd" is not YYYY, MM, M, DD or D`, "date(FORMAT) reads"},
		{"date(DD/MMM/YYYY)", `"MMM" is not YYYY`, ""},
		{"date(DD/MM)", "once each", ""},
		{"date('D de M de YYYY')", `"d" is not YYYY`, ""},
		{"date(DD/MM/DD/YYYY)", "once each", ""},
		{"date(DMYYYY)", "need something between them", ""},
		{"date(YYYYMMD)", "need something between them", ""},
		{"date(YYYY-DD-MM)", "cannot be told from YYYY-MM-DD", ""},
		{"date(YYYY-D-M)", "cannot be told from YYYY-MM-DD", ""},
		{"phone", "takes the country", "phone(CC)"},
		{"phone(Colombia)", `"Colombia" is no country with phone numbers`, "ISO 3166-1"},
		{"phone(57)", `"57" is no country`, ""},
		{"phone-national(ZZ)", `"ZZ" is no country`, ""},
		{"split(-)", "takes what to split at, and a number", ""},
		{"split('',1)", "takes what to split at, and a number", ""},
		{"split(-,0)", `"0" is no number from 1`, ""},
		{"truncate(x)", `"x" is no number from 1`, ""},
		{"truncate(1,2)", "takes a number", ""},
		{"join", "takes what stands between the values", "join(sep)"},
		{"join(-) | upper", "ends a chain, but upper follows it", "put it last"},
		{"reference | reference", "ends a chain", "put it last"},
		{"map", "takes the name of a table", "map(TABLE)"},
		{"map(u.csv)", "map(u.csv): the table u.csv cannot be read: no such file",
			"where there is columns.csv, empty.csv, half.csv"},
		{"map(../t.csv)", "is not beside the mapping", "own folder"},
		{"map(/t.csv)", "is not beside the mapping", "own folder"},
		{"map(sub)", "the table sub cannot be read: is a directory", ""},
		{"map(columns.csv)", `the table columns.csv, line 1: the column "alt" is not known`, "from and to"},
		{"map(half.csv)", "the table half.csv, line 4: the cell under to is empty", "fill it"},
		{"map(nofrom.csv)", "the table nofrom.csv, line 2: the cell under from is empty", "fill it"},
		{"map(twice.csv)", "the table twice.csv, line 4: the same value stands in line 2 already", "keep one"},
		{"map(empty.csv)", "the table empty.csv is empty", "from and to"},
		{"map(t.csv#one)", "the table t.csv#one is no workbook, and has no sheets", "the file alone"},
	}
	for _, tt := range tests {
		t.Run(tt.chain, func(t *testing.T) {
			chain := strings.ReplaceAll(tt.chain, `"`, `""`)
			writeFile(t, dir, "mapping.tsv", "field\tcolumn\tconvert\n\nnit\tNIT\t\""+chain+"\"\n")
			sheet, err := ReadSheet(filepath.Join(dir, "mapping.tsv"), openCSV)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Compile(acme(), headerOf("NIT"), sheet)
			requireError(t, err, sheet.Path(), 3, tt.says, tt.hint)
		})
	}
	t.Run("tables below the folder", func(t *testing.T) {
		for _, text := range []string{"map(t.csv)", "map(./t.csv)", "map(sub/inside.csv)"} {
			if c, wrong := compileChain(text, beside(dir)); wrong != nil {
				t.Error(wrong)
			} else if got, err := c.convert("a"); got != "b" || err != nil {
				t.Errorf("%s: %q (%v)", text, got, err)
			}
		}
	})
}

// A converter is a whole chain for one cell, without tables.
func TestConverter(t *testing.T) {
	tests := []struct {
		chain, cell, gives string
		fails              bool
	}{
		{"", "a b", "a b", false},
		{"digits | left-pad(9,0)", "12-0001", "000120001", false},
		{"nit", "900.123.456-8", "900123456", false},
		{"nit", "12", "", true},
		{"reference", "Ana", "12deacf92454bcffd2b2558b3fd3df56", false},
		{"reference", "", "", false},
		{"upper", "", "", false},
	}
	for _, tt := range tests {
		convert, err := Converter(tt.chain)
		if err != nil {
			t.Fatal(err)
		}
		if got, wrong := convert(tt.cell); got != tt.gives || (wrong != nil) != tt.fails {
			t.Errorf("%s: %q gives %q, %v; want %q", tt.chain, tt.cell, got, wrong, tt.gives)
		}
	}
	for _, chain := range []string{"shout", "date(YY)", "map(t.csv)"} {
		var wrong *pipeline.Mistake
		if _, err := Converter(chain); !errors.As(err, &wrong) || wrong.Hint.String() == "" {
			t.Errorf("%s: %v", chain, err)
		}
	}
}
