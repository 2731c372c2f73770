// Package importer is the one concurrent loop: check, begin, send, settle.
//
// A book is read three times. [Check] reads, maps and validates every row and judges it against the rest of the book
// and the ledger; nothing is sent before the whole book has been checked (promise 2). [Plan.Send] reads it again and
// sends the rows that are ready: an intent is on disk before its request leaves, an outcome before it is reported,
// and never more than twice the concurrency of intents are on disk without an outcome (promise 3). [Plan.Results]
// reads it a third time and joins each row with its outcome, by the row's number and never by the order of answers
// (promises 1 and 5). A row is checked in the first pass, and once more when it is sent.
//
// The package defines what it needs of a book, a checker, a ledger and a sender; it knows nothing of files, SQL or
// HTTP. A row that fails is data; an error ends the run, mostly a *[Halt].
package importer

import (
	"context"
	"errors"
	"iter"
	"time"

	"muster/pipeline"
)

// Book is a book's rows. Each call of Rows is a new pass over the same open
// file; a row is valid until each returns.
type Book interface {
	Rows(ctx context.Context, each func(pipeline.Row) error) error
}

// Checker decides what a row would send. It is called by one goroutine at a time.
type Checker interface {
	// Check maps, checks and encodes the row into d.
	Check(row pipeline.Row, d *pipeline.Draft)
	Namer
}

// Part checks consecutive rows of a part of the book, while other Parts check other parts. Begin and Check are called
// in one goroutine; End is called in the Checker's, in the book's order, once the rows above are checked.
type Part interface {
	Begin()
	Check(row pipeline.Row, d *pipeline.Draft)
	// End reports whether the results are valid; when it returns false, the Checker has to check the rows.
	End() bool
}

// Namer says which customer a row is, which is all that a report needs. It is called by one goroutine at a time.
type Namer interface {
	// Name gives the name and the first of the keys that a check of the row would find; false where there is none.
	Name(row pipeline.Row) (name string, key pipeline.KeyValue, ok bool)
}

// Fixed knows the rows of a book that were fixed in a sheet Fix and enrolled from there.
type Fixed interface {
	// Find gives the fixed copy of a row of the book, and its outcome.
	Find(row pipeline.Row) (pipeline.FixedRow, bool)
}

// Refusals knows the rows that runs left rejected.
type Refusals interface {
	// Refused reports of each tag of a row's data whether a run left a row with that data rejected.
	Refused(ctx context.Context, data []pipeline.Tag) ([]bool, error)
}

// Tagger computes the tags by which a ledger recognises rows.
type Tagger interface {
	// KeyTag is the tag of a key's normalised value; OlderKeyTags are those that customers of an older muster may
	// have for the row's key instead.
	KeyTag(name, normalised string) pipeline.Tag
	OlderKeyTags(k pipeline.KeyValue) []pipeline.Tag
	// BodyTag is the tag of what a row would send, by which a later run
	// recognises it.
	BodyTag(entries []pipeline.Entry) pipeline.Tag
}

// Knowledge is what a ledger knows of the customers of one namespace.
type Knowledge interface {
	Tagger
	// Find gives the customer that has each tag as a key; nil where none has.
	Find(ctx context.Context, tags []pipeline.Tag) ([]*pipeline.Claim, error)
	// FindIDs gives the customer that has each of the provider's IDs; nil where none has. Only Row and Run of its
	// Outcome need be set.
	FindIDs(ctx context.Context, ids []string) ([]*pipeline.Claim, error)
	// SameBody reports that a claim was made from these entries; when it returns false, Differences may still find
	// that they differ only in form.
	SameBody(c *pipeline.Claim, entries []pipeline.Entry) bool
	// Differences names the fields in which entries differ from what was sent.
	Differences(ctx context.Context, ref int64, entries []pipeline.Entry) ([]string, error)
}

// Records is where outcomes are written.
type Records interface {
	// Join writes which rows of a run are one customer with an earlier row, under which the customer's outcome is.
	Join(ctx context.Context, run string, members []pipeline.Member) error
	// Record writes the outcomes of rows that need no request.
	Record(ctx context.Context, run string, outcomes []pipeline.Outcome) error
	// Outcomes reads a run's outcomes, ascending by row; rows that were not sent may be missing.
	Outcomes(ctx context.Context, run string) iter.Seq2[pipeline.Outcome, error]
}

// Ledger is Records that also keeps intents.
type Ledger interface {
	Knowledge
	Records
	// Write begins intents and settles others in one transaction; when it fails nothing of it took effect, as with an
	// [IDTakenError] for a settlement that is Sole. It sets the intents' Ref. claimed are the indices, ascending, of the
	// intents that are not written because a live customer has one of their keys.
	Write(ctx context.Context, run string, begin []*pipeline.Intent, settle []pipeline.Settlement) (
		claimed []int, err error)
	// Take takes the request ref over for the run, which is about to repeat it: from then on
	// no run that has lost the right to send gives it back. False: it is settled by now.
	Take(ctx context.Context, run string, ref int64) (taken bool, err error)
}

