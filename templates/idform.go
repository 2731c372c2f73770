package templates

import (
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

const (
	// fewestMadeUp is how many characters of an ID are made up if possible: enough for the rows of a rehearsal.
	fewestMadeUp  = 6
	longestMadeUp = 64
)

// IDFormFor is a form of made-up IDs that fit a pattern, which is that of record.id_pattern. The prefixes are tried
// before the text with which the pattern begins. fits is false where the stand-in has no such form. The error is why
// the pattern cannot be read.
func IDFormFor(pattern string, prefixes ...string) (form pipeline.IDForm, fits bool, err error) {
	whole, err := compileWhole(pattern)
	if err != nil {
		return form, false, err
	}
	if unanchored, err := compileECMA(strings.TrimPrefix(pattern, "^")); err == nil {
		begins, _ := unanchored.LiteralPrefix()
		prefixes = append(prefixes, begins, begins+"1") // a number has no zero in front
	}
	for _, prefix := range prefixes {
		if form, fits := formAfter(prefix, whole); fits {
			return form, true, nil
		}
	}
	return form, false, nil
}

// formAfter is the form of IDs with that prefix: a UUID, or the fewest characters that are enough, or else the most.
func formAfter(prefix string, whole *regexp.Regexp) (pipeline.IDForm, bool) {
	forms := []pipeline.IDForm{{Prefix: prefix, UUID: true}}
	add := func(length int) {
		forms = append(forms, pipeline.IDForm{Prefix: prefix, Length: length},
			pipeline.IDForm{Prefix: prefix, Length: length, Digits: true})
	}
	for length := fewestMadeUp; length <= longestMadeUp; length++ {
		add(length)
	}
	for length := fewestMadeUp - 1; length > 0; length-- {
		add(length)
	}
	for i := range forms {
		if forms[i].Misfit(whole) == "" {
			return forms[i], true
		}
	}
	return pipeline.IDForm{}, false
}

// inYAML is a form as provider.yaml has it.
func inYAML(form *pipeline.IDForm) string {
	n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	add := func(key, tag, value string) {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key},
			&yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: value})
	}
	if form.Prefix != "" {
		add("prefix", "!!str", form.Prefix)
	}
	if form.UUID {
		add("uuid", "!!bool", "true")
	} else {
		add("length", "!!int", strconv.Itoa(form.Length))
	}
	if form.Digits {
		add("digits", "!!bool", "true")
	}
	text, err := yaml.Marshal(n)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// standinID refuses a form of the stand-in's IDs that record.id_pattern does not match: no customer of a rehearsal
// would be taken as created. Where no form fits the pattern, there is nothing better to write.
func (f fieldChecker) standinID(line int, form *pipeline.IDForm, pattern text) {
	if f.p.Record.IDPattern == nil {
		return
	}
	id := form.Misfit(f.p.Record.IDPattern)
	if id == "" {
		return
	}
	if better, fits, err := IDFormFor(pattern.s, form.Prefix); err == nil && fits {
		f.fail(line, "definition.standin_id_form", "id", id).Try("definition.try_standin_id", "form", inYAML(&better))
	}
}
