package templates_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A key that is a number works too.
func TestKeysThatAreNumbers(t *testing.T) {
	d := mustWithSchema(t, kindsSchema)
	draft := newSheet(t, d, "id", "name").check(map[string]string{"id": "42", "name": "Ana"})
	want := []pipeline.KeyValue{{Key: 0, Value: "42", Normalised: "42"}}
	if diff := cmp.Diff(want, draft.Keys); diff != "" {
		t.Errorf("keys (-want +got):\n%s", diff)
	}
	if _, keys, _, err := checkBody(d, draft.Body); err != nil || !cmp.Equal(want, keys) {
		t.Errorf("keys of the body: %v (%v)", keys, err)
	}
}

// The SSN is the value of the customer's document of that type, in any entry, and never a representative's.
func TestKeys(t *testing.T) {
	d := embeddedDefinition(t, "connectfi")
	doc := func(i, kind, value string) []string {
		at := "customer.identificationDocuments[" + i + "]."
		return []string{at + "type", kind, at + "value", value}
	}
	cells := func(parts ...[]string) map[string]string { return with(individualCells(), slices.Concat(parts...)...) }
	columns := sortedPaths(join(cells(doc("0", "", ""), doc("1", "", ""), doc("5", "", "")),
		businessCells(), map[string]string{
			"businessRepresentatives[0].identificationDocuments[0].type":  "",
			"businessRepresentatives[0].identificationDocuments[0].value": ""}))
	s := newSheet(t, d, columns...)
	tests := []struct {
		name  string
		cells map[string]string
		want  []string // name, value, normalised
	}{
		{"reference only", cells(), []string{"reference Row0001 row0001"}},
		{"first document", cells(doc("0", "SSN", "000120001")), []string{"reference Row0001 row0001",
			"ssn 000120001 000120001"}},
		{"second document", cells(doc("0", "PASSPORT", "XX0000002"), doc("1", "SSN", "000120001")),
			[]string{"reference Row0001 row0001", "ssn 000120001 000120001"}},
		{"after a gap", cells(doc("5", "SSN", "000120001")), []string{"reference Row0001 row0001",
			"ssn 000120001 000120001"}},
		{"two of them", cells(doc("0", "SSN", "000120001"), doc("5", "SSN", "000120002")),
			[]string{"reference Row0001 row0001", "ssn 000120001 000120001", "ssn 000120002 000120002"}},
		{"the same twice", cells(doc("0", "SSN", "000120001"), doc("1", "SSN", "000120001")),
			[]string{"reference Row0001 row0001", "ssn 000120001 000120001"}},
		{"another type's number", cells(doc("0", "TIN", "000120001")), []string{"reference Row0001 row0001"}},
		{"a business", businessCells(), []string{"reference Row0002 row0002", "ein 000123456 000123456"}},
		{"a representative's", with(businessCells(), "businessRepresentatives[0].identificationDocuments[0].type",
			"SSN", "businessRepresentatives[0].identificationDocuments[0].value", "000120009"),
			[]string{"reference Row0002 row0002",
				"ein 000123456 000123456"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := s.body(t, tt.cells)
			name := func(keys []pipeline.KeyValue) (out []string) {
				for _, k := range keys {
					out = append(out, d.Provider().Keys[k.Key].Name+" "+k.Value+" "+k.Normalised)
				}
				return out
			}
			if diff := cmp.Diff(tt.want, name(s.draft.Keys)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			_, keys, _, err := checkBody(d, []byte(body))
			if diff := cmp.Diff(tt.want, name(keys)); err != nil || diff != "" {
				t.Errorf("of the body, %v (-want +got):\n%s", err, diff)
			}
		})
	}
	t.Run("of a row that breaks the schema", func(t *testing.T) {
		draft := s.check(with(cells(doc("1", "SSN", "000120001")), "customer.email", "nowhere"))
		if len(draft.Problems) != 1 || len(draft.Keys) != 2 {
			t.Errorf("%d problems and %d keys", len(draft.Problems), len(draft.Keys))
		}
	})
	t.Run("of a row of no shape", func(t *testing.T) {
		draft := s.check(with(cells(), "customerType", "person"))
		if len(draft.Keys) != 1 || draft.Keys[0].Normalised != "row0001" || draft.Name != "Ana Sample" {
			t.Errorf("the keys are %v, the name %q", draft.Keys, draft.Name)
		}
	})
}
