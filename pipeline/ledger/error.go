package ledger

import (
	"errors"
	"io/fs"
	"time"

	"muster/pipeline"
	"muster/pipeline/files"
)

// ErrNone: there is no ledger at that path, and Options did not allow creating one.
var ErrNone = errors.New("no ledger")

// ErrReadOnly: the ledger is open for reading only.
var ErrReadOnly = errors.New("read-only ledger")

// ErrFull: the disk has no room. What was acknowledged before is intact.
var ErrFull = errors.New("disk full")

// ErrUnusable: the ledger cannot be used: it is damaged, not a ledger, or written by a newer muster; it cannot be
// opened, or its key is lost; it does not have the run asked for. Each is a [pipeline.Mistake] that wraps its cause.
var ErrUnusable = errors.New("unusable ledger")

// ErrUnreachable: the ledger's server could not be reached, or let nobody in. It is an [ErrUnusable] that may pass
// without any change by a person, as while a server starts again.
var ErrUnreachable = errors.New("unreachable ledger")

// unusable wraps a cause, which may be nil, so that a mistake is [ErrUnusable].
type unusable struct{ cause error }

func (unusable) Error() string        { return ErrUnusable.Error() }
func (unusable) Is(target error) bool { return target == ErrUnusable }
func (e unusable) Unwrap() error      { return e.cause }

// unreachable wraps a cause, so that a mistake is [ErrUnreachable] and [ErrUnusable].
type unreachable struct{ unusable }

func (unreachable) Error() string        { return ErrUnreachable.Error() }
func (unreachable) Is(target error) bool { return target == ErrUnreachable || target == ErrUnusable }

// refusal is a mistake that is [ErrUnusable]; the cause may be nil.
func refusal(cause error, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return &pipeline.Mistake{What: pipeline.Say(code, pairs...), Err: unusable{cause}}
}

func ledgerAt(path string) pipeline.Place { return pipeline.Place{Kind: "ledger", File: path} }

// noneAt: there is no ledger at path, and creating one is not allowed.
func noneAt(path string) error { return refusal(ErrNone, "ledger.none").At(ledgerAt(path)) }

// notLedger: the file at path is something else.
func notLedger(path string, code pipeline.MessageCode, pairs ...any) error {
	return refusal(nil, code, pairs...).At(ledgerAt(path)).Try("ledger.name_another_file")
}

// corrupt: the ledger is damaged; err says where.
func corrupt(path string, err error) error {
	return refusal(err, "ledger.damaged", "cause", inWords(err)).At(ledgerAt(path)).Try("ledger.restore_copy")
}

// noAccess: the system does not let this user read or write the file at path.
func noAccess(path string, err error) error { return noAccessTo(ledgerAt(path), err) }

// noAccessTo is noAccess for the ledger, or for a file that belongs to it.
func noAccessTo(place pipeline.Place, err error) error {
	if owner := files.OtherOwner(place.File); owner != "" {
		return refusal(err, "ledger.of_other_user", "owner", owner, "cause", inWords(err)).At(place).
			Try("ledger.run_as_owner", "owner", owner)
	}
	return refusal(err, "ledger.no_access", "cause", inWords(err)).At(place).Try("ledger.need_folder")
}

// HeldError: another muster writes to this ledger (exit code 10).
type HeldError struct {
	Path   string
	Holder string    // as it described itself; "" while it is still starting
	Since  time.Time // zero when Holder is ""
}

// Error shows the code and the arguments of the sentence.
func (e *HeldError) Error() string { return e.Sentence().String() }

// Sentence says who holds the ledger.
func (e *HeldError) Sentence() *pipeline.Message {
	if e.Holder == "" {
		return pipeline.Say("ledger.just_taken", "path", e.Path)
	}
	return pipeline.Say("ledger.in_use", "path", e.Path, "since", e.Since, "holder", e.Holder)
}

// VersionError: the ledger's schema version is not this muster's. It is wrapped in a [pipeline.Mistake], which names
// the ledger.
type VersionError struct {
	Found int // the ledger's
	Known int // this muster's
}

func (e *VersionError) Error() string { return "schema version" }

func wrongVersion(path string, found, known int) error {
	e := &VersionError{found, known}
	if found < known {
		m := refusal(e, "ledger.older_version", "found", found, "known", known).At(ledgerAt(path))
		if IsAddress(path) { // of which nobody saves a copy
			return m.Try("ledger.import_upgrades_server")
		}
		return m.Try("ledger.import_upgrades")
	}
	return refusal(e, "ledger.newer_version", "found", found, "known", known).At(ledgerAt(path)).
		Try("ledger.use_newer")
}

// KeyFault is what is wrong with a key file.
type KeyFault string

const (
	KeyMissing   KeyFault = "missing"   // the ledger exists, its key file does not
	KeyMalformed KeyFault = "malformed" // not 64 hexadecimal digits
	KeyForeign   KeyFault = "foreign"   // the key of another ledger
	KeyUnnamed   KeyFault = "unnamed"   // the ledger is on a server, and no key file is named
	KeyOpen      KeyFault = "open"      // others than its owner may read or write it
)

