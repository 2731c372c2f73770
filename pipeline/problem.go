package pipeline

// ProblemCode names a rule that a cell can break. The words are stable: reports have them, and scripts may rely on
// them.
type ProblemCode string

const (
	ProblemRequired  ProblemCode = "required"    // a required field has no value
	ProblemBlank     ProblemCode = "blank"       // only white space
	ProblemTooShort  ProblemCode = "too_short"   // fewer characters (code points) than allowed
	ProblemTooLong   ProblemCode = "too_long"    // more characters (code points) than allowed
	ProblemEnum      ProblemCode = "not_listed"  // not a value that the provider lists
	ProblemPattern   ProblemCode = "pattern"     // not of the form that the provider requires
	ProblemDate      ProblemCode = "date"        // no such date
	ProblemEmail     ProblemCode = "email"       // not an e-mail address
	ProblemFormat    ProblemCode = "format"      // breaks another format of the schema
	ProblemType      ProblemCode = "type"        // not a number or boolean where one is required
	ProblemRange     ProblemCode = "range"       // a number out of range
	ProblemShape     ProblemCode = "other_shape" // a cell or value of another shape of the request
	ProblemItems     ProblemCode = "items"       // too few or too many entries of a group
	ProblemSchema    ProblemCode = "schema"      // breaks another rule of the schema
	ProblemExtraCell ProblemCode = "extra_cell"  // a filled cell beyond the header
	ProblemErrorCell ProblemCode = "error_cell"  // the cell has an error value such as #N/A
	ProblemMangled   ProblemCode = "mangled"     // the spreadsheet program has altered the value
	ProblemConvert   ProblemCode = "convert"     // the value could not be converted as the mapping says
	ProblemProvider  ProblemCode = "provider"    // the provider's own complaint about a field
	ProblemHalfRow   ProblemCode = "half_row"    // the row is only a part of a record
	ProblemDiffers   ProblemCode = "differs"     // not the same in all rows of one customer
	// ProblemSpoilt: the text was damaged before it came into the book, or does not fit on one line.
	ProblemSpoilt ProblemCode = "spoilt"
	// ProblemPlaceholder: the value stands for "none", where a value is required.
	ProblemPlaceholder ProblemCode = "placeholder"
	// ProblemZerosLost: a spreadsheet program has removed the zeros in front of a code.
	ProblemZerosLost ProblemCode = "zeros_lost"
)

// The codes of a row that is `duplicate`: whether it has the same data as the other row, so that nothing has to be
// corrected, or other data.
const (
	CodeSameData  = "same_data"
	CodeOtherData = "other_data"
)

// OfCell reports that the cell itself is wrong, as the book's reader found, and not only that the field does not take
// it.
func (c ProblemCode) OfCell() bool {
	return c == ProblemExtraCell || c == ProblemErrorCell || c == ProblemMangled
}

// Problem is one thing wrong with a row: where, which rule, and the details. It has no sentence, and never the cell's
// value.
type Problem struct {
	Field string // the field's path; "" when no field is concerned
	// Sheet is the book's; "" for a CSV, and where it is not known.
	Sheet string
	// Row is the number of the line of the book; 0 stands for that of the draft or the outcome, and of several lines
	// for the first.
	Row int
	// Column is the column that fills the field, nil when none does. Its Index is
	// that of the header, whatever the line.
	Column *Column
	// Constant says that the mapping sheet's constant is wrong: the field has no column.
	Constant bool
	Code     ProblemCode
	Message  *Message
	// Secret says that the cell's value is shown masked.
	Secret bool
}

// Cell is the cell's name, such as F17; "" without a cell, or when its row is not known.
func (p Problem) Cell() string {
	if p.Column == nil || p.Row == 0 {
		return ""
	}
	return CellRef(p.Column.Index, p.Row)
}

// Name is the column as the book spells it, else the field's path; "" when neither is known.
func (p Problem) Name() string {
	if p.Column != nil && p.Column.Name != "" {
		return p.Column.Name
	}
	return p.Field
}
