package pipeline

import "unicode/utf16"

// The sheets of a results workbook. Results, Problems and Uncertain may go on
// in others, whose names end in a number: "Results 2".
const (
	SummarySheet   = "Summary"
	ResultsSheet   = "Results"
	ProblemsSheet  = "Problems"
	UncertainSheet = "Uncertain" // the rows that a person can settle
	FixSheet       = "Fix"       // the rows to mend, as the book has them
	// OriginSheet holds an [Origin]. It is very hidden: a spreadsheet program
	// lists it nowhere.
	OriginSheet = "muster"
)

// MappingSheet is the first sheet of a workbook that `muster map` writes; each
// lookup table has one of its own.
const MappingSheet = "mapping"

// The size of a sheet: its last cell is XFD1048576 (ECMA-376, part 1, 18.3.1.73
// and Excel specifications and limits).
const (
	MaxColumns = 16_384
	MaxRows    = 1_048_576
	// MaxCellUnits is the longest text of a cell, in UTF-16 code units.
	MaxCellUnits = 32_767
)

// Shorten cuts a text to that many UTF-16 code units, the last an ellipsis.
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s // no text has more UTF-16 units than bytes
	}
	units, cut := 0, -1
	for i, r := range s {
		n := utf16.RuneLen(r)
		// One unit is kept back for the ellipsis.
		if cut < 0 && units+n > most-1 {
			cut = i
		}
		if units += n; units > most {
			return s[:cut] + "…"
		}
	}
	return s
}
