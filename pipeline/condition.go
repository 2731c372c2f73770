package pipeline

import (
	"slices"
	"strings"
	"unicode"
)

// Selector finds values in a document, as a JSONPath does (RFC 9535). It may be used from several goroutines at once.
type Selector interface{ Select(doc any) []any }

// Condition tests one place of an answer's body or, with Select, all places that it finds, of which one must match.
// Exactly one of Is, Prefix and Contains is set; with Select it may be none, which any place matches.
type Condition struct {
	At     Pointer
	Select Selector // nil with At
	// Sample is a body that meets a condition with Select; nil where none is known.
	Sample any
	Is     string
	Prefix string
	// Contains are texts of which the place must have one, ignoring case and what is between their words, so that
	// "already exists" matches CUSTOMER_ALREADY_EXISTS.
	Contains []string
}

// Holds reports whether a decoded body meets c; every body meets a nil condition.
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

// fits reports whether a text matches.
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
