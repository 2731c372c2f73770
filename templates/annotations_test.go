package templates_test

import (
	"strings"
	"testing"
)

const published = `{"type": "object", "additionalProperties": false, "x-origin": "https://example.org",
 "required": ["id", "name", "uid", "status"], "$defs": {"mark": {"type": "string", "readOnly": true}}, "properties": {
  "uid": {"type": "string", "readOnly": true},
  "status": {"$ref": "#/$defs/mark"},
  "id": {"type": "string", "title": "Reference", "x-order": 1, "deprecated": true, "examples": ["R-1"]}, "name": {"type": "string"},
  "level": {"type": "integer", "default": 3, "writeOnly": true, "examples": [7]},
  "agreed": {"type": "boolean", "default": false, "examples": [true, false]},
  "home": {"type": "object", "additionalProperties": false, "required": ["id"], "properties": {
    "id": {"type": "string", "readOnly": true}, "street": {"type": "string"}}}}}`

// TestPublishedSchemas: keywords for people and other programs are accepted, and properties that only answers have
// are neither fields nor required.
func TestPublishedSchemas(t *testing.T) {
	d := mustWithSchema(t, published)
	var fields, examples []string
	for _, f := range d.Provider().Fields {
		fields, examples = append(fields, f.Path), append(examples, f.Example)
	}
	if got := strings.Join(fields, " "); got != "id name level agreed home.street" {
		t.Errorf("the fields are %s", got)
	}
	if got := strings.Join(examples, " "); got != "R-1  7 true " {
		t.Errorf("their examples are %q", got)
	}
	s := newSheet(t, d, "id", "name", "level", "home.street")
	if got := s.body(t, map[string]string{"id": "A", "name": "B", "home.street": "Main"}); got !=
		`{"id":"A","name":"B","home":{"street":"Main"}}` {
		t.Errorf("the body is %s", got)
	}
	if slow, err := d.SlowRules(); err != nil || len(slow) > 0 {
		t.Errorf("annotations make rows slow: %v, %v", slow, err)
	}
}

// TestExtensionsThatLookLikeOurs: a misspelt keyword of muster's own is refused.
func TestExtensionsThatLookLikeOurs(t *testing.T) {
	for keyword, code := range map[string]string{"x-titel": "x-title", "x-splitt": "x-split", "maxLenght": "maxLength"} {
		_, err := withSchema(t, strings.Replace(published, `"x-order"`, `"`+keyword+`"`, 1))
		if err == nil || !strings.Contains(err.Error(), keyword) {
			t.Errorf("%s for %s: %v", keyword, code, err)
		}
	}
}
