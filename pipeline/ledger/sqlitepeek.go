package ledger

import (
	"context"
	"errors"
	"io/fs"
	"os"

	codes "modernc.org/sqlite/lib"
)

// Pragmas of every connection. FULL makes a commit in WAL mode wait for the disk; deleted content is overwritten;
// nothing spills into temporary files.
const (
	pragmas = "_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=secure_delete(ON)" +
		"&_pragma=temp_store(MEMORY)&_pragma=trusted_schema(OFF)&_pragma=cache_size(-16000)"
	// An import writes the same pages of keys and IDs again and again. A checkpoint every 16 MiB of -wal, where
	// SQLite's default is 4, copies them less often.
	modeWrite = "mode=rw&_pragma=wal_autocheckpoint(4000)&" + pragmas
	// A reader reads most pages once and in order, so that a large cache would only duplicate the writer's.
	modeRead = "mode=ro&" + pragmas + "&_pragma=cache_size(-4000)"
	// A reader that may write the files, but not the data, recovers a crashed muster's -wal and leaves no files of
	// its own behind.
	modeQuery     = "mode=rw&_pragma=query_only(ON)&" + pragmas
	modeImmutable = "mode=ro&immutable=1&" + pragmas
)

// peek refuses a file that is not a ledger, before anything is written next to it.
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
		return nil // a first commit that was cut off; only a real open recovers it
	}
	// Immutable: without locks and without files next to it. From the first commit on the first page identifies the
	// file. It is not read with os, because closing that descriptor would drop this process's locks on the file.
	var i identity
	h, err := connect(ctx, address(path, modeImmutable))
	if err == nil {
		i, err = identify(ctx, h)
		err = errors.Join(err, h.close())
	}
	if err != nil {
		// A checkpoint may be rewriting these pages, or a full disk may have cut one off, and the -wal has the rest:
		// only "not a database" is believed.
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

// connectRead opens the file as well as this user may: as a reader among others or, where nothing can be written next
// to it (another user's folder, a read-only disk), without the -wal, provided that there is none with commits in it.
func (s *sqliteStore) connectRead(ctx context.Context) (*handle, identity, error) {
	modes := []string{modeQuery, modeRead}
	if info, err := os.Stat(s.path + "-wal"); errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() == 0 {
		modes = append(modes, modeImmutable)
	}
	var last error
	for _, mode := range modes {
		h, err := connect(ctx, address(s.path, mode))
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
