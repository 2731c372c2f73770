package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// store keeps a ledger's tables: a SQLite file, or a PostgreSQL server.
type store interface {
	// write runs f in a transaction: when it returns nil all of it is on disk, else none of it took effect. f may be
	// run again.
	write(ctx context.Context, f func(*transaction) error) error
	// read runs f in a transaction that sees one snapshot. f may be run again, from the beginning.
	read(ctx context.Context, f func(*transaction) error) error
	// readBetweenWrites is read for an f that runs one query, which is repeated while rows are written.
	readBetweenWrites(ctx context.Context, f func(*transaction) error) error
	// examine checks the store's own structure, and returns the schema version.
	examine(t *transaction, f *faults) (version int, err error)
	// copyTo writes a copy of the ledger, and of its key file, to path.
	copyTo(ctx context.Context, path string) error
	close() error
}

// engine is a connection to a store with an open transaction. An argument is nil, an integer, a bool, a text, bytes,
// a pointer to one of those, or a list of texts or of int64, which a statement reads with json_each.
type engine interface {
	// exec returns how many rows a statement changed.
	exec(text string, args []any) (int64, error)
	// later is exec for a statement whose result is not needed. It may run, and fail, with a later statement or at the
	// end of the transaction.
	later(text string, args []any) error
	// inserted returns the ref of the customer that a statement inserted.
	inserted(text string, args []any) (int64, error)
	each(text string, args []any, f func(*cursor) error) error
	eachOf(text string, all [][]any, f func(int, *cursor) error) error
	script(text string) error
}

// transaction runs statements, on one goroutine. Each connection prepares a statement once, so that statement texts
// must be constants. They are in SQLite's dialect; postgrestext.go rewrites them for PostgreSQL.
type transaction struct{ engine engine }

// exec returns how many rows a statement changed.
func (t *transaction) exec(text string, args ...any) (int64, error) {
	return t.engine.exec(text, args)
}

// later runs a statement now, with a later one, or at the end of the transaction, which then returns its error.
func (t *transaction) later(text string, args ...any) error { return t.engine.later(text, args) }

// changed runs a statement and reports whether it changed any row.
func (t *transaction) changed(text string, args ...any) (bool, error) {
	n, err := t.engine.exec(text, args)
	return n > 0, err
}

// inserted runs a statement that inserts one customer, and returns its ref.
func (t *transaction) inserted(text string, args ...any) (int64, error) {
	return t.engine.inserted(text, args)
}

// script runs several statements that take no arguments.
func (t *transaction) script(text string) error { return t.engine.script(text) }

// one scans the only row of a query; its error is sql.ErrNoRows when there is none.
func (t *transaction) one(text string, args []any, into ...any) error {
	found := false
	err := t.each(text, args, func(r *cursor) error {
		if found {
			return nil
		}
		found = true
		return r.Scan(into...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// each calls f for every row of a query. f scans the row, may return errEnough to stop, and must not run the same
// query meanwhile.
func (t *transaction) each(text string, args []any, f func(*cursor) error) error {
	return t.engine.each(text, args, f)
}

// eachOf runs a query once for each list of arguments, and calls f for every row with the list's index. On a server the
// queries share round trips. f does not run the same query meanwhile.
func (t *transaction) eachOf(text string, all [][]any, f func(i int, r *cursor) error) error {
	return t.engine.eachOf(text, all, f)
}

var (
	errScan   = errors.New("scan mismatch") // a column's value and its target differ in type
	errEnough = errors.New("enough")        // stops reading rows; each returns nil for it
)

// cursor reads the rows of a query, one at a time; values is the present row.
type cursor struct{ values []driver.Value }

// Scan copies the columns of the present row into variables: an integer, a bool, a string, bytes, a pointer to an
// integer or a string that becomes nil for NULL, or a [sql.Scanner]. The copies stay valid after the row.
func (r *cursor) Scan(into ...any) error {
	if len(into) != len(r.values) {
		return errScan
	}
	for i, to := range into {
		if !scan(to, r.values[i]) {
			return errScan
		}
	}
	return nil
}

// scan is false where the value is not of the target's kind.
func scan(to any, value driver.Value) bool {
	switch to := to.(type) {
	case *int64:
		n, ok := value.(int64)
		*to = n
		return ok
	case *int:
		n, ok := value.(int64)
		*to = int(n)
		return ok
	case *bool:
		if truth, ok := value.(bool); ok {
			*to = truth
			return true
		}
		n, ok := value.(int64)
		*to = n != 0
		return ok
	case *string:
		text, ok := value.(string)
		*to = text
		return ok
	case *[]byte:
		switch value := value.(type) {
		case nil:
			*to = nil
		case []byte:
			*to = value
		case string:
			*to = []byte(value)
		default:
			return false
		}
		return true
	case **int64:
		*to = nil
		n, ok := value.(int64)
		if ok {
			*to = &n
		}
		return ok || value == nil
	case **string:
		*to = nil
		text, ok := value.(string)
		if ok {
			*to = &text
		}
		return ok || value == nil
	case sql.Scanner:
		return to.Scan(value) == nil
	}
	return false
}
