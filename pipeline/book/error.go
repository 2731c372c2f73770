package book

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"muster/pipeline"
)

// unreadable is the mistake for a failure of the system without its own message.
func unreadable(err error) *pipeline.Mistake {
	m := pipeline.Wrong("book.unreadable", "cause", pipeline.WithoutPath(err))
	m.Err = err
	return m
}

// empty is the mistake for an empty file or sheet: its cause is io.EOF.
func empty(code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return &pipeline.Mistake{What: pipeline.Say(code, pairs...), Err: io.EOF}
}

// errShorter: the open file lost bytes, and would otherwise be read as a shorter book.
var errShorter = pipeline.Fail("book.became_shorter")

// errNegative: an offset before the beginning of the file.
var errNegative = errors.New("negative offset")

// The hints that several mistakes share.

func saveAgain() *pipeline.Message       { return pipeline.Say("book.save_again") }
func saveAsUTF8() *pipeline.Message      { return pipeline.Say("book.save_as_utf8") }
func saveAsEither() *pipeline.Message    { return pipeline.Say("book.save_as_either") }
func withoutPassword() *pipeline.Message { return pipeline.Say("book.save_without_password") }
func fetchAgain() *pipeline.Message      { return pipeline.Say("book.fetch_again") }

// isFileSystem reports whether the disk failed, and not the book.
func isFileSystem(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path) || errors.Is(err, errShorter)
}

// isOurs reports whether an error is not about the XML part in which it occurred.
func isOurs(err error) bool {
	var m *pipeline.Mistake
	return errors.As(err, &m) || isFileSystem(err) || errors.Is(err, errEnough) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// refusal adds path and sheet to err.
func (b *Book) refusal(err error) error {
	var m *pipeline.Mistake
	if !errors.As(err, &m) {
		m = unreadable(err)
	}
	return m.Within(pipeline.Place{File: b.name, Sheet: b.sheet})
}
