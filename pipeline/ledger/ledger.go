package ledger

import (
	"context"
	"errors"
	"sync"
	"time"

	"muster/pipeline"
)

// Options say how a ledger is opened.
type Options struct {
	// ReadOnly is for commands that only read (check, runs, report): it takes no lock, creates no ledger and migrates
	// none. Another muster may write meanwhile.
	ReadOnly bool
	// MayBegin allows creating the ledger and its key file when there is none.
	MayBegin bool
	// KeepVersion refuses an older ledger, which would be upgraded, with the same [*VersionError] as ReadOnly does: for
	// a rehearsal, which changes nothing.
	KeepVersion bool
	// Holder describes this process to another muster that finds the ledger in use: command, process and host.
	Holder string
	// KeyFile is the key file, required for a ledger on a server. For a ledger that is a file it is ignored: its key
	// file is beside it.
	KeyFile string
	// AllowPlain accepts a PostgreSQL server beyond this machine without TLS.
	AllowPlain bool
	// AfterFailover accepts a PostgreSQL server after a fail-over, although it may have lost what was acknowledged
	// before.
	AfterFailover bool
	Now           func() time.Time // nil is time.Now
	// English gives the English sentence of a message, which is stored for people who read the tables with SQL; nil
	// stores the message's code. It may be called from several goroutines at once.
	English func(*pipeline.Message) string
	// moved also opens a file whose ledger was moved to a server.
	moved bool
}

// Ledger is an open ledger. Its methods and those of its Spaces may be called
// from several goroutines at once; writes wait for one another.
type Ledger struct {
	path     string
	readOnly bool
	now      func() time.Time
	english  func(*pipeline.Message) string
	secrets  *secrets
	tags     *tagger
	older    string // path of the copy that was made before a migration
	store    store
	rights   rights

	closing sync.Once
	closed  error

	mu      sync.Mutex
	runs    map[string]runNumber // by run ID
	layouts map[string]int64     // by JSON of the paths

	problems problemTexts
}

type runNumber struct{ number, namespace int64 }

// Open opens the ledger of that name: the path of a file, whose symbolic links are
// followed and whose key file is path.key, or the address of a PostgreSQL server
// ([IsAddress]), whose key file Options name. Its errors: a [pipeline.Mistake] that is
// [ErrUnusable], and may be [ErrNone], a [*KeyError] or a [*VersionError];
// [*HeldError]; [ErrFull]. The caller closes it.
func Open(ctx context.Context, name string, o Options) (_ *Ledger, err error) {
	l := &Ledger{path: name, readOnly: o.ReadOnly, now: o.Now, english: o.English}
	if l.now == nil {
		l.now = time.Now
	}
	if l.english == nil {
		l.english = (*pipeline.Message).String
	}
	defer func() {
		if err != nil {
			err = errors.Join(explain(l.path, err), l.Close())
		}
	}()
	scripts, err := schema()
	if err != nil {
		return nil, err
	}
	if IsAddress(name) {
		return l, l.openServer(ctx, name, scripts, o)
	}
	if err := meantAsAddress(name); err != nil {
		return nil, err
	}
	return l, l.openFile(ctx, name, scripts, o)
}

func (l *Ledger) unlock(secret []byte) (err error) {
	if l.secrets, err = derive(secret); err != nil {
		return err
	}
	l.tags = newTagger(l.secrets.tags)
	l.runs = map[string]runNumber{}
	l.layouts = map[string]int64{}
	return nil
}

// Close writes the WAL back into the file, or says goodbye to the server, and releases the locks. Closing again does
// nothing and returns the same.
func (l *Ledger) Close() error {
	l.closing.Do(func() {
		if l.store != nil {
			l.closed = explain(l.path, l.store.close())
		}
	})
	return l.closed
}

// write runs f in a transaction of the store; f may be run again.
func (l *Ledger) write(ctx context.Context, f func(*transaction) error) error {
	if l.readOnly {
		return l.onlyRead()
	}
	return explain(l.path, l.store.write(ctx, f))
}

func (l *Ledger) onlyRead() error {
	return &pipeline.Failure{Message: pipeline.Say("ledger.read_only", "path", l.path), Err: ErrReadOnly}
}

// read runs f in a transaction for reading: all of it sees one state.
func (l *Ledger) read(ctx context.Context, f func(*transaction) error) error {
	return explain(l.path, l.store.read(ctx, f))
}

// milliseconds is a time as it is stored: UTC, NULL for the zero time.
func milliseconds(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

func moment(ms *int64) time.Time {
	if ms == nil {
		return time.Time{}
	}
	return time.UnixMilli(*ms).UTC()
}

// orNow is t, or the ledger's clock where the caller gave none.
func (l *Ledger) orNow(t time.Time) int64 {
	if t.IsZero() {
		t = l.now()
	}
	return t.UnixMilli()
}

// Path is the ledger's file, absolute and without symbolic links, or its address,
// without a password.
func (l *Ledger) Path() string { return l.path }

// InMemory says that the ledger is no file and ends with the process.
func (l *Ledger) InMemory() bool { return l.path == inMemory }
