package pipeline

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Place says where in a file something is. The zero Place is nowhere.
type Place struct {
	Kind   string // what the file is, written before its name: "mapping", "ledger"; "" for a book
	File   string // as the user named it
	Sheet  string // "" for a CSV, and where no sheet is concerned
	Line   int    // of a text file, from 1; 0 where none is concerned
	Row    int    // as a spreadsheet program numbers it; 0 where none is concerned
	Column string // letters, a header as the file spells it, or the character of a Line; "" where none is concerned
}

// String names the place for a person: muster.csv, sheet "May", row 4, column F.
func (p Place) String() string {
	var parts []string
	switch {
	case p.Kind != "":
		parts = append(parts, p.Kind+" "+p.File)
	case p.File != "":
		parts = append(parts, p.File)
	}
	if p.Sheet != "" {
		parts = append(parts, fmt.Sprintf("sheet %q", p.Sheet))
	}
	if p.Line > 0 {
		parts = append(parts, fmt.Sprintf("line %d", p.Line))
	}
	if p.Row > 0 {
		parts = append(parts, fmt.Sprintf("row %d", p.Row))
	}
	if p.Column != "" {
		parts = append(parts, "column "+p.Column)
	}
	return strings.Join(parts, ", ")
}

// Within is p, with file and sheet taken from around where p has none.
func (p Place) Within(around Place) Place {
	if p.File == "" {
		p.Kind, p.File = around.Kind, around.File
	}
	if p.Sheet == "" {
		p.Sheet = around.Sheet
	}
	return p
}

// Mistake is an error that a person can put right: in a flag, a book, a
// mapping sheet, a definition, a ledger (exit code 2). It never holds the
// content of a cell: only a file that has none is quoted.
type Mistake struct {
	Place Place
	What  *Message // what is wrong there; nil where Err says it
	Hint  *Message // what to do about it; nil where there is nothing more to say
	Quote Quote    // the line of a text file that it is about, where that helps
	Err   error    // the cause; nil where there is none
}

// Wrong is a mistake without a place. The pairs are those of [Say]; the cause is
// the first of the values that is an error.
func Wrong(code MessageCode, pairs ...any) *Mistake {
	m := Say(code, pairs...)
	return &Mistake{What: m, Err: m.cause()}
}

// MistakeOf wraps an error that says itself what is wrong.
func MistakeOf(err error) *Mistake { return &Mistake{Err: err} }

// Error is the place, then what is wrong as code and arguments; without the hint.
func (m *Mistake) Error() string {
	what := m.What.String()
	if m.What == nil {
		what = m.Err.Error()
	}
	if where := m.Place.String(); where != "" {
		return where + ": " + what
	}
	return what
}

// Unwrap gives the cause.
func (m *Mistake) Unwrap() error { return m.Err }

// Sentence is what is wrong, without the place.
func (m *Mistake) Sentence() *Message { return m.What }

// Reason is what is wrong as an error without the place, for use in another message.
func (m *Mistake) Reason() error {
	if m.What == nil {
		return m.Err
	}
	return &Failure{m.What, m.Err}
}

// Within is a mistake like m, with file and sheet taken from around where m has none.
func (m *Mistake) Within(around Place) *Mistake {
	whole := *m
	whole.Place = m.Place.Within(around)
	return &whole
}

// Try sets the hint to that code and the pairs of [Say], and returns m.
func (m *Mistake) Try(code MessageCode, pairs ...any) *Mistake { return m.Advise(Say(code, pairs...)) }

// Advise sets the hint and returns m.
func (m *Mistake) Advise(hint *Message) *Mistake {
	m.Hint = hint
	return m
}

// Suggest puts before m's hint what was probably meant, as a person would type it; "" leaves m unchanged.
func (m *Mistake) Suggest(meant string) *Mistake {
	switch {
	case meant == "":
	case m.Hint == nil:
		m.Hint = Say("meant", "meant", meant)
	default:
		m.Hint = Say("meant_or", "meant", meant, "hint", m.Hint)
	}
	return m
}

// SuggestQuoted suggests which of names a person probably meant by word, in quotation marks, as names of columns and
// sheets are written. Alternatives ("NIT|Documento") are each looked up.
func (m *Mistake) SuggestQuoted(word string, names []string) *Mistake {
	for one := range strings.SplitSeq(word, "|") {
		if meant := Meant(one, names); meant != "" {
			return m.Suggest(`"` + meant + `"`)
		}
	}
	return m
}

// At sets the place and returns m.
func (m *Mistake) At(p Place) *Mistake {
	m.Place = p
	return m
}

// WithoutPath is an error of the system about a file, without the path at its beginning, because a [Mistake] names
// the file as the user does.
func WithoutPath(err error) error {
	var (
		at   *fs.PathError
		link *os.LinkError
	)
	switch {
	case errors.As(err, &at):
		return at.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
