package templates

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// byLibrary is a plan of the same layout that checks rows with the schema library, and finds keys in whole bodies:
// the reference for the compiled checks.
func byLibrary(t testing.TB, d *Definition, slots []pipeline.Slot) *Plan {
	t.Helper()
	p, err := d.Plan(slots)
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.shapes {
		p.shapes[i].checks, p.shapes[i].unknown, p.shapes[i].readers = nil, "all of it", nil
	}
	return p
}

// sameDrafts compares the results of two plans for a row. The library visits the members of an object in any order,
// so that problems without a column, or of several fields in one column, may be in any order.
func sameDrafts(rt *rapid.T, compiled, library *Plan, values []string) {
	var got, want pipeline.Draft
	compiled.Check(7, values, &got)
	library.Check(7, values, &want)
	for _, d := range []*pipeline.Draft{&got, &want} {
		slices.SortStableFunc(d.Problems, func(a, b pipeline.Problem) int {
			if by := library.position(a) - library.position(b); by != 0 {
				return by
			}
			return strings.Compare(a.Field, b.Field)
		})
	}
	if string(got.Body) != string(want.Body) || (got.Body == nil) != (want.Body == nil) {
		rt.Fatalf("the body is %s, by the library %s", got.Body, want.Body)
	}
	got.Body, want.Body = nil, nil
	text := func(m *pipeline.Message) string { return m.String() }
	if diff := cmp.Diff(want, got, cmp.Transformer("said", text)); diff != "" {
		rt.Fatalf("of %q (-library +compiled):\n%s", values, diff)
	}
}

// columns makes slots of all paths, each with a column of its own.
func columns(d *Definition, paths []string) []pipeline.Slot {
	slots := make([]pipeline.Slot, len(paths))
	for i, path := range paths {
		slots[i] = pipeline.Slot{Path: path, Field: d.provider.FieldIndex(path),
			Column: &pipeline.Column{Index: i, Name: fmt.Sprint("column ", i)}}
	}
	return slots
}

// cellOf draws a cell of a field: mostly good, else of any kind.
func cellOf(f *pipeline.Field) *rapid.Generator[string] {
	good := []string{f.Example}
	if len(f.Enum) > 0 {
		good = append(good, f.Enum...)
	}
	odd := rapid.SampledFrom([]string{"", "", "x", "a b", " \u00a0", "<", "1234", "123456789", "2024-02-29", "2023-02-29",
		"0000-01-01", "a@b.co", "a@b", "+1", "+573005550101", "USA", "SSN", "PASSPORT", "CO", "XX", "é\n", "\xff\xfe",
		strings.Repeat("ñ", 50), strings.Repeat("a", 51), "1.0", "1e3", "-7", "TRUE", "false", "007", "\u2028"})
	return rapid.Custom(func(rt *rapid.T) string {
		switch rapid.IntRange(0, 9).Draw(rt, "kind") {
		case 0:
			return rapid.String().Draw(rt, "text")
		case 1, 2:
			return odd.Draw(rt, "odd")
		}
		return rapid.SampledFrom(good).Draw(rt, "good")
	})
}

// cutLast is strings.Cut at the last sep.
func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// For every row of the definitions that come with muster, compiled checks and schema library agree: verdict, body,
// entries, keys and problems.
func TestCompiledChecksAgreeWithTheLibrary(t *testing.T) {
	set, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range set.Names() {
		t.Run(name, func(t *testing.T) {
			d, err := set.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			agreesWithTheLibrary(t, d)
		})
	}
}

