package runtext

import (
	"strconv"

	"muster/pipeline"
	"muster/pipeline/wording"
)

// Look is the style of a text. The zero Look is for files and pipes.
type Look struct {
	// Colour colours the names of states by escape sequences of ECMA-48 (SGR).
	Colour bool
	// Grouped writes the thousands of totals in groups, as the language does.
	Grouped bool
	// Explained are the meanings of states that were printed already, so that each is printed once; nil prints each
	// every time.
	Explained map[pipeline.MessageCode]bool
}

// colourOf is the SGR colour of a state: for what is well, what a person fixes, what a person has to find out, and
// what is left to do. A state that needs nobody has none.
func colourOf(s pipeline.State) string {
	switch s {
	case pipeline.Created, pipeline.Existing:
		return "32" // green
	case pipeline.Invalid, pipeline.Rejected:
		return "31" // red
	case pipeline.Duplicate, pipeline.Changed:
		return "33" // yellow
	case pipeline.Uncertain:
		return "1;35" // magenta, bold
	case pipeline.Pending:
		return "36" // cyan
	}
	return ""
}

// Painted is a text in the colour of a state.
func (l Look) Painted(s pipeline.State, text string) string {
	if colour := colourOf(s); l.Colour && colour != "" {
		return "\x1b[" + colour + "m" + text + "\x1b[0m"
	}
	return text
}

// number is a total.
func (l Look) number(words *wording.Wording, n int) string {
	if !l.Grouped {
		return strconv.Itoa(n)
	}
	return words.Say("total", "number", pipeline.Total(n))
}

// Words are those in which a text is written.
func (l Look) Words(words *wording.Wording) *wording.Wording {
	if !l.Grouped {
		return words
	}
	return words.Grouped()
}

// meaning is the text of a message, unless it was printed before.
func (l Look) meaning(words *wording.Wording, m *pipeline.Message) string {
	if l.Explained[m.Code] {
		return ""
	}
	if l.Explained != nil {
		l.Explained[m.Code] = true
	}
	return words.Message(m)
}
