package templates

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/pipeline"
)

// compileChecks compiles a schema into checks for the bodies of one layout. schema is the shape's, in the tree of
// root. When there is a keyword that it does not know, it returns the first as file, place and keyword; the shape's
// rows are then checked by the schema library.
func compileChecks(root, schema *jsonNode, layout *layoutNode) (checks, string) {
	c := checksCompiler{root: root}
	all := c.schema(nil, schema, layout, 0)
	return all, c.unknown
}

type checksCompiler struct {
	root    *jsonNode
	schemas int    // visited
	unknown string // the first; "" for none
}

// giveUp notes an unknown keyword; the rest is not compiled.
func (c *checksCompiler) giveUp(keyword string, n *layoutNode) {
	if c.unknown == "" {
		c.unknown = schemaFile + ": " + strings.TrimPrefix(n.path+": "+keyword, ": ")
	}
}

// deepestChecks bounds how many schemas apply to one place by reference, and mostSchemas those of all places, because
// a short schema can refer to itself without end.
const (
	deepestChecks = 50
	mostSchemas   = 1 << 20
)

// schema appends the checks of one schema at n, in the library's order. depth counts the schemas above it that apply
// to the same place.
func (c *checksCompiler) schema(all checks, s *jsonNode, n *layoutNode, depth int) checks {
	if c.unknown != "" {
		return all // the library checks all of it
	}
	c.schemas++
	if depth > deepestChecks || c.schemas > mostSchemas || s == nil || s.member == nil && s.value != true {
		c.giveUp("$ref", n)
		return all
	}
	if n.fixed != nil {
		if !s.at("const").same(n.fixed) && s.at("$ref") == nil {
			c.giveUp("const", n)
		}
		return all // its value comes from the schema
	}
	first := len(all)
	for _, k := range s.keys {
		if !isKeyword(k) || k == uncompiled {
			c.giveUp(k, n)
		}
	}
	all = c.types(all, s.at("type"), n)
	all = c.values(all, s, n)
	ends := len(all) // of the checks after which the library reports nothing more
	if ref := s.at("$ref"); ref != nil {
		all = c.schema(all, c.root.find(pipeline.Pointer(strings.TrimPrefix(ref.text(), "#"))), n, depth+1)
	}
	switch {
	case n.field != nil && n.field.Kind == "string":
		all = c.text(all, s, n)
	case n.field != nil:
		all = c.number(all, s, n)
	case n.isArray:
		all = c.array(all, s, n)
	default:
		all = c.object(all, s, n)
	}
	all = c.combined(all, s, n, depth+1)
	for i := first; i < ends; i++ {
		all[i].leave = len(all)
	}
	return all
}

// uncompiled is the keyword that only the library knows.
const uncompiled = "uniqueItems"

// types compiles the types that a schema allows at a place. A body has no null, so that an object or an array has the
// place's own type; a leaf for a number or a boolean may be sent as text.
func (c *checksCompiler) types(all checks, allowed *jsonNode, n *layoutNode) checks {
	if allowed == nil {
		return all
	}
	own := "object"
	switch {
	case n.isArray:
		own = "array"
	case n.field != nil:
		own = n.field.Kind
	}
	var types jsonschema.Types
	for _, t := range allowed.strings() {
		types.Add(t)
	}
	if n.field != nil && own != "string" {
		return append(all, check{node: n, keyword: checkType, match: n.ofType(types.ToStrings()),
			want: types.ToStrings()})
	}
	if !slices.Contains(allowed.strings(), own) {
		c.giveUp("type", n)
	}
	return all
}

// values compiles the checks after which no other matters.
func (c *checksCompiler) values(all checks, s *jsonNode, n *layoutNode) checks {
	if n.field == nil || n.field.Kind != "string" {
		for _, k := range []string{"const", "enum", "format", "pattern", "minLength", "maxLength"} {
			if s.at(k) != nil && (n.field != nil && k != "const" && k != "enum" || n.field == nil && (k == "const" || k == "enum")) {
				c.giveUp(k, n)
			}
		}
		return c.listed(all, s, n)
	}
	if is := s.at("const"); is != nil {
		if _, ok := is.value.(string); !ok {
			c.giveUp("const", n)
		}
		all = append(all, check{node: n, keyword: checkConst, match: oneOf([]string{is.text()}), want: is.value})
	}
	if enum := s.at("enum"); enum != nil {
		var values []string
		var want []any
		for _, v := range enum.items {
			want = append(want, v.value)
			if text, ok := v.value.(string); ok { // a text equals no other value
				values = append(values, text)
			}
		}
		all = append(all, check{node: n, keyword: checkEnum, match: oneOf(values), want: want})
	}
	if format := s.at("format"); format != nil {
		keeps := formatMatch(format.text())
		if keeps == nil {
			c.giveUp("format "+format.text(), n)
			return all
		}
		all = append(all, check{node: n, keyword: checkFormat, match: keeps, want: format.text()})
	}
	return all
}

