package ledger

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
)

// store is what keeps a ledger's tables: a file of SQLite's, or a PostgreSQL server.
type store interface {
	// write runs f in a transaction: when it returns nil all of it is on disk, else
	// nothing of it happened. f may be run again.
	write(ctx context.Context, f func(*transaction) error) error
	// read runs f in a transaction all of which sees one state.
	read(ctx context.Context, f func(*transaction) error) error
	// readBetweenWrites is read for what is asked again and again while rows are
	// written.
	readBetweenWrites(ctx context.Context, f func(*transaction) error) error
	// examine looks at the store's own structure, and gives the version of the schema.
	examine(t *transaction, f *faults) (version int, err error)
	// copyTo writes a copy of the ledger, and of its key file, to path.
	copyTo(ctx context.Context, path string) error
	close() error
}

// engine is a connection to a store, on which a transaction goes on. An argument is
// nil, an integer, a bool, a text, bytes, a pointer to one of those, or a list of texts
// or of int64, which a text takes with json_each.
type engine interface {
	// exec gives how many rows a statement changed.
	exec(text string, args []any) (int64, error)
	// inserted gives the ref of the customer that a statement inserted.
	inserted(text string, args []any) (int64, error)
	each(text string, args []any, f func(*cursor) error) error
	script(text string) error
}

// transaction is what runs inside one, on one goroutine. Statements are prepared once
// for the connection, so their texts are constants. They are written as SQLite has
// them; what PostgreSQL has otherwise is in postgrestext.go.
type transaction struct{ engine engine }

// exec gives how many rows a statement changed.
func (t *transaction) exec(text string, args ...any) (int64, error) {
	return t.engine.exec(text, args)
}

// changed runs a statement and says whether it changed any row.
func (t *transaction) changed(text string, args ...any) (bool, error) {
	n, err := t.engine.exec(text, args)
	return n > 0, err
}

// inserted runs a statement that inserts one customer, and gives its ref.
func (t *transaction) inserted(text string, args ...any) (int64, error) {
	return t.engine.inserted(text, args)
}

// script runs several statements that take no arguments.
func (t *transaction) script(text string) error { return t.engine.script(text) }

// one scans the only row of a query; sql.ErrNoRows when there is none.
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

// each calls f for every row of a query; f scans it, may end the reading with
// errEnough, and does not run the same query meanwhile.
func (t *transaction) each(text string, args []any, f func(*cursor) error) error {
	return t.engine.each(text, args, f)
}

var (
	errScan   = errors.New("scan mismatch") // of a column's value and what it is copied to
	errEnough = errors.New("enough")        // ends the reading of rows; each gives nil for it
)

// cursor is the rows of a query, one at a time: values is the present one.
type cursor struct{ values []driver.Value }

// Scan copies the columns of the present row to where into points: an integer, a
// bool, a string, bytes, a pointer to one of the first and third that becomes nil
// for null, or a [sql.Scanner]. What is copied stays good after the row.
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
