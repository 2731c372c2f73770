package mapping

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// acmeWithSecret is acme, whose reference is a secret.
func acmeWithSecret() *pipeline.Provider {
	p := acme()
	p.Fields[0].Secret = true
	return p
}

func TestMapConverts(t *testing.T) {
	header := headerOf("NIT", "Nombre", "Apellido", "Celular", "nit")
	tests := []struct {
		name, sheet string
		cells       []string
		values      []string
	}{
		{"one line a field",
			"field;column;convert\nnit;NIT;nit\nname;Nombre;title\nphones[0].number;Celular;phone(CO)\n",
			[]string{"900.123.456-8", "ANA", "", "310 555 12 34", "x"}, []string{"900123456", "Ana", "+573105551234"}},
		{"several columns", "field;column;convert\nname;Nombre;title\nnit;NIT;\nname;Apellido;upper\n",
			[]string{"1", "ANA", "Ejemplo", "", ""}, []string{"Ana EJEMPLO", "1"}},
		{"an empty one of several", "field;column;convert\nname;Nombre;\nname;Apellido;\nnit;NIT;\n",
			[]string{"1", "", "Ejemplo", "", ""}, []string{"Ejemplo", "1"}},
		{"a separator", "field;column;convert\nname;Apellido;upper | join(', ')\nname;Nombre;\nnit;NIT;\n",
			[]string{"1", "Ana", "Ejemplo", "", ""}, []string{"EJEMPLO, Ana", "1"}},
		{"all empty", "field;column;convert\nname;Apellido;upper | join(', ')\nname;Nombre;\n" +
			"nit;NIT;nit\nreference;NIT;reference\n",
			[]string{"", "", "", "", ""}, []string{"", "", ""}},
		{"one column for several fields, and parts of one",
			"field;column;convert\nname;Nombre;split(-,2)\nname;Nombre;split(-,1)\n" +
				"reference;Nombre;\nnit;Nombre;digits\n",
			[]string{"", "a1-b2", "", "", ""}, []string{"b2 a1", "a1-b2", "12"}},
		{"a reference of several", "field;column;convert\nreference;Nombre;reference\nreference;Apellido;\nnit;NIT;\n",
			[]string{"1", "Ana Ejemplo", "1969-08-04", "", ""}, []string{"556e816e446d38cd820db92942a6cd82", "1"}},
		{"a value is not converted", "field;column;convert;value\nphones[0].type;;;  mobile 1\nnit;NIT;nit;\n",
			[]string{"900123456", "", "", "", ""}, []string{"mobile 1", "900123456"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m, err := Compile(acme(), header, sheetOf(t, tt.sheet))
			if err != nil {
				t.Fatal(err)
			}
			values := make([]string, len(m.Slots()))
			before := append([]string(nil), tt.cells...)
			if problems := m.Map(pipeline.Row{Number: 2, Cells: tt.cells}, values); problems != nil {
				t.Errorf("%+v", problems)
			}
			if diff := cmp.Diff(tt.values, values); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(before, tt.cells); diff != "" {
				t.Errorf("the row's cells (-before +after):\n%s", diff)
			}
		})
	}
}

// All columns of a joined field are used, and the first is the slot's.
func TestJoinedColumnsAreUsed(t *testing.T) {
	m, err := Compile(acme(), headerOf("NIT", "Nombre", "Apellido"),
		sheetOf(t, "field;column\nname;Apellido\nname;Nombre\n"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"name<2:Apellido"}, fed(m.Slots())); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"NIT"}, names(m.Ignored())); diff != "" {
		t.Error(diff)
	}
}

