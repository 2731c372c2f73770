// Package book reads merchant books: CSV and XLSX files of one header and
// many rows.
//
// What it promises:
//
//   - Every row of the sheet comes, with the number that a spreadsheet program
//     shows for it, or the book is refused. A file that is cut short, damaged
//     or hostile is an [Error] that says where, never a shorter book.
//   - All passes read through the one file handle that [Open] made, so a file
//     that is replaced under its name while a run goes on changes nothing.
//   - A cell is text. What a workbook stores as a number, a date or a boolean is
//     spelt by one rule, and what the spreadsheet program itself has lost
//     (digits past the fifteenth, an error value, a formula without a result)
//     is a problem of the row, not a guess.
//
// What it does not know: what a column means, and whether a text is a date or
// a telephone number. That is the mapping's affair.
//
// Specifications: RFC 4180 for CSV, ECMA-376 (ISO/IEC 29500) for XLSX, both
// its transitional and its strict form.
package book

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"

	"muster/pipeline"
)

// Options say how to read a book. The zero value finds everything out.
type Options struct {
	// Sheet names the sheet of an XLSX book; "" is the first visible one. A CSV
	// has no sheets, so that naming one is an error.
	Sheet string
}

// Book is an open book. Its methods may be called by one goroutine at a time;
// whoever opened it closes it.
type Book struct {
	name   string
	sheet  string
	sheets []string
	sha256 string
	file   *file
	source source
	// headerRow is the header's row number: what stands above it is blank.
	headerRow int
	header    []pipeline.Column
}

// source gives the records of one sheet, from its first line, in ascending
// order of number; each call is a new pass.
type source interface {
	records(ctx context.Context, each func(*record) error) error
}

// record is one row of a sheet before the header is known. Its cells are
// trimmed; there may be fewer or more than the header has columns. It is
// reused from call to call.
type record struct {
	number int
	cells  []string
	faults []fault
}

// fault is something wrong with one cell that does not stop the book.
type fault struct {
	column  int
	code    pipeline.ProblemCode
	message string
}

func (r *record) blank() bool {
	for _, c := range r.cells {
		if c != "" {
			return false
		}
	}
	return len(r.faults) == 0
}

// errEnough ends a pass that needs no more records.
var errEnough = errors.New("enough")

// Open opens the book at path, finds out what it is, and reads its header and
// its SHA-256. Every failure is an [*Error].
//
// A pipe or a device, which cannot be read twice, is copied to a temporary
// file that only its owner can read and that has no name where the system
// allows it.
func Open(path string, o Options) (*Book, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, err
	}
	b, err := read(path, f, o)
	if err != nil {
		f.Close() // the book was only read: what went wrong first is what counts
		return nil, err
	}
	return b, nil
}

func read(name string, f *file, o Options) (*Book, error) {
	b := &Book{name: name, file: f}
	if err := b.find(o); err != nil {
		return nil, b.refusal(err)
	}
	return b, nil
}

// find does the work of Open; what is wrong comes back without path and sheet.
func (b *Book) find(o Options) error {
	digest := sha256.New()
	if _, err := io.Copy(digest, b.file.all()); err != nil {
		return err
	}
	b.sha256 = hex.EncodeToString(digest.Sum(nil))

	kind, err := recognise(b.name, b.file)
	if err != nil {
		return err
	}
	switch kind {
	case kindCSV:
		if o.Sheet != "" {
			return &Error{Problem: fmt.Sprintf("a CSV file has no sheets, so that there is no sheet %q", o.Sheet),
				Hint: "leave the sheet out, or name the workbook."}
		}
		b.source, err = newCSVSource(b.file)
	case kindXLSX:
		var w *workbook
		if w, err = openWorkbook(b.file, defaultLimits); err != nil {
			return err
		}
		b.sheets = w.worksheets()
		var chosen sheetEntry
		if chosen, err = w.choose(o.Sheet); err != nil {
			return err
		}
		b.sheet = chosen.name
		b.source, err = w.open(chosen)
	}
	if err != nil {
		return err
	}
	return b.readHeader()
}

func (b *Book) readHeader() error {
	err := b.source.records(context.Background(), func(r *record) error {
		if r.blank() {
			return nil
		}
		header, err := headerOf(r)
		if err != nil {
			return err
		}
		b.header, b.headerRow = header, r.number
		return errEnough
	})
	if err == nil {
		return b.noHeader()
	}
	if !errors.Is(err, errEnough) {
		return err
	}
	return nil
}

// Name is the path as the user gave it.
func (b *Book) Name() string { return b.name }

// Sheet is the name of the sheet that is read; "" for a CSV.
func (b *Book) Sheet() string { return b.sheet }

// Sheets are the names of all worksheets of the workbook, hidden ones too, in
// its order; nil for a CSV.
func (b *Book) Sheets() []string { return slices.Clone(b.sheets) }

// Header is the header's columns from the first, names trimmed, line breaks
// inside them kept. A column without a name between others has the name "";
// such columns at the end are not there.
func (b *Book) Header() []pipeline.Column { return slices.Clone(b.header) }

// SHA256 is the digest of the whole file as Open found it, in hex.
func (b *Book) SHA256() string { return b.sha256 }

// Rows calls each for every row of the book from the first below the header,
// in the order of their numbers, which ascend strictly. Rows whose every cell
// is empty are no rows; they count in the numbers. Row.Cells is valid until
// each returns; Row.Problems may be kept.
//
// Rows may be called again when it has returned; each call is a new pass over
// the same file handle. It returns the error of each unchanged, the context's
// error when that ended it, an [*Error] when the book cannot be read to its
// end, and an ordinary error when the file system failed.
func (b *Book) Rows(ctx context.Context, each func(pipeline.Row) error) error {
	var row pipeline.Row
	var stopped error // by each: not ours to word
	err := b.source.records(ctx, func(r *record) error {
		if r.number <= b.headerRow || r.blank() {
			return nil
		}
		row.Number = r.number
		row.Cells, row.Problems = b.shape(row.Cells, r)
		stopped = each(row)
		return stopped
	})
	switch {
	case err == nil:
		return nil
	case stopped != nil:
		return stopped
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errShorter):
		return fmt.Errorf("%s: %w", b.name, err)
	case isFileSystem(err):
		return fmt.Errorf("%s: the file can no longer be read: %w", b.name, err)
	}
	return b.refusal(err)
}

// Close closes the file. No pass may be going on.
func (b *Book) Close() error { return b.file.Close() }
