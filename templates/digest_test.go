package templates_test

import "testing"

// The digest covers what is sent and how answers are read, and not what only people read.
func TestDigest(t *testing.T) {
	tests := []struct {
		name    string
		edit    edit
		changes bool
	}{
		{"the host", edit{yamlFile, "base_url: https://api.", "base_url: https://apis."}, true},
		{"a rate", edit{yamlFile, "rate: 1000/m", "rate: 900/m"}, true},
		{"a verdict", edit{yamlFile, "{status: [409], verdict: exists}", "{status: [409], verdict: refused}"}, true},
		{"a key's normalisation", edit{yamlFile, "field: email, normalise: [lower]}", "field: email}"}, true},
		{"the order of pointers", edit{yamlFile, "id: [/data/id, /id]", "id: [/id, /data/id]"}, true},
		{"a length", edit{schemaFile, `"pattern": "\\S"}`, `"pattern": "\\S", "maxLength": 9}`}, true},
		{"a list", edit{schemaFile, `["individual", "business"]`, `["individual"]`}, true},
		{"what is required", edit{schemaFile, `["line1", "city",`, `["line1",`}, true},
		{"a field", edit{schemaFile, `"line2": {`, `"title": {"type": "string"}, "line2": {`}, true},

		{"the title", edit{yamlFile, "title: Juicyway", "title: Juicy"}, false},
		{"the page", edit{yamlFile, "docs: https://", "docs: http://"}, false},
		{"a note", edit{yamlFile, "must be unique among", "has to be unique among"}, false},
		{"a note in another language", edit{yamlFile, "notes:\n", "notes:\n  - {pt: nada}\n"}, false},
		{"the help of a secret", edit{yamlFile, "en: the API key of", "en: the key of"}, false},
		{"a key's name for people", edit{yamlFile, "label: {en: e-mail, es: correo electrónico}, ", ""}, false},
		{"a hint", edit{yamlFile, "en: the base URL or", "fr: non\n      en: the base URL or"}, false},
		{"the advice", edit{yamlFile, "es: busque el correo", "es: buscar el correo"}, false},
		{"a comment", edit{yamlFile, "keys:\n", "# Keys.\nkeys:\n"}, false},
		{"how it is laid out", edit{yamlFile, "{status: [409], verdict: exists}", "status: [409]\n    verdict: exists"},
			false},
		{"a field's help", edit{schemaFile, `"description": "the city"`, `"description": "the town"`}, false},
		{"its translation", edit{schemaFile, `"x-title": {"es": "Ciudad"},`, ``}, false},
		{"its example", edit{schemaFile, `"examples": ["Ikeja"]`, `"examples": ["Enugu"]`}, false},
		{"white space", edit{schemaFile, "{\n", "{\n\n"}, false},
	}
	before := embeddedDefinition(t, "juicyway").Provider().Digest
	if len(before) != 64 {
		t.Fatalf("the digest is %q", before)
	}
	seen := map[string]string{}
	for _, tt := range tests {
		d, err := findIn(t, alteredFiles(t, "juicyway", tt.edit))
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		after := d.Provider().Digest
		if (after != before) != tt.changes {
			t.Errorf("%s changes the digest: %v, want %v", tt.name, after != before, tt.changes)
		}
		if other, again := seen[after]; tt.changes && again {
			t.Errorf("%s and %s make the same digest", tt.name, other)
		}
		seen[after] = tt.name
	}
}
