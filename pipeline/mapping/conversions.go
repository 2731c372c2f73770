package mapping

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Conversion is one way to turn the contents of a cell into what a provider accepts. A mapping sheet names
// conversions under convert, separated by "|". An empty value stays empty through all of them; a value that cannot be
// converted is a problem that says why, never a guess (pipeline/README.md, promise 12).
type Conversion struct {
	Name string
	// Usage is how a mapping sheet writes it: left-pad(n,c).
	Usage    string
	Does     *pipeline.Message // what it does, in words that follow its name
	Examples []Example

	// Exactly one of the two is set: compile for a conversion of one value, the other for one that ends a chain and
	// makes one value from several columns.
	compile     func(args []string, t *tables) (step, *pipeline.Mistake)
	compileLast func(args []string) (combine, *pipeline.Mistake)
	// keeps says that the conversion changes only case and white space.
	keeps bool
	// takes says what a cell may contain, in words that follow "must be"; nil if the field's own help says it.
	takes func(args []string) *pipeline.Message
}

// Example is the result of a chain for the cells that feed a field: Gives, or what is wrong with the cells.
type Example struct {
	Chain string
	Cells []string
	Gives string
	Fails *pipeline.Message // nil where it does not
}

// Conversions are all that there are, in the order in which people read them.
func Conversions() []Conversion { return slices.Clone(table()) }

func gives(chain, cell, value string) Example {
	return Example{Chain: chain, Cells: []string{cell}, Gives: value}
}

func fails(chain, cell string, wrong *pipeline.Message) Example {
	return Example{Chain: chain, Cells: []string{cell}, Fails: wrong}
}

