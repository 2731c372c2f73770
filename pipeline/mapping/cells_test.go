package mapping

import "testing"

// What a cell may have in it is that of the first conversion that takes more than
// the field does.
func TestRulesOfCells(t *testing.T) {
	for _, tt := range []struct{ name, convert, want string }{
		{"none", "", ""},
		{"white space and case", "collapse | lower", ""},
		{"a NIT", "nit", "mapping.cell_nit"},
		{"a NIT behind others", "trim | nit", "mapping.cell_nit"},
		{"made into another value", "nit | reference", "mapping.cell_nit"},
		{"digits before the padding", "digits | left-pad(9,0)", "mapping.cell_digits"},
		{"padding", "left-pad(9,0)", `mapping.cell_to_pad count=9 pad="0"`},
		{"a date", "date(D/M/YYYY)", `mapping.cell_date format="D/M/YYYY"`},
		{"a phone", "phone(co)", `mapping.cell_phone region="CO"`},
		{"a national phone", "phone-national(US)", `mapping.cell_phone_national region="US"`},
		{"the code of a phone", "phone-country-code(US) | left-pad(2,0)", `mapping.cell_phone region="US"`},
		{"a country", "country-a3", "mapping.cell_country"},
		{"a state", "us-state", "mapping.cell_us_state"},
		{"an EIN", "ein", "mapping.cell_ein"},
		{"an SSN", "ssn", "mapping.cell_ssn"},
	} {
		m, err := Compile(acme(), headerOf("A"), sheetOf(t, "field,column,convert\nnit,A,\""+tt.convert+"\"\n"))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := m.Slots()[0].Rule.String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// Of several cells, of a constant and of a column of the field's own name there
// is no other rule than the field's; in a group every line has it.
func TestRulesOfOtherSlots(t *testing.T) {
	m, err := Compile(acme(), headerOf("A", "B", "C", "address.city"), sheetOf(t,
		"field,column,convert,value\nnit,A,nit,\nnit,B,,\nname,,,EJEMPLO\npeople,C,group-by,\n"+
			"people[].phones[0].number,B,phone(CO),\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"people[0].phones[0].number": `mapping.cell_phone region="CO"`}
	for _, s := range m.Slots() {
		if got := s.Rule.String(); got != want[s.Path] {
			t.Errorf("%s: %s, want %s", s.Path, got, want[s.Path])
		}
	}
	if g := m.grouping; g.slot(&g.own[0], 3).Rule.String() != want["people[0].phones[0].number"] {
		t.Errorf("another line has the rule %v", g.slot(&g.own[0], 3).Rule)
	}
}

// The rule of a table names it.
func TestRuleOfATable(t *testing.T) {
	if m := cellOfTable([]string{"states.csv"}); m.Code != "mapping.cell_of_table" || m.Arg("table") != "states.csv" {
		t.Errorf("of a table: %v", m)
	}
}
