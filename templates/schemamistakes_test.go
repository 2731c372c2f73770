package templates_test

import (
	"strings"
	"testing"
)

// One mistake in the schema, told with its line. at is a text on that line.
func TestMistakesInTheSchema(t *testing.T) {
	const nit = `"pattern": "^[0-9]{9}$"`
	tests := []struct {
		name     string
		from     string
		old, new string
		at       string
		says     []string
	}{
		{"unknown keyword", "passport", `"maxLength": 140`, `"maxLen": 140`, `"maxLen"`, []string{`"maxLen" is no keyword`}},
		{"unknown keyword at the top", "passport", `"required":`, `"requires":`, `"requires"`,
			[]string{`"requires" is no keyword`}},
		{"unknown keyword in a definition", "connectfi", `"gender": {"type": "string", "enum": ["M", "F"]}`,
			`"gender": {"type": "string", "enums": ["M", "F"]}`,
			`"enums"`, []string{`"enums" is no keyword`}},
		{"unknown keyword in a condition", "connectfi", `"then": {"properties"`, `"then": {"props"`, `"props"`,
			[]string{`"props" is no keyword`}},
		{"keyword that would be held by nobody", "passport", nit, `"contentEncoding": "base64"`, `"contentEncoding"`,
			[]string{"is no keyword"}},
		{"text for texts by language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": "Celular"`,
			`"x-title": "Celular"`,
			[]string{"x-title is an object"}},
		{"text in no language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": {"spanish": "Celular"}`, `"spanish"`,
			[]string{"x-title is an object"}},
		{"number for a text in a language", "passport", `"x-title": {"es": "Celular"}`, `"x-title": {"es": 7}`, `"es": 7`,
			[]string{"x-title is an object"}},
		{"unknown format", "passport", `"format": "email"`, `"format": "e-mail"`, `"format": "e-mail"`,
			[]string{`"e-mail" is no format`, "email"}},
		{"reference to a file", "passport", nit, `"$ref": "nit.schema.json"`, `"$ref"`,
			[]string{"stands alone", `"nit.schema.json"`}},
		{"reference to a file's part", "passport", nit, `"$ref": "../x.json#/$defs/a"`, `"$ref"`, []string{"stands alone"}},
		{"reference to an address", "passport", nit, `"$ref": "https://example.org/nit.json"`, `"$ref"`,
			[]string{"stands alone", "example.org"}},
		{"reference to a file's address", "passport", nit, `"$ref": "file:///etc/hostname"`, `"$ref"`,
			[]string{"stands alone"}},
		{"reference to nowhere", "passport", nit, `"$ref": "#/$defs/nit"`, `"$ref"`, []string{"leads nowhere"}},
		{"reference that is no pointer", "passport", nit, `"$ref": "#nit"`, `"$ref"`, []string{"leads nowhere"}},
		{"reference in a condition", "connectfi", `"then": {"properties"`, `"then": {"$ref": "x.json", "properties"`,
			`"then"`, []string{"stands alone"}},
		{"another dialect", "passport", "draft/2020-12/schema", "draft-07/schema", "$schema",
			[]string{"$schema must be https://json-schema.org/draft/2020-12/schema"}},
		{"dialect inside", "passport", nit, `"$schema":  "https://json-schema.org/draft/2020-12/schema"`, `"$schema":  `,
			[]string{"at the top"}},
		{"name inside", "passport", nit, `"$id": "https://example.org/x"`, `"$id"`, []string{"at the top"}},
		{"object that takes anything", "passport", ",\n  \"additionalProperties\": false", "", `{`,
			[]string{`the body needs "additionalProperties": false`}},
		{"object that takes much", "passport", `"additionalProperties": false`, `"additionalProperties": {"type": "string"}`,
			`{`, []string{"the body needs"}},
		{"group that takes anything", "juicyway", ",\n      \"additionalProperties\": false", "", `"billing_address": {`,
			[]string{`"billing_address" needs "additionalProperties": false`}},
		{"member twice", "passport", `"minLength": 9`, `"maxLength": 9`, "\"maxLength\": 9,\n      \"pattern\"",
			[]string{`"maxLength" stands there twice`}},
		{"required that is no property", "passport", `"required": ["type",`, `"required": ["kind",`, `"required"`,
			[]string{`"kind" is required but not among the properties`}},
		{"no type", "passport", "      \"type\": \"string\",\n      \"minLength\": 1,\n      \"maxLength\": 140",
			"      \"maxLength\": 140", `"business_name": {`, []string{`"business_name" needs one`}},
		{"two types", "passport", `"type": "string",
      "minLength": 1,
      "maxLength": 140`, `"type": ["string", "integer"]`, `"business_name": {`, []string{`"business_name" needs one`}},
		{"unknown type", "passport", `"type": "string"`, `"type": "text"`, `"type": "text"`,
			[]string{"properties.type.type"}},
		{"length of words", "passport", `"maxLength": 140`, `"maxLength": "long"`, `"maxLength": "long"`,
			[]string{"properties.business_name.maxLength", "want integer"}},
		{"pattern that cannot be", "passport", nit, `"pattern": "^(?<=a)b$"`, `(?<=a)`,
			[]string{"properties.identification_number.pattern", "is not supported"}},
		{"pattern without end", "passport", nit, `"pattern": "^(a$"`, `"^(a$"`,
			[]string{"properties.identification_number.pattern"}},
		{"name with a dot", "passport", `"properties": {`, `"properties": {
    "business.name": {"type": "string"},`, `"business.name": {"type"`, []string{`"business.name" cannot be a column`}},
		{"name with a bracket", "passport", `"properties": {`, `"properties": {
    "business[name": {"type": "string"},`, `"business[name": {"type"`, []string{"cannot be a column"}},
		{"name of digits", "passport", `"properties": {`, `"properties": {
    "2": {"type": "string"},`, `"2": {"type"`, []string{`"2" cannot be a column`}},
		{"name of nothing", "passport", `"properties": {`, `"properties": {
    "": {"type": "string"},`, `"": {"type"`, []string{"cannot be a column"}},
		{"array of texts", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "array", "items": {"type": "string"}`, `"type": {`,
			[]string{`"type"`, "arrays of objects only"}},
		{"array of anything", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "array"`, `"type": {`, []string{"without `items`"}},
		{"object of nothing", "juicyway", `"type": "string",
      "enum": ["individual", "business"]`, `"type": "object", "additionalProperties": false`, `"type": {`,
			[]string{"without properties"}},
		{"missing comma", "passport", `"minLength": 1,`, `"minLength": 1`, `"maxLength": 140`, []string{"invalid character"}},
		{"two documents", "passport", "", "{\n}  []", "}  []", []string{"more than one"}},
		{"list for the whole", "passport", "", "[]", "[]", []string{"a body schema is a JSON object"}},
		{"true for the whole", "passport", "", "true", "true", []string{"a body schema is a JSON object"}},
		{"empty", "passport", "", " ", " ", []string{"ends in the middle"}},
		{"end in the middle", "passport", "", "{\n\"type\":", `"type"`, []string{"ends in the middle"}},
		{"not UTF-8", "passport", "", "{\xff}", "{", []string{"invalid character"}},
		{"nested too deep", "passport", "", strings.Repeat("[", 100_000), "[", []string{"nested deeper"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, edit{schemaFile, tt.old, tt.new})
			_, err := findIn(t, files)
			requireMistake(t, err, schemaFile+lineOf(t, files[schemaFile], tt.at), tt.says...)
		})
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
		says  []string
	}{
		{"named, but there is one", "juicyway", []edit{{yamlFile, "keys:\n", "shape: type\nkeys:\n"}}, "{",
			[]string{"`shape:`", "no oneOf"}},
		{"several, but none named", "connectfi", []edit{{yamlFile, "shape: customerType\n", ""}}, `"oneOf"`,
			[]string{"`shape:`"}},
		{"named by no field", "connectfi", []edit{{yamlFile, "shape: customerType", "shape: customerKind"}}, `"oneOf"`,
			[]string{`"customerKind"`, "one legal value"}},
		{"named by a field of many values", "connectfi",
			[]edit{{schemaFile, `"enum": ["individual"]`, `"enum": ["individual", "person"]`}}, `"oneOf"`,
			[]string{`"customerType"`, "one legal value"}},
		{"two of one name", "connectfi", []edit{{schemaFile, `"enum": ["business"]`, `"enum": ["individual"]`}}, `"oneOf"`,
			[]string{`two shapes are named "individual"`}},
		{"none at all", "connectfi", []edit{{schemaFile, alternatives, `[]`}}, `"oneOf"`, []string{"one at least"}},
		{"no list", "connectfi", []edit{{schemaFile, alternatives, `{}`}}, `"oneOf"`, []string{"one at least"}},
		{"a rule beside them that would be held by nobody", "connectfi",
			[]edit{{schemaFile, `"oneOf":`, `"required": ["customerReference"],
  "oneOf":`}}, `"required": ["customerReference"]`, []string{`"required" cannot stand beside oneOf`}},
		{"a group that holds itself", "connectfi",
			[]edit{{schemaFile, `"businessRepresentativeType": {`,
				`"represents": {"$ref": "#/$defs/representative"}, "businessRepresentativeType": {`}},
			`"represents"`, []string{"leads back to what holds it"}},
		{"a shape that is itself", "connectfi",
			[]edit{{schemaFile, alternatives, `[{"$ref": "#/oneOf/1"}, {"$ref": "#/oneOf/0"}]`}}, `"oneOf"`,
			[]string{"leads to itself"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := alteredFiles(t, tt.from, tt.edits...)
			_, err := findIn(t, files)
			requireMistake(t, err, schemaFile+lineOf(t, files[schemaFile], tt.at), tt.says...)
		})
	}
}
