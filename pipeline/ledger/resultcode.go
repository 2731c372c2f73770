package ledger

import (
	codes "modernc.org/sqlite/lib"

	"muster/pipeline"
)

// inWords gives an error of SQLite a sentence by its result code (sqlite.org/rescode.html); other errors, and rare
// codes, pass unchanged.
func inWords(err error) error {
	code, ok := sqliteCode(err)
	if !ok {
		return err
	}
	var what *pipeline.Message
	switch code {
	case codes.SQLITE_FULL:
		what = pipeline.Say("system.no_room")
	case codes.SQLITE_BUSY, codes.SQLITE_LOCKED:
		what = pipeline.Say("system.busy")
	case codes.SQLITE_IOERR:
		what = pipeline.Say("system.disk_failed")
	case codes.SQLITE_READONLY:
		what = pipeline.Say("ledger.only_readable")
	case codes.SQLITE_CANTOPEN, codes.SQLITE_PERM:
		what = pipeline.Say("ledger.not_opened")
	case codes.SQLITE_CORRUPT:
		what = pipeline.Say("ledger.pages_damaged")
	case codes.SQLITE_NOMEM:
		what = pipeline.Say("ledger.no_memory")
	default:
		return err
	}
	return &pipeline.Failure{Message: what, Err: err}
}
