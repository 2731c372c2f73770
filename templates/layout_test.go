package templates_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/templates"
)

func TestGroupsCloseGaps(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	plain := businessCells()
	want := newSheet(t, d, sortedPaths(plain)...).body(t, plain)
	wide := sortedPaths(join(plain, person("businessRepresentatives[1]."), person("businessRepresentatives[12]."),
		under("businessRepresentatives[12].addresses[3].", addressCells),
		under("businessRepresentatives[1].addresses[1].", addressCells),
		under("customer.businessAddresses[1].", addressCells), under("customer.businessPhones[7].", phoneCells)))
	s := newSheet(t, d, wide...)
	tests := []struct {
		name  string
		moves [][2]string
	}{
		{"nothing moved", nil},
		{"second representative only", [][2]string{{"businessRepresentatives[0]", "businessRepresentatives[1]"}}},
		{"thirteenth representative only", [][2]string{{"businessRepresentatives[0]", "businessRepresentatives[12]"}}},
		{"its second address", [][2]string{{"businessRepresentatives[0]", "businessRepresentatives[1]"},
			{"businessRepresentatives[1].addresses[0]", "businessRepresentatives[1].addresses[1]"}}},
		{"its fourth address", [][2]string{{"businessRepresentatives[0]", "businessRepresentatives[12]"},
			{"businessRepresentatives[12].addresses[0]", "businessRepresentatives[12].addresses[3]"}}},
		{"the company's second address and eighth phone",
			[][2]string{{"customer.businessAddresses[0]", "customer.businessAddresses[1]"},
				{"customer.businessPhones[0]", "customer.businessPhones[7]"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cells := plain
			for _, m := range tt.moves {
				cells = moved(cells, m[0], m[1])
			}
			if diff := cmp.Diff(want, s.body(t, cells)); diff != "" {
				t.Errorf("(-without a gap +with one):\n%s", diff)
			}
			entriesAreInBody(t, &s.draft)
		})
	}
}

// Whichever entries of the book are filled, the body is that of a book without gaps, and the entries' paths lead to
// their values in it.
func TestGapsDoNotShow(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	const places = 4
	var paths []string
	base := businessCells()
	for path := range base {
		if !strings.HasPrefix(path, "businessRepresentatives") {
			paths = append(paths, path)
		}
	}
	rep := func(i int) string { return "businessRepresentatives[" + string(rune('0'+i)) + "]." }
	for i := range places {
		paths = append(paths, sortedPaths(join(person(rep(i)), under(rep(i)+"addresses[1].", addressCells),
			under(rep(i)+"addresses[2].", addressCells)))...)
	}
	s := newSheet(t, d, paths...)
	rapid.Check(t, func(rt *rapid.T) {
		filled := rapid.SliceOfNDistinct(rapid.IntRange(0, places-1), 1, places, rapid.ID[int]).Draw(rt,
			"representatives")
		slices.Sort(filled)
		gaps, plain := maps.Clone(base), maps.Clone(base)
		for path := range base {
			if strings.HasPrefix(path, "businessRepresentatives") {
				delete(gaps, path)
				delete(plain, path)
			}
		}
		for to, from := range filled {
			cells := with(person(""), "firstName", rapid.StringMatching(`[A-Z][a-z]{1,8}`).Draw(rt, "first name"))
			at := rapid.IntRange(0, 2).Draw(rt, "address")
			maps.Copy(plain, under(rep(to), cells))
			maps.Copy(gaps, under(rep(from), moved(cells, "addresses[0]", "addresses["+string(rune('0'+at))+"]")))
		}
		want := s.body(t, plain)
		got := s.body(t, gaps)
		if got != want {
			rt.Fatalf("the body is\n%s\nwithout gaps\n%s", got, want)
		}
		entriesAreInBody(rt, &s.draft)
	})
}

// A constant does not make a group appear.
func TestConstantsOfGroups(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	base := businessCells()
	paths := sortedPaths(base)

	t.Run("left out with the group", func(t *testing.T) {
		s := newSheet(t, d, append(slices.Clone(paths), "businessRepresentatives[1].firstName",
			"businessRepresentatives[1].gender=F",
			"businessRepresentatives[1].phones[0].type=MOBILE", "customer.businessPhones[1].type=LANDLINE",
			"customer.businessPhones[1].phoneNumber")...)
		want := newSheet(t, d, paths...).body(t, base)
		if got := s.body(t, base); got != want {
			t.Errorf("the body is\n%s\nwant\n%s", got, want)
		}
	})
	t.Run("there with the group", func(t *testing.T) {
		s := newSheet(t, d, append(slices.Clone(paths), "customer.businessPhones[1].type=LANDLINE",
			"customer.businessPhones[1].phoneNumber")...)
		body := s.body(t, with(base, "customer.businessPhones[1].phoneNumber", "2025550199"))
		if !strings.Contains(body, `{"type":"LANDLINE","phoneNumber":"2025550199"}`) {
			t.Errorf("the second phone is not as it should be: %s", body)
		}
	})
	t.Run("a group of constants alone is meant", func(t *testing.T) {
		s := newSheet(t, d, append(slices.Clone(paths), "customer.businessPhones[1].type=LANDLINE",
			"customer.businessPhones[1].phoneNumber=2025550100")...)
		if body := s.body(t, base); !strings.Contains(body, `{"type":"LANDLINE","phoneNumber":"2025550100"}`) {
			t.Errorf("the second phone is not there: %s", body)
		}
	})
	t.Run("dropped where the row is of another shape", func(t *testing.T) {
		s := newSheet(t, d, append(slices.Clone(paths), "customer.gender=F",
			"customer.citizenshipCountryCodeA3=USA")...)
		want := newSheet(t, d, paths...).body(t, base)
		if got := s.body(t, base); got != want {
			t.Errorf("the body is\n%s\nwant\n%s", got, want)
		}
	})
	t.Run("the shape itself", func(t *testing.T) {
		paths := slices.DeleteFunc(slices.Clone(paths), func(p string) bool { return p == "customerType" })
		want := newSheet(t, d, sortedPaths(base)...).body(t, base)
		if got := newSheet(t, d, append(paths, "customerType=business")...).body(t, base); got != want {
			t.Errorf("the body is\n%s\nwant\n%s", got, want)
		}
	})
}

// A book that can never be complete is refused before any row is read, with the missing fields.
func TestLayoutsThatCannotBeComplete(t *testing.T) {
	without := func(cells map[string]string, gone ...string) []string {
		return slices.DeleteFunc(sortedPaths(cells), func(p string) bool {
			return slices.ContainsFunc(gone, func(g string) bool { return strings.HasPrefix(p, g) })
		})
	}
	passport := map[string]string{"business_name": "", "email": "", "mobile_phone_number": "",
		"identification_number": ""}
	tests := []struct {
		name, provider string
		paths          []string
		missing        map[string][]string // nil: the layout is accepted
	}{
		{"complete", "passport", sortedPaths(passport), nil},
		{"one column missing", "passport", without(passport, "email"), map[string][]string{"": {"email"}}},
		{"two columns missing", "passport", without(passport, "email", "mobile"),
			map[string][]string{"": {"email", "mobile_phone_number"}}},
		{"a constant is as good", "passport", append(without(passport, "email"), "email=pagos@example.org"), nil},
		{"in a group", "juicyway", []string{"first_name",
			"last_name", "email", "phone", "type", "billing_address.city"},
			map[string][]string{"": {"billing_address.line1", "billing_address.state", "billing_address.zip_code",
				"billing_address.country"}}},
		{"a whole group", "juicyway", []string{"first_name", "last_name", "email", "phone", "type"},
			map[string][]string{"": {"billing_address.line1", "billing_address.city", "billing_address.state",
				"billing_address.zip_code", "billing_address.country"}}},
		{"one shape complete", "connectfi", sortedPaths(individualCells()), nil},
		{"the other shape complete", "connectfi", sortedPaths(businessCells()), nil},
		{"one complete item is enough", "connectfi", append(sortedPaths(individualCells()),
			"customer.phones[1].countryDialingCode"), nil},
		{"whichever item it is", "connectfi", sortedPaths(moved(individualCells(), "customer.phones[0]",
			"customer.phones[3]")), nil},
		{"no shape complete", "connectfi", without(individualCells(), "customer.email", "customer.phones"),
			map[string][]string{"individual": {"customer.email", "customer.phones[0].type",
				"customer.phones[0].phoneNumber"},
				"business": append([]string{"customer.businessName", "customer.businessFederalEin"},
					businessGroups()...)}},
		{"nothing says the shape", "connectfi", without(individualCells(), "customerType"),
			map[string][]string{"individual": {"customerType"},
				"business": append([]string{"customerType", "customer.businessName", "customer.businessFederalEin"},
					businessGroups()...)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := embeddedDefinition(t, tt.provider)
			plan, err := d.Plan(slotsOf(t, d, tt.paths...))
			if tt.missing == nil {
				if err != nil || plan == nil {
					t.Fatalf("%v", err)
				}
				return
			}
			var lacking *templates.LayoutError
			if !errors.As(err, &lacking) {
				t.Fatalf("%v", err)
			}
			if diff := cmp.Diff(tt.missing, lacking.Missing); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			checkLacking(t, lacking)
		})
	}
}

// checkLacking checks that the sentence names what is missing, shape by shape.
func checkLacking(t *testing.T, e *templates.LayoutError) {
	t.Helper()
	m := e.Sentence()
	if fields, one := e.Missing[""]; one {
		if m.Code != "template.no_columns" || m.Arg("count") != len(fields) {
			t.Errorf("%v does not name %q", m, fields)
		}
		return
	}
	all, _ := m.Arg("all").([]*pipeline.Message)
	if len(all) != len(e.Shapes) {
		t.Fatalf("%v is not about the shapes %q", m, e.Shapes)
	}
	for i, shape := range e.Shapes {
		fields, _ := all[i].Arg("fields").([]string)
		if m := all[i]; m.Code != "template.no_columns_of_shape" || m.Arg("shape") != shape ||
			m.Arg("count") != len(fields) || !slices.Equal(fields, e.Missing[shape]) {
			t.Errorf("%v does not name %q", m, e.Missing[shape])
		}
	}
}

// businessGroups are the required fields of a business's groups, in the schema's order.
func businessGroups() []string {
	var out []string
	address := []string{"type", "addressLine1", "city", "postalCode", "stateCode", "countryCodeA3"}
	add := func(prefix string, names ...string) {
		for _, n := range names {
			out = append(out, prefix+n)
		}
	}
	add("customer.businessAddresses[0].", address...)
	add("customer.businessPhones[0].", "type", "phoneNumber")
	add("businessRepresentatives[0].", "firstName", "lastName", "gender", "dateOfBirth", "email")
	add("businessRepresentatives[0].addresses[0].", address...)
	add("businessRepresentatives[0].", "citizenshipCountryCodeA3")
	add("businessRepresentatives[0].phones[0].", "type", "phoneNumber")
	return out
}

func TestFieldFedTwice(t *testing.T) {
	d := embeddedDefinition(t, "passport")
	_, err := d.Plan(slotsOf(t, d, "business_name", "email", "mobile_phone_number", "identification_number",
		"email=x@example.org"))
	if m := wantMistake(t, err, "template.two_columns", ""); m.What.Arg("field") != "email" {
		t.Errorf("%v", m)
	}
}

// The body has the schema's order, whatever the order of the columns.
func TestColumnOrderDoesNotShow(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	for _, cells := range []map[string]string{individualCells(),
		join(businessCells(), person("businessRepresentatives[1]."),
			under("customer.businessAddresses[1].", addressCells))} {
		sorted := newSheet(t, d, sortedPaths(cells)...)
		want := sorted.body(t, cells)
		entries, keys, name := sorted.draft.Entries, sorted.draft.Keys, sorted.draft.Name
		rapid.Check(t, func(rt *rapid.T) {
			s := newSheet(t, d, rapid.Permutation(sortedPaths(cells)).Draw(rt, "columns")...)
			if got := s.body(t, cells); got != want {
				rt.Fatalf("the body is\n%s\nwant\n%s", got, want)
			}
			if diff := cmp.Diff(entries, s.draft.Entries); diff != "" {
				rt.Fatalf("entries:\n%s", diff)
			}
			if diff := cmp.Diff(keys, s.draft.Keys); diff != "" || s.draft.Name != name {
				rt.Fatalf("keys, and the name %q:\n%s", s.draft.Name, diff)
			}
		})
	}
}
