package pipeline

import "time"

// Origin says where a results workbook comes from: all that importing its sheet Fix needs of the run that wrote it.
// It contains no cell of any row. The workbook keeps it in the hidden sheet [OriginSheet]; see [Origin.Table].
type Origin struct {
	Run        string
	Command    string // import or check: the run's command, which also reads the sheet Fix
	Provider   string // as the user named it: passport, ./acme/
	Definition string // its name
	Digest     string // of the definition
	Env        string
	BaseURL    string
	Account    string
	// Flags import the sheet Fix in the same way as the book, one argument each.
	Flags   []string
	Book    OriginBook
	Mapping OriginMapping

	// Sheets says what the workbook's sheets are, by name; nil for a workbook of an older version, whose sheet names
	// [OldRole] knows.
	Sheets map[string]SheetRole
	// Rows counts those in the sheet Fix; NoFix says that it was left out.
	Rows  int
	NoFix bool
	// Sealed says that the workbook was written with a seal (reports.Sealed): when the seal is missing, another
	// program has saved the workbook.
	Sealed bool
	// Customers are those in the sheet Fix with several rows, ascending.
	Customers []RowsOfOne
	// Broken are the rows of the sheet Fix with their cells in the book, ascending; empty in a workbook of an older
	// version.
	Broken []BrokenCells
}

// BrokenCells are the cells of a row of the book, before it is fixed.
type BrokenCells struct {
	Row   int
	Cells CellsDigest
	// Repeats says that the row was a duplicate of another one with other data.
	Repeats bool
}

// CellsDigest is the beginning of a SHA-256 of a row's cells, by which a later run recognises the row, whatever its
// number.
type CellsDigest [16]byte

// FixedRow is a row that was imported from a sheet Fix, and the customer that it led
// to.
type FixedRow struct {
	Run     string // the run that imported it
	Row     int
	At      time.Time // when that run began
	Outcome Outcome   // the customer's present one: created, existing or uncertain
}

// OriginBook is the book that a run read.
type OriginBook struct {
	Path   string // as the user gave it
	Sheet  string // "" for a CSV
	SHA256 string // of the file, in hex
	Header []string
}

// OriginMapping is the mapping sheet of a run.
type OriginMapping struct {
	Path   string // "" without a mapping sheet
	Lines  []MappingLine
	Tables map[string]map[string]string // the lookup tables that its lines use
}

// RowsOfOne says which rows of the book are one customer: so many, from First to Last, without other customers' rows
// between them.
type RowsOfOne struct{ First, Last, Rows int }

// Role is the role of the sheet with that name; "" for one that is not the report's.
func (o *Origin) Role(sheet string) SheetRole {
	if o.Sheets != nil {
		return o.Sheets[sheet]
	}
	return OldRole(sheet)
}

// FixSheet is the name of the sheet Fix, even where it was left out.
func (o *Origin) FixSheet() string {
	for name, role := range o.Sheets {
		if role == FixRole {
			return name
		}
	}
	return FixSheet
}
