package pipeline

import (
	"strings"
	"unicode/utf16"
)

// SheetRole says what a sheet of a results workbook is, whatever its name in the workbook's language. Results,
// Problems and Uncertain may have several sheets; the names of the further ones end in a number: "Results 2".
type SheetRole string

const (
	SummaryRole   SheetRole = "summary"
	ResultsRole   SheetRole = "results"
	ProblemsRole  SheetRole = "problems"
	UncertainRole SheetRole = "uncertain" // rows that a person can settle
	FixRole       SheetRole = "fix"       // rows to fix, as they are in the book
	AsSentRole    SheetRole = "sent"      // rows as they would be sent
	AboutRole     SheetRole = "about"     // the facts of the run, for an auditor
)

// The English names of the sheets, which are also those in workbooks whose [Origin] does not say what their sheets
// are.
const (
	SummarySheet   = "Summary"
	ResultsSheet   = "Results"
	ProblemsSheet  = "Problems"
	UncertainSheet = "Uncertain"
	FixSheet       = "Fix"
	// OriginSheet has an [Origin]. It is very hidden: spreadsheet programs do not list it.
	OriginSheet = "muster"
)

// OldRole is the role of a sheet by its name, in a workbook that does not say it; "" for one that is not a report's.
func OldRole(sheet string) SheetRole {
	for name, role := range map[string]SheetRole{SummarySheet: SummaryRole, ResultsSheet: ResultsRole,
		ProblemsSheet: ProblemsRole, UncertainSheet: UncertainRole, FixSheet: FixRole} {
		if sheet == name || strings.HasPrefix(sheet, name+" ") {
			return role
		}
	}
	return ""
}

// The size of a sheet: its last cell is XFD1048576 (ECMA-376, part 1, 18.3.1.73
// and Excel specifications and limits).
const (
	MaxColumns = 16_384
	MaxRows    = 1_048_576
	// MaxCellUnits is the longest text of a cell, in UTF-16 code units.
	MaxCellUnits = 32_767
)

// Shorten cuts a text to that many UTF-16 code units, the last of them an ellipsis.
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s // no text has more UTF-16 units than bytes
	}
	units, cut := 0, -1
	for i, r := range s {
		n := utf16.RuneLen(r)
		// One unit is reserved for the ellipsis.
		if cut < 0 && units+n > most-1 {
			cut = i
		}
		if units += n; units > most {
			return s[:cut] + "…"
		}
	}
	return s
}
