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
		{"shout", `mapping.unknown_conversion name="shout"`,
			"mapping.conversions_are conversions=[trim collapse upper lower title as-is(value,...) digits whole "},
		{"Upper", `mapping.unknown_conversion name="Upper"`, `mapping.did_you_mean_conversion conversion="upper"`},
		{"leftpad(9,0)", `mapping.unknown_conversion name="leftpad"`,
			`mapping.did_you_mean_conversion conversion="left-pad(n,c)"`},
		{"country_a2", `mapping.unknown_conversion name="country_a2"`,
			`mapping.did_you_mean_conversion conversion="country-a2"`},
		{"upper lower", `mapping.unknown_conversion name="upper lower"`, "mapping.conversions_are"},
		{"upper |", "mapping.conversion_without_name", "mapping.write_chain"},
		{"| upper", "mapping.conversion_without_name", ""},
		{"upper || lower", "mapping.conversion_without_name", ""},
		{"(9,0)", "mapping.conversion_without_name", ""},
		{"left-pad(9,0", `mapping.brackets_not_closed conversion="left-pad"`, "mapping.close_brackets"},
		{"left-pad(9,'0)", `mapping.quote_not_closed conversion="left-pad"`, "mapping.close_quote"},
		{"left-pad(9,,0)", `mapping.argument_empty conversion="left-pad"`, "mapping.quote_separator"},
		{"left-pad(9,)", `mapping.argument_empty conversion="left-pad"`, "mapping.quote_separator"},
		{"left-pad(9,(0)", `mapping.brackets_unclear conversion="left-pad"`, "mapping.quote_argument"},
		{"left-pad(9,'0'0)", `mapping.brackets_unclear conversion="left-pad"`, "mapping.quote_argument"},
		{"left-pad(9,0) upper", `mapping.text_after_brackets conversion="left-pad"`, "mapping.put_bar"},
		{"left-pad", `conversion="left-pad" cause=(mapping.takes_number_and_character)`,
			`mapping.usage conversion="left-pad(n,c)" does=(mapping.does_left_pad) example="left-pad(9,0)"`},
		{"left-pad(9)", `conversion="left-pad(9)" cause=(mapping.takes_number_and_character)`, "mapping.usage"},
		{"left-pad(0,9)", `mapping.not_a_count argument="0" most=100000`, "mapping.usage"},
		{"left-pad(09,0)", `mapping.not_a_count argument="09"`, ""},
		{"left-pad(+9,0)", `mapping.not_a_count argument="+9"`, ""},
		{"left-pad(99999999999999999999,0)", "mapping.not_a_count", ""},
		{"left-pad(9,00)", "mapping.takes_one_character", ""},
		{"left-pad(9,'')", "mapping.takes_one_character", ""},
		{"upper(x)", `conversion="upper(x)" cause=(mapping.takes_nothing)`, "mapping.does_upper"},
		{"reference(x)", "mapping.takes_nothing", ""},
		{"date", "mapping.takes_format", "mapping.does_date"},
		{"date(D, M, YYYY)", "mapping.takes_format", ""},
		{"date(DD/MM/YY)", "mapping.year_needs_four", "mapping.complete_years"},
		{"date(dd/mm/yyyy)", `mapping.unknown_date_piece piece="dd"`, "mapping.does_date"},
		{"date(DD/MMM/YYYY)", `mapping.unknown_date_piece piece="MMM"`, ""},
		{"date(DD/MM)", "mapping.date_once_each", ""},
		{"date('D de M de YYYY')", `mapping.unknown_date_piece piece="d"`, ""},
		{"date(DD/MM/DD/YYYY)", "mapping.date_once_each", ""},
		{"date(DMYYYY)", "mapping.date_needs_separator", ""},
		{"date(YYYYMMD)", "mapping.date_needs_separator", ""},
		{"date(YYYY-DD-MM)", "mapping.date_ambiguous", ""},
		{"date(YYYY-D-M)", "mapping.date_ambiguous", ""},
		{"phone", "mapping.takes_country", "mapping.does_phone"},
		{"phone(Colombia)", `mapping.not_a_phone_country country="Colombia"`, "mapping.name_country"},
		{"phone(57)", `mapping.not_a_phone_country country="57"`, ""},
		{"phone-national(ZZ)", `mapping.not_a_phone_country country="ZZ"`, ""},
		{"split(-)", "mapping.takes_separator_and_number", ""},
		{"split('',1)", "mapping.takes_separator_and_number", ""},
		{"split(-,0)", `mapping.not_a_count argument="0"`, ""},
		{"truncate(x)", `mapping.not_a_count argument="x"`, ""},
		{"truncate(1,2)", "mapping.takes_number", ""},
		{"join", "mapping.takes_separator", "mapping.does_join"},
		{"join(-) | upper", `mapping.must_be_last conversion="join" next="upper"`, "mapping.put_last"},
		{"reference | reference", "mapping.must_be_last", "mapping.put_last"},
		{"map", "mapping.takes_table", "mapping.does_map"},
		{"map(u.csv)", `mapping.in_table table="u.csv" cause=(mapping.cannot_be_read cause=(no such file`,
			"mapping.looked_for_among files=[columns.csv empty.csv half.csv"},
		{"map(../t.csv)", "mapping.table_elsewhere", "mapping.table_beside"},
		{"map(/t.csv)", "mapping.table_elsewhere", "mapping.table_beside"},
		{"map(sub)", `mapping.in_table table="sub" cause=(mapping.cannot_be_read cause=(is a directory`, ""},
		{"map(columns.csv)",
			`mapping.in_table_line table="columns.csv" place=line 1 cause=(mapping.unknown_column column="alt")`,
			"mapping.table_columns"},
		{"map(half.csv)", `table="half.csv" place=line 4 cause=(mapping.cell_empty column="to")`, "mapping.fill_to"},
		{"map(nofrom.csv)", `table="nofrom.csv" place=line 2 cause=(mapping.cell_empty column="from")`,
			"mapping.fill_from"},
		{"map(twice.csv)", `place=line 4 cause=(mapping.from_twice place=line 2 column="to")`, "mapping.keep_one"},
		{"map(empty.csv)", `table="empty.csv" cause=(mapping.is_empty)`, "mapping.table_columns"},
		{"map(t.csv#one)", `table="t.csv#one" cause=(mapping.table_no_workbook)`, "mapping.name_file_alone"},
	}
	for _, tt := range tests {
		t.Run(tt.chain, func(t *testing.T) {
			chain := strings.ReplaceAll(tt.chain, `"`, `""`)
			writeFile(t, dir, "mapping.tsv", "field\tcolumn\tconvert\n\nnit\tNIT\t\""+chain+"\"\n")
			sheet, err := ReadSheet(filepath.Join(dir, "mapping.tsv"), csvFiles)
			if err != nil {
				t.Fatal(err)
			}
			_, err = Compile(acme(), headerOf("NIT"), sheet)
			requireError(t, err, sheet.Path(), 3, tt.says, tt.hint)
		})
	}
	t.Run("tables below the folder", func(t *testing.T) {
		for _, text := range []string{"map(t.csv)", "map(./t.csv)", "map(sub/inside.csv)"} {
			if c, wrong := compileChain(text, tablesIn(dir)); wrong != nil {
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
		if _, err := Converter(chain); !errors.As(err, &wrong) || wrong.Hint == nil {
			t.Errorf("%s: %v", chain, err)
		}
	}
}
