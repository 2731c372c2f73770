package book

import (
	"fmt"
	"slices"
)

// Encoding is how the bytes of a CSV spell its text, as [Options] spells it:
// utf-8, utf-16 or windows-1252; "" for a workbook, which says it itself.
func (b *Book) Encoding() string {
	if b.form == nil {
		return ""
	}
	return b.form.encoding.name()
}

// HeaderRow is the number of the row that holds the header.
func (b *Book) HeaderRow() int { return b.headerRow }

// Titles are the texts that stand above a header that was found below them, one
// for each row; nil where the header is the first row that is not blank, or was
// told.
func (b *Book) Titles() []string { return slices.Clone(b.around.titles) }

// Notes are sentences on what was found out rather than told, where a person
// would want to know: a header below other rows (unless muster wrote them) or
// of two rows, an encoding that nothing in the file declares, the sheet that a
// number means, what is read of a results workbook. None holds what stands in a
// cell.
func (b *Book) Notes() []string {
	if b.fix != nil {
		return []string{b.fixNote()}
	}
	var notes []string
	if b.counted != "" {
		notes = append(notes, fmt.Sprintf("sheet %s is %q", b.counted, b.sheet))
	}
	if f := b.form; f != nil {
		switch {
		case f.encoding == encodingWindows1252 && !f.told:
			notes = append(notes, "read as Windows-1252, since it is not UTF-8; --encoding utf-8 or windows-1252 decides")
		case f.doubtful:
			notes = append(notes, "read as Windows-1252, as told, although all of it is UTF-8: "+
				"if accents come out wrong, leave --encoding out")
		}
	}
	if len(b.around.titles) > 0 && !b.around.marked {
		notes = append(notes, fmt.Sprintf("header found in row %d, below other rows; --header-row decides", b.headerRow))
	}
	if s := b.spoilt(); s != "" {
		notes = append(notes, s)
	}
	if b.around.under != nil {
		notes = append(notes, b.around.under.note())
	}
	return notes
}
