package mapping

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// What people type into a template is converted as the definition says; a book that
// was no template is taken as it stands, and so is a field with a mapping.
func TestTypedIntoATemplate(t *testing.T) {
	p := &pipeline.Provider{Name: "acme", Fields: []pipeline.Field{{Path: "nit", Kind: "string", Typed: "nit"},
		{Path: "phone", Kind: "string", Typed: "phone(CO)"}, {Path: "name", Kind: "string"}}}
	header := func(names ...string) (columns []pipeline.Column) {
		for i, name := range names {
			columns = append(columns, pipeline.Column{Index: i, Name: name})
		}
		return columns
	}
	for name, c := range map[string]struct {
		header []pipeline.Column
		cells  []string
		want   []string
		wrong  int
	}{
		"a template": {header(pipeline.OriginColumn, "nit", "phone", "name"),
			[]string{"", "900.107.919-9", "310 555 1212", " x "}, []string{"900107919", "+573105551212", " x "}, 0},
		"as the field has it": {header(pipeline.OriginColumn, "nit", "phone", "name"),
			[]string{"", "900107919", "+573105551212", "x"}, []string{"900107919", "+573105551212", "x"}, 0},
		"what cannot be told": {header(pipeline.OriginColumn, "nit", "phone", "name"),
			[]string{"", "900.107.919-8", "555 1212", "x"}, []string{"900.107.919-8", "555 1212", "x"}, 2},
		"no template": {header("nit", "phone", "name"),
			[]string{"900.107.919-9", "310 555 1212", "x"}, []string{"900.107.919-9", "310 555 1212", "x"}, 0},
	} {
		m, err := Compile(p, c.header, nil)
		if err != nil {
			t.Fatal(err)
		}
		values := make([]string, len(m.Slots()))
		problems := m.Map(pipeline.Row{Number: 5, Cells: c.cells}, values)
		if d := cmp.Diff(c.want, values); d != "" || len(problems) != c.wrong {
			t.Errorf("%s: %v %s", name, problems, d)
		}
	}
}

// A definition that names a conversion that cannot be is refused, with its field.
func TestUnusableTypedConversions(t *testing.T) {
	for _, typed := range []string{"nitt", "join(-)"} {
		p := &pipeline.Provider{Name: "acme", Fields: []pipeline.Field{{Path: "nit", Kind: "string", Typed: typed}}}
		_, err := Compile(p, []pipeline.Column{{Name: pipeline.OriginColumn}, {Index: 1, Name: "nit"}}, nil)
		var wrong *pipeline.Mistake
		if !errors.As(err, &wrong) || wrong.What.Code != "mapping.typed_unusable" {
			t.Errorf("%s: %v", typed, err)
		}
	}
}
