package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"muster/pipeline"
)

// ErrNone: there is no ledger at that path, and Options did not allow to begin
// one.
var ErrNone = errors.New("there is no ledger here yet")

// ErrReadOnly: the ledger was opened for reading only.
var ErrReadOnly = errors.New("the ledger is open for reading only")

// ErrFull: the disk has no room. What was acknowledged before is intact.
var ErrFull = errors.New("no room left on the disk")

// ErrUnusable: nothing can be done with the ledger as it is: it is damaged, or
// another file, or of another muster; it cannot be opened, or its key is lost;
// it has no such run. Each is a [pipeline.Mistake] with its cause in it.
var ErrUnusable = errors.New("the ledger cannot be used")

// unusable is a cause that is [ErrUnusable] and has a text of its own.
type unusable struct{ error }

func (unusable) Is(target error) bool { return target == ErrUnusable }
func (e unusable) Unwrap() error      { return e.error }

// mistake is cause as a person is to read it.
func mistake(cause error) *pipeline.Mistake { return &pipeline.Mistake{Err: unusable{cause}} }

// mistakeAt is what is wrong with the ledger at path.
func mistakeAt(path, format string, args ...any) error {
	return mistake(fmt.Errorf(format, args...)).At(pipeline.Place{Kind: "ledger", File: path})
}

// noneAt: there is no ledger at path, and none may be begun.
func noneAt(path string) error { return mistakeAt(path, "%w", ErrNone) }

// notLedger: what is at path is something else, such as "a folder".
func notLedger(path, is string) error {
	return mistakeAt(path, "is %s, not a muster ledger; name another file", is)
}

// corrupt: the ledger is damaged; err says what was met.
func corrupt(path string, err error) error {
	return mistakeAt(path, "is damaged (%w); restore it from a copy, with its -wal and .key files", err)
}

// noAccess: the system does not let this user read or write the file at path.
func noAccess(path string, err error) error {
	return mistakeAt(path, "cannot be opened or written by this user (%w); its folder must exist and be writable", err)
}

func wrongVersion(path string, found, known int) error {
	return mistake(&VersionError{found, known}).At(pipeline.Place{Kind: "ledger", File: path})
}

// HeldError: another muster writes to this ledger (exit code 10).
type HeldError struct {
	Path   string
	Holder string    // as it described itself; "" while it is only just starting
	Since  time.Time // zero when Holder is ""
}

func (e *HeldError) Error() string {
	if e.Holder == "" {
		return fmt.Sprintf("ledger %s: another muster has only just taken it; wait until it has ended", e.Path)
	}
	return fmt.Sprintf("ledger %s: held since %s by %s; wait until it has ended",
		e.Path, e.Since.Format("2006-01-02 15:04:05Z07:00"), e.Holder)
}

// VersionError: the ledger's schema is not the one of this muster. It comes in
// a [pipeline.Mistake], which names the ledger.
type VersionError struct {
	Found int // the ledger's
	Known int // this muster's
}

func (e *VersionError) Error() string {
	if e.Found < e.Known {
		return fmt.Sprintf("has schema version %d and this muster reads version %d; "+
			"the next import brings it up to date",
			e.Found, e.Known)
	}
	return fmt.Sprintf("has schema version %d and this muster knows up to version %d; "+
		"use the newer muster that wrote it",
		e.Found, e.Known)
}

// KeyFault is what is wrong with a key file.
type KeyFault string

const (
	KeyMissing   KeyFault = "missing"   // the ledger is there, its key file is not
	KeyMalformed KeyFault = "malformed" // not 64 hexadecimal digits
	KeyForeign   KeyFault = "foreign"   // the key of another ledger
)

// KeyError: the ledger's key file does not serve. Without it every merchant
// would look new, so nothing is done (promise 10). It comes in a
// [pipeline.Mistake], which names the file.
type KeyError struct{ Fault KeyFault }

