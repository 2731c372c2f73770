package book

import "muster/pipeline"

// findMarked opens the sheet that the options mark; false where the workbook
// has none that can be read.
func (b *Book) findMarked(o Options) bool {
	if o.Mark == "" || o.Encoding != "" {
		return false
	}
	marked := &Book{name: b.name, file: b.file, sha256: b.sha256, own: true}
	o.Sheet, o.HeaderRow = o.Mark, 1
	// What is wrong with it is told when the sheet that is meant is opened.
	if marked.findSheet(o) != nil || marked.sheet != o.Mark || marked.findHeader(o) != nil {
		return false
	}
	*b = *marked
	return true
}

// Another opens another sheet of the same workbook, or the same one otherwise,
// by the same file handle, so that nothing can have come between. Either of the
// two closes the file for both; one of them is to be closed. Its header has that
// many columns at least: those past the last name are without one.
func (b *Book) Another(o Options, columns int) (*Book, error) {
	other := &Book{name: b.name, file: b.file, sha256: b.sha256}
	err := other.findSheet(o)
	if err == nil {
		err = other.findHeader(o)
	}
	if err != nil {
		return nil, other.refusal(err)
	}
	for i := len(other.header); i < columns; i++ {
		other.header = append(other.header, pipeline.Column{Index: i})
	}
	return other, nil
}
