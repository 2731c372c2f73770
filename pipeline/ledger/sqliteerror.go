package ledger

import (
	"errors"

	"modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// sqliteCode is the primary result code of err; ok is false for an error that does not come from SQLite.
func sqliteCode(err error) (primary int, ok bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0, false
	}
	return e.Code() & 0xff, true
}

// sqliteFault translates an error of SQLite; false for any other.
func sqliteFault(path string, err error) (error, bool) {
	code, ok := sqliteCode(err)
	if !ok {
		return nil, false
	}
	switch code {
	case codes.SQLITE_NOTADB:
		return notLedger(path, "ledger.is_no_database"), true
	case codes.SQLITE_CORRUPT:
		return corrupt(path, err), true
	case codes.SQLITE_FULL:
		return &fault{path: path, full: true, err: err}, true
	case codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PERM:
		return noAccess(path, err), true
	}
	return &fault{path: path, err: err}, true
}
