package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestMessageOf(t *testing.T) {
	full := Fail("disk_full")
	at := Place{Kind: "ledger", File: "a.db"}
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"of the system", fs.ErrNotExist, "system.no_file"},
		{"of the system, wrapped", fmt.Errorf("a.db: %w", fs.ErrNotExist), `in_front text="a.db: " sentence=(system.no_file)`},
		{"a failure", Fail("not_written", "cause", fs.ErrExist), "not_written cause=(file already exists)"},
		{"a mistake", Wrong("no_run", "id", "x"), `no_run id="x"`},
		{"with its place", Wrong("damaged").At(at), "at_place place=ledger a.db sentence=(damaged)"},
		{"a mistake of a text", (&Mistake{Err: fs.ErrExist}).At(at),
			"at_place place=ledger a.db sentence=(system.exists)"},
		{"a mistake of a failure", &Mistake{Err: full}, "disk_full"},
		{"wrapped in words", fmt.Errorf("row 4: %w", full), `in_front text="row 4: " sentence=(disk_full)`},
		{"wrapped in nothing", fmt.Errorf("%w", full), "disk_full"},
		{"wrapped in other words", differs{full}, "disk_full"},
		{"joined", errors.Join(full, fs.ErrExist), "sentences all=[disk_full system.exists]"},
	} {
		if got := MessageOf(tt.err).String(); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

type differs struct{ error }

func (differs) Error() string   { return "something else" }
func (e differs) Unwrap() error { return e.error }
