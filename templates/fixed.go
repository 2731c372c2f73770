package templates

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// emptied is the keyword of an array or an object that is sent empty when nothing fills it.
const emptied = "x-empty"

// isWhole reports whether n is a value that no cell can have: an object, an array or null.
func (n *jsonNode) isWhole() bool { return n != nil && (n.member != nil || n.list || n.value == nil) }

// appendTo writes n on one line, its members in their order.
func (n *jsonNode) appendTo(b []byte) []byte {
	switch {
	case n.list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = item.appendTo(b)
		}
		return append(b, ']')
	case n.member != nil:
		b = append(b, '{')
		for i, k := range n.keys {
			if i > 0 {
				b = append(b, ',')
			}
			b = n.member[k].appendTo(append(appendString(b, k), ':'))
		}
		return append(b, '}')
	}
	switch v := n.value.(type) {
	case string:
		return appendString(b, v)
	case json.Number:
		return append(b, v...)
	case bool:
		return strconv.AppendBool(b, v)
	}
	return append(b, "null"...)
}

// same reports whether two values are equal in JSON Schema, except for numbers that are spelt in two ways.
func (n *jsonNode) same(o *jsonNode) bool {
	if n == nil || o == nil {
		return n == o
	}
	return n.list == o.list && (n.member == nil) == (o.member == nil) && n.value == o.value &&
		slices.EqualFunc(n.items, o.items, (*jsonNode).same) && len(n.keys) == len(o.keys) &&
		!slices.ContainsFunc(n.keys, func(k string) bool { return o.member[k] == nil || !n.member[k].same(o.member[k]) })
}

// hasNothing reports whether a value has null, or an empty list or object, anywhere in it, which a form cannot
// express.
func (n *jsonNode) hasNothing() bool {
	if !n.isWhole() {
		return false
	}
	if len(n.items)+len(n.keys) == 0 {
		return true
	}
	for _, k := range n.keys {
		if n.member[k].hasNothing() {
			return true
		}
	}
	return slices.ContainsFunc(n.items, (*jsonNode).hasNothing)
}

// kindOf is the type of JSON Schema that a value is of.
func (n *jsonNode) kindOf() string {
	switch {
	case n.list:
		return "array"
	case n.member != nil:
		return "object"
	}
	switch v := n.value.(type) {
	case string:
		return "string"
	case bool:
		return "boolean"
	case json.Number:
		if isInteger(v.String()) {
			return "integer"
		}
		return "number"
	}
	return "null"
}

// whole adds a part that the definition fills with a fixed value.
func (b *body) whole(path string, value *jsonNode) {
	if !slices.ContainsFunc(b.fixed, func(f pipeline.Fixed) bool { return f.Path == path }) {
		b.fixed = append(b.fixed, pipeline.Fixed{Path: path, Value: value.plain()})
	}
}

// collect adds the parts of a shape that are not fields.
func (b *body) collect(p *part) {
	switch {
	case p.fixed != nil:
		b.whole(p.path, p.fixed)
		if p.fixed.hasNothing() && b.nothing == nil {
			b.nothing = p.fixed
		}
	case p.empty && b.nothing == nil:
		b.nothing = p.at
	}
	if p.item != nil {
		b.collect(p.item)
	}
	for _, m := range p.members {
		b.collect(m)
	}
}

// isOneOf is the match for a leaf that is a number or a boolean with listed values.
func (n *layoutNode) isOneOf(values []*jsonNode) match {
	var numbers []*big.Rat
	var booleans, texts []string
	for _, v := range values {
		switch value := v.value.(type) {
		case string:
			texts = append(texts, value)
		case bool:
			booleans = append(booleans, strconv.FormatBool(value))
		case json.Number:
			if number, ok := new(big.Rat).SetString(value.String()); ok {
				numbers = append(numbers, number)
			}
		}
	}
	return func(text string) bool {
		switch {
		case n.isNumber(text):
			number, ok := new(big.Rat).SetString(text)
			return ok && slices.ContainsFunc(numbers, func(other *big.Rat) bool { return other.Cmp(number) == 0 })
		case n.isTruth(text):
			return slices.Contains(booleans, strings.ToLower(text))
		}
		return slices.Contains(texts, text)
	}
}
