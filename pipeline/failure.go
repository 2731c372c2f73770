package pipeline

// Worded is an error that has a sentence for people in the catalogue.
type Worded interface {
	error
	// Sentence is nil where the error has none after all.
	Sentence() *Message
}

// Failure is an error that is a message: something that did not work, and that
// nobody has to put right in a flag or a file, as a [Mistake] has to be.
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

// Error shows the code and the arguments: package wording has the sentence.
func (f *Failure) Error() string { return f.Message.String() }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }

// Sentence is the failure's message.
func (f *Failure) Sentence() *Message { return f.Message }

// cause is the first argument that is an error; nil where none is.
func (m *Message) cause() error {
	for _, a := range m.Args {
		if err, ok := a.Value.(error); ok {
			return err
		}
	}
	return nil
}