// table defines all conversions, in this one place. A test runs its examples.
func table() []Conversion {
	return []Conversion{
		{Name: "trim", Usage: "trim", Does: pipeline.Say("mapping.does_trim"),
			Examples: []Example{gives("trim", " EJEMPLO SAS ", "EJEMPLO SAS")},
			compile:  plain(trim), keeps: true},
		{Name: "collapse", Usage: "collapse", Does: pipeline.Say("mapping.does_collapse"),
			Examples: []Example{gives("collapse", "EJEMPLO   DE\nVENTAS  SAS", "EJEMPLO DE VENTAS SAS")},
			compile:  plain(collapse), keeps: true},
		{Name: "upper", Usage: "upper", Does: pipeline.Say("mapping.does_upper"),
			Examples: []Example{gives("upper", "Panadería Ñandú", "PANADERÍA ÑANDÚ")},
			compile:  plain(upper), keeps: true},
		{Name: "lower", Usage: "lower", Does: pipeline.Say("mapping.does_lower"),
			Examples: []Example{gives("lower", "Pagos@Example.ORG", "pagos@example.org")},
			compile:  plain(lower), keeps: true},
		{Name: "title", Usage: "title", Does: pipeline.Say("mapping.does_title"),
			Examples: []Example{
				gives("title", "ANA MARÍA DE LA O", "Ana María De La O"),
				gives("title", "jean-luc o'brien", "Jean-Luc O'Brien"),
				gives("title", "JOE'S CAFÉ S.A.S.", "Joe's Café S.A.S."),
			},
			compile: plain(title), keeps: true},
		{Name: asIsName, Usage: "as-is(value,...)", Does: pipeline.Say("cells.does_as_is"),
			Examples: []Example{gives("as-is(Null, None)", "Null", "Null")},
			compile:  compileAsIs, keeps: true},
		{Name: "digits", Usage: "digits", Does: pipeline.Say("mapping.does_digits"),
			Examples: []Example{
				gives("digits", "900.123.456", "900123456"),
				fails("digits", "none", pipeline.Say("no_digits")),
				fails("digits", "９００123", pipeline.Say("digits_of_other_scripts")),
				fails("digits", "2108.0", pipeline.Say("cells.decimals_of_whole")),
			},
			compile: plain(digits), takes: always(pipeline.Say("mapping.cell_digits"))},
		{Name: "whole", Usage: "whole", Does: pipeline.Say("cells.does_whole"),
			Examples: []Example{
				gives("whole", "2025550100.0", "2025550100"),
				gives("whole | left-pad(5,0)", "2108.00", "02108"),
				gives("whole", "900.155.433", "900.155.433"),
				fails("whole", "2108.5", pipeline.Say("cells.decimals")),
			},
			compile: plain(whole), takes: always(pipeline.Say("cells.cell_whole"))},
		{Name: "number", Usage: "number(SAMPLE)", Does: pipeline.Say("cells.does_number"),
			Examples: []Example{
				gives("number(1.234,56)", "$ 12.500,90", "12500.9"),
				gives("number(1,234.56)", "12,500", "12500"),
				gives("number(1 234,56)", "12 500,00", "12500"),
				gives("number(1234,56)", "-0,5", "-0.5"),
				fails("number(1.234,56)", "12,500.90", pipeline.Say("cells.not_number", "sample", "1.234,56")),
				fails("number(1.234,56)", "1.5", pipeline.Say("cells.not_number", "sample", "1.234,56")),
			},
			compile: compileNumber, takes: cellOfNumber},
		{Name: "minor-units", Usage: "minor-units(n)", Does: pipeline.Say("cells.does_minor_units"),
			Examples: []Example{
				gives("minor-units(2)", "1234.5", "123450"),
				gives("number(1.234,56) | minor-units(2)", "1.234,50", "123450"),
				gives("minor-units(0)", "1234.00", "1234"),
				fails("minor-units(2)", "1.234", pipeline.Say("cells.too_many_decimals", "most", 2)),
				fails("minor-units(2)", "1234,5", pipeline.Say("cells.not_plain_number")),
			},
			compile: compileMinorUnits, takes: always(pipeline.Say("cells.cell_plain_number"))},
		{Name: "yes-no", Usage: "yes-no", Does: pipeline.Say("cells.does_yes_no"),
			Examples: []Example{
				gives("yes-no", "Sí", "true"),
				gives("yes-no", "não", "false"),
				gives("yes-no", "x", "true"),
				gives("yes-no", "0", "false"),
				fails("yes-no", "tal vez", pipeline.Say("cells.not_yes_no")),
			},
			compile: plain(yesNo), takes: always(pipeline.Say("cells.cell_yes_no"))},
		{Name: "left-pad", Usage: "left-pad(n,c)", Does: pipeline.Say("mapping.does_left_pad"),
			Examples: []Example{
				gives("left-pad(9,0)", "120001", "000120001"),
				gives("digits | left-pad(9,0)", "00-12 0001", "000120001"),
				fails("left-pad(5,0)", "123456", pipeline.Say("left_pad_too_long", "count", 6, "most", 5, "pad", "0")),
			},
			compile: compileLeftPad, takes: cellToPad},
		{Name: "date", Usage: "date(FORMAT)", Does: pipeline.Say("mapping.does_date"),
			Examples: []Example{
				gives("date(D/M/YYYY)", "4/8/1969", "1969-08-04"),
				gives("date(MM-DD-YYYY)", "08-04-1969", "1969-08-04"),
				gives("date(YYYYMMDD)", "19690804", "1969-08-04"),
				gives("date('M/D, YYYY')", "8/4, 1969", "1969-08-04"),
				gives("date(D/M/YYYY)", "1969-08-04", "1969-08-04"),
				fails("date(D/M/YYYY)", "4/8/69", pipeline.Say("date_short_year")),
				fails("date(DD/MM/YYYY)", "4/8/1969", pipeline.Say("date_not_of_form_digits", "format", "DD/MM/YYYY")),
				fails("date(D/M/YYYY)", "29/2/1970", pipeline.Say("date_not_in_calendar")),
			},
			compile: compileDate, takes: cellOfDate},
		{Name: "phone", Usage: "phone(CC)", Does: pipeline.Say("mapping.does_phone"),
			Examples: []Example{
				gives("phone(CO)", "310 555 12 34", "+573105551234"),
				gives("phone(CO)", "+57 (310) 555-1234", "+573105551234"),
				gives("phone(CO)", "573105551234", "+573105551234"),
				gives("phone(US)", "(202) 555-0100", "+12025550100"),
				gives("phone(CO)", "+1 202-555-0100", "+12025550100"),
				gives("split(/,1) | phone(CO)", "310 555 12 34 / 320 555 11 22", "+573105551234"),
				fails("phone(CO)", "310 555 12 34 / 320 555 11 22",
					pipeline.Say("phone_of_region", "region", "CO", "reason", pipeline.Say("phone_several"))),
				fails("phone(CO)", "310 555", pipeline.Say("phone_of_region", "region", "CO", "reason",
					pipeline.Say("phone_too_short"))),
				fails("phone(CO)", "310 555 12", pipeline.Say("phone_of_region", "region", "CO", "reason",
					pipeline.Say("phone_none_like_it"))),
				fails("phone(CO)", "555 1234", pipeline.Say("phone_of_region", "region", "CO", "reason",
					pipeline.Say("phone_area_code"))),
				fails("phone(US)", "202 555 0100 ext. 7", pipeline.Say("phone_extension")),
			},
			compile: compilePhone(formatE164), takes: cellOfPhone},
		{Name: "phone-national", Usage: "phone-national(CC)", Does: pipeline.Say("mapping.does_phone_national"),
			Examples: []Example{
				gives("phone-national(US)", "+1 (202) 555-0100", "2025550100"),
				fails("phone-national(US)", "+57 310 555 1234",
					pipeline.Say("phone_of_another_country", "region", "US")),
			},
			compile: compilePhone(formatNational), takes: cellOfNationalPhone},
		{Name: "phone-country-code", Usage: "phone-country-code(CC)",
			Does: pipeline.Say("mapping.does_phone_country_code"),
			Examples: []Example{
				gives("phone-country-code(CO)", "310 555 12 34", "57"),
				gives("phone-country-code(CO)", "+1 202 555 0100", "1"),
				gives("phone-country-code(US) | left-pad(2,0)", "202 555 0100", "01"),
			},
			compile: compilePhone(formatCountryCode), takes: cellOfPhone},
		{Name: "country-a2", Usage: "country-a2", Does: pipeline.Say("mapping.does_country_a2"),
			Examples: []Example{
				gives("country-a2", "Estados Unidos", "US"),
				gives("country-a2", "MÉJICO", "MX"),
				gives("country-a2", "col", "CO"),
				fails("country-a2", "Corea", pipeline.Say("no_country")),
			},
			compile: plain(countryA2), takes: always(pipeline.Say("mapping.cell_country"))},
		{Name: "country-a3", Usage: "country-a3", Does: pipeline.Say("mapping.does_country_a3"),
			Examples: []Example{
				gives("country-a3", "Estados Unidos", "USA"),
				gives("country-a3", "united kingdom", "GBR"),
				gives("country-a3", "CO", "COL"),
			},
			compile: plain(countryA3), takes: always(pipeline.Say("mapping.cell_country"))},
		{Name: "us-state", Usage: "us-state", Does: pipeline.Say("mapping.does_us_state"),
			Examples: []Example{
				gives("us-state", "new york", "NY"),
				gives("us-state", "Washington, D.C.", "DC"),
				gives("us-state", "pr", "PR"),
				fails("us-state", "Calif.", pipeline.Say("no_us_state")),
			},
			compile: plain(usState), takes: always(pipeline.Say("mapping.cell_us_state"))},
		{Name: "nit", Usage: "nit", Does: pipeline.Say("mapping.does_nit"),
			Examples: []Example{
				gives("nit", "900.123.456-8", "900123456"),
				gives("nit", "900123456", "900123456"),
				gives("nit", "9001234568", "900123456"),
				fails("nit", "900.123.456-7", pipeline.Say("nit_check_digit", "digit", "8")),
				fails("nit", "9001234567", pipeline.Say("nit_tenth_digit", "digit", "8")),
			},
			compile: plain(nit), takes: always(pipeline.Say("mapping.cell_nit"))},
		{Name: "ein", Usage: "ein", Does: pipeline.Say("mapping.does_ein"),
			Examples: []Example{
				gives("ein", "00-0123456", "000123456"),
				fails("ein", "0123456", pipeline.Say("nine_digits_length", "digits", count(7), "number",
					pipeline.Say("an_ein"))),
			},
			compile: plain(nineDigits(pipeline.Say("an_ein"))), takes: always(pipeline.Say("mapping.cell_ein"))},
		{Name: "ssn", Usage: "ssn", Does: pipeline.Say("mapping.does_ssn"),
			Examples: []Example{
				gives("ssn", "000-12-0001", "000120001"),
				fails("ssn", "***-**-0001", pipeline.Say("nine_digits_characters", "number", pipeline.Say("an_ssn"))),
			},
			compile: plain(nineDigits(pipeline.Say("an_ssn"))), takes: always(pipeline.Say("mapping.cell_ssn"))},
		{Name: "map", Usage: "map(TABLE)", Does: pipeline.Say("mapping.does_map"),
			Examples: []Example{
				gives("map(states.csv)", "CALIF.", "CA"),
				fails("map(states.csv)", "CALIFAS", pipeline.Say("mapping.not_in_table", "table", "states.csv")),
			},
			compile: compileMap, takes: cellOfTable},
		{Name: "first-word", Usage: "first-word", Does: pipeline.Say("mapping.does_first_word"),
			Examples: []Example{gives("first-word", "Ana María Ejemplo", "Ana")},
			compile:  plain(firstWord)},
		{Name: "rest", Usage: "rest", Does: pipeline.Say("mapping.does_rest"),
			Examples: []Example{
				gives("rest", "Ana María Ejemplo", "María Ejemplo"),
				gives("rest", "Ana", ""),
			},
			compile: plain(rest)},
		{Name: "split", Usage: "split(sep,n)", Does: pipeline.Say("mapping.does_split"),
			Examples: []Example{
				gives("split(-,2)", "C2711 - Manufactura", "Manufactura"),
				gives("split(',',1)", "Ejemplo, Ana", "Ejemplo"),
				fails("split(;,3)", "a@example.org; b@example.org",
					pipeline.Say("too_few_parts", "count", 2, "separator", ";")),
			},
			compile: compileSplit},
		{Name: "truncate", Usage: "truncate(n)", Does: pipeline.Say("mapping.does_truncate"),
			Examples: []Example{
				gives("truncate(10)", "Panadería Ñandú", "Panadería"),
				gives("truncate(140)", "EJEMPLO SAS", "EJEMPLO SAS"),
			},
			compile: compileTruncate},
		{Name: "join", Usage: "join(sep)", Does: pipeline.Say("mapping.does_join"),
			Examples: []Example{
				{Chain: "join(', ')", Cells: []string{"Calle 1 # 2-3", "", "Bogotá"}, Gives: "Calle 1 # 2-3, Bogotá"},
				{Chain: "upper | join(-)", Cells: []string{"a", "b"}, Gives: "A-b"},
			},
			compileLast: compileJoin},
		{Name: referenceName, Usage: referenceName, Does: pipeline.Say("mapping.does_reference"),
			Examples: []Example{
				{Chain: "nit | reference", Cells: []string{"900.123.456-8"}, Gives: "66ddbf042c22099b63b96432576481a5"},
				{Chain: "reference", Cells: []string{"Ana Ejemplo", "1969-08-04"},
					Gives: "556e816e446d38cd820db92942a6cd82"},
			},
			compileLast: compileReference},
		{Name: groupByName, Usage: groupByName, Does: pipeline.Say("mapping.does_group_by"),
			Examples: []Example{
				{Chain: "group-by", Cells: []string{"EJEMPLO SAS"}, Gives: "EJEMPLO SAS"},
				{Chain: "digits | group-by", Cells: []string{"00-0123456"}, Gives: "000123456"},
			},
			compileLast: compileGroupBy},
	}
}

