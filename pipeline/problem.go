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
	ProblemShape     ProblemCode = "other_shape" // a cell that belongs to another shape of the request
	ProblemItems     ProblemCode = "items"       // too few or too many entries of a group
	ProblemSchema    ProblemCode = "schema"      // breaks another rule of the schema
	ProblemExtraCell ProblemCode = "extra_cell"  // a filled cell past the header
	ProblemErrorCell ProblemCode = "error_cell"  // the cell holds an error value such as #N/A
	ProblemMangled   ProblemCode = "mangled"     // the spreadsheet program has altered the value
	ProblemConvert   ProblemCode = "convert"     // the value could not be converted as the mapping says
	ProblemProvider  ProblemCode = "provider"    // the provider's own complaint about a field
	ProblemDiffers   ProblemCode = "differs"     // not the same in all rows of one customer
)

// The codes of a row that is `duplicate`: whether it holds the same data as the
// row that counts, so that nothing of it needs mending, or other data.
const (
	CodeSameData  = "same_data"
	CodeOtherData = "other_data"
)

// Problem is one thing wrong with a row. Message says what is wrong and what
// would be right; it never contains the cell's value.
type Problem struct {
	Field string // the field's path; "" when no field is concerned
	// Row is the number of the line that is at fault, where a row is made of
	// several and it is not the first; else 0.
	Row int
	// Column is the column that feeds the field, nil when none does. Its Index is
	// that of the header, whatever the line.
	Column  *Column
	Code    ProblemCode
	Message string
	// Secret says that the cell's value is shown masked.
	Secret bool
}
