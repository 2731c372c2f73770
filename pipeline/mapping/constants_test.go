package mapping

import (
	"errors"
	"testing"

	"muster/pipeline"
)

type takes map[string]bool

func (t takes) Accepts(_ int, text string) bool { return t[text] }

// A value for all rows that its field never takes is an error with its line; one
// that only another shape refuses is none, and neither is what is no constant.
func TestCheckConstants(t *testing.T) {
	one, both := []string{"a"}, []string{"a", "b"}
	p := &pipeline.Provider{Fields: []pipeline.Field{
		{Path: "phone", Help: pipeline.Localized{"": "a number"}, Shapes: one}, {Path: "ref", Shapes: both},
		{Path: "type", Shapes: both, Enum: []string{"a", "b"}}}}
	tests := []struct {
		sheet, says, hint string
	}{
		{"field,column,value\nphone,,+1\nref,,9\n", "", ""},
		{"field,column,value\nphone,Phone,\nother,,9\n", "", ""},
		{"field,column,value\nref,,9\n\nphone,,57\n",
			`mapping m.csv, line 4: mapping.constant_must_be field="phone" rule="a number"`, "mapping.correct_number"},
		{"field,column,value\ntype,,c\n",
			`mapping m.csv, line 2: mapping.constant_refused field="type"`, "mapping.correct_value"},
	}
	for _, tt := range tests {
		s := sheetOf(t, tt.sheet)
		s.path = "m.csv"
		err := s.CheckConstants(p, takes{"+1": true})
		var wrong *pipeline.Mistake
		switch {
		case tt.says == "" && err == nil:
		case !errors.As(err, &wrong) || err.Error() != tt.says || wrong.Hint.String() != tt.hint:
			t.Errorf("%q: %v, want %q and %q", tt.sheet, err, tt.says, tt.hint)
		}
	}
}