// Sender makes single requests. All methods may be called from several goroutines at once.
type Sender interface {
	// Create makes one attempt. token is the number of the token that it carried.
	Create(ctx context.Context, in *pipeline.Intent) (reply pipeline.Reply, token int)
	// Authorise makes sure that there is a newer token than the refused one. Its error is a [CredentialsError] when
	// the provider refuses our credentials.
	Authorise(ctx context.Context, refused int) error
	// Worked reports whether a request with the token was ever accepted.
	Worked(token int) bool
	// Renewable reports whether another token can be had.
	Renewable() bool
	// LookUp finds records; an empty list means that the provider says that there are none.
	LookUp(ctx context.Context, l *pipeline.LookUp, value string) ([]pipeline.Found, error)
	// Pause holds back every call until then.
	Pause(until time.Time)
}

// Asker asks about requests that a provider accepted and decides later. It may be called from several goroutines at
// once.
type Asker interface {
	// Ask asks once, by in.Await. The verdict is one of [pipeline.AwaitVerdicts], or unsent; token is the number of
	// the token that the call carried.
	Ask(ctx context.Context, in *pipeline.Intent) (reply pipeline.Reply, token int)
}

// LookUpFailure is implemented by an error of a Sender that says why a look-up failed.
type LookUpFailure interface {
	error
	// Failure gives the verdict (throttled, unauthorized, halt, unsent or unknown), how long the provider asks to
	// wait, and the token that was used.
	Failure() (verdict pipeline.Verdict, retryAfter time.Duration, token int)
}

// LastingError is implemented by the error of a call that could not be made, and that every other call would meet too
// until a setting is changed.
type LastingError interface {
	error
	Advice() *pipeline.Message // what to do; nil when another call may succeed
}

// adviceOf is the advice of a lasting error; nil for any other.
func adviceOf(err error) *pipeline.Message {
	var lasting LastingError
	if errors.As(err, &lasting) {
		return lasting.Advice()
	}
	return nil
}

// refusedError says that the provider refused the credentials of a look-up.
type refusedError struct{ error }

func (e refusedError) Unwrap() error     { return e.error }
func (refusedError) CredentialsRefused() {}

// CredentialsError is implemented by an error of a Sender that says that the provider refuses our credentials.
type CredentialsError interface {
	error
	CredentialsRefused()
}

// Halt is why a run did not finish.
type Halt struct {
	Reason  HaltReason
	Message *pipeline.Message // for the person who started the run
	Hint    *pipeline.Message // what to do about it; nil where there is nothing more to say
	Err     error             // the cause; nil where there is none
}

// NewHalt is a halt with the message of a code and the pairs of [pipeline.Say];
// the cause is the first of the values that is an error.
func NewHalt(reason HaltReason, code pipeline.MessageCode, pairs ...any) *Halt {
	f := pipeline.Fail(code, pairs...)
	return &Halt{Reason: reason, Message: f.Message, Err: f.Err}
}

// HaltBy is a halt with the message of err.
func HaltBy(reason HaltReason, err error) *Halt {
	return &Halt{Reason: reason, Message: pipeline.MessageOf(err), Err: err}
}

// Try sets the hint, as [pipeline.Say] makes it, and returns h.
func (h *Halt) Try(code pipeline.MessageCode, pairs ...any) *Halt {
	return h.Advise(pipeline.Say(code, pairs...))
}

// Advise sets the hint and returns h.
func (h *Halt) Advise(hint *pipeline.Message) *Halt {
	h.Hint = hint
	return h
}

// Error shows the code and the arguments; package wording has the sentence.
func (h *Halt) Error() string { return h.Message.String() }

// Unwrap gives the cause.
func (h *Halt) Unwrap() error { return h.Err }

// Sentence says why the run did not finish.
func (h *Halt) Sentence() *pipeline.Message { return h.Message }

// Lasting reports whether another run would halt in the same way until a person changes something.
func (h *Halt) Lasting() bool {
	return h.Reason == HaltCredentials || h.Reason == HaltProvider || h.Reason == HaltConnection
}

// IsLasting is [Halt.Lasting] for a run in the ledger, of whose halt only the message is stored.
func IsLasting(halt *pipeline.Message) bool {
	if halt == nil {
		return false
	}
	switch halt.Code {
	case "halt.credentials_refused", "halt.every_request_fails", "halt.no_connection", "halt.denied", "halt.doubted",
		"provider.credentials_refused", "provider.credentials_refused_with_code", "provider.no_token_now":
		return true
	}
	return false
}

// HaltReason is the kind of a Halt.
type HaltReason string

const (
	HaltCredentials HaltReason = "credentials" // the provider refuses our credentials
	HaltProvider    HaltReason = "provider"    // every row would fail alike: host, path, permission
	HaltConnection  HaltReason = "connection"  // every row would fail alike: proxy, certificates
	HaltSilence     HaltReason = "silence"     // too many in succession without an answer
	HaltRefusals    HaltReason = "refusals"    // too many refusals
	HaltPilot       HaltReason = "pilot"       // rows of the pilot failed, or nobody confirmed going on
	HaltWait        HaltReason = "wait"        // the provider asks for a longer pause than is allowed
	HaltInterrupted HaltReason = "interrupted" // a person stopped it
	HaltBook        HaltReason = "book"        // the book reads differently from before
	HaltLedger      HaltReason = "ledger"      // the ledger can no longer be written
)
