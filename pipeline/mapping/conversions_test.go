package mapping

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// tablesOf makes a folder with the table that the examples name.
func tablesOf(t testing.TB) *tables {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, dir, "states.csv", "from;to;note\nCALIF.;CA;\nDistrito Federal;DC;the capital\n")
	return tablesIn(dir)
}

// tablesIn are the tables of a folder.
func tablesIn(dir string) *tables {
	return &tables{files: csvFiles, mapping: filepath.Join(dir, "mapping.csv"), read: map[string]*lookup{}}
}

func writeFile(t testing.TB, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
		t.Fatal(err)
	}
}

func chainOf(t testing.TB, text string) chain {
	t.Helper()
	c, wrong := compileChain(text, tablesOf(t))
	if wrong != nil {
		t.Fatalf("%s: %v (%s)", text, wrong, wrong.Hint.String())
	}
	return c
}

// run is what a field gets of the cells that feed it, as Map makes it: the first
// has the chain, the others none.
func run(c chain, cells ...string) (string, []pipeline.Problem) {
	s := &source{path: "x", combine: c.combine}
	for i := range cells {
		p := part{column: &pipeline.Column{Index: i}}
		if i == 0 {
			p.chain = c
		}
		s.parts = append(s.parts, p)
	}
	return s.value(pipeline.Row{Cells: cells}, nil)
}

// The documentation of every conversion is true.
func TestExamples(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Conversions() {
		if seen[c.Name] || c.Does == nil || len(c.Examples) == 0 || !strings.HasPrefix(c.Usage, c.Name) ||
			(c.compile == nil) == (c.compileLast == nil) {
			t.Errorf("%s stands there twice, or lacks something", c.Name)
		}
		seen[c.Name] = true
		for _, e := range c.Examples {
			t.Run(fmt.Sprintf("%s %q", e.Chain, e.Cells), func(t *testing.T) {
				if !strings.Contains(e.Chain, c.Name) {
					t.Errorf("is no example of %s", c.Name)
				}
				got, problems := run(chainOf(t, e.Chain), e.Cells...)
				if e.Fails != nil {
					if len(problems) != 1 || cmp.Diff(e.Fails, problems[0].Message) != "" {
						t.Errorf("gives %q and %v, want the failure %q", got, problems, e.Fails)
					}
					return
				}
				if got != e.Gives || len(problems) > 0 {
					t.Errorf("gives %q and %v, want %q", got, problems, e.Gives)
				}
			})
		}
	}
}

// What is empty stays empty, whatever the chain.
func TestEmptyStaysEmpty(t *testing.T) {
	for _, c := range Conversions() {
		for _, e := range c.Examples {
			for _, cells := range [][]string{{""}, {"", ""}} {
				if got, problems := run(chainOf(t, e.Chain), cells...); got != "" || problems != nil {
					t.Errorf("%s makes %q of nothing, and %v", e.Chain, got, problems)
				}
			}
		}
	}
	// Also where it becomes empty on the way.
	for _, text := range []string{"rest | left-pad(9,0)", "rest | nit", "split(-,2) | phone(CO) | upper",
		"rest | reference", "rest | join(-)"} {
		if got, problems := run(chainOf(t, text), "a-"); got != "" || problems != nil {
			t.Errorf("%s makes %q of nothing, and %v", text, got, problems)
		}
	}
}

