package book

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
)

// IsResult reports whether the file is a workbook of results that muster
// wrote: it has the hidden sheet muster. What cannot be read as a workbook is
// none; [Open] says why it cannot be read.
func IsResult(path string) bool {
	if ext := strings.ToLower(filepath.Ext(path)); ext != ".xlsx" && ext != ".xlsm" {
		return false
	}
	f, err := openFile(path)
	if err != nil {
		return false
	}
	defer f.Close()
	w, err := openWorkbook(f, defaultLimits)
	if err != nil {
		return false
	}
	return w.isResult()
}

func (w *workbook) isResult() bool {
	return slices.ContainsFunc(w.sheets, func(s sheetEntry) bool { return s.hidden && s.name == pipeline.OriginSheet })
}

// OpenAny opens a book as [Open] does. Of a results workbook, known by what is
// in it and not by its name, it opens the sheet Fix: [Book.Origin] says where
// the workbook comes from, and the rows have the numbers and the columns that
// they have in the book of that run. Every failure is a [*pipeline.Mistake], or
// the context's error; options that name another sheet or header are one.
func OpenAny(ctx context.Context, path string, o Options) (*Book, error) {
	b, origin, err := openOrigin(ctx, path, o)
	if err != nil || origin == nil {
		return b, err
	}
	x, err := b.openFix(ctx, o, origin)
	if err != nil {
		b.Close() // it was only read: what went wrong first is what counts
		return nil, err
	}
	return x, nil
}

// OriginOf reads where a results workbook comes from, and nothing of its sheet
// Fix; nil for any other book. It fails where [Open] does, and where the origin
// cannot be used.
func OriginOf(ctx context.Context, path string, o Options) (*pipeline.Origin, error) {
	b, origin, err := openOrigin(ctx, path, o)
	if err != nil {
		return nil, err
	}
	b.Close() // it was only read
	return origin, nil
}

// openOrigin opens a results workbook at its hidden sheet, and reads that; any
// other book as Open does, without an origin.
func openOrigin(ctx context.Context, path string, o Options) (b *Book, origin *pipeline.Origin, err error) {
	b, hidden, err := openAt(path, o, true)
	if err != nil || !hidden {
		return b, nil, err
	}
	origin, err = b.readOrigin(ctx)
	opened := b
	if err == nil && origin == nil {
		b, err = opened.openSheet(o, 0)
	}
	if err != nil {
		opened.Close() // it was only read: what went wrong first is what counts
		return nil, nil, err
	}
	return b, origin, nil
}

// readOrigin reads the sheet; nil when it says something else, for one of that
// name may be anybody's.
func (b *Book) readOrigin(ctx context.Context) (*pipeline.Origin, error) {
	rows, err := pipeline.OriginRows(ctx, b.Rows)
	if err != nil {
		return nil, err
	}
	origin, ours, err := pipeline.ParseOrigin(rows)
	switch {
	case err != nil:
		return nil, pipeline.Wrong("book.origin_unusable", "cause", err).Try("book.fix_in_book").
			At(pipeline.Place{File: b.name})
	case !ours:
		return nil, nil
	}
	return &origin, nil
}

// findOrigin opens the sheet of a results workbook that says where it comes
// from; false where the workbook has none that can be read.
func (b *Book) findOrigin(o Options) bool {
	if o.Encoding != "" {
		return false
	}
	hidden := &Book{name: b.name, file: b.file, sha256: b.sha256}
	o.Sheet, o.HeaderRow = pipeline.OriginSheet, 1
	// What is wrong with it is found again when the sheet that is meant is opened.
	if hidden.findSheet(o) != nil || hidden.sheet != pipeline.OriginSheet || hidden.findHeader(o) != nil {
		return false
	}
	*b = *hidden
	return true
}

// openSheet opens another sheet of the same workbook, or the same one otherwise,
// by the same file handle, so that nothing can have come between. Either of the
// two closes the file for both; one of them is to be closed. Its header has that
// many columns at least: those past the last name are without one.
func (b *Book) openSheet(o Options, columns int) (*Book, error) {
	other := &Book{name: b.name, file: b.file, sha256: b.sha256}
	err := other.findSheet(o)
	if err == nil {
		err = other.findHeader(o)
	}
	if err != nil {
		return nil, other.refusal(err)
	}
	other.padHeader(columns)
	return other, nil
}

// padHeader gives the sheet so many columns at least, those past the last name
// without one.
func (b *Book) padHeader(columns int) {
	for i := len(b.header); i < columns; i++ {
		b.header = append(b.header, pipeline.Column{Index: i})
	}
}
