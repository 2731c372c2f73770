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
			"mapping m.csv, line 4: the field phone does not take the value that is to be sent for all rows: it " +
				"must be a number",
			"mend the value; a spreadsheet program drops a plus sign and zeros in front, unless the cell is " +
				"formatted as text first"},
		{"field,column,value\ntype,,c\n",
			"mapping m.csv, line 2: the field type does not take the value that is to be sent for all rows",
			"mend the value"},
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
