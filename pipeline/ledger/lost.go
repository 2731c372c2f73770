package ledger

import (
	"time"

	"muster/pipeline"
)

// LostRightError: this session does not have the right to send of a namespace, or lost it. Intents are refused with
// it, and no request leaves.
type LostRightError struct {
	Path   string
	Holder string    // the present sender, as it described itself; "" where there is none
	Since  time.Time // zero when Holder is ""
}

// Error shows the code and the arguments of the sentence.
func (e *LostRightError) Error() string { return e.Sentence().String() }

// Sentence names the present sender.
func (e *LostRightError) Sentence() *pipeline.Message {
	if e.Holder == "" {
		return pipeline.Say("ledger.right_lost", "path", e.Path)
	}
	return pipeline.Say("ledger.right_taken", "path", e.Path, "holder", e.Holder, "since", e.Since)
}

// AwayError: the server of a ledger was not heard for as long as muster waits. Everything acknowledged before is in
// the ledger.
type AwayError struct {
	Path  string
	After time.Duration
	Err   error // the cause, as far as it is known; may be nil
}

// Error shows the code and the arguments of the sentence.
func (e *AwayError) Error() string { return e.Sentence().String() }

// Away reports that trying again is of no use.
func (e *AwayError) Away() bool { return true }

// Unwrap gives the cause, and [ErrFull] too for a server without room.
func (e *AwayError) Unwrap() []error {
	switch {
	case e.Err == nil:
		return nil
	case sqlState(e.Err) == codeDiskFull:
		return []error{ErrFull, e.Err}
	}
	return []error{e.Err}
}

// Sentence says how long muster waited, and why in vain.
func (e *AwayError) Sentence() *pipeline.Message {
	seconds := int(e.After.Round(time.Second) / time.Second)
	if e.Err == nil {
		return pipeline.Say("ledger.server_silent", "path", e.Path, "count", seconds)
	}
	return pipeline.Say("ledger.server_away", "path", e.Path, "count", seconds, "cause", serverReason(e.Err))
}

// FailoverError: the server is not the one on which the namespace was last sent to, or was restored or promoted
// since.
type FailoverError struct{ Path string }

func (e *FailoverError) Error() string { return "fail-over" }

// failedOver refuses to send in production before a person has confirmed the server.
func failedOver(path string) *pipeline.Mistake {
	return refusal(&FailoverError{path}, "server.failed_over").At(ledgerAt(path)).Try("server.check_after_failover")
}

// restored refuses to send in production before a person has looked at what the backup does not have.
func restored(path string) *pipeline.Mistake {
	return refusal(&FailoverError{path}, "server.restored").At(ledgerAt(path)).Try("server.check_after_restore")
}

// changedSinceBegun refuses to send in production to a namespace that the ledger does not know as sent to: its first
// import may be missing.
func changedSinceBegun(path string, ns pipeline.Namespace) *pipeline.Mistake {
	return refusal(&FailoverError{path}, "server.changed_since_begun", "namespace", ns.Message()).At(ledgerAt(path)).
		Try("server.check_first_import")
}

// dataLost: the server lost writes that it had acknowledged to this session.
func dataLost(path string) error {
	return refusal(&FailoverError{path}, "server.lost_data").At(ledgerAt(path)).Try("server.check_after_failover")
}
