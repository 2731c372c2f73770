package book

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"muster/pipeline"
)

// IsResult reports whether the file is a results workbook that muster wrote, which it recognizes by the hidden sheet
// muster. A file that cannot be read as a workbook is not one; [Open] says why it cannot be read.
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

// OpenAny opens a book as [Open] does. If the book is a results workbook, which it recognizes by its contents and not
// by its name, it opens the sheet Fix: [Book.Origin] then says which book the results belong to, and the rows have
// the numbers and columns that they had in that book. Every failure is a [*pipeline.Mistake] or the context's error;
// so is the use of options that name another sheet or header.
func OpenAny(ctx context.Context, path string, o Options) (*Book, error) {
	b, origin, err := openOrigin(ctx, path, o)
	if err != nil || origin == nil {
		return b, err
	}
	x, err := b.openFix(ctx, o, origin)
	if err != nil {
		b.Close() // it was only read, so the first error is the one that matters
		return nil, err
	}
	return x, nil
}

// OriginOf reads the origin of a results workbook without reading its sheet Fix; nil for any other book. It fails
// where [Open] does, and if the origin cannot be used.
func OriginOf(ctx context.Context, path string, o Options) (*pipeline.Origin, error) {
	b, origin, err := openOrigin(ctx, path, o)
	if err != nil {
		return nil, err
	}
	b.Close() // it was only read
	return origin, nil
}

// openOrigin opens a results workbook at its hidden sheet and reads the origin; any other book it opens as Open does,
// without an origin.
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
		opened.Close() // it was only read, so the first error is the one that matters
		return nil, nil, err
	}
	return b, origin, nil
}

// readOrigin reads the origin from the hidden sheet; nil if the sheet holds something else, because anybody's
// workbook may have a sheet of that name.
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

// findOrigin opens the hidden sheet that holds the origin of a results workbook; false if the workbook has no
// readable one.
func (b *Book) findOrigin(o Options) bool {
	if o.Encoding != "" {
		return false
	}
	hidden := &Book{name: b.name, file: b.file, sha256: b.sha256}
	o.Sheet, o.HeaderRow = pipeline.OriginSheet, 1
	// Any fault is found again when the sheet that the user wants is opened.
	if hidden.findSheet(o) != nil || hidden.sheet != pipeline.OriginSheet || hidden.findHeader(o) != nil {
		return false
	}
	*b = *hidden
	return true
}

// openSheet opens another sheet of the same workbook, or the same sheet with other options, through the same file
// handle, so that the file cannot have been replaced in between. Closing either of the two books closes the file for
// both, so only one is to be closed. The header of the returned book is padded to at least so many columns, without
// names.
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

// padHeader extends the header to at least so many columns, those after the last name without one.
func (b *Book) padHeader(columns int) {
	for i := len(b.header); i < columns; i++ {
		b.header = append(b.header, pipeline.Column{Index: i})
	}
}
