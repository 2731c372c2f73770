package book

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"muster/pipeline"
)

// unreadable is a failure of the system that has no better words.
func unreadable(err error) *pipeline.Mistake {
	m := pipeline.Wrong("book.unreadable", "cause", pipeline.WithoutPath(err))
	m.Err = err
	return m
}

// empty is a file or a sheet that holds nothing: its cause is io.EOF.
func empty(code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return &pipeline.Mistake{What: pipeline.Say(code, pairs...), Err: io.EOF}
}

// errShorter: the open file lost bytes. Read on, it would be a shorter book.
var errShorter = pipeline.Fail("book.became_shorter")

// errNegative: something before the beginning of the file.
var errNegative = errors.New("negative offset")

// The hints that several mistakes share.

func saveAgain() *pipeline.Message       { return pipeline.Say("book.save_again") }
func saveAsUTF8() *pipeline.Message      { return pipeline.Say("book.save_as_utf8") }
func saveAsEither() *pipeline.Message    { return pipeline.Say("book.save_as_either") }
func withoutPassword() *pipeline.Message { return pipeline.Say("book.save_without_password") }
func fetchAgain() *pipeline.Message      { return pipeline.Say("book.fetch_again") }

// isFileSystem reports whether it is the disk that failed, and no fault of the book.
func isFileSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, errShorter)
}

// isOurs reports whether an error is no fault of the XML part in which it surfaced.
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
