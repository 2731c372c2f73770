package mapping

import "testing"

// convertsTo is one cell in a chain: what it becomes, or the code of what is wrong.
type convertsTo struct{ chain, cell, want, fails string }

func testConverts(t *testing.T, tests []convertsTo) {
	t.Helper()
	for _, tt := range tests {
		got, wrong := chainOf(t, tt.chain).convert(tt.cell)
		fails := ""
		if wrong != nil {
			fails = string(wrong.Code)
		}
		if got != tt.want || fails != tt.fails {
			t.Errorf("%s of %s: %q, fails %q; want %q, %q", tt.chain, tt.cell, got, fails, tt.want, tt.fails)
		}
	}
}

// A number is read in the spelling that the sample shows, and in no other.
func TestNumber(t *testing.T) {
	const no = "cells.not_number"
	testConverts(t, []convertsTo{
		{"number(1.234,56)", "1.234,56", "1234.56", ""},
		{"number(1.234,56)", "1234,56", "1234.56", ""},
		{"number(1.234,56)", "12.345.678", "12345678", ""},
		{"number(1.234,56)", "1.234", "1234", ""},
		{"number(1.234,56)", "0012,50", "12.5", ""},
		{"number(1.234,56)", "-0,00", "0", ""},
		{"number(1.234,56)", "\u22121.234,5", "-1234.5", ""},
		{"number(1.234,56)", "$ 1.234,56", "1234.56", ""},
		{"number(1.234,56)", "1.234 €", "1234", ""},
		{"number(1.234,56)", ",5", "0.5", ""},
		{"number(1.234,56)", "1,234.56", "", no},
		{"number(1.234,56)", "1234.56", "", no},
		{"number(1.234,56)", "2108.0", "", no},
		{"number(1.234,56)", "1.23.456", "", no},
		{"number(1.234,56)", "0.125", "", no},
		{"number(1.234,56)", "1234.567", "", no},
		{"number(1.234,56)", "1.234.", "", no},
		{"number(1.234,56)", ".234", "", no},
		{"number(1.234,56)", "1,", "", no},
		{"number(1.234,56)", "1,5,0", "", no},
		{"number(1.234,56)", "$", "", no},
		{"number(1.234,56)", "1e3", "", no},
		{"number(1.234,56)", "--1", "", no},
		{"number('1,234.56')", "1,234.50", "1234.5", ""},
		{"number(1,234.56)", "1,5", "", no},
		{"number(1.234,56)", "1,234", "", "cells.number_two_ways"},
		{"number(1234.56)", "$ -12.500", "", "cells.number_two_ways"},
		{"number(1.234,567)", "1,234", "1.234", ""},
		{"number(1.234,56)", "1.234,567", "1234.567", ""},
		{"number(1.234,56)", "0,125", "0.125", ""},
		{"number(1 234,56)", "12\u00a0345,6", "12345.6", ""},
		{"number(1 234,56)", "12 345", "12345", ""},
		{"number(1'234.56)", "1’234.50", "1234.5", ""},
		{"number(1.234.567)", "1.234,5", "1234.5", ""},
		{"number(1234.56)", "1234.567", "1234.567", ""},
		{"number(1234.56)", "1,234", "", no},
		{"minor-units(2)", "12.34", "1234", ""},
		{"minor-units(2)", "0.05", "5", ""},
		{"minor-units(2)", "-0.05", "-5", ""},
		{"minor-units(2)", "-0.00", "0", ""},
		{"minor-units(2)", "12.340", "1234", ""},
		{"minor-units(3)", "1.5", "1500", ""},
		{"minor-units(0)", "1.5", "", "cells.too_many_decimals"},
		{"minor-units(2)", "1.", "", "cells.not_plain_number"},
		{"minor-units(2)", "1 000", "", "cells.not_plain_number"},
	})
	for _, text := range []string{"number", "number(1.234)", "number(1,234)", "number(1234)", "number(1.2.3)",
		"number(1-234,56)", "number(a)", "number($1.234,56)", "number(12.34.567,8)", "number(1 234 567)",
		"number(1..234,56)", "minor-units", "minor-units(5)", "minor-units(-1)", "minor-units(2,3)", "yes-no(x)"} {
		if _, wrong := compileChain(text, tablesOf(t)); wrong == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

func TestYesNo(t *testing.T) {
	for _, word := range []string{"sí", "SI", "Si\u0301", "sim", "yes", "Y", "x", "X", "1", "1.0", "TRUE", "Verdadero",
		"VERDADEIRO", "✓"} {
		testConverts(t, []convertsTo{{"yes-no", word, "true", ""}})
	}
	for _, word := range []string{"no", "No.", "não", "NAO", "n", "0", "0.0", "False", "FALSO"} {
		testConverts(t, []convertsTo{{"yes-no", word, "false", ""}})
	}
	for _, word := range []string{"2", "maybe", "sino", "✗", "?", "10"} {
		testConverts(t, []convertsTo{{"yes-no", word, "", "cells.not_yes_no"}})
	}
}
