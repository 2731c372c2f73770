package templates_test

import "testing"

// TestValuesThatNoCellHas: fixed values are where the schema has them, in their own order and spelling, also in
// entries of groups, and parts that may be empty are there without a cell.
func TestValuesThatNoCellHas(t *testing.T) {
	d := mustWithSchema(t, `{"type": "object", "additionalProperties": false,
 "required": ["id", "name", "source", "live", "rate", "none", "people", "extra"], "properties": {
  "id": {"type": "integer"}, "name": {"type": "string"},
  "source": {"const": {"z": 1.50, "a": [null, "x<y"]}},
  "live": {"const": false}, "rate": {"const": 0.10}, "none": {"const": null},
  "optional": {"const": {"never": "sent"}},
  "people": {"type": "array", "x-empty": true, "items": {"type": "object", "additionalProperties": false,
    "required": ["name", "roles"], "properties": {"name": {"type": "string"}, "roles": {"const": ["payer"]}}}},
  "extra": {"type": "object", "x-empty": true, "additionalProperties": false, "properties": {"memo": {"type": "string"}}}}}`)
	const head = `{"id":1,"name":"A","source":{"z":1.50,"a":[null,"x<y"]},"live":false,"rate":0.10,"none":null,`
	for _, c := range []struct {
		paths []string
		cells map[string]string
		want  string
	}{
		{[]string{"id", "name"}, map[string]string{"id": "1", "name": "A"}, head + `"people":[],"extra":{}}`},
		{[]string{"id", "name", "people[0].name", "people[1].name", "extra.memo"}, map[string]string{"id": "1", "name": "A"},
			head + `"people":[],"extra":{}}`},
		{[]string{"id", "name", "people[0].name", "people[1].name", "extra.memo"},
			map[string]string{"id": "1", "name": "A", "people[1].name": "Ana", "extra.memo": "m"},
			head + `"people":[{"name":"Ana","roles":["payer"]}],"extra":{"memo":"m"}}`},
	} {
		if got := newSheet(t, d, c.paths...).body(t, c.cells); got != c.want {
			t.Errorf("%v: %s, want %s", c.cells, got, c.want)
		}
	}
}
