package pipeline

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
