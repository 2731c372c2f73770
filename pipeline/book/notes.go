package book

import (
	"slices"

	"muster/pipeline"
)

// sameNamesShown is for how many names a note says that several columns have them.
const sameNamesShown = 5

// Encoding is the encoding of a CSV, one of [Encodings]; "" for a workbook, which declares its own.
func (b *Book) Encoding() string {
	if b.form == nil {
		return ""
	}
	return b.form.encoding.name()
}

// HeaderRow is the number of the row that holds the header; 0 for a book without.
func (b *Book) HeaderRow() int { return b.headerRow }

// Titles are the texts above a header that was found below them, one for each row; nil when the header is the first
// row that is not blank, or was named.
func (b *Book) Titles() []string { return slices.Clone(b.around.titles) }

// Notes say what was found without options, where a person would want to know: a header below other rows (unless
// muster wrote them) or of two rows, joined or not, an encoding that nothing in the file declares, an unusual rule
// for quotation marks, a last line without an end, columns of one name, the sheet that a number means, what is read
// from a results workbook. None quotes a cell.
func (b *Book) Notes() []*pipeline.Message {
	if b.fix != nil {
		return []*pipeline.Message{b.fixNote()}
	}
	var notes []*pipeline.Message
	if b.counted != "" {
		notes = append(notes, pipeline.Say("book.sheet_by_number", "number", b.counted, "sheet", b.sheet))
	}
	if f := b.form; f != nil {
		switch {
		case f.encoding.chart() != nil && !f.named:
			notes = append(notes, pipeline.Say("book.read_as", "encoding", f.encoding.title()))
		case f.doubtful:
			notes = append(notes, pipeline.Say("book.read_as_named", "encoding", f.encoding.title()))
		}
	}
	if s, ok := b.source.(*csvSource); ok && s.rule != nil {
		notes = append(notes, s.rule)
	}
	if len(b.around.titles) > 0 && !b.around.marked && !b.around.expected {
		notes = append(notes, pipeline.Say("book.header_below_rows", "row", b.headerRow))
	}
	if b.around.joined {
		notes = append(notes, pipeline.Say("book.header_joined", "upper", b.headerRow-1, "row", b.headerRow))
	}
	if s, ok := b.source.(*csvSource); ok && s.layout.unended && b.halves.cut == 0 {
		notes = append(notes, pipeline.Say("book.last_line_unended", "line", s.layout.last.line))
	}
	same := pipeline.SameNames(b.header)
	for _, s := range same[:min(len(same), sameNamesShown)] {
		notes = append(notes, s.Message())
	}
	if column := b.misencoded(); column != nil {
		notes = append(notes, pipeline.Say("book.header_misencoded", "column", pipeline.ColumnLetters(column.Index)))
	}
	if b.around.lower != nil {
		notes = append(notes, b.around.lower.note())
	}
	return notes
}

// Hidden says how many rows of the last call of [Book.Rows] the spreadsheet program does not show, because of a
// filter or otherwise. They are rows of the book like all others. It is nil if there were none.
func (b *Book) Hidden() *pipeline.Message {
	if b.hidden == 0 {
		return nil
	}
	return pipeline.Say("book.hidden_rows", "count", b.hidden)
}