func TestConvert(t *testing.T) {
	tests := []struct{ chain, cell, want string }{
		{"", " as it stands ", " as it stands "},
		{"trim", "\ufeff\u00a0EJEMPLO\u200b ", "EJEMPLO"},
		{"collapse", "\u200b EJEMPLO\u00a0\u00a0SAS\t", "EJEMPLO SAS"},
		{"upper", "ñandú 1", "ÑANDÚ 1"},
		{"title", "DON'T 'QUOTE' O’HIGGINS y d1a 1ST", "Don't 'Quote' O’Higgins Y D1a 1st"},
		{"title", "ñandú-ÁVILA/x", "Ñandú-Ávila/X"},
		{"left-pad(3,ñ)", "é", "ññé"},
		{"left-pad(3,' ')", "x", "  x"},
		{"left-pad(3,0)", "123", "123"},
		{"first-word", "Ana\u00a0María", "Ana"},
		{"rest", "Ana \n María  Ejemplo", "María  Ejemplo"},
		{"split(', ',2)", "a, b, c", "b"},
		{"split('|',2)", "a|b", "b"},
		{"split(|,2)", "a|b", "b"},
		{`split("(",2)`, "a(b", "b"},
		{`split("""",2)`, `a"b`, "b"},
		{"split(' ',1)", "uno dos", "uno"},
		{"split(-,2)", "a--b", ""},
		{"split(-,3)", "a--b", "b"},
		{"truncate(3)", "ñañaña", "ñañ"},
		{"truncate(3)", "ñañ", "ñañ"},
		{"map(states.csv)", "Distrito Federal", "DC"},
		{"split(-,1) | map( states.csv )", "CALIF. - 4", "CA"},
		{" upper|truncate( 2 ) ", "abc", "AB"},
		{"trim()", "x", "x"},

		{"date(DD.MM.YYYY)", "04.08.1969", "1969-08-04"},
		{"date(D.M.YYYY)", "04.8.1969", "1969-08-04"},
		{"date(YYYY/M/D)", "2000/2/29", "2000-02-29"},
		{"date(DDMMYYYY)", "29022000", "2000-02-29"},
		{"date(YYYY-M-D)", "1969-8-4", "1969-08-04"},
		{"date(YYYY-MM-DD)", "1969-08-04", "1969-08-04"},
		{"date(D M YYYY)", "4 8 1969", "1969-08-04"},
		{"date(MM/DD/YYYY)", "2000-02-29", "2000-02-29"},
		{"date(D/M/YYYY)", "1/1/0001", "0001-01-01"},

		{"phone(co)", "+573105551234", "+573105551234"},
		{"phone(CO)", "\u202d+57 310-555-1234\u202c", "+573105551234"},
		{"phone(CO)", "601 555 1234", "+576015551234"},
		{"phone(CO)", "00573005550101", "+573005550101"},
		{"phone(CO)", "(0057) 310 555-1234", "+573105551234"},
		{"phone(CO)", "(+57) 310.555.1234", "+573105551234"},
		{"phone(US)", "787 555 0100", "+17875550100"}, // Puerto Rico has the country code of the US
		{"phone(US)", "1-202-555-0100", "+12025550100"},
		{"phone(GB)", "020 7946 0958", "+442079460958"},
		{"phone(IT)", "06 6982", "+39066982"},
		{"phone-national(IT)", "06 6982 1234", "0669821234"},
		{"phone-national(CO)", "310 555 1234", "3105551234"},
		{"phone-country-code(GB)", "020 7946 0958", "44"},

		{"country-a2", "EE. UU.", "US"},
		{"country-a2", "ee.uu.", "US"},
		{"country-a2", "United States of America", "US"},
		{"country-a2", "Trinidad and Tobago", "TT"},
		{"country-a2", "trinidad & tobago", "TT"},
		{"country-a2", "  Perú ", "PE"},
		{"country-a2", "Peru\u0301", "PE"},
		{"country-a2", "Cote d'Ivoire", "CI"},
		{"country-a2", "Niger", "NE"},
		{"country-a2", "Granada", "GD"},
		{"country-a2", "St Lucia", "LC"},
		{"country-a2", "UK", "GB"},
		{"country-a2", "GBR", "GB"},
		{"country-a3", "Reino Unido", "GBR"},
		{"country-a3", "deu", "DEU"},
		{"country-a3", "República Dominicana", "DOM"},
		{"country-a3", "Türkiye", "TUR"},

		{"us-state", "California", "CA"},
		{"us-state", "NORTH  DAKOTA", "ND"},
		{"us-state", "dc", "DC"},
		{"us-state", "Washington DC", "DC"},
		{"us-state", "Washington", "WA"},
		{"us-state", "U.S. Virgin Islands", "VI"},

		{"nit", "900.123.456 - 8", "900123456"},
		{"nit", "900 123 456-8", "900123456"},
		{"nit", "900123456–8", "900123456"},
		{"nit", "900.123.456", "900123456"},
		{"nit", "900.123.456.8", "900123456"},
		{"nit", "900.123.4568", "900123456"},
		{"nit", "9.001.234.568", "900123456"}, // with its check digit a number like any other
		{"nit", "900\u00a0123\u00a0456\u00a08", "900123456"},
		{"nit", "000000000-0", "000000000"},
		{"ein", "00 0123456", "000123456"},
		{"ssn", "000 12 0001", "000120001"},
		{"ssn", "000‑12‑0001", "000120001"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %q", tt.chain, tt.cell), func(t *testing.T) {
			got, err := chainOf(t, tt.chain).convert(tt.cell)
			if err != nil || got != tt.want {
				t.Errorf("%q (%v), want %q", got, err, tt.want)
			}
		})
	}
}

