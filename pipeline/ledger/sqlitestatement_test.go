package ledger

import (
	"database/sql"
	"errors"
	"slices"
	"testing"
)

// state is a string type, as pipeline.State is.
type state string

func TestStatementBinds(t *testing.T) {
	n, none := int64(7), (*int64)(nil)
	for name, c := range map[string]struct {
		bound any
		kind  string
		text  string
	}{
		"null":       {nil, "null", ""},
		"int":        {7, "integer", "7"},
		"int64":      {int64(-7), "integer", "-7"},
		"bool":       {true, "integer", "1"},
		"text":       {"é", "text", "é"},
		"empty":      {"", "text", ""},
		"named":      {string(state("known")), "text", "known"},
		"of a type":  {state("known"), "text", "known"},
		"bytes":      {[]byte("ab"), "blob", "ab"},
		"no bytes":   {[]byte{}, "blob", ""},
		"pointer":    {&n, "integer", "7"},
		"to nothing": {none, "null", ""},
	} {
		t.Run(name, func(t *testing.T) {
			l, _, _ := opened(t)
			must(t, fileOf(l).writer.read(t.Context(), func(tx *transaction) error {
				for range 2 { // the second time through the same buffers
					var kind string
					var text *string
					if err := tx.one("SELECT typeof(?1), CAST(?1 AS TEXT)", []any{c.bound}, &kind, &text); err != nil {
						return err
					}
					if kind != c.kind || (text == nil) != (c.kind == "null") || text != nil && *text != c.text {
						t.Errorf("%s %v", kind, text)
					}
				}
				return nil
			}))
		})
	}
}

func TestScan(t *testing.T) {
	for name, c := range map[string]struct {
		select1 string
		into    any
		ok      bool
	}{
		"integer":          {"SELECT 7", new(int), true},
		"long":             {"SELECT 7", new(int64), true},
		"truth":            {"SELECT 1 = 1", new(bool), true},
		"text":             {"SELECT 'a'", new(string), true},
		"bytes":            {"SELECT x'00'", new([]byte), true},
		"text as bytes":    {"SELECT 'a'", new([]byte), true},
		"null as bytes":    {"SELECT NULL", new([]byte), true},
		"null number":      {"SELECT NULL", new(*int64), true},
		"number, if any":   {"SELECT 7", new(*int64), true},
		"null text":        {"SELECT NULL", new(*string), true},
		"text, if any":     {"SELECT 'a'", new(*string), true},
		"scanner":          {"SELECT 'a'", new(sql.NullString), true},
		"null as integer":  {"SELECT NULL", new(int), false},
		"null as text":     {"SELECT NULL", new(string), false},
		"text as integer":  {"SELECT 'a'", new(int), false},
		"integer as text":  {"SELECT 7", new(string), false},
		"integer as bytes": {"SELECT 7", new([]byte), false},
		"two columns":      {"SELECT 7, 8", new(int), false},
		"of a type":        {"SELECT 'a'", new(state), false},
	} {
		t.Run(name, func(t *testing.T) {
			l, _, _ := opened(t)
			err := fileOf(l).writer.read(t.Context(), func(tx *transaction) error { return tx.one(c.select1, nil, c.into) })
			if (err == nil) != c.ok || !c.ok && !errors.Is(err, errScan) {
				t.Errorf("%v", err)
			}
		})
	}
}

// Values stay valid after the next row is read; a query may be ended early and repeated, and is refused while its
// rows are read.
func TestStatementRows(t *testing.T) {
	l, _, _ := opened(t)
	const text = "SELECT value FROM json_each('[\"a\",\"b\",\"c\"]')"
	must(t, fileOf(l).writer.read(t.Context(), func(tx *transaction) error {
		for _, most := range []int{1, 3, 2} {
			var got []string
			err := tx.each(text, nil, func(r *cursor) error {
				if err := tx.one(text, nil, new(string)); !errors.Is(err, errBusy) {
					t.Errorf("asked again: %v", err)
				}
				var one string
				err := r.Scan(&one)
				if got = append(got, one); len(got) == most {
					return errEnough
				}
				return err
			})
			if err != nil || !slices.Equal(got, []string{"a", "b", "c"}[:most]) {
				t.Errorf("%q, %v", got, err)
			}
		}
		return nil
	}))
	err := fileOf(l).writer.read(t.Context(), func(tx *transaction) error {
		return tx.one("SELECT 1 WHERE 0", nil, new(int))
	})
	if !errors.Is(err, sql.ErrNoRows) {
		t.Errorf("no row: %v", err)
	}
}
