package ledger

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	codes "modernc.org/sqlite/lib"

	"muster/pipeline"
)

// Options say how a ledger is opened.
type Options struct {
	// ReadOnly is for what only looks (check, runs, report): it takes no lock,
	// begins no ledger and migrates none. Another muster may write meanwhile.
	ReadOnly bool
	// MayBegin: a new ledger and its key file are made when there is none.
	MayBegin bool
	// Holder is what another muster says of this one when it finds the ledger
	// held: command, process and host.
	Holder string
	// KeyFile is the key file of a ledger on a server, which needs one named. That of a
	// ledger that is a file is beside it.
	KeyFile string
	// AllowPlain takes a PostgreSQL server beyond this machine without TLS.
	AllowPlain bool
	// AfterFailover takes a PostgreSQL server after a fail-over, which may have lost
	// what was on disk before it.
	AfterFailover bool
	Now           func() time.Time // nil is time.Now
	// English words the messages that are written, for whoever reads the file with
	// SQL; nil: by their codes. It may be called by several at once.
	English func(*pipeline.Message) string
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
	lock     *lock
	older    string  // copy of the ledger as it was before it was brought up to date
	writer   *handle // nil when read-only
	reader   *handle // the writer itself in memory

	closing sync.Once
	closed  error

	mu      sync.Mutex
	runs    map[string]runNumber // by run ID
	layouts map[string]int64     // by JSON of the paths

	problems problemTexts
}

type runNumber struct{ number, namespace int64 }

// Pragmas of every connection. FULL makes a commit in WAL mode wait for the
// disk; what is deleted is overwritten; nothing spills into temporary files.
const (
	pragmas = "_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)" +
		"&_pragma=temp_store(MEMORY)&_pragma=trusted_schema(OFF)&_pragma=cache_size(-16000)"
	// An import writes the same pages of keys and IDs again and again. A checkpoint
	// every 16 MiB of -wal, where SQLite's own choice is 4, copies them less often.
	modeWrite = "mode=rw&_pragma=wal_autocheckpoint(4000)&" + pragmas
	// A reader goes through most pages once and in their order: more of them in memory
	// would only be beside the writer's.
	modeRead = "mode=ro&" + pragmas + "&_pragma=cache_size(-4000)"
	// A reader that may write the files, though never the data, puts a crashed
	// muster's -wal in order and leaves no files of its own behind.
	modeQuery     = "mode=rw&_pragma=query_only(ON)&" + pragmas
	modeImmutable = "mode=ro&immutable=1&" + pragmas
)

// Open opens the ledger at path, following symbolic links, and its key file
// path.key. Its errors: a [pipeline.Mistake] that is [ErrUnusable], and may be
// [ErrNone], a [*KeyError] or a [*VersionError]; [*HeldError]; [ErrFull]. The
// caller closes it.
func Open(ctx context.Context, path string, o Options) (_ *Ledger, err error) {
	name := path
	if path, err = resolve(path); err != nil {
		return nil, explain(name, err)
	}
	l := &Ledger{path: path, readOnly: o.ReadOnly, now: o.Now, english: o.English}
	if l.now == nil {
		l.now = time.Now
	}
	if l.english == nil {
		l.english = (*pipeline.Message).String
	}
	defer func() {
		if err != nil {
			err = errors.Join(explain(path, err), l.Close())
		}
	}()
	scripts, err := schema()
	if err != nil {
		return nil, err
	}
	if err := peek(ctx, path, len(scripts), o); err != nil {
		return nil, err
	}
	if o.ReadOnly {
		err = l.openRead(ctx, scripts)
	} else {
		err = l.openWrite(ctx, scripts, o)
	}
	return l, err
}

// peek refuses what is no ledger before anything is written next to it.
func peek(ctx context.Context, path string, known int, o Options) error {
	none := o.ReadOnly || !o.MayBegin
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && none:
		return noneAt(path)
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return noAccess(path, err)
	case info.IsDir():
		return notLedger(path, "ledger.is_folder")
	case !info.Mode().IsRegular():
		return notLedger(path, "ledger.is_no_file")
	}
	if _, err := os.Lstat(path + "-journal"); err == nil {
		return nil // a commit that was cut off; only a proper open sees through it
	}
	// Immutable: without locks and without files next to it. The first page
	// says from the first commit on whose file it is. It is not read with os,
	// as closing that descriptor would drop this process's locks on the file.
	var i identity
	h, err := connect(ctx, address(path, modeImmutable))
	if err == nil {
		i, err = identify(ctx, h)
		err = errors.Join(err, h.close())
	}
	if err != nil {
		// A checkpoint may be at work on these pages, or was cut off by a full
		// disk, and the -wal has the rest: only "no database at all" is believed.
		if code, ok := sqliteCode(err); ok && (code == codes.SQLITE_NOTADB || code == codes.SQLITE_CANTOPEN) {
			return err
		}
		return nil
	}
	if i.empty() {
		if none {
			return noneAt(path)
		}
		return nil
	}
	if i.application != applicationID {
		return i.fits(path, known)
	}
	return nil
}

