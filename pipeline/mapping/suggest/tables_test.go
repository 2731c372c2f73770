package suggest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tableOf writes a table as from>to of how many, "?" where a person fills it.
func tableOf(s *Suggestion) string {
	if len(s.Tables) == 0 {
		return ""
	}
	var lines []string
	for i, from := range s.Tables[0].From {
		to := s.Tables[0].To[i]
		if to == "" {
			to = "?"
		}
		lines = append(lines, fmt.Sprintf("%s>%s of %d", from, to, s.Tables[0].Counts[i]))
	}
	return strings.Join(lines, ", ")
}

// TestTablesToFill: the values that a list does not know are there to be named,
// with how often they come.
func TestTablesToFill(t *testing.T) {
	column := func(header string, values ...string) string { return header + "\n" + strings.Join(values, "\n") }
	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprintf("Clase %d", i), fmt.Sprintf("Clase %d", i))
	}
	for _, tt := range []struct {
		name, book string
		want       string // the table
		line       string // the line of the column; "" for none
	}{
		{"what is not known comes first",
			column("Tipo de persona", "Jurídica", "Mixta", "Natural", "Mixta", "Jurídica", "Otra"),
			"Mixta>? of 2, Otra>? of 1, Jurídica>business of 2, Natural>individual of 1",
			"m customer_type<Tipo de persona|map(t-customer-type.csv) !"},
		{"nothing is known", column("Tipo de persona", "1", "2", "1", "2", "1"), "1>? of 3, 2>? of 2",
			"m customer_type<Tipo de persona|map(t-customer-type.csv) !"},
		{"the field's own name", column("customer_type", "P", "E", "P", "E"), "P>? of 2, E>? of 2",
			"m customer_type<customer_type|map(t-customer-type.csv) !"},
		{"all are known", column("Tipo de persona", "Natural", "Jurídica"),
			"Natural>individual of 1, Jurídica>business of 1",
			"h customer_type<Tipo de persona|map(t-customer-type.csv)"},
		{"many values are no list's", column("Tipo de persona", many...), "", ""},
		{"values of one customer each are no list's",
			column("Tipo de persona", "Ana Muestra", "Luis Prueba", "Rui Sample", "Zoë Example"), "", ""},
		{"e-mail addresses are no list's",
			column("Tipo de persona", "a@example.org", "a@example.org", "a@example.org", "a@example.org"), "", ""},
		{"numbers of documents are not shown", column("Tipo de persona", "52555101", "52555101", "Natural", "Natural"),
			"Natural>individual of 2", "m customer_type<Tipo de persona|map(t-customer-type.csv)"},
		{"a header that does not say so", column("Grupo", "A", "B", "A", "B", "A"), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := suggestFor(bank(), sampleOf(t, tt.book))
			if diff := cmp.Diff(tt.want, tableOf(s)); diff != "" {
				t.Errorf("the table (-want +got):\n%s", diff)
			}
			line := ""
			for i, l := range s.Lines {
				if l.Column != "" {
					line = spelt(s)[i]
				}
			}
			if line != tt.line {
				t.Errorf("the line is %q, want %q", line, tt.line)
			}
		})
	}
}

// TestStatesToFill: a state that is written in a way of its own is there to be
// named; regions of other countries are none of the list's.
func TestStatesToFill(t *testing.T) {
	p := bank()
	p.Fields[5].Path, p.Fields[5].Title = "state", plain("State")
	p.Fields[5].Enum = []string{"TX", "NY", "CA", "MA", "ME", "PA", "HI", "IL", "FL", "GA", "OH", "WA", "OR"}
	s := suggestFor(p, sampleOf(t, "State\nTexas\nTexas\nN. York\nCalifornia"))
	if got := tableOf(s); got != "N. York>? of 1, Texas>TX of 2, California>CA of 1" {
		t.Errorf("the table is %s", got)
	}
	s = suggestFor(p, sampleOf(t, "State\nAntioquia\nAntioquia\nHuila\nHuila"))
	if len(s.Tables) > 0 || len(s.Unused) != 1 {
		t.Errorf("regions of another country get %q", spelt(s))
	}
}