func (e *KeyError) Error() string {
	switch e.Fault {
	case KeyMissing:
		return "is missing, and without it every merchant of the ledger would look new; " +
			"restore it from where the ledger was first begun"
	case KeyMalformed:
		return "is not a key (64 hexadecimal digits on one line); restore it from a copy"
	}
	return "is the key of another ledger, and with it every merchant of this one would look new; " +
		"restore the one that belongs to it"
}

func keyFault(path string, fault KeyFault) error {
	return mistake(&KeyError{fault}).At(pipeline.Place{Kind: "key file", File: path})
}

// MoveError: a customer cannot be moved from one state to the other
// (pipeline.State.CanBecome), or a row cannot have that outcome with a
// customer in that state.
type MoveError struct {
	Ref  int64
	From pipeline.State // "" when this namespace has no such customer
	To   pipeline.State
}

func (e *MoveError) Error() string {
	if e.From == "" {
		return fmt.Sprintf("customer %d is not in this namespace and cannot be %s", e.Ref, e.To)
	}
	return fmt.Sprintf("customer %d is %s and cannot be %s", e.Ref, e.From, e.To)
}

// ClaimedError: a live customer has one of an intent's keys already.
type ClaimedError struct {
	Row int    // the intent's
	Key string // the key's name
}

func (e *ClaimedError) Error() string {
	return fmt.Sprintf("row %d: a customer with the same %s is in the ledger already", e.Row, e.Key)
}

// KeylessError: an intent has no key, so that no later run could know the
// customer again.
type KeylessError struct{ Row int }

func (e *KeylessError) Error() string {
	return fmt.Sprintf("row %d: has no key by which a later run could know the customer again", e.Row)
}

// OutcomeError: the row has an outcome in this run already, or the outcome
// given is another row's.
type OutcomeError struct {
	Run string
	Row int
	Is  string
}

func (e *OutcomeError) Error() string { return fmt.Sprintf("run %s, row %d: %s", e.Run, e.Row, e.Is) }

// NoRunError: the ledger has no such run, or (Matches) several. It comes in a
// [pipeline.Mistake].
type NoRunError struct {
	ID      string
	Matches []string // of an ambiguous beginning: the first few
}

func (e *NoRunError) Error() string {
	if len(e.Matches) > 0 {
		return fmt.Sprintf("run %q: fits more than one, such as %s and %s; give more of it", e.ID, e.Matches[0],
			e.Matches[1])
	}
	return fmt.Sprintf("run %q: the ledger has no such run; `muster runs` lists them", e.ID)
}

// sqliteCode is the primary result code of err; ok is false for an error that
// is not SQLite's.
func sqliteCode(err error) (primary int, ok bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0, false
	}
	return e.Code() & 0xff, true
}

// fault is an error of SQLite's with the ledger's path.
type fault struct {
	path string
	is   error // what to match; nil when nothing more is known
	err  error
}

func (e *fault) Error() string {
	if e.is != nil {
		return fmt.Sprintf("ledger %s: %v (%v)", e.path, e.is, e.err)
	}
	return fmt.Sprintf("ledger %s: %v", e.path, e.err)
}

func (e *fault) Unwrap() []error {
	if e.is != nil {
		return []error{e.is, e.err}
	}
	return []error{e.err}
}

// explained tells errors that name their file already.
func explained(err error) bool {
	var (
		mistake *pipeline.Mistake
		fault   *fault
		held    *HeldError
		backup  *BackupError
	)
	return errors.As(err, &mistake) || errors.As(err, &fault) || errors.As(err, &held) || errors.As(err, &backup)
}

// explain gives err the words that its result code stands for, and the path.
// Errors of this package's own pass as they are.
func explain(path string, err error) error {
	if err == nil || explained(err) {
		return err
	}
	code, ok := sqliteCode(err)
	switch {
	case !ok && (errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist)):
		return noAccess(path, err)
	case !ok:
		return err
	}
	switch code {
	case codes.SQLITE_NOTADB:
		return notLedger(path, "not an SQLite database")
	case codes.SQLITE_CORRUPT:
		return corrupt(path, err)
	case codes.SQLITE_FULL:
		return &fault{path, ErrFull, err}
	case codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return noAccess(path, err)
	}
	return &fault{path, nil, err}
}