// agreesWithTheLibrary draws rows of a definition whose whole schema is compiled.
func agreesWithTheLibrary(t *testing.T, d *Definition) {
	t.Helper()
	paths := d.Columns()
	for _, path := range d.Columns() {
		if before, after, in := cutLast(path, "[0]"); in {
			paths = append(paths, before+"[1]"+after, before+"[2]"+after)
		}
		if before, after, in := strings.Cut(path, "[0]"); in && strings.Contains(after, "[0]") {
			paths = append(paths, before+"[1]"+after)
		}
	}
	slots := columns(d, paths)
	compiled, err := d.Plan(slots)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range compiled.shapes {
		if s.unknown != "" || s.readers == nil {
			t.Errorf("%q is left to the library: %s", s.name, s.unknown)
		}
	}
	library := byLibrary(t, d, slots)
	rapid.Check(t, func(rt *rapid.T) {
		shape, told := "", [][]string(nil)
		if len(d.provider.Shapes) > 0 {
			i := rapid.IntRange(0, len(d.provider.Shapes)-1).Draw(rt, "shape")
			shape, told = d.provider.Shapes[i], d.provider.ShapeValues[i]
		}
		values := make([]string, len(slots))
		full := rapid.IntRange(0, 3).Draw(rt, "how many cells are empty")
		for i, s := range slots {
			f := &d.provider.Fields[s.Field]
			foreign := shape != "" && !slices.Contains(f.Shapes, shape)
			at := slices.Index(d.provider.ShapeAt, s.Path)
			switch {
			case at >= 0 && (at == 0 || rapid.IntRange(0, 3).Draw(rt, "other") > 0):
				values[i] = rapid.SampledFrom(told[at]).Draw(rt, s.Path)
			case foreign || rapid.IntRange(0, 3).Draw(rt, "full") < full && !f.Required:
			default:
				values[i] = cellOf(f).Draw(rt, s.Path)
			}
		}
		sameDrafts(rt, compiled, library, values)
	})
}

