package mapping

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// cldrName is a bare name and the countries that some source calls so.
type cldrName struct {
	bare    string
	regions []string
}

// cldrNames are all names of all countries, gathered anew without the index:
// codes, English, Spanish, and ours.
func cldrNames(t *testing.T) []cldrName {
	t.Helper()
	var all []cldrName
	add := func(name, code string) {
		i := slices.IndexFunc(all, func(n cldrName) bool { return n.bare == Bare(name) })
		if i < 0 {
			all = append(all, cldrName{Bare(name), []string{code}})
		} else if !slices.Contains(all[i].regions, code) {
			all[i].regions = append(all[i].regions, code)
		}
	}
	var codes []string
	for _, r := range countries() {
		if !slices.Contains(codes, r.String()) {
			codes = append(codes, r.String())
		}
	}
	for _, code := range codes {
		r := language.MustParseRegion(code)
		for _, name := range append([]string{code, r.ISO3(), display.English.Regions().Name(r),
			display.Spanish.Regions().Name(r)}, otherNames[code]...) {
			if Bare(name) == "" {
				t.Errorf("%s has an empty name", code)
			}
			add(name, code)
		}
	}
	return all
}

// The names of countries mean one country each: none of the other names takes
// one from the CLDR's, and every country of ISO 3166-1 is there by its codes.
func TestCountries(t *testing.T) {
	codes := map[string]string{}
	for _, r := range countries() {
		codes[r.String()] = r.ISO3()
	}
	if len(codes) != 249 { // ISO 3166-1 as of 2026
		t.Errorf("there are %d countries", len(codes))
	}
	for a2, a3 := range codes {
		if got, _ := countryA3(a2); got != a3 {
			t.Errorf("%s is %q, want %s", a2, got, a3)
		}
		if got, _ := countryA2(strings.ToLower(a3)); got != a2 {
			t.Errorf("%s is %q, want %s", a3, got, a2)
		}
	}
	for code, names := range otherNames {
		for _, name := range names {
			if got, err := countryA2(name); err != nil || got != code {
				t.Errorf("%s is %q, want %s", name, got, code)
			}
		}
	}
	for _, name := range cldrNames(t) {
		if len(name.regions) > 1 {
			t.Errorf("%s can mean %v", name.bare, name.regions)
		}
	}
}

// Codes that connectFi takes, and every name leads to one.
func TestStates(t *testing.T) {
	want := strings.Fields("AL AK AS AZ AR CA CO CT DE DC FM FL GA GU HI ID IL IN IA KS KY LA ME MH MD MA MI MN MS " +
		"MO MT NE NV NH NJ NM NY NC ND MP OH OK OR PW PA PR RI SC SD TN TX UT VT VI VA WA WV WI WY")
	slices.Sort(want)
	var got []string
	taken := map[string]string{}
	for code, names := range usStateNames {
		got = append(got, code)
		for _, name := range append(names, code) {
			if other, twice := taken[Bare(name)]; twice && other != code {
				t.Errorf("%s is %s and %s", name, other, code)
			}
			taken[Bare(name)] = code
			if s, err := usState(strings.ToUpper(name)); err != nil || s != code {
				t.Errorf("%s is %q (%v), want %s", name, s, err, code)
			}
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
