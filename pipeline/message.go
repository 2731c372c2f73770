package pipeline

import (
	"fmt"
	"strings"
)

// MessageCode names a sentence of the catalogue, in any language.
type MessageCode string

// Message is a sentence that is not worded yet: its code, and the values for its placeholders. Package wording has
// the sentences, and a test there compares each call of [Say] with them. A Message must not be changed and may be
// shared.
type Message struct {
	Code MessageCode
	Args []Arg
}

// Arg is one named argument of a message. It never holds a cell's value.
type Arg struct {
	Name string
	// Value is one of:
	//
	//	string         unchanged: a name, a path, a flag, a state as programs read it
	//	int, float64   digits; the int named "count" chooses the plural form
	//	Total          digits in groups, as the language writes thousands
	//	[]string       a list of equals
	//	[]int          numbers of rows, ascending
	//	time.Time      to the second, in UTC
	//	time.Duration  rounded, for people
	//	State, Counts  in the language's words for states
	//	Place          of a [Mistake]
	//	Rule           what a field takes
	//	Problem        its sentence, after its column
	//	Localized      a text of a definition
	//	[]Localized    a list of equals
	//	*Message       a part of the sentence
	//	[]*Message     sentences, one after the other
	//	error          as [Failure] and [Mistake] are worded; any other by its text
	Value any
}

// Total is a number of rows, customers or the like, which may be large.
type Total int

// Rule says which values a field takes, in the definition's own words: "one e-mail address of at most 35 characters".
type Rule struct {
	Field string // path, as in Field.Path
	Text  Localized
}

// AsWritten is the code of a sentence that is stored as text, in the argument "text": of a provider, or of an older
// version.
const AsWritten MessageCode = "as_written"

// Say makes a message of a code and pairs of names and values:
//
//	Say("too_short", "count", 6, "least", 9)
func Say(code MessageCode, pairs ...any) *Message {
	m := &Message{Code: code}
	if len(pairs) > 0 {
		m.Args = make([]Arg, len(pairs)/2)
	}
	for i := range m.Args {
		m.Args[i] = Arg{pairs[2*i].(string), pairs[2*i+1]}
	}
	return m
}

// Arg is the value of the argument of that name; nil where there is none.
func (m *Message) Arg(name string) any {
	for i := range m.Args {
		if m.Args[i].Name == name {
			return m.Args[i].Value
		}
	}
	return nil
}

// String shows the code and the arguments, for tests and logs; for AsWritten it is the text.
func (m *Message) String() string {
	if m == nil {
		return ""
	}
	if text, ok := m.Arg("text").(string); ok && m.Code == AsWritten {
		return text
	}
	var b strings.Builder
	b.WriteString(string(m.Code))
	for _, a := range m.Args {
		switch v := a.Value.(type) {
		case *Message:
			fmt.Fprintf(&b, " %s=(%s)", a.Name, v)
		case Rule:
			fmt.Fprintf(&b, " %s=%q", a.Name, v.Text.In(""))
		case Localized:
			fmt.Fprintf(&b, " %s=%q", a.Name, v.In(""))
		case Problem:
			fmt.Fprintf(&b, " %s=(%s %s)", a.Name, v.Name(), v.Message)
		case error:
			fmt.Fprintf(&b, " %s=(%v)", a.Name, v)
		case string:
			fmt.Fprintf(&b, " %s=%q", a.Name, v)
		default:
			fmt.Fprintf(&b, " %s=%v", a.Name, v)
		}
	}
	return b.String()
}
