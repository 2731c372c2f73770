package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
)

func TestSuggest(t *testing.T) {
	names := []string{"NIT", "Nombre"}
	for _, c := range []struct {
		made *Mistake
		want string
	}{
		{Wrong("a"), ""},
		{Wrong("a").Suggest(""), ""},
		{Wrong("a").Suggest("x"), `meant meant="x"`},
		{Wrong("a").Try("b").Suggest(""), "b"},
		{Wrong("a").Try("b").Suggest("x"), `meant_or meant="x" hint=(b)`},
		{Wrong("a").SuggestQuoted("nit", names), `meant meant="\"NIT\""`},
		{Wrong("a").SuggestQuoted("Cédula|Nómbre", names), `meant meant="\"Nombre\""`},
		{Wrong("a").SuggestQuoted("Teléfono", names), ""},
	} {
		if got := c.made.Hint.String(); c.made.Hint == nil && c.want != "" || c.made.Hint != nil && got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

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
	m := Wrong("unread", "count", 2, "cause", fs.ErrNotExist).Try("look.again", "where", "here")
	const what = "unread count=2 cause=(file does not exist)"
	if m.Error() != what || m.Hint.String() != `look.again where="here"` || !errors.Is(m, fs.ErrNotExist) {
		t.Errorf("%v (%s)", m, m.Hint)
	}
	if got := m.At(Place{File: "a.csv", Line: 2}).Error(); got != "a.csv, line 2: "+what {
		t.Error(got)
	}
	if got := m.Reason(); got.Error() != what || !errors.Is(got, fs.ErrNotExist) {
		t.Errorf("the reason is %v", got)
	}
	of := MistakeOf(fs.ErrExist).At(Place{File: "a.csv"})
	if of.Error() != "a.csv: file already exists" || of.Reason() != fs.ErrExist || of.Sentence() != nil ||
		!errors.Is(of, fs.ErrExist) {
		t.Errorf("of an error: %v, %v", of, of.Reason())
	}
}

func TestWithin(t *testing.T) {
	m := Wrong("wrong").Try("fix.it").At(Place{Row: 4})
	whole := m.Within(Place{File: "a.xlsx", Sheet: "May", Row: 9})
	if got := whole.Error(); got != `a.xlsx, sheet "May", row 4: wrong` || whole.Hint.String() != "fix.it" {
		t.Errorf("%s (%s)", got, whole.Hint)
	}
	if m.Error() != "row 4: wrong" {
		t.Errorf("the mistake itself has changed: %v", m)
	}
	own := Wrong("wrong").At(Place{Kind: "mapping", File: "m.csv"}).Within(Place{Kind: "ledger", File: "a.db"})
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
