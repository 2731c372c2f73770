package ledger

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// postgresEngine is a connection in use by a transaction. All rows of a statement are read before the next statement
// is sent.
type postgresEngine struct {
	ctx      context.Context
	conn     *pgx.Conn
	reserved *reservedRefs // nil unless a session writes
	used     usedTexts
	waiting  []queued // see postgresbatch.go
}

func (e *postgresEngine) exec(text string, args []any) (n int64, err error) {
	bound, err := postgresArgs(args)
	if err != nil {
		return 0, err
	}
	e.waiting = append(e.waiting, queued{text: postgresText(text), args: bound, read: func(rows pgx.Rows) error {
		rows.Close()
		n = rows.CommandTag().RowsAffected()
		return rows.Err()
	}})
	err = e.flush()
	return n, err
}

func (e *postgresEngine) later(text string, args []any) error {
	bound, err := postgresArgs(args)
	if err != nil {
		return err
	}
	e.queue(postgresText(text), bound...)
	return e.room()
}

func (e *postgresEngine) inserted(text string, args []any) (ref int64, err error) {
	err = (&transaction{e}).one(text+" RETURNING ref", args, &ref)
	return ref, err
}

func (e *postgresEngine) script(text string) error {
	if err := e.flush(); err != nil {
		return err
	}
	return e.conn.PgConn().Exec(e.ctx, text).Close()
}

func (e *postgresEngine) each(text string, args []any, f func(*cursor) error) error {
	bound, err := postgresArgs(args)
	if err != nil {
		return err
	}
	values, width, err := e.query(postgresText(text), bound)
	if err != nil {
		return err
	}
	for ; len(values) > 0; values = values[width:] {
		switch err := f(&cursor{values[:width]}); {
		case errors.Is(err, errEnough):
			return nil
		case err != nil:
			return err
		}
	}
	return nil
}

func (e *postgresEngine) eachOf(text string, all [][]any, f func(int, *cursor) error) error {
	text = postgresText(text)
	for from := 0; from < len(all); from += mostQueued {
		some := all[from:min(len(all), from+mostQueued)]
		found := make([]struct {
			values []driver.Value
			width  int
		}, len(some))
		for i, args := range some {
			bound, err := postgresArgs(args)
			if err != nil {
				return err
			}
			e.waiting = append(e.waiting, queued{text: text, args: bound, read: func(rows pgx.Rows) (err error) {
				found[i].values, found[i].width, err = readRows(rows, e.conn.TypeMap())
				return err
			}})
		}
		if err := e.flush(); err != nil {
			return err
		}
		for i := range found {
			for values, width := found[i].values, found[i].width; len(values) > 0; values = values[width:] {
				if err := f(from+i, &cursor{values[:width]}); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// query returns the values of all rows in one slice, one row after the other.
func (e *postgresEngine) query(text string, bound []any) (values []driver.Value, width int, err error) {
	e.waiting = append(e.waiting, queued{text: text, args: bound, read: func(rows pgx.Rows) (err error) {
		values, width, err = readRows(rows, e.conn.TypeMap())
		return err
	}})
	err = e.flush()
	return values, width, err
}

// readRows reads all rows into one slice, one row after the other.
func readRows(rows pgx.Rows, types *pgtype.Map) (values []driver.Value, width int, err error) {
	defer rows.Close()
	columns := rows.FieldDescriptions()
	width = len(columns)
	for rows.Next() {
		for i, raw := range rows.RawValues() {
			value, err := readValue(&columns[i], raw, types)
			if err != nil {
				return nil, 0, err
			}
			values = append(values, value)
		}
	}
	return values, width, rows.Err()
}

// readValue gives a column the type that SQLite's driver would give it, except for bool.
func readValue(column *pgconn.FieldDescription, raw []byte, types *pgtype.Map) (driver.Value, error) {
	switch {
	case raw == nil:
		return nil, nil
	case column.DataTypeOID == pgtype.TextOID:
		return fromStored(string(raw)), nil
	case column.Format == pgtype.BinaryFormatCode && column.DataTypeOID == pgtype.Int8OID && len(raw) == 8:
		return int64(binary.BigEndian.Uint64(raw)), nil
	case column.Format == pgtype.BinaryFormatCode && column.DataTypeOID == pgtype.ByteaOID:
		return append([]byte{}, raw...), nil
	}
	var value any
	var err error
	switch column.DataTypeOID {
	case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.NumericOID:
		var n int64
		err, value = types.Scan(column.DataTypeOID, column.Format, raw, &n), n
	case pgtype.BoolOID:
		var truth bool
		err, value = types.Scan(column.DataTypeOID, column.Format, raw, &truth), truth
	case pgtype.ByteaOID:
		var bytes []byte
		err, value = types.Scan(column.DataTypeOID, column.Format, raw, &bytes), bytes
	default:
		var text string
		err, value = types.Scan(column.DataTypeOID, column.Format, raw, &text), text
	}
	return value, err
}

// postgresArgs converts arguments to the types in which they are sent.
func postgresArgs(args []any) ([]any, error) {
	bound := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case nil, int64, []byte:
			bound[i] = a
		case int:
			bound[i] = int64(a)
		case bool: // the tables have no bool columns
			bound[i] = int64(0)
			if a {
				bound[i] = int64(1)
			}
		case string:
			bound[i] = toStored(a)
		case []string:
			texts := make([]string, len(a))
			for j := range a {
				texts[j] = toStored(a[j])
			}
			bound[i] = texts
		case []int64:
			texts := make([]string, len(a))
			for j := range a {
				texts[j] = strconv.FormatInt(a[j], 10)
			}
			bound[i] = texts
		default:
			value, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", reflect.TypeOf(a), err)
			}
			if text, ok := value.(string); ok {
				value = toStored(text)
			}
			bound[i] = value
		}
	}
	return bound, nil
}