// Every part that cannot be converted is a problem with its own column, its field
// and whether it is secret; the value is what the cells hold, so that the field
// is not taken for one that was never there.
func TestMapReportsWhatItCannotConvert(t *testing.T) {
	header := headerOf("Clave", "Nombre", "Fecha", "NIT")
	sheet := "field;column;convert\nreference;Clave;ssn\nname;Nombre;split(-,2) | join(+)\n" +
		"name;Fecha;date(D/M/YYYY)\nnit;NIT;nit\n"
	m, err := Compile(acmeWithSecret(), header, sheetOf(t, sheet))
	if err != nil {
		t.Fatal(err)
	}
	values := make([]string, 3)
	problems := m.Map(pipeline.Row{Number: 2, Cells: []string{"12", "plain", "4/8/69", "900.123.456-8"}}, values)
	want := []pipeline.Problem{
		{Field: "reference", Row: 2, Column: &header[0], Code: pipeline.ProblemConvert, Secret: true,
			Message: pipeline.Say("nine_digits_length", "digits", pipeline.Say("digits", "count", 2), "number",
				pipeline.Say("an_ssn"))},
		{Field: "name", Row: 2, Column: &header[1], Code: pipeline.ProblemConvert,
			Message: pipeline.Say("too_few_parts", "count", 1, "separator", "-")},
		{Field: "name", Row: 2, Column: &header[2], Code: pipeline.ProblemConvert,
			Message: pipeline.Say("date_short_year")},
	}
	if diff := cmp.Diff(want, problems); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"12", "plain 4/8/69", "900123456"}, values); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// One bad part of two: the good one is not sent for the whole.
	problems = m.Map(pipeline.Row{Number: 3, Cells: []string{"", "a-b", "4/8/69", ""}}, values)
	if len(problems) != 1 || problems[0].Column.Index != 2 || values[1] != "a-b 4/8/69" {
		t.Errorf("%+v, %q", problems, values)
	}
	problems = m.Map(pipeline.Row{Number: 4, Cells: []string{"", "a-b", "4/8/1969", ""}}, values)
	if problems != nil || values[1] != "b+1969-08-04" {
		t.Errorf("%+v, %q", problems, values)
	}
}

// How a field is joined is said once, in its first line; what is refused is
// refused with its line.
func TestJoinsThatAreRefused(t *testing.T) {
	tests := []struct {
		name, sheet string
		line        int
		says, hint  string
	}{
		{"join in the second line", "field;column;convert\nname;Nombre;\nname;NIT;join(-)\n", 3,
			`mapping.join_not_in_first field="name"`, "mapping.move_join place=line 2"},
		{"reference in the second line", "field;column;convert\nname;Nombre;reference\n\nname;NIT;reference\n", 4,
			`mapping.join_not_in_first field="name"`, "mapping.move_join place=line 2"},
		{"the same part twice", "field;column;convert\nname;Nombre;upper\nname;NIT;\nname;Nombre;upper\n", 4,
			`mapping.column_twice field="name" place=line 2`, "mapping.keep_one"},
		{"a mistake in a later line", "field;column;convert\nname;Nombre;upper\nname;NIT;uper\n", 3,
			`mapping.unknown_conversion name="uper"`, "upper"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sheet := sheetOf(t, tt.sheet)
			_, err := Compile(acme(), headerOf("Nombre", "NIT"), sheet)
			requireError(t, err, sheet.Path(), tt.line, tt.says, tt.hint)
		})
	}
}

// A row without conversions costs no memory (pipeline/README.md, Speed and size).
func TestMapWithoutConversionsAllocatesNothing(t *testing.T) {
	m, err := Compile(acme(), headerOf("NIT", "name", "nit"),
		sheetOf(t, "field;column;convert;value\nreference;NIT;;\nphones[0].type;;;MOBILE\n"))
	if err != nil {
		t.Fatal(err)
	}
	values := make([]string, len(m.Slots()))
	row := pipeline.Row{Number: 2, Cells: []string{"a", "b", "c"}}
	if n := testing.AllocsPerRun(100, func() { m.Map(row, values) }); n != 0 {
		t.Errorf("%v allocations a row", n)
	}
}

func BenchmarkMap(b *testing.B) {
	for name, sheet := range map[string]string{
		"as it stands": "field;column\nnit;NIT\nname;Nombre\nreference;Fecha\nphones[0].number;Celular\n",
		"converted": "field;column;convert\nnit;NIT;nit\nname;Nombre;collapse\n" +
			"reference;Fecha;date(D/M/YYYY)\naddress.city;Estado;us-state\n",
		"phone":   "field;column;convert\nphones[0].number;Celular;phone(CO)\n",
		"country": "field;column;convert\naddress.city;Pais;country-a3\n",
	} {
		b.Run(name, func(b *testing.B) {
			m, err := Compile(acme(), headerOf("NIT", "Nombre", "Fecha", "Celular", "Estado", "Pais"),
				sheetOf(b, sheet))
			if err != nil {
				b.Fatal(err)
			}
			row := pipeline.Row{Number: 2, Cells: []string{"900.123.456-8", "EJEMPLO  SAS", "4/8/1969", "310 555 12 34",
				"new york", "Estados Unidos"}}
			values := make([]string, len(m.Slots()))
			b.ReportAllocs()
			for b.Loop() {
				if problems := m.Map(row, values); problems != nil {
					b.Fatal(problems)
				}
			}
		})
	}
}