// KeyError: the ledger's key file cannot be used. Without it every merchant would look new, so nothing is done
// (promise 10). It is wrapped in a [pipeline.Mistake], which names the file.
type KeyError struct{ Fault KeyFault }

func (e *KeyError) Error() string { return "key file " + string(e.Fault) }

func keyAt(path string) pipeline.Place { return pipeline.Place{Kind: "key file", File: path} }

func keyFault(path string, fault KeyFault) error {
	cause, place := &KeyError{fault}, keyAt(path)
	switch fault {
	case KeyMissing:
		return refusal(cause, "ledger.key_missing").At(place).Try("ledger.restore_first_key")
	case KeyMalformed:
		return refusal(cause, "ledger.key_malformed").At(place).Try("ledger.restore_key")
	}
	return refusal(cause, "ledger.key_foreign").At(place).Try("ledger.restore_own_key")
}

// MoveError: the state of a customer does not allow the change (pipeline.State.CanBecome), or a row cannot have that
// outcome while its customer is in that state.
type MoveError struct {
	Ref  int64
	From pipeline.State // "" when this namespace has no such customer
	To   pipeline.State
}

// Error shows the code and the arguments of the sentence.
func (e *MoveError) Error() string { return e.Sentence().String() }

// SettledBefore reports whether the cause is that the customer is settled already.
func (e *MoveError) SettledBefore() bool { return e.From != "" && e.From != pipeline.Uncertain }

// Sentence names the customer by its number in the ledger.
func (e *MoveError) Sentence() *pipeline.Message {
	if e.From == "" {
		return pipeline.Say("ledger.not_in_namespace", "number", int(e.Ref), "to", e.To)
	}
	return pipeline.Say("ledger.cannot_become", "number", int(e.Ref), "from", e.From, "to", e.To)
}

// KeylessError: an intent has no key, so that no later run could find its customer.
type KeylessError struct{ Row int }

// Error shows the code and the arguments of the sentence.
func (e *KeylessError) Error() string { return e.Sentence().String() }

// Sentence names the row.
func (e *KeylessError) Sentence() *pipeline.Message {
	return pipeline.Say("ledger.keyless", "row", e.Row)
}

// OutcomeError: the row has an outcome in this run already, or the outcome
// given is another row's.
type OutcomeError struct {
	Run    string
	Row    int               // 0 where the run as a whole is meant
	Reason *pipeline.Message // what is wrong with it
}

// Error shows the code and the arguments of the sentence.
func (e *OutcomeError) Error() string { return e.Sentence().String() }

// Sentence names the run and the row.
func (e *OutcomeError) Sentence() *pipeline.Message {
	return pipeline.Say("ledger.outcome_refused", "run", e.Run, "row", e.Row, "reason", e.Reason)
}

// NoRunError: the ledger has no such run, or several (Matches). It is wrapped in a [pipeline.Mistake].
type NoRunError struct {
	ID      string
	Matches []string // the first few runs whose IDs begin so, when ambiguous
}

func (e *NoRunError) Error() string { return "no run" }

func noRun(id string, matches ...string) error {
	cause := &NoRunError{id, matches}
	if len(matches) > 0 {
		return refusal(cause, "ledger.run_ambiguous", "id", id, "runs", matches)
	}
	return refusal(cause, "ledger.no_run", "id", id).Try("ledger.list_runs")
}

// fault is an error of a store, with the ledger's path.
type fault struct {
	path string
	full bool // the disk is full: the error is also [ErrFull]
	err  error
}

func (e *fault) Error() string { return e.Sentence().String() }

func (e *fault) Unwrap() []error {
	if e.full {
		return []error{ErrFull, e.err}
	}
	return []error{e.err}
}

func (e *fault) Sentence() *pipeline.Message {
	if e.full {
		return pipeline.Say("ledger.disk_full", "path", e.path)
	}
	return pipeline.Say("ledger.failed", "path", e.path, "cause", inWords(e.err))
}

// explained reports whether an error is one of this package's own, which name their file.
func explained(err error) bool {
	var (
		mistake *pipeline.Mistake
		fault   *fault
		held    *HeldError
		backup  *BackupError
		server  *ServerError
	)
	return errors.As(err, &mistake) || errors.As(err, &fault) || errors.As(err, &held) || errors.As(err, &backup) ||
		errors.As(err, &server)
}

// explain translates an error of a store, and adds the path. Errors of this package pass unchanged.
func explain(path string, err error) error {
	if err == nil || explained(err) {
		return err
	}
	if meant, ok := sqliteFault(path, err); ok {
		return meant
	}
	if IsAddress(path) {
		if meant, ok := serverFault(path, err); ok {
			return meant
		}
	}
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
		return noAccess(path, err)
	}
	return err
}
