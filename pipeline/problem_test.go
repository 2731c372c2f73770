package pipeline

import "testing"

func TestPlaceOfAProblem(t *testing.T) {
	named, nameless := &Column{Index: 5, Name: "NIT"}, &Column{Index: 27}
	for _, tt := range []struct {
		name       string
		problem    Problem
		cell, says string
	}{
		{"a cell", Problem{Field: "nit", Row: 17, Column: named}, "F17", "NIT"},
		{"of no row yet", Problem{Field: "nit", Column: named}, "", "NIT"},
		{"without a header", Problem{Row: 3, Column: nameless}, "AB3", ""},
		{"a field without a column", Problem{Field: "nit", Row: 17}, "", "nit"},
		{"the row as a whole", Problem{Row: 17}, "", ""},
	} {
		if cell, name := tt.problem.Cell(), tt.problem.Name(); cell != tt.cell || name != tt.says {
			t.Errorf("%s: %q %q, want %q %q", tt.name, cell, name, tt.cell, tt.says)
		}
	}
}

// Problems found by the reader are about the cell itself, all others about what a field takes.
func TestProblemsOfCells(t *testing.T) {
	for code, want := range map[ProblemCode]bool{ProblemErrorCell: true, ProblemMangled: true, ProblemExtraCell: true,
		ProblemRequired: false, ProblemConvert: false, ProblemDiffers: false, ProblemProvider: false,
		ProblemSchema: false} {
		if code.OfCell() != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
}
