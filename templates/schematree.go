package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"

	"muster/pipeline"
)

// jsonNode is a JSON value with the line where it begins and the order of its members: the schema's order is the
// order of the columns, and a mistake is reported with its line.
type jsonNode struct {
	line   int
	value  any // string, json.Number, bool, nil; unset for objects and arrays
	keys   []string
	member map[string]*jsonNode // not nil: an object
	items  []*jsonNode
	list   bool
}

// faultIn is a mistake in a file of a definition; line 0 is none.
func faultIn(file string, line int, code pipeline.MessageCode, pairs ...any) error {
	return pipeline.Wrong(code, pairs...).At(pipeline.Place{File: file, Line: line})
}

// parseJSON reads one JSON document; an object with the same member twice is
// refused.
func parseJSON(file string, data []byte) (*jsonNode, error) {
	p := jsonParser{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	p.dec.UseNumber()
	n, err := p.value()
	if err != nil {
		return nil, err
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, p.wrong("definition.second_json")
	}
	return n, nil
}

type jsonParser struct {
	file  string
	data  []byte
	dec   *json.Decoder
	depth int
	// breaks counts the line breaks up to the byte counted, so that they are not counted again for each token.
	breaks, counted int
}

// maxDepth bounds how deep a schema may be nested, so that no file can exhaust the stack.
const maxDepth = 200

// line is the line of the last token.
func (p *jsonParser) line() int {
	at := min(int(p.dec.InputOffset()), len(p.data))
	p.breaks += bytes.Count(p.data[p.counted:at], []byte{'\n'})
	p.counted = at
	return 1 + p.breaks
}

func (p *jsonParser) wrong(code pipeline.MessageCode, pairs ...any) error {
	return faultIn(p.file, p.line(), code, pairs...)
}

// unread is the reason why the decoder cannot read the next token.
func (p *jsonParser) unread() error {
	m := JSONMistake(p.data)
	m.Place.File = p.file
	return m
}

func (p *jsonParser) value() (*jsonNode, error) {
	tok, err := p.dec.Token()
	if err != nil {
		return nil, p.unread()
	}
	n := &jsonNode{line: p.line()}
	if p.depth++; p.depth > maxDepth {
		return nil, p.wrong("definition.json_depth", "levels", maxDepth)
	}
	defer func() { p.depth-- }()
	switch tok {
	case json.Delim('{'):
		n.member = map[string]*jsonNode{}
		for p.dec.More() {
			key, err := p.dec.Token()
			if err != nil {
				return nil, p.unread()
			}
			name := key.(string)
			if _, twice := n.member[name]; twice {
				return nil, p.wrong("definition.member_twice", "name", name)
			}
			child, err := p.value()
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, name)
			n.member[name] = child
		}
	case json.Delim('['):
		n.list = true
		for p.dec.More() {
			child, err := p.value()
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, child)
		}
	default:
		n.value = tok
		return n, nil
	}
	if _, err := p.dec.Token(); err != nil {
		return nil, p.unread()
	}
	return n, nil
}

// at is the member of that name, nil where there is none.
func (n *jsonNode) at(name string) *jsonNode {
	if n == nil {
		return nil
	}
	return n.member[name]
}

// plain is n in the form of encoding/json, with numbers as they are spelt.
func (n *jsonNode) plain() any {
	switch {
	case n.member != nil:
		all := make(map[string]any, len(n.keys))
		for name, m := range n.member {
			all[name] = m.plain()
		}
		return all
	case n.list:
		all := make([]any, len(n.items))
		for i, item := range n.items {
			all[i] = item.plain()
		}
		return all
	}
	return n.value
}

// text is n as a string, "" when it is not one.
func (n *jsonNode) text() string {
	if n == nil {
		return ""
	}
	s, _ := n.value.(string)
	return s
}

// number is n as a whole number, 0 when it is not one.
func (n *jsonNode) number() int {
	if n == nil {
		return 0
	}
	s, _ := n.value.(json.Number)
	i, _ := strconv.Atoi(s.String())
	return i
}

