package pipeline

import (
	"slices"
	"strings"
	"unicode"
)

// Selector finds values in a document, as a JSONPath does (RFC 9535). It may be used by
// several at once.
type Selector interface{ Select(doc any) []any }

// Condition looks at one place of an answer's body, or at all that Select finds in it,
// of which one has to be as asked. Exactly one of Is, Prefix and Contains counts; with
// Select none is enough: then there has to be anything.
type Condition struct {
	At     Pointer
	Select Selector // nil where At counts
	// Sample is a body for which the condition holds, where there is Select; nil where
	// none is known.
	Sample any
	Is     string
	Prefix string
	// Contains are texts of which the place has one, in capitals or not; what is
	// between their words does not count, so that "already exists" is in
	// CUSTOMER_ALREADY_EXISTS too.
	Contains []string
}

// Holds reports whether c holds for a decoded body; a nil condition does.
func (c *Condition) Holds(doc any) bool {
	if c == nil {
		return true
	}
	if c.Select != nil {
		found := c.Select.Select(doc)
		if c.Is == "" && c.Prefix == "" && len(c.Contains) == 0 {
			return len(found) > 0
		}
		return slices.ContainsFunc(found, func(v any) bool {
			s, ok := Pointer("").Text(v)
			return ok && c.fits(s)
		})
	}
	s, ok := c.At.Text(doc)
	return ok && c.fits(s)
}

// fits says that a text is as asked.
func (c *Condition) fits(s string) bool {
	switch {
	case c.Prefix != "":
		return strings.HasPrefix(s, c.Prefix)
	case len(c.Contains) > 0:
		s = plainWords(s)
		return slices.ContainsFunc(c.Contains, func(part string) bool { return strings.Contains(s, plainWords(part)) })
	}
	return s == c.Is
}

// plainWords is a text in lower case, with one space between its words.
func plainWords(s string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " "))
}
