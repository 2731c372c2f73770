package pipeline

// MappingLine is one line of a mapping sheet: what fills a field.
type MappingLine struct {
	// Number is the line of the file, or the row of a workbook's sheet.
	Number int
	// Field is the path of the field; Column the name of the book's column that fills it, through the chain Convert;
	// Value is sent for all rows instead of a column's.
	Field, Column, Convert, Value string
}
