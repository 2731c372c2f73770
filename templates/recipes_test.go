package templates

import (
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestRecipes: all keys in recipes exist in provider.yaml, and each recipe has its sentence in both languages.
func TestRecipes(t *testing.T) {
	all, err := Recipes()
	if err != nil || len(all) == 0 {
		t.Fatalf("%d recipes, %v", len(all), err)
	}
	for _, r := range all {
		if r.Says["en"] == "" || r.Says["es"] == "" || len(r.Says) != 2 {
			t.Errorf("says %v", r.Says)
		}
		if r.Schema != "" {
			_, err := SchemaFields([]byte(`{"type": "object", "additionalProperties": false, "properties": {`+r.Schema+
				"}}"), "")
			if err != nil || r.Write != "" {
				t.Errorf("%s: %v", r.Says["en"], err)
			}
			continue
		}
		var document yaml.Node
		if err := yaml.Unmarshal([]byte(r.Write), &document); err != nil || len(document.Content) == 0 {
			t.Errorf("%s: %v", r.Says["en"], err)
			continue
		}
		mistakes, _ := structure(&document, false)
		for _, m := range mistakes {
			t.Errorf("%s: %v", r.Says["en"], m)
		}
		var d yamlDefinition
		if err := document.Decode(&d); err != nil {
			t.Errorf("%s: %v", r.Says["en"], err)
		}
	}
}
