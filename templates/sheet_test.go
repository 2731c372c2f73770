package templates_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

// sheet is a layout whose columns have names of their own, as in a book.
type sheet struct {
	plan  *templates.Plan
	slots []pipeline.Slot
	draft pipeline.Draft
}

// slotsOf makes a layout: each path is a column named "column of PATH", or,
// written as path=text, a constant.
func slotsOf(t testing.TB, d *templates.Definition, paths ...string) []pipeline.Slot {
	t.Helper()
	var slots []pipeline.Slot
	for _, path := range paths {
		path, constant, fixed := strings.Cut(path, "=")
		s := pipeline.Slot{Path: path, Field: d.Provider().FieldIndex(path), Constant: constant}
		if s.Field < 0 {
			t.Fatalf("no field %s", path)
		}
		if !fixed {
			s.Column = &pipeline.Column{Index: len(slots), Name: "column of " + path}
		}
		slots = append(slots, s)
	}
	return slots
}

func newSheet(t testing.TB, d *templates.Definition, paths ...string) *sheet {
	t.Helper()
	s := &sheet{slots: slotsOf(t, d, paths...)}
	var err error
	if s.plan, err = d.Plan(s.slots); err != nil {
		t.Fatal(err)
	}
	return s
}

// check checks a row of these cells, by path; the draft is valid until the next check.
func (s *sheet) check(cells map[string]string) *pipeline.Draft {
	values := make([]string, len(s.slots))
	for i, slot := range s.slots {
		if slot.Column != nil {
			values[i] = cells[slot.Path]
		}
	}
	s.plan.Check(2, values, &s.draft)
	return &s.draft
}

// body is the row's body; without one the test fails.
func (s *sheet) body(t testing.TB, cells map[string]string) string {
	t.Helper()
	d := s.check(cells)
	if len(d.Problems) > 0 {
		t.Fatalf("the row has problems: %v", pairs(d.Problems))
	}
	return string(d.Body)
}

func with(cells map[string]string, more ...string) map[string]string {
	out := maps.Clone(cells)
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func under(prefix string, cells map[string]string) map[string]string {
	out := map[string]string{}
	for path, v := range cells {
		out[prefix+path] = v
	}
	return out
}

func join(parts ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, p := range parts {
		maps.Copy(out, p)
	}
	return out
}

func sortedPaths(cells map[string]string) []string { return slices.Sorted(maps.Keys(cells)) }

// Made-up cells of connectFi.
var (
	addressCells = map[string]string{"type": "PRIMARY", "addressLine1": "12 Sample St", "city": "Harrisburg",
		"postalCode": "17101", "stateCode": "PA", "countryCodeA3": "USA"}
	phoneCells  = map[string]string{"type": "MOBILE", "phoneNumber": "2025550101"}
	personCells = map[string]string{"firstName": "Ana", "lastName": "Sample", "gender": "F",
		"dateOfBirth": "1984-02-29", "email": "ana.sample@example.org", "citizenshipCountryCodeA3": "USA"}
)

func person(prefix string) map[string]string {
	return join(under(prefix, personCells), under(prefix+"addresses[0].", addressCells),
		under(prefix+"phones[0].", phoneCells))
}

func individualCells() map[string]string {
	return join(person("customer."), map[string]string{"customerReference": "Row0001", "customerType": "individual"})
}

func businessCells() map[string]string {
	return join(under("customer.businessAddresses[0].", addressCells), under("customer.businessPhones[0].", phoneCells),
		person("businessRepresentatives[0]."), map[string]string{"customerReference": "Row0002",
			"customerType": "business", "customer.businessName": "Sample Bakery LLC",
			"customer.businessFederalEin": "000123456"})
}

// moved is a row with its groups at other paths: every path that begins with from begins with to.
func moved(cells map[string]string, from, to string) map[string]string {
	out := map[string]string{}
	for path, v := range cells {
		if rest, ok := strings.CutPrefix(path, from); ok {
			path = to + rest
		}
		out[path] = v
	}
	return out
}

// entriesAreInBody checks that the body is JSON, and that its leaves are exactly the entries.
func entriesAreInBody(t interface{ Fatalf(string, ...any) }, d *pipeline.Draft) {
	var doc any
	if err := json.Unmarshal(d.Body, &doc); err != nil {
		t.Fatalf("the body is no JSON: %v\n%s", err, d.Body)
	}
	for _, e := range d.Entries {
		if v, ok := pipeline.PathPointer(e.Path).Get(doc); !ok || v != e.Value {
			t.Fatalf("%s is %q in the body and %q in the entries", e.Path, v, e.Value)
		}
	}
	if n := countLeaves(doc); n != len(d.Entries) {
		t.Fatalf("the body has %d leaves and the draft %d entries", n, len(d.Entries))
	}
}

func countLeaves(v any) int {
	n := 0
	switch v := v.(type) {
	case map[string]any:
		for _, m := range v {
			n += countLeaves(m)
		}
	case []any:
		for _, m := range v {
			n += countLeaves(m)
		}
	default:
		return 1
	}
	return n
}
