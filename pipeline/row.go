package pipeline

import (
	"strconv"
	"strings"
)

// Row is one record of a book. Cells are in the header's order, one for each column of the header, trimmed by [Trim].
// Its slices are valid until the reader's callback returns; the texts in them may be kept.
type Row struct {
	// Number is the row number in a spreadsheet program, which counts the header and blank rows; the first line of a
	// sheet is 1.
	Number int
	// Rows are the numbers of the lines of one customer in a long book, Number first, ascending; nil for a customer
	// with one row. Cells are then those of all lines, one after the other: the columns of the i-th line begin at i
	// times the number of header columns, and a [Column]'s Index counts in the same way.
	Rows  []int
	Cells []string
	// Marked has, by column, cells as they were before marks at their ends were removed that [TrimBlank] keeps; nil
	// for nearly all rows.
	Marked map[int]string
	// Problems are what the reader found wrong with the row itself, before any mapping: a filled cell beyond the
	// header, an error value in a cell.
	Problems []Problem
}

// Lines is how many lines of the book the row has.
func (r Row) Lines() int { return max(1, len(r.Rows)) }

// OriginColumn is the header of the first column of a sheet that muster wrote, which says where a row comes from: in
// the sheet Fix the number of the book's row, in a blank book the mark of an example row ([IsExampleMark]).
const OriginColumn = "muster row"

// IsOriginColumn recognises muster's own column by its header, in any case.
func IsOriginColumn(header string) bool { return strings.EqualFold(header, OriginColumn) }

// ProblemColumn is the header of the second column of a sheet Fix, which says what is wrong with a row. It is not
// read back.
const ProblemColumn = "muster problem"

// IsExampleMark recognises an example row, which is not a row of the book, by its cell in the origin column.
// Templates are in several languages.
func IsExampleMark(cell string) bool {
	return strings.EqualFold(cell, "example") || strings.EqualFold(cell, "ejemplo")
}

// ColumnLetters gives a column's name in a spreadsheet: 0 is A, 26 is AA.
func ColumnLetters(index int) string {
	var b [8]byte
	i := len(b)
	for index++; index > 0; index = (index - 1) / 26 {
		i--
		b[i] = byte('A' + (index-1)%26)
	}
	return string(b[i:])
}

// CellRef gives a cell's name in a spreadsheet, such as F17.
func CellRef(column, row int) string {
	return ColumnLetters(column) + strconv.Itoa(row)
}

// Column says where a field's text comes from in the book.
type Column struct {
	Index int    // position in the header, from 0
	Name  string // as the book spells it
}

// Slot is one concrete field of a book's layout: a leaf of the request body with its indexes filled in, and its
// source.
type Slot struct {
	Path  string // customer.addresses[0].city
	Field int    // index in Provider.Fields
	// Column fills the slot; nil when Constant does.
	Column   *Column
	Constant string
	// Rule says what a cell may contain, in words that follow "must be", where the mapping converts cells from more
	// than the field takes; nil where the field's own help says it.
	Rule *Message
}

// Entry is one leaf of a row's request: a field and its text. Gaps in groups are closed, so that its path may differ
// from its slot's.
type Entry struct {
	Path  string
	Value string
	// Filled says that the definition gave the value (a field with one legal value), so that it says nothing about
	// the customer.
	Filled bool
	Made   *Made // nil where Value can be compared
}

// KeyValue is one key of a row.
type KeyValue struct {
	Key        int    // index in Provider.Keys
	Value      string // as it is sent
	Normalised string // Value as keys are compared
	Made       *Made  // nil where Value can be compared; see Compared
}

// Draft is one row mapped, checked and encoded. Its owner reuses a Draft from row to row: copy what is kept beyond
// the next row.
type Draft struct {
	Row   int    // the row's number
	Shape string // the shape of the row's body; "" where there is only one
	Name  string // the customer's name, for people
	// Entries are in the schema's order, whatever the order of the columns.
	Entries []Entry
	Keys    []KeyValue
	// Body is the request body as JSON; nil when there are problems.
	Body     []byte
	Problems []Problem
}

// Reset empties d for the next row and keeps its memory.
func (d *Draft) Reset(row int) {
	*d = Draft{Row: row, Entries: d.Entries[:0], Keys: d.Keys[:0], Body: d.Body[:0], Problems: d.Problems[:0]}
}
