package ledger

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
)

// statement is one prepared statement of a connection, for one goroutine at a time, inside a transaction. Arguments
// and rows go through buffers that it keeps.
type statement struct {
	prepared interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	}
	args []driver.NamedValue
	rows cursor
	busy bool
}

func prepare(conn connection, text string) (*statement, error) {
	prepared, err := conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, err
	}
	s := &statement{}
	s.prepared = prepared.(interface {
		driver.Stmt
		driver.StmtExecContext
		driver.StmtQueryContext
	})
	return s, nil
}

func (s *statement) close() error { return s.prepared.Close() }

// bind copies args into the buffer, as types that a driver takes. Lists become JSON.
func (s *statement) bind(args []any) ([]driver.NamedValue, error) {
	for len(s.args) < len(args) {
		s.args = append(s.args, driver.NamedValue{Ordinal: len(s.args) + 1})
	}
	bound := s.args[:len(args)]
	for i, a := range args {
		switch a := a.(type) {
		case nil, int64, string, []byte, bool:
			bound[i].Value = a
		case int:
			bound[i].Value = int64(a)
		case []string, []int64:
			text, err := json.Marshal(a)
			if err != nil {
				return nil, err
			}
			bound[i].Value = string(text)
		default:
			value, err := driver.DefaultParameterConverter.ConvertValue(a)
			if err != nil {
				return nil, err
			}
			bound[i].Value = value
		}
	}
	return bound, nil
}

// free clears the bound values.
func (s *statement) free() {
	for i := range s.args {
		s.args[i].Value = nil
	}
}

func (s *statement) exec(args []any) (driver.Result, error) {
	bound, err := s.bind(args)
	if err != nil {
		return nil, err
	}
	defer s.free()
	return s.prepared.ExecContext(context.Background(), bound)
}

func (s *statement) each(args []any, f func(*cursor) error) (err error) {
	if s.busy {
		return errBusy
	}
	bound, err := s.bind(args)
	if err != nil {
		return err
	}
	defer s.free()
	found, err := s.prepared.QueryContext(context.Background(), bound)
	if err != nil {
		return err
	}
	s.busy = true
	defer func() {
		s.busy = false
		err = errors.Join(err, found.Close())
		clear(s.rows.values)
	}()
	if s.rows.values == nil {
		s.rows.values = make([]driver.Value, len(found.Columns()))
	}
	for {
		switch err := found.Next(s.rows.values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		switch err := f(&s.rows); {
		case errors.Is(err, errEnough):
			return nil
		case err != nil:
			return err
		}
	}
}

var errBusy = errors.New("statement busy") // executed again while its rows are read
