package signature

import (
	"strings"

	"muster/pipeline"
)

// part is a piece of a template: a text, or the name of a variable.
type part struct {
	text string
	name string // "" for a text
}

// partsOf splits a template into its parts.
func partsOf(template string) []part {
	var parts []part
	for {
		before, rest, found := strings.Cut(template, "{")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return append(parts, part{text: template})
		}
		parts = append(parts, part{text: before}, part{name: name})
		template = after
	}
}

// fill fills in a template; a name without a value is left out.
func fill(parts []part, value func(name string) string) string {
	var b strings.Builder
	for _, p := range parts {
		if p.name != "" {
			b.WriteString(value(p.name))
		} else {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// match reads a text that was made from a template. It returns the values of the variables that known does not have,
// each up to the text after it; false if the text does not match.
func match(parts []part, text string, known func(name string) (string, bool)) (map[string]string, bool) {
	found := map[string]string{}
	var open string // a variable that is read up to what follows
	take := func(literal string) bool {
		if open == "" {
			rest, ok := strings.CutPrefix(text, literal)
			text = rest
			return ok
		}
		if literal == "" {
			return true
		}
		value, rest, ok := strings.Cut(text, literal)
		if before, twice := found[open]; !ok || twice && before != value {
			return false
		}
		found[open], open, text = value, "", rest
		return true
	}
	for _, p := range parts {
		literal, isKnown := p.text, true
		if p.name != "" {
			literal, isKnown = known(p.name)
		}
		switch {
		case isKnown && !take(literal):
			return nil, false
		case isKnown:
		case open != "": // two variables without a text between them
			return nil, false
		default:
			open = p.name
		}
	}
	if open != "" {
		if before, twice := found[open]; twice && before != text {
			return nil, false
		}
		found[open], text = text, ""
	}
	return found, text == ""
}

// names reports whether a template has a variable.
func names(template, variable string) bool {
	for _, name := range pipeline.Variables(template) {
		if name == variable {
			return true
		}
	}
	return false
}
