package templates_test

import (
	"encoding/json"
	"strings"
	"testing"

	"muster/pipeline"
)

const kindsSchema = `{
  "type": "object",
  "properties": {
    "id": {"type": "integer", "minimum": 1, "maximum": 1000000},
    "name": {"type": "string"},
    "share": {"type": "number", "exclusiveMinimum": 0, "multipleOf": 0.5},
    "active": {"type": "boolean"},
    "rank": {"type": ["integer", "null"]}
  },
  "required": ["id", "name"],
  "additionalProperties": false
}`

func TestNumbersAndBooleans(t *testing.T) {
	d := mustWithSchema(t, kindsSchema)
	s := newSheet(t, d, "id", "name", "share", "active", "rank")
	tests := []struct {
		field, cell string
		want        string // its spelling in the body; "" for a problem
		code        pipeline.ProblemCode
	}{
		{"id", "42", "42", ""},
		{"id", "1000000", "1000000", ""},
		{"id", "4.0", "4", ""}, // as programs spell a whole number
		{"id", "125000.00", "125000", ""},
		{"id", "4.", "", pipeline.ProblemType},
		{"id", ".0", "", pipeline.ProblemType},
		{"id", "-0", "", pipeline.ProblemType},
		{"id", "1.795849E5", "", pipeline.ProblemType}, // its last digits may be lost
		{"id", "1e3", "", pipeline.ProblemType},
		{"id", "4.00000000000000001", "", pipeline.ProblemType},
		{"id", "0", "", pipeline.ProblemRange},
		{"id", "1000001", "", pipeline.ProblemRange},
		{"id", "-1", "", pipeline.ProblemRange},
		{"id", "4.5", "", pipeline.ProblemType},
		{"id", "042", "", pipeline.ProblemType},
		{"id", "+42", "", pipeline.ProblemType},
		{"id", "1,000", "", pipeline.ProblemType},
		{"id", "１", "", pipeline.ProblemType},
		{"id", "4 2", "", pipeline.ProblemType},
		{"id", "0x10", "", pipeline.ProblemType},
		{"id", "NaN", "", pipeline.ProblemType},
		{"id", "true", "", pipeline.ProblemType},
		{"id", "null", "", pipeline.ProblemType},
		{"id", "1e999999999", "", pipeline.ProblemType},
		{"id", "1e-999999999", "", pipeline.ProblemType},
		{"id", "1e1000001", "", pipeline.ProblemType},
		{"id", strings.Repeat("9", 100_000), "", pipeline.ProblemType},
		{"share", "2.5", "2.5", ""},
		{"share", "0.5", "0.5", ""},
		{"share", "0", "", pipeline.ProblemRange},
		{"share", "0.3", "", pipeline.ProblemRange},
		{"share", "1e999999999", "", pipeline.ProblemType},
		{"share", "half", "", pipeline.ProblemType},
		{"share", ".5", "", pipeline.ProblemType},
		{"share", "1,5", "", pipeline.ProblemType},
		{"active", "true", "true", ""},
		{"active", "TRUE", "true", ""},
		{"active", "False", "false", ""},
		{"active", "yes", "", pipeline.ProblemType},
		{"active", "1", "", pipeline.ProblemType},
		{"active", "1.0", "", pipeline.ProblemType},
		{"active", "verdadero", "", pipeline.ProblemType},
		{"active", "true ", "", pipeline.ProblemType},
		{"rank", "7", "7", ""},
		{"rank", "null", "", pipeline.ProblemType},
		{"name", "42", `"42"`, ""},
		{"name", "true", `"true"`, ""},
	}
	for _, tt := range tests {
		name := tt.field + " " + tt.cell
		t.Run(name[:min(len(name), 30)], func(t *testing.T) {
			draft := s.check(with(map[string]string{"id": "1", "name": "Ana"}, tt.field, tt.cell))
			if tt.want == "" {
				if len(draft.Problems) != 1 || draft.Problems[0].Field != tt.field ||
					draft.Problems[0].Code != tt.code || draft.Body != nil {
					t.Errorf("problems %v and body %.60s; want %s", pairs(draft.Problems), draft.Body, tt.code)
				}
				return
			}
			var doc map[string]json.RawMessage
			if err := json.Unmarshal(draft.Body, &doc); err != nil || string(doc[tt.field]) != tt.want {
				t.Errorf("the body is %s (%v, %v)", draft.Body, err, pairs(draft.Problems))
			}
		})
	}
}