// schemaOf draws a schema of texts, or of numbers and booleans, and of their combinations, as JSON.
func schemaOf(rt *rapid.T, types string, depth int) string {
	keywords := map[string][]string{
		"pattern": {`"\\S"`, `"^[a-z]+$"`, `"^((?![<>]).)*$"`, `"^\\+[1-9][0-9]{1,3}$"`, `"^a?b*c$"`, `"a|b"`, `"^a*a$"`,
			`"x"`, `"^.{2,}$"`, `"^[^a-cé]*$"`},
		"minLength": {"0", "1", "2", "3"}, "maxLength": {"0", "1", "3", "5"},
		"enum":   {`["a"]`, `["a", "b", "ab"]`, `["a", 1, null]`, `["x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "abc"]`},
		"const":  {`"a"`, `"abc"`},
		"format": {`"date"`, `"email"`, `"country-a2"`},
	}
	if !strings.Contains(types, "string") {
		keywords = map[string][]string{"minimum": {"0", "1.5"}, "maximum": {"3", "10"}, "exclusiveMinimum": {"1"},
			"exclusiveMaximum": {"2", "7"}, "multipleOf": {"0.5", "2"}, "const": {"1", "2.0", "true"},
			"enum": {"[1, 2.5]", `["a", true, 3]`, "[false]"}}
	}
	var parts []string
	if types != "" && rapid.IntRange(0, 2).Draw(rt, "typed") > 0 {
		parts = append(parts, `"type": `+types)
	}
	for _, k := range rapid.SliceOfNDistinct(rapid.SampledFrom(slices.Sorted(maps.Keys(keywords))), 0, 2, rapid.ID[string]).
		Draw(rt, "keywords") {
		parts = append(parts, fmt.Sprintf("%q: %s", k, rapid.SampledFrom(keywords[k]).Draw(rt, k)))
	}
	if depth > 0 {
		of := func() string { return schemaOf(rt, types, depth-1) }
		switch rapid.IntRange(0, 9).Draw(rt, "combined") {
		case 0:
			parts = append(parts, `"not": `+of())
		case 1:
			parts = append(parts, fmt.Sprintf(`"allOf": [%s, %s]`, of(), of()))
		case 2:
			parts = append(parts, fmt.Sprintf(`"anyOf": [%s, %s]`, of(), of()))
		case 3:
			parts = append(parts, fmt.Sprintf(`"oneOf": [%s, %s, true]`, of(), of()))
		case 4:
			parts = append(parts, fmt.Sprintf(`"if": %s, "then": %s, "else": %s`, of(), of(), of()))
		case 5:
			parts = append(parts, fmt.Sprintf(`"if": %s, "else": %s`, of(), of()))
		case 6:
			parts = append(parts, `"$ref": "#/$defs/shared"`)
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// typed is a schema with the type that its field needs.
func typed(types, schema string) string {
	return fmt.Sprintf(`{"type": %s, "allOf": [%s]}`, types, schema)
}

// objectOf draws a schema of an object of such members, each of its own schema.
func objectOf(rt *rapid.T, members ...string) string {
	kinds := 5
	if members[0] == "id" {
		kinds = 3 // at the top oneOf is for shapes
	}
	var names, required []string
	for i := 0; i < len(members); i += 2 {
		names = append(names, fmt.Sprintf("%q: %s", members[i], members[i+1]))
		if rapid.Bool().Draw(rt, "required") {
			required = append(required, fmt.Sprintf("%q", members[i]))
		}
	}
	all := fmt.Sprintf(`{"type": "object", "properties": {%s}, "required": [%s], "additionalProperties": false`,
		strings.Join(names, ", "), strings.Join(required, ", "))
	first, second := members[0], members[len(members)-2]
	condition := func() string {
		return fmt.Sprintf(`{"properties": {%q: %s}, "required": [%q]}`, first, schemaOf(rt, `["string", "null"]`, 0),
			rapid.SampledFrom([]string{first, second}).Draw(rt, "needs"))
	}
	switch rapid.IntRange(0, kinds).Draw(rt, "on the object") {
	case 0, 1:
		all += fmt.Sprintf(`, "if": %s, "then": %s, "else": {"required": [%q]}`, condition(), condition(), second)
	case 2:
		all += `, "not": ` + condition()
	case 3:
		all += fmt.Sprintf(`, "anyOf": [%s, {"required": [%q]}]`, condition(), second)
	case 4:
		all += fmt.Sprintf(`, "oneOf": [%s, %s]`, condition(), condition())
	}
	return all + "}"
}

// own loads Passport's calls with another schema, whose key is the field id.
func own(t testing.TB, schema string) (*Definition, error) {
	t.Helper()
	yaml, err := embedded.ReadFile("providers/passport/" + yamlFile)
	if err != nil {
		t.Fatal(err)
	}
	said := string(yaml)
	for _, e := range [][2]string{
		{"field: identification_number, normalise: [digits]", "field: id"},
		{"  - {field: business_name, normalise: [lower, collapse]}\n  - {field: identification_number, " +
			"normalise: [digits]}\n  - {field: type}\n", "  - {field: id}\n"},
		{"  - [business_name]", "  - [id]"},
		{"keys:\n", "keys:\n  - {name: chosen, path: \"$.shops[?@.kind == 'a'].town\"}\n"},
	} {
		if !strings.Contains(said, e[0]) {
			t.Fatalf("no %s", e[0])
		}
		said = strings.Replace(said, e[0], e[1], 1)
	}
	return load(fstest.MapFS{yamlFile: {Data: []byte(said)}, schemaFile: {Data: []byte(schema)}}, "acme")
}

// A rule that cannot be compiled is named, and left to the library.
func TestRulesThatAreLeftToTheLibrary(t *testing.T) {
	const schema = `{"type": "object", "properties": {"id": {"type": "string"%s},
		"shops": {"type": "array"%s, "items": {"type": "object", "properties": {"kind": {"type": "string"},
			"town": {"type": "string"}}, "additionalProperties": false}}}, "additionalProperties": false}`
	for _, tt := range []struct {
		id, shops string
		length    int // of a text whose row has one fault
		slow      string
	}{
		{`, "minLength": 2`, "", 1, ""},
		{`, "format": "uuid"`, "", 1, "body.schema.json: id: format uuid"},
		{`, "maxLength": 1e1`, "", 11, "body.schema.json: id: maxLength"},
		{`, "enum": ["b", "c"], "allOf": [{"$ref": "#/properties/id"}]`, "", 1, "body.schema.json: id: $ref"},
		{"", `, "uniqueItems": true`, 1, "body.schema.json: shops: uniqueItems"},
	} {
		d, err := own(t, fmt.Sprintf(schema, tt.id, tt.shops))
		if err != nil {
			t.Fatal(err)
		}
		slow, err := d.SlowRules()
		if err != nil || strings.Join(slow, ", ") != tt.slow {
			t.Errorf("of %s%s slow is %q (%v)", tt.id, tt.shops, slow, err)
		}
		p, err := d.Plan(columns(d, []string{"id", "shops[0].town", "shops[1].town"}))
		if err != nil {
			t.Fatal(err)
		}
		var draft pipeline.Draft
		if p.Check(2, []string{"abcdefghijk"[:tt.length], "Cali", "Cali"}, &draft); len(draft.Problems) != 1 {
			t.Errorf("%s%s is not checked: %v", tt.id, tt.shops, draft.Problems)
		}
	}
}

// For every schema that can be compiled, and every row, the compiled checks agree with the library.
func TestCompiledChecksOfAnySchema(t *testing.T) {
	compiledSchemas := 0
	rapid.Check(t, func(rt *rapid.T) {
		text := func() string {
			types := rapid.SampledFrom([]string{`"string"`, `["string", "null"]`}).Draw(rt, "types")
			return typed(types, schemaOf(rt, types, 2))
		}
		number := func() string {
			types := rapid.SampledFrom([]string{`"integer"`, `"number"`, `"boolean"`, `["integer", "null"]`}).Draw(rt, "types")
			return typed(types, schemaOf(rt, types, 1))
		}
		shop := objectOf(rt, "kind", text(), "town", text(), "size", number())
		schema := objectOf(rt, "id", text(), "name", text(), "count", number(), "home",
			objectOf(rt, "street", text(), "zip", text()), "shops", fmt.Sprintf(
				`{"type": "array", "minItems": %d, "maxItems": 2, "items": %s}`, rapid.IntRange(0, 2).Draw(rt, "least"), shop),
			"tags", fmt.Sprintf(`{"type": "array", "minItems": %d, "items": %s}`, rapid.IntRange(0, 2).Draw(rt, "least tags"),
				rapid.SampledFrom([]func() string{text, number}).Draw(rt, "item")()))
		schema = `{"$defs": {"shared": ` + schemaOf(rt, "", 0) + `}, ` + schema[1:]
		d, err := own(t, schema)
		if err != nil {
			rt.Fatalf("%v\n%s", err, schema)
		}
		slots := columns(d, []string{"shops[0].kind", "id", "name", "count", "home.street", "home.zip", "shops[0].town",
			"shops[1].kind", "shops[1].town", "shops[1].size", "shops[3].kind", "shops[3].town",
			"tags[1]", "tags[2]", "tags[4]"})
		compiled, err := d.Plan(slots)
		if err != nil {
			rt.Fatal(err)
		}
		library := byLibrary(t, d, slots)
		if compiled.shapes[0].unknown == "" {
			compiledSchemas++
		}
		for range 20 {
			values := make([]string, len(slots))
			for i, s := range slots {
				f := &d.provider.Fields[s.Field]
				values[i] = rapid.OneOf(rapid.SampledFrom([]string{"", "a", "b", "abc", "x1", "1", "2", "true"}), cellOf(f)).
					Draw(rt, s.Path)
			}
			sameDrafts(rt, compiled, library, values)
		}
	})
	if compiledSchemas == 0 {
		t.Error("no schema was compiled")
	}
}
