package book

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"muster/pipeline"
)

// worded is a failure of the system, or the end of what there is, in words for
// the owner of the book.
type worded struct {
	says  string
	cause error
}

func (e worded) Error() string { return e.says }
func (e worded) Unwrap() error { return e.cause }

// unreadable is a failure of the system that has no better words.
func unreadable(err error) *pipeline.Mistake {
	return &pipeline.Mistake{Err: worded{"the file cannot be read: " + pipeline.WithoutPath(err).Error(), err}}
}

// nothing is a file or a sheet that holds nothing: around io.EOF.
func nothing(says string) *pipeline.Mistake {
	return &pipeline.Mistake{Err: worded{says, io.EOF}}
}

// errShorter: the open file lost bytes. Read on, it would be a shorter book.
var errShorter = errors.New("the file became shorter while it was being read")

// isFileSystem tells failures of the disk from faults of the book.
func isFileSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, errShorter)
}

// isOurs tells what is no fault of an XML part, although it surfaced there.
func isOurs(err error) bool {
	var m *pipeline.Mistake
	return errors.As(err, &m) || isFileSystem(err) || errors.Is(err, errEnough) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// refusal completes err with path and sheet.
func (b *Book) refusal(err error) error {
	var m *pipeline.Mistake
	if !errors.As(err, &m) {
		m = unreadable(err)
	}
	return m.Within(pipeline.Place{File: b.name, Sheet: b.sheet})
}
