package templates

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

const shapesYAML = `name: acme
title: Acme Pay
environments:
  sandbox: {concurrency: 2, rate: none}
auth:
  header: Authorization
  ready: KEY
  secrets: [{name: KEY, help: the key}]
create: {method: POST, path: /customers, timeout: 10s}
shape: [type, address.country]
keys: [{name: reference, field: reference}]
same: [{field: reference}]
answers: [{status: 201, verdict: created}, {status: 4xx, verdict: refused}]
record: {id: /id}
settle: {by: none}
standin: {ids: [{uuid: true}]}
`

// shapeOf is one entry of oneOf with the schemas of its two fields and of a third.
func shapeOf(kind, country, name, more string) string {
	return `{"type": "object", "additionalProperties": false,
  "required": ["reference", "type", "address", "` + name + `"],
  "properties": {"reference": {"type": "string", "pattern": "^R-[0-9]+$", "examples": ["R-1"]},
    "type": {"type": "string", ` + kind + `},
    "address": {"type": "object", "additionalProperties": false, "required": ["country"], "properties": {
      "country": {"type": "string", ` + country + `}, 
      "city": {"type": "string", "maxLength": 5, "examples": ["Cali"]}}},
    "` + name + `": {"type": "string", ` + more + `}}}`
}

var threeShapes = []string{
	shapeOf(`"const": "business"`, `"const": "CO"`, "nit", `"pattern": "^[0-9]{9}$", "examples": ["900123456"]`),
	shapeOf(`"const": "business"`, `"enum": ["US", "PR", "CO"], "examples": ["US"]`, "ein",
		`"pattern": "^[0-9]{2}-[0-9]{7}$", "examples": ["12-3456789"]`),
	shapeOf(`"const": "person"`, `"const": "CO"`, "name", `"maxLength": 10, "examples": ["Ana"]`),
}

func loadShapes(yaml string, shapes ...string) (*Definition, error) {
	return load(fstest.MapFS{yamlFile: {Data: []byte(yaml)},
		schemaFile: {Data: []byte(`{"oneOf": [` + strings.Join(shapes, ",\n") + `]}`)}}, "acme")
}

