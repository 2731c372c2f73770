package pipeline

import (
	"errors"
	"strings"
)

// Worded is an error that has a sentence for people in the catalogue.
type Worded interface {
	error
	// Sentence is nil where the error has none.
	Sentence() *Message
}

// Failure is an error with a message: something failed, and there is no flag or file to correct, as there is for a
// [Mistake].
type Failure struct {
	Message *Message
	Err     error // the cause; nil where there is none
}

// Fail makes a failure of a code and the pairs of [Say]:
//
//	Fail("ledger.close_failed", "path", path, "cause", err)
//
// The cause is the first of the values that is an error.
func Fail(code MessageCode, pairs ...any) *Failure {
	m := Say(code, pairs...)
	return &Failure{m, m.cause()}
}

// Error shows the code and the arguments; package wording has the sentence.
func (f *Failure) Error() string { return f.Message.String() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Sentence is the failure's message.
func (f *Failure) Sentence() *Message { return f.Message }

// cause is the first argument that is an error; nil when there is none.
func (m *Message) cause() error {
	for _, a := range m.Args {
		if err, ok := a.Value.(error); ok {
			return err
		}
	}
	return nil
}

// MessageOf is an error as a message, which can be stored and worded in any language: the sentence of a [Worded]
// error, after the place of a [Mistake]; muster's sentence for a common error of the system; the text of any other.
// It is nil for nil.
func MessageOf(err error) *Message {
	if err == nil {
		return nil
	}
	if worded, ok := err.(Worded); ok {
		if m := worded.Sentence(); m != nil {
			return placed(err, m)
		}
	}
	switch e := err.(type) {
	case *Mistake:
		return placed(err, MessageOf(e.Err))
	case interface{ Unwrap() []error }:
		var all []*Message
		for _, each := range e.Unwrap() {
			all = append(all, MessageOf(each))
		}
		return Say("sentences", "all", all)
	}
	if m := systemMessage(err); m != nil {
		return m
	}
	cause := errors.Unwrap(err)
	if !hasSentence(cause) {
		return Say(AsWritten, "text", err.Error())
	}
	front, _ := strings.CutSuffix(err.Error(), cause.Error())
	if front == "" || front == err.Error() {
		return MessageOf(cause)
	}
	return Say("in_front", "text", front, "sentence", MessageOf(cause))
}

// hasSentence reports whether an error, or one that it wraps, has a sentence.
func hasSentence(err error) bool {
	var worded Worded
	for one := err; one != nil; one = errors.Unwrap(one) {
		if systemMessage(one) != nil {
			return true
		}
	}
	return errors.As(err, &worded)
}

// placed writes the place of a mistake in front of its sentence.
func placed(err error, sentence *Message) *Message {
	if m, ok := err.(*Mistake); ok && m.Place != (Place{}) {
		return Say("at_place", "place", m.Place, "sentence", sentence)
	}
	return sentence
}