// findConversion is the conversion of that name.
func findConversion(name string) (*Conversion, *pipeline.Mistake) {
	all := table()
	i := slices.IndexFunc(all, func(c Conversion) bool { return c.Name == name })
	if i >= 0 {
		return &all[i], nil
	}
	names, usages := make([]string, len(all)), make([]string, len(all))
	for i, c := range all {
		names[i], usages[i] = c.Name, c.Usage
	}
	wrong := pipeline.Wrong("mapping.unknown_conversion", "name", name)
	if near := pipeline.Meant(name, names); near != "" {
		return nil, wrong.Try("mapping.did_you_mean_conversion", "conversion", usages[slices.Index(names, near)],
			"conversions", usages)
	}
	return nil, wrong.Try("mapping.conversions_are", "conversions", usages)
}

// misused is the mistake for wrong arguments; it says how c is written.
func (c *Conversion) misused(args []string, wrong *pipeline.Mistake) *pipeline.Mistake {
	shown := c.Name
	if len(args) > 0 {
		shown += "(" + strings.Join(args, ",") + ")"
	}
	m := pipeline.Wrong("mapping.in_conversion", "conversion", shown, "cause", wrong.Reason())
	if wrong.Hint != nil {
		return m.Advise(wrong.Hint)
	}
	return m.Try("mapping.usage", "conversion", c.Usage, "does", c.Does, "example", c.Examples[0].Chain)
}

// plain is a conversion without arguments.
func plain(s step) func([]string, *tables) (step, *pipeline.Mistake) {
	return func(args []string, _ *tables) (step, *pipeline.Mistake) {
		if len(args) > 0 {
			return nil, pipeline.Wrong("mapping.takes_nothing")
		}
		return s, nil
	}
}

// maxCharacters is the largest number that left-pad, split and truncate accept.
const maxCharacters = 100000

// number reads an argument that counts something, from 1.
func number(arg string) (int, *pipeline.Mistake) {
	n, err := strconv.Atoi(arg)
	if err != nil || n < 1 || n > maxCharacters || strconv.Itoa(n) != arg {
		return 0, pipeline.Wrong("mapping.not_a_count", "argument", arg, "most", maxCharacters)
	}
	return n, nil
}