func mustLoadShapes(t *testing.T) *Definition {
	t.Helper()
	d, err := loadShapes(shapesYAML, threeShapes...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCompiledChecksOfTwoFieldsAgreeWithTheLibrary(t *testing.T) {
	agreesWithTheLibrary(t, mustLoadShapes(t))
}

// The shape of a row is the first that has all its values, in the book and in the request that the stand-in gets.
func TestShapesToldByTwoFields(t *testing.T) {
	d := mustLoadShapes(t)
	if got := d.provider.Shapes; !slices.Equal(got, []string{"business-CO", "business-US+PR+CO", "person-CO"}) {
		t.Errorf("the shapes are %v", got)
	}
	slots := columns(d, []string{"type", "address.country", "reference", "nit", "ein", "name"})
	plan, err := d.Plan(slots)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ kind, country, nit, ein, name, shape, problem string }{
		{"business", "CO", "900123456", "", "", "business-CO", ""},
		{"business", "US", "", "12-3456789", "", "business-US+PR+CO", ""},
		{"business", "PR", "", "12-3456789", "", "business-US+PR+CO", ""},
		{"business", "CO", "", "12-3456789", "", "business-CO", "ein of_other_shape"},
		{"person", "CO", "", "", "Ana", "person-CO", ""},
		{"person", "US", "", "", "Ana", "", `address.country not_together count=1 value="US"`},
		{"person", "MX", "", "", "Ana", "", `address.country not_the_value value="CO"`},
		{"business", "MX", "", "", "Ana", "", `address.country not_listed values=[CO US PR]`},
		{"business", "us", "", "", "Ana", "", `address.country misspelled value="US"`},
		{"person", "", "", "", "Ana", "", "address.country required"},
		{"firm", "CO", "900123456", "", "", "", "type not_listed values=[business person]"},
		{"", "CO", "900123456", "", "", "", "type required"},
	} {
		var draft pipeline.Draft
		plan.Check(2, []string{c.kind, c.country, "R-1", c.nit, c.ein, c.name}, &draft)
		problem := ""
		if len(draft.Problems) > 0 {
			p := draft.Problems[0]
			problem = p.Field + " " + p.Message.String()
			if p.Column == nil || d.provider.Fields[slots[p.Column.Index].Field].Path != p.Field {
				t.Errorf("%+v: the problem is of %+v", c, p.Column)
			}
		}
		if draft.Shape != c.shape || !strings.HasPrefix(problem, c.problem) || problem != "" && c.problem == "" {
			t.Errorf("%+v: %q, %s", c, draft.Shape, problem)
		}
		body := map[string]any{"reference": "R-1", "type": c.kind, "address": map[string]any{"country": c.country}}
		for name, v := range map[string]string{"nit": c.nit, "ein": c.ein, "name": c.name} {
			if v != "" {
				body[name] = v
			}
		}
		shape, _, problems, err := d.CheckBody(body)
		if err != nil || shape != c.shape || (len(problems) == 0) != (c.problem == "") {
			t.Errorf("%+v as a body: %q, %v, %v", c, shape, problems, err)
		}
	}
}

// A field that decides the shape may be filled by the mapping, and a wrong value is then the mapping's; without it no
// shape is complete.
func TestFieldsThatTellShapesApart(t *testing.T) {
	d := mustLoadShapes(t)
	slots := columns(d, []string{"type", "reference", "name"})
	country := pipeline.Slot{Path: "address.country", Field: d.provider.FieldIndex("address.country"), Constant: "US"}
	plan, err := d.Plan(append(slices.Clone(slots), country))
	if err != nil {
		t.Fatal(err)
	}
	var draft pipeline.Draft
	plan.Check(2, []string{"person", "R-1", "Ana", ""}, &draft)
	if len(draft.Problems) != 1 || !draft.Problems[0].Constant || draft.Problems[0].Field != "address.country" {
		t.Errorf("the problems are %+v", draft.Problems)
	}
	_, err = d.Plan(slots)
	lacking, ok := errors.AsType[*LayoutError](err)
	if want := []string{"address.country"}; !ok || !slices.Equal(lacking.Missing["person-CO"], want) {
		t.Errorf("%v", err)
	}
	blank, err := d.Blank(BlankOptions{Shape: "business-US+PR+CO"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range blank.Sheets[0].Columns {
		got = append(got, c.Path)
	}
	if diff := cmp.Diff([]string{"reference", "type", "address.country", "address.city", "ein"}, got); diff != "" {
		t.Error(diff)
	}
	if lacks, problems, err := blank.CheckExamples(blank.Sheets[0]); len(lacks)+len(problems) > 0 || err != nil {
		t.Errorf("the examples: %v, %v, %v", lacks, problems, err)
	}
	// A field with the same value in all shapes is filled in.
	d, err = loadShapes(shapesYAML, threeShapes[:2]...)
	if err != nil {
		t.Fatal(err)
	}
	if slow, err := d.SlowRules(); len(slow) > 0 || err != nil || slices.Contains(d.Columns(), "type") {
		t.Errorf("%v, %v, columns %v", slow, err, d.Columns())
	}
}

func TestMistakesInShapesOfTwoFields(t *testing.T) {
	twice := strings.Replace(shapesYAML, "[type, address.country]", "[type, type]", 1)
	optional := strings.Replace(threeShapes[2], `"required": ["country"], `, "", 1)
	for _, c := range []struct {
		name, yaml string
		shapes     []string
		want       string
	}{
		{"the same values", shapesYAML, []string{threeShapes[0], threeShapes[0]},
			`definition.shape_covered fields=[type address.country] name="business-CO"`},
		{"values of the one above", shapesYAML, []string{threeShapes[1], threeShapes[0]},
			`definition.shape_covered fields=[type address.country] name="business-US+PR+CO"`},
		{"any value", shapesYAML, []string{threeShapes[0],
			shapeOf(`"const": "person"`, `"maxLength": 2`, "name", `"maxLength": 9`)},
			`definition.shape_values field="address.country"`},
		{"optional", shapesYAML, []string{threeShapes[0], optional}, `definition.shape_values field="address.country"`},
		{"no such field", strings.Replace(shapesYAML, "address.country", "country", 1), threeShapes,
			`definition.shape_values field="country"`},
		{"one name for two", shapesYAML, []string{
			shapeOf(`"const": "a-b"`, `"const": "c"`, "name", `"maxLength": 9`),
			shapeOf(`"const": "a"`, `"const": "b-c"`, "name", `"maxLength": 9`)}, `definition.shape_twice name="a-b-c"`},
		{"a field twice", twice, []string{threeShapes[0], threeShapes[2]}, `definition.shape_field_twice field="type"`},
	} {
		_, err := loadShapes(c.yaml, c.shapes...)
		if m, ok := errors.AsType[*pipeline.Mistake](err); !ok || m.What.String() != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