// listed are the values that a number or a truth may have.
func (c *checksCompiler) listed(all checks, s *jsonNode, n *layoutNode) checks {
	if is := s.at("const"); is != nil && n.field != nil {
		all = append(all, check{node: n, keyword: checkConst, match: n.isOneOf([]*jsonNode{is}), want: is.value})
	}
	if enum := s.at("enum"); enum != nil && n.field != nil {
		var want []any
		for _, v := range enum.items {
			want = append(want, v.value)
		}
		all = append(all, check{node: n, keyword: checkEnum, match: n.isOneOf(enum.items), want: want})
	}
	return all
}

// text are the other checks of a leaf.
func (c *checksCompiler) text(all checks, s *jsonNode, n *layoutNode) checks {
	// A leaf in the body has at least one character.
	if least, ok := c.count(s, "minLength", n); ok && least > 1 {
		all = append(all, check{node: n, keyword: checkMinLength, match: atLeast(least), bound: least})
	}
	if most, ok := c.count(s, "maxLength", n); ok {
		all = append(all, check{node: n, keyword: checkMaxLength, match: atMost(most), bound: most})
	}
	if pattern := s.at("pattern"); pattern != nil {
		re, err := compileECMA(pattern.text())
		if err != nil { // the library refused it before
			c.giveUp("pattern", n)
			return all
		}
		all = append(all, check{node: n, keyword: checkPattern, match: patternMatch(re), want: pattern.text()})
	}
	return all
}

// count is the number of a keyword; false when the schema does not have it.
func (c *checksCompiler) count(s *jsonNode, keyword string, n *layoutNode) (count int, ok bool) {
	bound := s.at(keyword)
	if bound == nil {
		return 0, false
	}
	if number, isNumber := bound.value.(json.Number); isNumber {
		if count, err := strconv.Atoi(number.String()); err == nil {
			return count, true
		}
	}
	c.giveUp(keyword, n) // spelt as 1.0 or 1e3
	return 0, false
}

// number are the bounds of a leaf that may be sent as a number.
func (c *checksCompiler) number(all checks, s *jsonNode, n *layoutNode) checks {
	for _, k := range []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"} {
		if s.at(k) == nil {
			continue
		}
		spelled, _ := s.at(k).value.(json.Number)
		bound, ok := new(big.Rat).SetString(spelled.String())
		if !ok {
			c.giveUp(k, n)
			return all
		}
		all = append(all, check{node: n, keyword: checkRange, match: n.inRange(k, bound)})
	}
	return all
}

func (c *checksCompiler) array(all checks, s *jsonNode, n *layoutNode) checks {
	if least, ok := c.count(s, "minItems", n); ok {
		all = append(all, check{node: n, keyword: checkMinItems, bound: least})
	}
	if most, ok := c.count(s, "maxItems", n); ok {
		all = append(all, check{node: n, keyword: checkMaxItems, bound: most})
	}
	if items := s.at("items"); items != nil {
		for _, item := range n.children {
			all = c.schema(all, items, item, 0)
		}
	}
	return all
}

func (c *checksCompiler) object(all checks, s *jsonNode, n *layoutNode) checks {
	if wanted := s.at("required"); wanted != nil {
		r := check{node: n, keyword: checkRequired}
		for _, item := range wanted.items {
			r.names = append(r.names, item.text())
			r.needs = append(r.needs, n.child(item.text()))
		}
		all = append(all, r)
	}
	properties := s.at("properties")
	for _, member := range n.children {
		if of := properties.at(member.name); of != nil {
			all = c.schema(all, of, member, 0)
		} else if extra := s.at("additionalProperties"); extra != nil && extra.value != true {
			c.giveUp("additionalProperties", n)
		}
	}
	return all
}

// child is the member of that name in the layout, or nil.
func (n *layoutNode) child(name string) *layoutNode {
	i := slices.IndexFunc(n.children, func(c *layoutNode) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return n.children[i]
}

// combined compiles the checks of several schemas for the same place.
func (c *checksCompiler) combined(all checks, s *jsonNode, n *layoutNode, depth int) checks {
	if not := s.at("not"); not != nil {
		all = append(all, check{node: n, keyword: checkNot, inner: []checks{c.schema(nil, not, n, depth)}})
	}
	if each := s.at("allOf"); each != nil {
		for _, item := range each.items {
			all = c.schema(all, item, n, depth)
		}
	}
	for _, k := range []string{"anyOf", "oneOf"} {
		if some := s.at(k); some != nil {
			r := check{node: n, keyword: checkAnyOf}
			if k == "oneOf" {
				r.keyword = checkOneOf
			}
			for _, item := range some.items {
				r.inner = append(r.inner, c.schema(nil, item, n, depth))
			}
			all = append(all, r)
		}
	}
	if s.at("if") != nil {
		r := check{node: n, keyword: checkIf}
		for _, k := range []string{"if", "then", "else"} {
			var in checks
			if part := s.at(k); part != nil {
				in = c.schema(nil, part, n, depth)
			}
			r.inner = append(r.inner, in)
		}
		all = append(all, r)
	}
	return all
}