// Every failure has its reason, and gives nothing of the cell away.
func TestConvertFails(t *testing.T) {
	const form = "date_not_of_form format="
	tests := []struct{ chain, cell, says string }{
		{"digits", "ninguno", "no_digits"},
		{"digits", "٩٠٠", "digits_of_other_scripts"},
		{"left-pad(2,0)", "ñññ", "left_pad_too_long count=3 most=2"},
		{"split(-,2)", "plain", `too_few_parts count=1 separator="-"`},
		{"split(' ',4)", "uno dos tres", "too_few_parts count=3 separator=(a_space)"},
		{"split(', ',2)", "plain", `separator="\", \""`},
		{"map(states.csv)", "calif.", `mapping.not_in_table table="states.csv"`},

		{"date(D/M/YYYY)", "31/4/1969", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "8/24/1969", "date_no_such_month"},
		{"date(M/D/YYYY)", "24/8/1969", "date_no_such_month"},
		{"date(D/M/YYYY)", "40/50/1969", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "0/1/1969", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "1/1/0000", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "4/8/19690", form},
		{"date(D/M/YYYY)", "004/8/1969", form},
		{"date(D/M/YYYY)", "4-8-1969", form + `"D/M/YYYY"`},
		{"date(D/M/YYYY)", "4/8/1969 0:00", form},
		{"date(D/M/YYYY)", "/8/1969", form},
		{"date(D/M/YYYY)", "4/8", form},
		{"date(D/M/YYYY)", "4 ago 1969", form},
		{"date(D/M/YYYY)", "25419", form},
		{"date(D/M/YYYY)", "４/8/1969", form},
		{"date(D/M/YYYY)", "1969-02-29", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "0000-01-01", "date_not_in_calendar"},
		{"date(D/M/YYYY)", "1969-08-04T10:30:00", "date_with_time"},
		{"date(YYYY/M/D)", "69/8/4", "date_short_year"},
		{"date(YYYYMMDD)", "690804", form},
		{"date(DDMMYYYY)", "040869", "date_short_year"},
		{"date(DD/MM/YYYY)", "4/08/1969", "date_not_of_form_digits"},

		{"phone(CO)", "ninguno", `phone_of_region region="CO" reason=(phone_characters)`},
		{"phone(CO)", "310 555 1234 (casa)", "phone_characters"},
		{"phone(US)", "1-800-FLOWERS", "phone_characters"},
		{"phone(CO)", "3.10555E+09", "phone_characters"},
		{"phone(CO)", "-", "phone_no_digits"},
		{"phone(CO)", "1", "phone_too_short"},
		{"phone(CO)", "310 555 123", "phone_length"},
		{"phone(CO)", "310 555 1234 / 311 555 1234", "phone_several"},
		{"phone(CO)", "310 555 1234\n311 555 1234", "phone_several"},
		{"phone(US)", "202 555 0100; 202 555 0101", "phone_several"},
		{"phone(US)", "202 555 01001", "phone_too_long"},
		{"phone(CO)", "000 555 1234", `phone_of_region region="CO"`},
		{"phone(CO)", "+999 310 555 1234", "phone reason=(phone_country_code)"},
		{"phone(CO)", "+1 202 555 010", "phone reason=(phone_too_short)"},
		{"phone(CO)", "+57 310 +555 1234", "phone reason="},
		{"phone(CO)", "310 555 1234;ext=5", "phone_extension"},
		{"phone(CO)", "310 555 1234 x5", "phone_extension"},
		{"phone(US)", "0057 310 555 1234", `region="US"`},
		{"phone(US)", "011 57 310 555 1234", "phone_abroad"},
		{"phone(CO)", "0057 301 655 1234", "phone_abroad"}, // in CO, 005 and +7 dial Russia through a carrier
		{"phone-country-code(CO)", "555", `phone_of_region region="CO"`},
		{"phone-national(CO)", "+1 202 555 0100", `phone_of_another_country region="CO"`},

		{"country-a2", "Colombla", "no_country"},
		{"country-a2", "Congo", "no_country"},
		{"country-a2", "XK", "no_country"},
		{"country-a2", "UN", "no_country"},
		{"country-a3", "ZZZ", "no_country"},
		{"country-a3", "-", "no_country"},
		{"us-state", "Bogotá", "no_us_state"},
		{"us-state", "AE", "no_us_state"},
		{"us-state", "N Y", "no_us_state"},

		{"nit", "90012345", "nit_length digits=(digits count=8)"},
		{"nit", "90012345-6", "nit_before_hyphen digits=(digits count=8)"},
		{"nit", "9001234567-8", "nit_before_hyphen digits=(digits count=10)"},
		{"nit", "900123456-", "nit_behind_hyphen digits=(digits_none)"},
		{"nit", "900123456-88", "nit_behind_hyphen digits=(digits count=2)"},
		{"nit", "900-123-456-8", "nit_characters"},
		{"nit", "NIT 900123456", "nit_characters"},
		{"nit", "9.00E+08", "nit_characters"},
		{"nit", "900,123,456", "nit_characters"},
		{"nit", "９００１２３４５６", "nit_characters"},
		{"nit", "900123456\n8", "nit_characters"},
		{"nit", "90012345.0", "nit_dots"}, // a number, and what a program made of it
		{"nit", "900123456.0", "nit_dots"},
		{"nit", "900.123456", "nit_dots"},
		{"nit", "90012345678", "digits count=11"},
		{"nit", "-8", "nit_before_hyphen digits=(digits_none)"},
		{"nit", "000000000-1", `nit_check_digit digit="0"`},
		{"ein", "12-345678", "nine_digits_length digits=(digits count=8) number=(an_ein)"},
		{"ein", "1234567890", "digits count=10"},
		{"ssn", "000.12.0001", "nine_digits_characters number=(an_ssn)"},
		{"ssn", "-", "nine_digits_length digits=(digits_none) number=(an_ssn)"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprintf("%s %q", tt.chain, tt.cell), func(t *testing.T) {
			got, wrong := chainOf(t, tt.chain).convert(tt.cell)
			if wrong == nil || got != "" {
				t.Fatalf("gives %q and %v", got, wrong)
			}
			if !strings.Contains(wrong.String(), tt.says) {
				t.Errorf("%q does not say %q", wrong, tt.says)
			}
			if len(tt.cell) > 3 && strings.Contains(wrong.String(), tt.cell) {
				t.Errorf("%q holds the value", wrong)
			}
		})
	}
}

// One chain serves several at once.
func TestConvertAtOnce(t *testing.T) {
	chains := map[string]chain{}
	for _, c := range Conversions() {
		for _, e := range c.Examples {
			chains[e.Chain] = chainOf(t, e.Chain)
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for _, c := range Conversions() {
				for _, e := range c.Examples {
					if got, problems := run(chains[e.Chain], e.Cells...); e.Fails == nil && got != e.Gives ||
						(e.Fails != nil) != (len(problems) > 0) {
						t.Errorf("%s: %q, %v", e.Chain, got, problems)
					}
				}
			}
		})
	}
	wg.Wait()
}
