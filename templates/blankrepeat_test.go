package templates_test

import (
	"errors"
	"testing"

	"muster/pipeline"
	"muster/templates"
)

func TestRepeat(t *testing.T) {
	connectfi := embeddedDefinition(t, "connectfi")
	bounded, err := findIn(t, alteredFiles(t, "connectfi",
		edit{schemaFile, `"minItems": 1,
          "items": {"$ref": "#/$defs/representative"}`, `"minItems": 2, "maxItems": 3,
          "items": {"$ref": "#/$defs/representative"}`}))
	if err != nil {
		t.Fatal(err)
	}
	count := func(b *templates.Blank, path string) int {
		n := 0
		for _, c := range b.Columns() {
			if pipeline.PathPattern(c.Path) == path {
				n++
			}
		}
		return n
	}
	tests := []struct {
		name   string
		def    *templates.Definition
		repeat map[string]int
		counts map[string]int
		code   pipeline.MessageCode // of the refusal
		hint   pipeline.MessageCode
	}{
		{"one of each", connectfi, nil, map[string]int{"businessRepresentatives[].firstName": 1,
			"customer.addresses[].city": 1}, "", ""},
		{"three representatives", connectfi, map[string]int{"businessRepresentatives": 3},
			map[string]int{"businessRepresentatives[].firstName": 3, "businessRepresentatives[].addresses[].city": 3,
				"customer.addresses[].city": 1}, "", ""},
		{"two addresses of each", connectfi, map[string]int{"businessRepresentatives": 3,
			"businessRepresentatives[].addresses": 2}, map[string]int{"businessRepresentatives[].addresses[].city": 6},
			"", ""},
		{"spelled with an index", connectfi, map[string]int{"businessRepresentatives[0].addresses": 2},
			map[string]int{"businessRepresentatives[].addresses[].city": 2}, "", ""},
		{"as many as the schema asks for", bounded, nil, map[string]int{"businessRepresentatives[].firstName": 2}, "",
			""},
		{"as many as the schema allows", bounded, map[string]int{"businessRepresentatives": 3},
			map[string]int{"businessRepresentatives[].firstName": 3}, "", ""},
		{"more than the schema allows", bounded, map[string]int{"businessRepresentatives": 4}, nil,
			"template.repeat_range", ""},
		{"fewer than the schema asks for", bounded, map[string]int{"businessRepresentatives": 1}, nil,
			"template.repeat_range",
			""},
		{"none", connectfi, map[string]int{"businessRepresentatives": 0}, nil, "template.repeat_range", ""},
		{"less than none", connectfi, map[string]int{"businessRepresentatives": -1}, nil, "template.repeat_range", ""},
		{"more than anybody fills", connectfi, map[string]int{"businessRepresentatives": 101}, nil,
			"template.repeat_range", ""},
		{"more columns than anybody fills", connectfi, map[string]int{"businessRepresentatives": 100,
			"businessRepresentatives.addresses": 100}, nil, "template.too_many_columns", "template.try_fewer"},
		{"unknown", connectfi, map[string]int{"representatives": 2}, nil, "template.no_group",
			"template.try_groups"},
		{"a field", connectfi, map[string]int{"customer.businessName": 2}, nil, "template.no_group",
			"template.try_groups"},
		{"where there are no groups", embeddedDefinition(t, "passport"), map[string]int{"email": 2}, nil,
			"template.no_group", "template.try_no_groups"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := tt.def.Blank(templates.BlankOptions{Repeat: tt.repeat})
			if tt.code != "" {
				wantMistake(t, err, tt.code, tt.hint)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			for path, want := range tt.counts {
				if got := count(b, path); got != want {
					t.Errorf("%d columns of %s, want %d", got, path, want)
				}
			}
			for _, s := range b.Sheets {
				checkExamples(t, tt.def, s.Columns, func(i int) string { return s.Columns[i].Example })
			}
		})
	}
	_, err = connectfi.Blank(templates.BlankOptions{Shape: "firm"})
	wantMistake(t, err, "template.no_shape", "template.try_shapes")
	_, err = embeddedDefinition(t, "passport").Blank(templates.BlankOptions{Shape: "firm"})
	wantMistake(t, err, "template.no_shape", "template.try_no_shape")
	if b := blank(t, connectfi, templates.BlankOptions{Shape: "business"}); len(b.Sheets) != 1 ||
		b.Sheets[0].Name != "business" {
		t.Errorf("sheets of one shape: %v", b.Sheets)
	}
}

// The numbers that are possible are those of the schema.
func TestRepeatRange(t *testing.T) {
	bounded, err := findIn(t, alteredFiles(t, "connectfi", edit{schemaFile, `"minItems": 1,
          "items": {"$ref": "#/$defs/representative"}`, `"minItems": 2, "maxItems": 3,
          "items": {"$ref": "#/$defs/representative"}`}))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		def         *templates.Definition
		least, most int
	}{{bounded, 2, 3}, {embeddedDefinition(t, "connectfi"), 1, 100}} {
		_, err := tt.def.Blank(templates.BlankOptions{Repeat: map[string]int{"businessRepresentatives": 0}})
		m := wantMistake(t, err, "template.repeat_range", "")
		if what := m.What; what.Arg("least") != tt.least || what.Arg("most") != tt.most || what.Arg("entries") != 0 {
			t.Errorf("%v, want %d to %d", m.What, tt.least, tt.most)
		}
	}
}

// wantMistake checks what is wrong and what to do about it, by code; "" is no
// hint.
func wantMistake(t *testing.T, err error, code, hint pipeline.MessageCode) *pipeline.Mistake {
	t.Helper()
	m, ok := errors.AsType[*pipeline.Mistake](err)
	if !ok || m.What == nil {
		t.Fatalf("%v is no mistake of %s", err, code)
	}
	var try pipeline.MessageCode
	if m.Hint != nil {
		try = m.Hint.Code
	}
	if m.What.Code != code || try != hint {
		t.Errorf("%v (%v), want %s (%s)", m.What, m.Hint, code, hint)
	}
	return m
}
