package templates_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/templates"
)

// TestName: for any row, Name agrees with Check, though it reads fewer cells.
func TestName(t *testing.T) {
	docs := func(index string) []string {
		at := "customer.identificationDocuments[" + index + "]."
		return []string{at + "type", at + "value"}
	}
	connectfi := embeddedDefinition(t, "connectfi")
	columns := append(sortedPaths(join(individualCells(), businessCells())), append(docs("0"), docs("3")...)...)
	sameDocument := append(sortedPaths(join(individualCells(), businessCells())),
		"customer.identificationDocuments[0].type=SSN", "customer.identificationDocuments[0].value")
	keys := func(first string) edit {
		return edit{yamlFile, "  - {name: id, field: id}", first + "\n  - {name: id, field: id}"}
	}
	group := `{"type": "object", "required": ["id", "name"], "additionalProperties": false, "properties": {
		"id": {"type": "integer"}, "name": {"type": "string"}, "kind": {"type": "string", "const": "K"},
		"active": {"type": "boolean"}, "tax": {"type": "object", "additionalProperties": false,
			"properties": {"number": {"type": "string"}, "state": {"type": "string"}}}}}`
	taxFirst := mustWithSchema(t, group, keys("  - {name: tax, field: tax.number}"))
	for name, c := range map[string]struct {
		def     *templates.Definition
		columns []string
	}{
		"passport": {embeddedDefinition(t, "passport"),
			[]string{"business_name", "email", "mobile_phone_number", "identification_number"}},
		"connectfi":          {connectfi, columns},
		"a constant type":    {connectfi, sameDocument},
		"a key of one digit": {mustWithSchema(t, kindsSchema), []string{"id", "name", "active"}},
		"a boolean first": {mustWithSchema(t, group, keys("  - {name: active, field: active}")),
			[]string{"id", "name", "active"}},
		"in an object": {mustWithSchema(t, group,
			keys("  - {name: tax, field: tax.number, normalise: [digits]}")), []string{"tax.number", "id", "name"}},
		"beside a constant":   {taxFirst, []string{"tax.number=77", "tax.state", "id", "name"}},
		"no column for a key": {taxFirst, []string{"id", "name"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSheet(t, c.def, c.columns...)
			rapid.Check(t, func(rt *rapid.T) {
				values := make([]string, len(s.slots))
				for i, slot := range s.slots {
					if slot.Column == nil {
						continue
					}
					kinds := []string{"", "", "7", "x", "-", "TRUE"}
					switch field := c.def.Provider().Fields[slot.Field]; {
					case slices.Contains(c.def.Provider().ShapeAt, slot.Path):
						kinds = []string{"individual", "individual", "business", "business", "person", ""}
					case len(field.Enum) > 0:
						kinds = []string{"", "SSN", "PASSPORT"}
					}
					values[i] = rapid.SampledFrom(kinds).Draw(rt, slot.Path)
				}
				s.plan.Check(2, values, &s.draft)
				var want pipeline.KeyValue
				if len(s.draft.Keys) > 0 {
					want = s.draft.Keys[0]
				}
				name, key, ok := s.plan.Name(func(slot int) string {
					if s.slots[slot].Column == nil {
						rt.Errorf("asked for the constant %s", s.slots[slot].Path)
					}
					return values[slot]
				})
				if name != s.draft.Name || ok != (len(s.draft.Keys) > 0) {
					rt.Errorf("name %q, a key %t; Check finds %q and %v", name, ok, s.draft.Name, s.draft.Keys)
				}
				if diff := cmp.Diff(want, key); diff != "" {
					rt.Errorf("the key (-Check +Name):\n%s", diff)
				}
			})
		})
	}
}

// TestNameLooksAtFewCells: for an ordinary row Name reads few cells.
func TestNameLooksAtFewCells(t *testing.T) {
	cells := individualCells()
	s := newSheet(t, embeddedDefinition(t, "connectfi"), sortedPaths(cells)...)
	var asked []string
	name, key, ok := s.plan.Name(func(slot int) string {
		asked = append(asked, s.slots[slot].Path)
		return cells[s.slots[slot].Path]
	})
	if name != "Ana Sample" || !ok || key.Value != "Row0001" {
		t.Errorf("name %q, key %v", name, key)
	}
	want := []string{"customer.firstName", "customer.lastName", "customerReference", "customerType"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
}
