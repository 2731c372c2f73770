package templates_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"muster/pipeline"
)

// One mistake in the schema, reported with its line. at is a text on that line.
func TestMistakesInTheSchema(t *testing.T) {
	const nit = `"pattern": "^[0-9]{9}$"`
	tests := []struct {
		name     string
		from     string
		old, new string
		at       string
		want     string
	}{
		{"unknown keyword", "passport", `"maxLength": 140`, `"maxLen": 140`, `"maxLen"`,
			`definition.keyword keyword="maxLen"`},
		{"unknown keyword at the top", "passport", `"required":`, `"requires":`, `"requires"`,
			`definition.keyword keyword="requires"`},
		{"unknown keyword in a definition", "connectfi", `"gender": {"type": "string", "enum": ["M", "F"]}`,
			`"gender": {"type": "string", "enums": ["M", "F"]}`,
			`"enums"`, `definition.keyword keyword="enums"`},
		{"unknown keyword in a condition", "connectfi", `"then": {"properties"`, `"then": {"props"`, `"props"`,
			`definition.keyword keyword="props"`},
		{"keyword that would be held by nobody", "passport", nit, `"contentEncoding": "base64"`, `"contentEncoding"`,
			`definition.keyword keyword="contentEncoding"`},
		{"text for texts by language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": "Celular"`,
			`"x-title": "Celular"`,
			`definition.not_by_language keyword="x-title"`},
		{"text in no language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": {"spanish": "Celular"}`,
			`"spanish"`,
			`definition.not_by_language keyword="x-title"`},
		{"number for a text in a language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": {"es": 7}`,
			`"es": 7`,
			`definition.not_by_language keyword="x-title"`},
		{"unknown format", "passport", `"format": "email"`, `"format": "e-mail"`, `"format": "e-mail"`,
			`definition.format format="e-mail"`},
		{"reference to a file", "passport", nit, `"$ref": "nit.schema.json"`, `"$ref"`,
			`definition.ref_outside ref="nit.schema.json"`},
		{"reference to a file's part", "passport", nit, `"$ref": "../x.json#/$defs/a"`, `"$ref"`,
			`definition.ref_outside ref="../x.json#/$defs/a"`},
		{"reference to an address", "passport", nit, `"$ref": "https://example.org/nit.json"`, `"$ref"`,
			`definition.ref_outside ref="https://example.org/nit.json"`},
		{"reference to a file's address", "passport", nit, `"$ref": "file:///etc/hostname"`, `"$ref"`,
			`definition.ref_outside ref="file:///etc/hostname"`},
		{"reference to nowhere", "passport", nit, `"$ref": "#/$defs/nit"`, `"$ref"`,
			`definition.ref_nowhere ref="#/$defs/nit"`},
		{"reference that is no pointer", "passport", nit, `"$ref": "#nit"`, `"$ref"`,
			`definition.ref_nowhere ref="#nit"`},
		{"reference in a condition", "connectfi", `"then": {"properties"`, `"then": {"$ref": "x.json", "properties"`,
			`"then"`, `definition.ref_outside ref="x.json"`},
		{"another dialect", "passport", "draft/2020-12/schema", "draft-07/schema", "$schema",
			`definition.dialect dialect="https://json-schema.org/draft/2020-12/schema"`},
		{"dialect inside", "passport", nit, `"$schema":  "https://json-schema.org/draft/2020-12/schema"`,
			`"$schema":  `,
			`definition.keyword_at_top keyword="$schema"`},
		{"name inside", "passport", nit, `"$id": "https://example.org/x"`, `"$id"`,
			`definition.keyword_at_top keyword="$id"`},
		{"object that takes anything", "passport", ",\n  \"additionalProperties\": false", "", `{`,
			"definition.additional_properties part=(definition.the_body)"},
		{"object that takes much", "passport", `"additionalProperties": false`,
			`"additionalProperties": {"type": "string"}`,
			`{`, "definition.additional_properties part=(definition.the_body)"},
		{"group that takes anything", "juicyway", ",\n      \"additionalProperties\": false", "",
			`"billing_address": {`,
			`definition.additional_properties part="\"billing_address\""`},
		{"member twice", "passport", `"minLength": 9`, `"maxLength": 9`, "\"maxLength\": 9,\n      \"pattern\"",
			`definition.member_twice name="maxLength"`},
		{"required that is no property", "passport", `"required": ["type",`, `"required": ["kind",`, `"required"`,
			`definition.unknown_required name="kind"`},
		{"no type", "passport", "      \"type\": \"string\",\n      \"minLength\": 1,\n      \"maxLength\": 140",
			"      \"maxLength\": 140", `"business_name": {`, `definition.one_type part="\"business_name\""`},
		{"two types", "passport", `"type": "string",
      "minLength": 1,
      "maxLength": 140`, `"type": ["string", "integer"]`, `"business_name": {`,
			`definition.one_type part="\"business_name\""`},
		{"unknown type", "passport", `"type": "string"`, `"type": "text"`, `"type": "text"`,
			`definition.schema_at at="properties.type.type" cause=(definition.schema_word text="text")`},
		{"length of words", "passport", `"maxLength": 140`, `"maxLength": "long"`, `"maxLength": "long"`,
			`definition.schema_at at="properties.business_name.maxLength" cause=(definition.schema_type got="string" want=[integer])`},
		{"pattern that cannot be", "passport", nit, `"pattern": "^(?<=a)b$"`, `(?<=a)`,
			`definition.schema_at at="properties.identification_number.pattern"` +
				` cause=(definition.pattern pattern="^(?<=a)b$" cause=(definition.pattern_unsupported text="(?<=" character=2))`},
		{"pattern without end", "passport", nit, `"pattern": "^(a$"`, `"^(a$"`,
			`definition.schema_at at="properties.identification_number.pattern"` +
				` cause=(definition.pattern pattern="^(a$" cause=(definition.pattern_open bracket="("))`},
		{"pattern that repeats nothing", "passport", nit, `"pattern": "*a$"`, `"*a$"`,
			`definition.schema_at at="properties.identification_number.pattern"` +
				` cause=(definition.pattern pattern="*a$" cause=(definition.pattern_repeats_nothing text="*"))`},
		{"pattern that repeats too much", "passport", nit, `"pattern": "^a{5000}$"`, `"^a{5000}$"`,
			`definition.schema_at at="properties.identification_number.pattern" cause=(definition.pattern ` +
				`pattern="^a{5000}$" cause=(definition.pattern_repeats text="{5000}" most=1000))`},
		{"length below none", "passport", `"maxLength": 140`, `"maxLength": -1`, `"maxLength": -1`,
			`definition.schema_at at="properties.business_name.maxLength" cause=(definition.schema_least least=0)`},
		{"multiple of nothing", "passport", `"maxLength": 140`, `"multipleOf": 0`, `"multipleOf": 0`,
			`definition.schema_at at="properties.business_name.multipleOf" cause=(definition.schema_above bound=0)`},
		{"alternatives of nothing", "passport", `"maxLength": 140`, `"anyOf": []`, `"anyOf": []`,
			`definition.schema_at at="properties.business_name.anyOf" cause=(definition.schema_items least=1)`},
		{"required twice", "passport", `"required": ["type",`, `"required": ["type", "type",`, `"required"`,
			`definition.schema_at at="required" cause=(definition.schema_repeats entry=2 other=1)`},
		{"name with a dot", "passport", `"properties": {`, `"properties": {
    "business.name": {"type": "string"},`, `"business.name": {"type"`,
			`definition.property_form name="business.name"`},
		{"name with a bracket", "passport", `"properties": {`, `"properties": {
    "business[name": {"type": "string"},`, `"business[name": {"type"`,
			`definition.property_form name="business[name"`},
		{"name of digits", "passport", `"properties": {`, `"properties": {
    "2": {"type": "string"},`, `"2": {"type"`, `definition.property_index name="2"`},
		{"name of nothing", "passport", `"properties": {`, `"properties": {
    "": {"type": "string"},`, `"": {"type"`, `definition.property_form name=""`},
		{"array of arrays", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "array", "items": {"type": "array", "items": {"type": "string"}}`,
			`"type": {`, `definition.array_of_arrays part="\"type\""`},
		{"array of anything", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "array"`, `"type": {`, `definition.no_items part="\"type\""`},
		{"object of nothing", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "object", "additionalProperties": false`, `"type": {`,
			`definition.no_properties part="\"type\""`},
		{"missing comma", "passport", `"minLength": 1,`, `"minLength": 1`, `"maxLength": 140`,
			"definition.json cause=(definition.json_comma)"},
		{"two documents", "passport", "", "{\n}  []", "}  []", "definition.second_json"},
		{"list for the whole", "passport", "", "[]", "[]", "definition.not_an_object"},
		{"true for the whole", "passport", "", "true", "true", "definition.not_an_object"},
		{"empty", "passport", "", " ", "", "definition.empty"},
		{"end in the middle", "passport", "", "{\n\"type\":", "{", `definition.json cause=(definition.yaml_bracket bracket="{")`},
		{"not UTF-8", "passport", "", "{\xff}", "{", "definition.json cause=(definition.not_utf8)"},
		{"nested too deep", "passport", "", strings.Repeat("[", 100_000), "[", "definition.json_depth levels=200"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, edit{schemaFile, tt.old, tt.new})
			_, err := findIn(t, files)
			requireMistake(t, err, schemaFile, lineOf(t, files[schemaFile], tt.at), tt.want)
		})
	}
}

// Mistakes in a schema do not hide one another: those of JSON Schema, and those of its parts, are each reported at once.
// One in a part that several shapes have is reported once.
func TestAllMistakesInTheSchema(t *testing.T) {
	const ofAddress = `"required": ["type", "addressLine1"`
	for _, tt := range []struct {
		name  string
		from  string
		edits []edit
		want  []string
	}{
		{"JSON Schema", "passport", []edit{{schemaFile, `"maxLength": 140`, `"maxLen": 140, "minLength": -1`},
			{schemaFile, `"minLength": 1,`, ""}, {schemaFile, `"pattern": "^[0-9]{9}$"`, `"pattern": "^[0-9{9}$"`},
			{schemaFile, `"required": ["type",`, `"required": [7, "type",`}}, []string{
			`definition.keyword keyword="maxLen"`,
			`definition.schema_at at="properties.business_name.minLength" cause=(definition.schema_least least=0)`,
			`definition.schema_at at="properties.identification_number.pattern" cause=(definition.pattern ` +
				`pattern="^[0-9{9}$" cause=(definition.pattern_class_end character=2))`,
			`definition.schema_at at="required.0" cause=(definition.schema_type got="number" want=[string])`}},
		{"parts", "passport", []edit{{schemaFile, ",\n  \"additionalProperties\": false", ""},
			{schemaFile, `"required": ["type",`, `"required": ["typ",`},
			{schemaFile, "      \"type\": \"string\",\n      \"minLength\": 1,\n      \"maxLength\": 140",
				"      \"maxLength\": 140"}}, []string{
			`definition.additional_properties part=(definition.the_body)`, `definition.one_type part="\"business_name\""`,
			`definition.unknown_required name="typ"`}},
		{"JSON Schema, in two shapes", "connectfi", []edit{{schemaFile, ofAddress, `"required": ["type", "type", "addressLine1"`}},
			[]string{`definition.schema_at at="$defs.address.required" cause=(definition.schema_repeats entry=2 other=1)`}},
		{"parts, in two shapes", "connectfi", []edit{{schemaFile, ofAddress, `"required": ["typ", "addressLine1"`}},
			[]string{`definition.unknown_required name="typ"`}},
	} {
		_, err := findIn(t, alteredFiles(t, tt.from, tt.edits...))
		var got []string
		all, several := errors.AsType[pipeline.Mistakes](err)
		if one, ok := errors.AsType[*pipeline.Mistake](err); ok && !several {
			all = pipeline.Mistakes{one}
		}
		for _, m := range all {
			got = append(got, m.What.String())
		}
		slices.Sort(got)
		slices.Sort(tt.want)
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// A schema of several shapes, and the field that names them.
func TestMistakesInShapes(t *testing.T) {
	const alternatives = `[{"$ref": "#/$defs/individual"}, {"$ref": "#/$defs/business"}]`
	tests := []struct {
		name  string
		from  string
		edits []edit
		at    string
		want  string
	}{
		{"named, but there is one", "juicyway", []edit{{yamlFile, "keys:\n", "shape: type\nkeys:\n"}}, "{",
			"definition.shape_without_one_of"},
		{"several, but none named", "connectfi", []edit{{yamlFile, "shape: customerType\n", ""}}, `"oneOf"`,
			"definition.shape_needed"},
		{"named by no field", "connectfi", []edit{{yamlFile, "shape: customerType", "shape: customerKind"}}, `"oneOf"`,
			`definition.shape_value field="customerKind"`},
		{"named by a field of many values", "connectfi",
			[]edit{{schemaFile, `"enum": ["individual"]`, `"enum": ["individual", "person"]`}}, `"oneOf"`,
			`definition.shape_value field="customerType"`},
		{"two of one name", "connectfi", []edit{{schemaFile, `"enum": ["business"]`, `"enum": ["individual"]`}},
			`"oneOf"`,
			`definition.shape_twice name="individual"`},
		{"none at all", "connectfi", []edit{{schemaFile, alternatives, `[]`}}, `"oneOf"`, "definition.one_of_list"},
		{"no list", "connectfi", []edit{{schemaFile, alternatives, `{}`}}, `"oneOf"`, "definition.one_of_list"},
		{"a rule beside them that would be held by nobody", "connectfi",
			[]edit{{schemaFile, `"oneOf":`, `"required": ["customerReference"],
  "oneOf":`}}, `"required": ["customerReference"]`, `definition.keyword_with_one_of keyword="required"`},
		{"a group that holds itself", "connectfi",
			[]edit{{schemaFile, `"businessRepresentativeType": {`,
				`"represents": {"$ref": "#/$defs/representative"}, "businessRepresentativeType": {`}},
			`"represents"`, `definition.ref_back ref="#/$defs/representative"`},
		{"a shape that is itself", "connectfi",
			[]edit{{schemaFile, alternatives, `[{"$ref": "#/oneOf/1"}, {"$ref": "#/oneOf/0"}]`}}, `"oneOf"`,
			`definition.ref_itself ref="#/oneOf/0"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, tt.edits...)
			_, err := findIn(t, files)
			requireMistake(t, err, schemaFile, lineOf(t, files[schemaFile], tt.at), tt.want)
		})
	}
}