func (l *Ledger) openWrite(ctx context.Context, scripts []string, o Options) error {
	var err error
	if l.lock, err = acquire(ctx, l.path, o.Holder, l.now()); err != nil {
		return err
	}
	if err := createPrivate(l.path); err != nil {
		return noAccess(l.path, err)
	}
	if l.writer, err = connect(ctx, address(l.path, modeWrite)); err != nil {
		return err
	}
	i, err := identify(ctx, l.writer)
	if err != nil {
		return err
	}
	keyPath := l.path + ".key"
	var secret []byte
	if i.empty() {
		if !o.MayBegin {
			return noneAt(l.path)
		}
		secret, err = beginKey(keyPath)
	} else {
		if err := i.fits(l.path, len(scripts)); err != nil {
			return err
		}
		secret, err = readKey(keyPath)
	}
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	if i.empty() {
		err = begin(ctx, l.writer, scripts, l.secrets)
	} else if err = recognise(ctx, l.writer, l.path, keyPath, l.secrets); err == nil {
		err = l.update(ctx, i.version, scripts)
	}
	if err != nil {
		return err
	}
	var mode string
	if err := l.writer.conn.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode); err != nil {
		return err
	}
	if mode != "wal" {
		return noAccess(l.path, pipeline.Fail("ledger.no_wal", "mode", mode))
	}
	l.reader, err = connect(ctx, address(l.path, modeRead))
	return err
}

func (l *Ledger) openRead(ctx context.Context, scripts []string) error {
	h, i, err := l.connectRead(ctx)
	if err != nil {
		return err
	}
	l.reader = h
	if i.empty() {
		return noneAt(l.path)
	}
	if err := i.fits(l.path, len(scripts)); err != nil {
		return err
	}
	if i.version < len(scripts) {
		return wrongVersion(l.path, i.version, len(scripts))
	}
	keyPath := l.path + ".key"
	secret, err := readKey(keyPath)
	if err != nil {
		return err
	}
	if err := l.unlock(secret); err != nil {
		return err
	}
	return recognise(ctx, l.reader, l.path, keyPath, l.secrets)
}

// connectRead opens the file as well as this user may: as a reader among
// others, and where nothing can be written next to it (another's folder, a
// read-only disk) without a -wal, if no -wal holds what would be missed.
func (l *Ledger) connectRead(ctx context.Context) (*handle, identity, error) {
	modes := []string{modeQuery, modeRead}
	if info, err := os.Stat(l.path + "-wal"); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		modes = append(modes, modeImmutable)
	}
	var last error
	for _, mode := range modes {
		h, err := connect(ctx, address(l.path, mode))
		if err == nil {
			var i identity
			if i, err = identify(ctx, h); err == nil {
				return h, i, nil
			}
			err = errors.Join(err, h.close())
		}
		last = err
		switch code, _ := sqliteCode(err); code {
		case codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PERM:
		default:
			return nil, identity{}, err
		}
	}
	return nil, identity{}, last
}

// InMemory is a ledger without any file, and with a key of its own: for a
// check when there is no ledger.
func InMemory(ctx context.Context) (_ *Ledger, err error) {
	l := &Ledger{path: inMemory, now: time.Now, english: (*pipeline.Message).String}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.Close())
		}
	}()
	scripts, err := schema()
	if err != nil {
		return nil, err
	}
	if err := l.unlock(newSecret()); err != nil {
		return nil, err
	}
	if l.writer, err = connect(ctx, "file::memory:?"+pragmas); err != nil {
		return nil, err
	}
	l.reader = l.writer
	return l, begin(ctx, l.writer, scripts, l.secrets)
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

// Close writes the WAL back into the ledger, closes it and gives the lock
// back. Closing again does nothing and returns the same.
func (l *Ledger) Close() error {
	l.closing.Do(func() {
		var errs []error
		if l.reader != l.writer {
			errs = append(errs, l.reader.close())
		}
		if l.writer != nil {
			// Row by row, as it answers with one: a reader of another process may
			// keep it from finishing, and then the last one to close does it.
			_, err := l.writer.conn.ExecContext(context.Background(), "PRAGMA wal_checkpoint(TRUNCATE)")
			errs = append(errs, err, l.writer.close())
		}
		errs = append(errs, l.lock.release())
		l.closed = explain(l.path, errors.Join(errs...))
	})
	return l.closed
}

// write runs f in a transaction of the writer.
func (l *Ledger) write(ctx context.Context, f func(*transaction) error) error {
	if l.readOnly {
		return &pipeline.Failure{Message: pipeline.Say("ledger.read_only", "path", l.path), Err: ErrReadOnly}
	}
	return explain(l.path, l.writer.write(ctx, f))
}

// read runs f in a transaction of the reader: all of it sees one state.
func (l *Ledger) read(ctx context.Context, f func(*transaction) error) error {
	return explain(l.path, l.reader.read(ctx, f))
}

// milliseconds is how a time is kept: UTC, null when it is zero.
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

// Path is the ledger's file, absolute and without symbolic links.
func (l *Ledger) Path() string { return l.path }

const inMemory = "in memory" // in place of a path

// InMemory says that the ledger is no file and ends with the process.
func (l *Ledger) InMemory() bool { return l.path == inMemory }
