package ledger

import (
	"errors"
	"time"

	"muster/pipeline"
)

// LostRightError: the right to send of a namespace is not, or no longer, this
// session's. An intent is refused with it, and nothing leaves.
type LostRightError struct {
	Path   string
	Holder string    // who took it over, as it described itself; "" where nobody is known
	Since  time.Time // zero when Holder is ""
}

// Error shows the code and the arguments of the sentence.
func (e *LostRightError) Error() string { return e.Sentence().String() }

// Sentence says who has the right now.
func (e *LostRightError) Sentence() *pipeline.Message {
	if e.Holder == "" {
		return pipeline.Say("ledger.right_lost", "path", e.Path)
	}
	return pipeline.Say("ledger.right_taken", "path", e.Path, "holder", e.Holder, "since", e.Since)
}

// AwayError: the server of a ledger was not heard for as long as a run waits for it.
// What was acknowledged before is in the ledger.
type AwayError struct {
	Path  string
	After time.Duration
	Err   error // why, as far as it is known; or nil
}

// Error shows the code and the arguments of the sentence.
func (e *AwayError) Error() string { return e.Sentence().String() }

// Away reports that it is of no use to try again.
func (e *AwayError) Away() bool { return true }

// Unwrap gives the cause; of a server without room that is [ErrFull] too.
func (e *AwayError) Unwrap() []error {
	switch {
	case e.Err == nil:
		return nil
	case sqlState(e.Err) == codeDiskFull:
		return []error{ErrFull, e.Err}
	}
	return []error{e.Err}
}

// Sentence says for how long, and why.
func (e *AwayError) Sentence() *pipeline.Message {
	seconds := int(e.After.Round(time.Second) / time.Second)
	if e.Err == nil {
		return pipeline.Say("ledger.server_silent", "path", e.Path, "count", seconds)
	}
	cause := e.Err
	var mistake *pipeline.Mistake
	if errors.As(cause, &mistake) {
		cause = mistake.Reason() // whose place is the ledger too
	}
	return pipeline.Say("ledger.server_away", "path", e.Path, "count", seconds, "cause", cause)
}

// FailoverError: the server is not the one, or not in the state, in which a namespace
// was sent to last: somebody switched over to another server, or put a backup back.
type FailoverError struct{ Path string }

func (e *FailoverError) Error() string { return "fail-over" }

// failedOver refuses to go on in production before a person has said so.
func failedOver(path string) error {
	return refusal(&FailoverError{path}, "server.failed_over").At(ledgerAt(path)).Try("server.check_after_failover")
}

// dataLost: the server has lost what it had acknowledged to this very session.
func dataLost(path string) error {
	return refusal(&FailoverError{path}, "server.lost_data").At(ledgerAt(path)).Try("server.check_after_failover")
}
