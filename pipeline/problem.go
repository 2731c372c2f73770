package pipeline

// ProblemCode names a rule that a cell can break. The words are stable: they
// stand in reports and scripts may rely on them.
type ProblemCode string

const (
	ProblemRequired  ProblemCode = "required"    // a field that must be there has no value
	ProblemBlank     ProblemCode = "blank"       // nothing but white space
	ProblemTooShort  ProblemCode = "too_short"   // fewer characters (code points) than allowed
	ProblemTooLong   ProblemCode = "too_long"    // more characters (code points) than allowed
	ProblemEnum      ProblemCode = "not_listed"  // not one of the values that the provider lists
	ProblemPattern   ProblemCode = "pattern"     // not of the form that the provider asks for
	ProblemDate      ProblemCode = "date"        // not a date of the calendar
	ProblemEmail     ProblemCode = "email"       // not an e-mail address
	ProblemFormat    ProblemCode = "format"      // breaks another format of the schema
	ProblemType      ProblemCode = "type"        // not a number or a boolean where one is needed
	ProblemRange     ProblemCode = "range"       // a number out of range
	ProblemShape     ProblemCode = "other_shape" // a cell or a value that belongs to another shape of the request
	ProblemItems     ProblemCode = "items"       // too few or too many entries of a group
	ProblemSchema    ProblemCode = "schema"      // breaks another rule of the schema
	ProblemExtraCell ProblemCode = "extra_cell"  // a filled cell past the header
	ProblemErrorCell ProblemCode = "error_cell"  // the cell holds an error value such as #N/A
	ProblemMangled   ProblemCode = "mangled"     // the spreadsheet program has altered the value
	ProblemConvert   ProblemCode = "convert"     // the value could not be converted as the mapping says
	ProblemProvider  ProblemCode = "provider"    // the provider's own complaint about a field
	ProblemHalfRow   ProblemCode = "half_row"    // the row is a part of one
	ProblemDiffers   ProblemCode = "differs"     // not the same in all rows of one customer
	// ProblemSpoilt: the text was spoilt before it came into the book, or does not
	// fit on one line.
	ProblemSpoilt ProblemCode = "spoilt"
	// ProblemPlaceholder: the value stands for none, where one is needed.
	ProblemPlaceholder ProblemCode = "placeholder"
)

// The codes of a row that is `duplicate`: whether it holds the same data as the
// other row, so that nothing of it has to be corrected, or other data.
const (
	CodeSameData  = "same_data"
	CodeOtherData = "other_data"
)

// OfCell says that the cell itself is at fault, as the book's reader found it,
// and not what a field takes.
func (c ProblemCode) OfCell() bool {
	return c == ProblemExtraCell || c == ProblemErrorCell || c == ProblemMangled
}

// Problem is one thing wrong with a row: where, which rule, and what in
// particular. It holds no sentence and never the cell's value.
type Problem struct {
	Field string // the field's path; "" when no field is concerned
	// Sheet is that of the book; "" for a CSV, and where it is not known.
	Sheet string
	// Row is the number of the line of the book; 0 stands for that of the draft
	// or the outcome, of several lines the first.
	Row int
	// Column is the column that fills the field, nil when none does. Its Index is
	// that of the header, whatever the line.
	Column *Column
	// Constant says that the mapping sheet's constant is at fault: the field has
	// no column.
	Constant bool
	Code     ProblemCode
	Message  *Message
	// Secret says that the cell's value is shown masked.
	Secret bool
}

// Cell is the cell's name, such as F17; "" where no cell is concerned or its
// row is not known.
func (p Problem) Cell() string {
	if p.Column == nil || p.Row == 0 {
		return ""
	}
	return CellRef(p.Column.Index, p.Row)
}

// Name is the column as the book spells it, else the field; "" where neither is
// known.
func (p Problem) Name() string {
	if p.Column != nil && p.Column.Name != "" {
		return p.Column.Name
	}
	return p.Field
}
