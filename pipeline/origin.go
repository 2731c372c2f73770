package pipeline

import "time"

// Origin says where a results workbook comes from: what importing its sheet Fix
// needs to know of the run that wrote it. It holds nothing of any row. The
// workbook keeps it in the hidden sheet [OriginSheet]; see [Origin.Table].
type Origin struct {
	Run        string
	Command    string // import or check: what the run was, and what takes its rows again
	Provider   string // as the user named it: passport, ./acme/
	Definition string // its name
	Digest     string // of the definition
	Env        string
	BaseURL    string
	Account    string
	// Flags are those with which the sheet Fix is imported as the book was, one
	// argument each.
	Flags   []string
	Book    OriginBook
	Mapping OriginMapping

	// Sheets says what the workbook's sheets are, by their names; nil for a
	// workbook of an older version, whose sheets have the names that [OldRole] knows.
	Sheets map[string]SheetRole
	// Rows are those in the sheet Fix; NoFix says that it was left out.
	Rows  int
	NoFix bool
	// Sealed says that the workbook was written with a seal (reports.Sealed): without
	// one somebody has saved it again.
	Sealed bool
	// Customers are those in the sheet Fix that have several rows, ascending.
	Customers []RowsOfOne
	// Broken are the rows of the sheet Fix as the book has them, ascending; none in a
	// workbook of an older version.
	Broken []BrokenCells
}

// BrokenCells are the cells of a row of the book, before it is fixed.
type BrokenCells struct {
	Row   int
	Cells CellsDigest
	// Repeats says that the row was a duplicate of another one, with other data.
	Repeats bool
}

// CellsDigest is the beginning of a SHA-256 of a row's cells, by which a later run
// knows the row again, whatever its number.
type CellsDigest [16]byte

// FixedRow is a row that was imported from a sheet Fix, and the customer that it led
// to.
type FixedRow struct {
	Run     string // that imported it
	Row     int
	At      time.Time // when that run began
	Outcome Outcome   // of the customer, as it stands: created, existing or uncertain
}

// OriginBook is the book that the run read.
type OriginBook struct {
	Path   string // as the user gave it
	Sheet  string // "" for a CSV
	SHA256 string // of the file, in hex
	Header []string
}

// OriginMapping is the mapping sheet that the run had.
type OriginMapping struct {
	Path   string // "" without one
	Lines  []MappingLine
	Tables map[string]map[string]string // the lookup tables that the lines name
}

// RowsOfOne says which rows of the book are one customer: so many, from First to
// Last, with no other customer's between them.
type RowsOfOne struct{ First, Last, Rows int }

// Role is what the sheet of that name is; "" for one that is not the report's.
func (o *Origin) Role(sheet string) SheetRole {
	if o.Sheets != nil {
		return o.Sheets[sheet]
	}
	return OldRole(sheet)
}

// FixSheet is the name of the sheet Fix, whether there is one or not.
func (o *Origin) FixSheet() string {
	for name, role := range o.Sheets {
		if role == FixRole {
			return name
		}
	}
	return FixSheet
}