// strings are the texts of a list, or n's own where it is one text.
func (n *jsonNode) strings() []string {
	if n == nil {
		return nil
	}
	if !n.list {
		if s := n.text(); s != "" {
			return []string{s}
		}
		return nil
	}
	var out []string
	for _, c := range n.items {
		if s := c.text(); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// spelled are the texts, numbers and booleans of a list, as a cell has them.
func (n *jsonNode) spelled() []string {
	if n == nil {
		return nil
	}
	var out []string
	for _, c := range n.items {
		if s, ok := c.spelling(); ok {
			out = append(out, s)
		}
	}
	return out
}

// spelling is a text, a number or a boolean as a cell has it; false for any other value, and for an empty text.
func (n *jsonNode) spelling() (string, bool) {
	switch v := n.value.(type) {
	case string:
		return v, v != ""
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// localized is the text of a keyword, with its translations.
func (n *jsonNode) localized(keyword, translations string) pipeline.Localized {
	var all pipeline.Localized
	add := func(lang, text string) {
		if text == "" {
			return
		}
		if all == nil {
			all = pipeline.Localized{}
		}
		all[lang] = text
	}
	add("", n.at(keyword).text())
	if by := n.at(translations); by != nil {
		for _, lang := range by.keys {
			add(lang, by.member[lang].text())
		}
	}
	return all
}

func (n *jsonNode) find(p pipeline.Pointer) *jsonNode {
	for _, t := range p.Tokens() {
		if n == nil {
			return nil
		}
		if n.list {
			i, err := strconv.Atoi(t)
			if err != nil || i < 0 || i >= len(n.items) {
				return nil
			}
			n = n.items[i]
			continue
		}
		n = n.at(t)
	}
	return n
}

// Translations of a schema's title and description, by language.
const (
	localTitle       = "x-title"
	localDescription = "x-description"
)

// typedThrough is the keyword for the conversions of cells that people type into a template, in the language of
// mapping sheets.
const typedThrough = "x-typed"

// splitAt is the keyword for the separator between the values of a list in the one cell that has them all.
const splitAt = "x-split"

// translates gives for a keyword with translations the keyword of the text.
var translates = map[string]string{localTitle: "title", localDescription: "description"}

// The keywords that a body schema may use: those that muster can convert to columns and messages. An unknown keyword
// is a mistake, because its rule would silently not be checked.
var schemaKeywords = []string{"$schema", "$id", "$defs", "$ref", "$comment", "title", "description", "examples",
	localTitle, localDescription, typedThrough, splitAt, emptied,
	"type", "enum", "const", "pattern", "minLength", "maxLength", "format",
	"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
	"properties", "required", "additionalProperties", "items", "minItems", "maxItems", "uniqueItems",
	"allOf", "anyOf", "oneOf", "not", "if", "then", "else"}

// The formats that a body schema may name; an unknown one would not be checked.
var schemaFormats = []string{"date", "email", "country-a2", "phone", "time", "date-time", "duration", "uuid",
	"hostname", "ipv4", "ipv6", "uri", "iri", "regex", "semver"}

// notByLanguage is the part of n that is not a text by language; nil when there is none.
func notByLanguage(n *jsonNode) *jsonNode {
	if n.member == nil {
		return n
	}
	for _, lang := range n.keys {
		if _, err := language.Parse(lang); err != nil || n.member[lang].text() == "" {
			return n.member[lang]
		}
	}
	return nil
}

const dialect = "https://json-schema.org/draft/2020-12/schema"

// checkKeywords refuses unknown keywords, and those that would not be checked, in n and every schema inside it; root
// is the whole schema.
func checkKeywords(file string, root, n *jsonNode) (all pipeline.Mistakes) {
	for _, k := range n.keys { // true and false are schemas, and have none
		child := n.member[k]
		if err := keywordFault(file, root, n, k); err != nil {
			all = append(all, mistakesIn(err)...)
			continue
		}
		if isAnnotation(k) {
			continue
		}
		var inside []*jsonNode
		switch k {
		case "$defs", "properties":
			for _, name := range child.keys {
				inside = append(inside, child.member[name])
			}
		case "allOf", "anyOf", "oneOf":
			inside = child.items
		case "items", "not", "if", "then", "else", "additionalProperties":
			inside = []*jsonNode{child}
		}
		for _, c := range inside {
			all = append(all, checkKeywords(file, root, c)...)
		}
	}
	return all
}

// keywordFault is what is wrong with one keyword of a schema by itself; nil where nothing is.
func keywordFault(file string, root, n *jsonNode, k string) error {
	child := n.member[k]
	switch text := child.text(); {
	case isAnnotation(k):
		return nil
	case !slices.Contains(schemaKeywords, k):
		return unknownKeyword(file, k, child)
	case k == "$schema" && strings.TrimSuffix(text, "#") != dialect:
		return faultIn(file, child.line, "definition.dialect", "dialect", dialect)
	case k == "$schema" && n != root, k == "$id" && n != root:
		return faultIn(file, child.line, "definition.keyword_at_top", "keyword", k)
	case k == "format" && text != "" && !slices.Contains(schemaFormats, text):
		m := pipeline.Wrong("definition.format", "format", text).At(pipeline.Place{File: file, Line: child.line})
		if meant := pipeline.Meant(text, schemaFormats); meant != "" {
			return m.Try("definition.try_name", "name", meant)
		}
		return m.Try("definition.try_one_of", "names", schemaFormats)
	case k == "$ref" && !strings.HasPrefix(text, "#"):
		return faultIn(file, child.line, "definition.ref_outside", "ref", text)
	case k == "$ref" && (!pipeline.Pointer(text[1:]).Valid() || root.find(pipeline.Pointer(text[1:])) == nil):
		return faultIn(file, child.line, "definition.ref_nowhere", "ref", text)
	case k == emptied && child.value != true:
		return faultIn(file, child.line, "definition.empty_true", "keyword", k)
	case k == splitAt && text == "":
		return faultIn(file, child.line, "definition.split_text", "keyword", k)
	case k == typedThrough && text == "":
		return faultIn(file, child.line, "definition.not_conversions", "keyword", k)
	case translates[k] != "":
		if at := notByLanguage(child); at != nil {
			return faultIn(file, at.line, "definition.not_by_language", "keyword", k)
		}
	}
	return nil
}
