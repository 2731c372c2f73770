package book

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
)

// Error says why a book cannot be read (exit code 2). It never holds the
// content of a cell; names of sheets and headers are no such content.
type Error struct {
	Path   string // as the user gave it
	Sheet  string // "" for a CSV, and where no sheet is concerned
	Line   int    // CSV: the line of the file, from 1; 0 where none is concerned
	Row    int    // XLSX: the row; 0 where none is concerned
	Column string // the column's letters; "" where none is concerned
	// Problem says what is wrong.
	Problem string
	// Hint is a sentence of advice; it may be empty. Error does not include it.
	Hint string
	// Err is the failure of the file system behind it, nil when there is none.
	Err error
}

// Error names file, sheet, line or row, and column, then what is wrong.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Path)
	if e.Sheet != "" {
		fmt.Fprintf(&b, ", sheet %q", e.Sheet)
	}
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Row > 0 {
		fmt.Fprintf(&b, ", row %d", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, ", column %s", e.Column)
	}
	b.WriteString(": ")
	b.WriteString(e.Problem)
	return b.String()
}

// Unwrap gives the failure of the file system, if one is behind e.
func (e *Error) Unwrap() error { return e.Err }

// errShorter: the open file lost bytes. Read on, it would be a shorter book.
var errShorter = errors.New("the file became shorter while it was being read")

// isFileSystem tells failures of the disk from faults of the book.
func isFileSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, errShorter)
}

// isOurs tells what is no fault of an XML part, although it surfaced there.
func isOurs(err error) bool {
	var e *Error
	return errors.As(err, &e) || isFileSystem(err) || errors.Is(err, errEnough) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// refusal completes err with path and sheet.
func (b *Book) refusal(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return &Error{Path: b.name, Sheet: b.sheet, Problem: "the file cannot be read: " + reason(err), Err: err}
	}
	whole := *e
	whole.Path = b.name
	if whole.Sheet == "" {
		whole.Sheet = b.sheet
	}
	return &whole
}

// reason is what the system says, without the path that stands before it.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}
