package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestPlace(t *testing.T) {
	for want, p := range map[string]Place{
		"":                        {},
		"may.csv":                 {File: "may.csv"},
		"ledger a.db":             {Kind: "ledger", File: "a.db"},
		"may.csv, line 4":         {File: "may.csv", Line: 4},
		"row 4, column F":         {Row: 4, Column: "F"},
		`m.xlsx, sheet "May day"`: {File: "m.xlsx", Sheet: "May day"},
		`mapping m.xlsx, sheet "May", row 4, column E-mail`: {Kind: "mapping", File: "m.xlsx", Sheet: "May",
			Row: 4, Column: "E-mail"},
	} {
		if got := p.String(); got != want {
			t.Errorf("%+v: %q, want %q", p, got, want)
		}
	}
}

func TestMistake(t *testing.T) {
	m := Mistakef("cannot be read: %w", fs.ErrNotExist).Try("look again")
	if m.Error() != "cannot be read: file does not exist" || m.Hint.String() != "look again" || !errors.Is(m, fs.ErrNotExist) {
		t.Errorf("%v (%s)", m, m.Hint.String())
	}
	if got := m.At(Place{File: "a.csv", Line: 2}).Error(); got != "a.csv, line 2: cannot be read: file does not exist" {
		t.Error(got)
	}
}

func TestWithin(t *testing.T) {
	m := Mistakef("wrong").Try("mend it").At(Place{Row: 4})
	whole := m.Within(Place{File: "a.xlsx", Sheet: "May", Row: 9})
	if got := whole.Error(); got != `a.xlsx, sheet "May", row 4: wrong` || whole.Hint.String() != "mend it" {
		t.Errorf("%s (%s)", got, whole.Hint.String())
	}
	if m.Error() != "row 4: wrong" {
		t.Errorf("the mistake itself has changed: %v", m)
	}
	own := Mistakef("wrong").At(Place{Kind: "mapping", File: "m.csv"}).Within(Place{Kind: "ledger", File: "a.db"})
	if got := own.Error(); got != "mapping m.csv: wrong" {
		t.Error(got)
	}
}

func TestWithoutPath(t *testing.T) {
	at := &fs.PathError{Op: "open", Path: "/tmp/.muster-1", Err: fs.ErrPermission}
	if got := WithoutPath(fmt.Errorf("look: %w", at)); got != fs.ErrPermission {
		t.Error(got)
	}
	if plain := errors.New("plain"); WithoutPath(plain) != plain {
		t.Error("an error without a path is another")
	}
}
