package ledger

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// postgresCode is the SQLSTATE of err; ok is false for an error that does not come from a PostgreSQL server.
func postgresCode(err error) (code string, ok bool) {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return "", false
	}
	return e.Code, true
}

// postgresFault translates an error of PostgreSQL; false for any other.
func postgresFault(path string, err error) (error, bool) {
	code, ok := postgresCode(err)
	if !ok {
		return nil, false
	}
	const disk = "53100"
	switch {
	case code == disk:
		return &fault{path: path, full: true, err: err}, true
	case strings.HasPrefix(code, "28") || code == "42501":
		return refusal(err, "server.denied", "cause", answer(err)).At(ledgerAt(path)).Try("server.ask_operator"), true
	}
	return &fault{path: path, err: err}, true
}
