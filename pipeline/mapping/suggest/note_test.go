package suggest

import (
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

// reasonsOf are the codes of what a note says of the line of a field, in order,
// without their area.
func reasonsOf(t *testing.T, s *Suggestion, field string) string {
	t.Helper()
	i := slices.IndexFunc(s.Lines, func(l Line) bool { return l.Field == field })
	if i < 0 {
		t.Fatalf("no line of %s", field)
	}
	var all []string
	for _, m := range s.Lines[i].Note().Arg("reasons").([]*pipeline.Message) {
		all = append(all, strings.TrimPrefix(string(m.Code), "suggest."))
	}
	return strings.Join(all, " ")
}

// A note says what joins the column with the field, how its values fare, what
// the conversion follows from, and what is left to a person.
func TestNotesSayWhy(t *testing.T) {
	for _, tt := range []struct {
		name, book string
		provider   *pipeline.Provider
		field      string
		want       string
	}{
		{"all fit, converted", "NIT;Correo\n900.123.456-8;a@x.example.org\n800123450-1;b@x.example.org", bank(), "nit",
			"by_name every_value_fits nits_verified samples"},
		{"the field's own name", "nit;mail\n900123456;a@x.example.org", bank(), "mail",
			"by_exact_name every_value_fits samples"},
		{"but for signs", "NIT;MOBILE-NUMBER_\n900123456;+573105551234", bank(), "mobile_number",
			"by_alike_name every_value_fits samples"},
		{"some do not fit", "NIT;Correo\n900123456;a@x.example.org\n900123457;nobody", bank(), "mail",
			"by_name some_values_fit must_be samples"},
		{"some cannot be converted", "NIT;Correo\n900.123.456-8;a@x.example.org\n900.123.456-7;b@x.example.org", bank(),
			"nit", "by_name some_values_fit first_misfit nits_checked samples"},
		{"none fits", "NIT;Correo\nabc;none\ndef;n/a", bank(), "mail", "by_name no_value_fits must_be samples"},
		{"no rows", "NIT;Correo", bank(), "mail", "by_name"},
		{"an empty column", "NIT;Correo\n900123456;", bank(), "mail", "by_name column_empty"},
		{"by values", "Dato A;Dato B\n900.123.456-8;a@x.example.org", bank(),
			"mail", "by_values every_value_fits samples"},
		{"a question", "Empresa;Celular\nUNO;310 555 12 34", bank(),
			"mobile_number", "by_name phones_of_where samples"},
		{"a doubt", "ZIP\n02108\n2109\n10001", bank(), "address.zip", "by_name every_value_fits zeros_lost samples"},
		{"missing", "NIT\n900123456", bank(), "mail", "name_column_or_value must_be"},
		{"a missing key", "Correo\na@x.example.org", bank(), "nit", "name_column tells_apart"},
		{"two alike", "NIT;Email;E-Mail\n900123456;a@x.example.org;b@x.example.org", bank(), "mail",
			"name_column_or_value must_be choose_column"},
		{"a constant", "Ref;First name;Last name;SSN\nA1;Ana;A;666-12-3456", fund(), "who.documents[0].type",
			"by_column"},
	} {
		s := suggestFor(tt.provider, sampleOf(t, tt.book))
		if got := reasonsOf(t, s, tt.field); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// What is left to do of a field without a column is its rule, then the question.
func TestTodo(t *testing.T) {
	s := suggestFor(bank(), sampleOf(t, "NIT;Email;E-Mail\n900123456;a@x.example.org;b@x.example.org"))
	want := `sentences all=[suggest.rule rule="one address" suggest.choose_column columns=["Email" "E-Mail"]]`
	for _, l := range s.Lines {
		if l.Field == "mail" && l.Todo().String() != want {
			t.Errorf("%s, want %s", l.Todo(), want)
		}
	}
}
