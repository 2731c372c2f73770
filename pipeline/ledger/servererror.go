package ledger

import (
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"muster/pipeline"
)

// ServerError: a PostgreSQL server did not do what it was asked to, and may do it another time.
type ServerError struct {
	Path string // the ledger's address
	What *pipeline.Message
	Hint *pipeline.Message
	Err  error
}

// Error shows the code and the arguments of the sentence.
func (e *ServerError) Error() string { return e.Sentence().String() }

// Sentence names the ledger, and says what the server answered.
func (e *ServerError) Sentence() *pipeline.Message {
	return pipeline.Say("ledger.failed", "path", e.Path, "cause", e.What)
}

// Unwrap gives the driver's error; of a server without room that is [ErrFull] too.
func (e *ServerError) Unwrap() []error {
	if sqlState(e.Err) == codeDiskFull {
		return []error{ErrFull, e.Err}
	}
	return []error{e.Err}
}

// serverFault words an error of a server for the ledger at that address: a mistake where the same command would only
// fail again, else a [*ServerError]. It is false of any other error.
func serverFault(path string, err error) (error, bool) {
	what, hint, lasts := serverSaid(err)
	switch {
	case what == nil:
		return nil, false
	case lasts:
		m := &pipeline.Mistake{What: what, Err: unusable{err}}
		return m.At(ledgerAt(path)).Advise(hint), true
	}
	return &ServerError{Path: path, What: what, Hint: hint, Err: err}, true
}

// serverSaid words what a server answered by its SQLSTATE (PostgreSQL's appendix A), or that the connection broke.
// lasts: somebody has to change something first. what is nil for an error of another kind.
func serverSaid(err error) (what, hint *pipeline.Message, lasts bool) {
	code, cause := sqlState(err), answer(err)
	again, ask := pipeline.Say("server.wait_for_it"), pipeline.Say("server.ask_operator")
	switch code {
	case "":
		if lineBroke(err) {
			return pipeline.Say("server.line_broke"), again, false
		}
		return nil, nil, false
	case codeDiskFull:
		return pipeline.Say("server.disk_full"), pipeline.Say("server.make_room"), false
	case codeTooMany:
		return pipeline.Say("server.too_many"), pipeline.Say("server.more_connections"), false
	case codeNotNow:
		return pipeline.Say("server.not_now"), again, false
	case codeEnded:
		return pipeline.Say("server.ended_us"), again, false
	case codeCrashed:
		return pipeline.Say("server.crashed"), again, false
	case codeSilent, codeSilentInside:
		return pipeline.Say("server.we_were_silent"), pipeline.Say("run.again"), false
	case codeCancelled:
		return pipeline.Say("server.query_ended"), ask, false
	case codeReadOnly:
		return pipeline.Say("server.recovering"), pipeline.Say("server.name_primary"), true
	case codeDropped, codeNoDatabase:
		return pipeline.Say("server.database_gone"), pipeline.Say("server.restore_database"), true
	case codeNoSchema, codeNoTable:
		return pipeline.Say("server.tables_gone"), pipeline.Say("server.restore_database"), true
	case codeNotAllowed:
		return pipeline.Say("server.denied", "cause", cause), ask, true
	case codeLockTimeout:
		return pipeline.Say("server.in_the_way", "cause", cause), again, false
	}
	switch class := code[:min(len(code), 2)]; class {
	case "08": // connection exception
		return pipeline.Say("server.line_broke"), again, false
	case "28": // invalid authorization
		return pipeline.Say("server.denied", "cause", cause), ask, true
	case "40": // transaction rollback: a serialization failure, a deadlock
		return pipeline.Say("server.in_the_way", "cause", cause), again, false
	case classOfShortage:
		return pipeline.Say("server.short", "cause", cause), ask, false
	case "58", "XX": // of the server's system, and of the server itself
		return pipeline.Say("server.broken", "cause", cause), pipeline.Say("server.read_its_log"), false
	}
	return pipeline.Say("server.fault", "cause", cause, "code", code), ask, false
}

// lineBroke reports whether the connection broke while the server was asked.
func lineBroke(err error) bool {
	var network *net.OpError
	return brokenOff(err) || errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &network)
}

// serverReason is an error for use as the cause in another message, worded where a server gave it.
func serverReason(err error) error {
	var (
		mistake *pipeline.Mistake
		server  *ServerError
	)
	switch {
	case errors.As(err, &mistake):
		return mistake.Reason() // whose place would name the ledger again
	case errors.As(err, &server):
		return &pipeline.Failure{Message: server.What, Err: err}
	}
	if what, _, _ := serverSaid(err); what != nil {
		return &pipeline.Failure{Message: what, Err: err}
	}
	return err
}

// unknownRole reports whether the server lets nobody in under that name: there is no such role, or it may not log in.
// Its operator's rules (pg_hba.conf) give the same SQLSTATE from another place.
func unknownRole(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && strings.HasPrefix(e.Code, "28") && e.Routine == "InitializeSessionUserId"
}
