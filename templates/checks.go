package templates

import (
	"slices"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// checks are a schema's rules for bodies of one shape and layout, as a list of steps that need no tree of values: see
// [compileChecks]. For every body of a [builder] they give the same result as the schema library, and the same
// faults; tests compare the two. They are never changed and may be used from several goroutines at once.
type checks []check

// check is one keyword of the schema at one place of the layout. It passes when the place is not in the body.
type check struct {
	node    *layoutNode
	keyword keyword
	match   match         // for a leaf's text; nil for rules of objects, arrays and several schemas
	want    any           // the schema's value, for messages
	needs   []*layoutNode // required: each in order, nil for one that the layout does not have
	names   []string      // required: their names
	bound   int           // minItems, maxItems and lengths
	inner   []checks      // of the schemas in not, anyOf, oneOf; of if, then and else, empty for one that is missing
	// leave is the check to continue with when this one fails: after a wrong type, or a value that is not listed, the
	// library reports nothing more about the value.
	leave int
}

type keyword uint8

const (
	checkType keyword = iota
	checkEnum
	checkConst
	checkFormat
	checkPattern
	checkMinLength
	checkMaxLength
	checkRange
	checkRequired
	checkMinItems
	checkMaxItems
	checkNot
	checkAnyOf
	checkOneOf
	checkIf // inner: if, then, else
)

// hold reports whether the body that b built passes all checks.
func (all checks) hold(b *builder) bool {
	for i := range all {
		if r := &all[i]; b.there[r.node.id] && !r.holds(b) {
			return false
		}
	}
	return true
}

func (r *check) holds(b *builder) bool {
	if r.match != nil {
		return r.match(b.texts[r.node.id])
	}
	switch r.keyword {
	case checkRequired:
		for _, n := range r.needs {
			if n == nil || !b.there[n.id] {
				return false
			}
		}
		return true
	case checkMinItems:
		return b.items(r.node) >= r.bound
	case checkMaxItems:
		return b.items(r.node) <= r.bound
	case checkIf:
		if r.inner[0].hold(b) {
			return r.inner[1].hold(b)
		}
		return r.inner[2].hold(b)
	}
	kept := 0
	for _, in := range r.inner {
		if in.hold(b) {
			kept++
		}
	}
	switch r.keyword {
	case checkNot:
		return kept == 0
	case checkAnyOf:
		return kept > 0
	}
	return kept == 1 // oneOf
}

// items counts what is in an array.
func (b *builder) items(n *layoutNode) (count int) {
	for _, c := range n.children {
		if b.there[c.id] {
			count++
		}
	}
	return count
}

// faults reports each check that the body fails, in the library's order and form.
func (all checks) faults(b *builder, each func(at *layoutNode, broken jsonschema.ErrorKind)) {
	for i := 0; i < len(all); i++ {
		r := &all[i]
		if !b.there[r.node.id] || r.holds(b) {
			continue
		}
		switch {
		case r.keyword == checkIf && r.inner[0].hold(b):
			r.inner[1].faults(b, each)
		case r.keyword == checkIf:
			r.inner[2].faults(b, each)
		case r.keyword == checkAnyOf, r.keyword == checkOneOf && !slices.ContainsFunc(r.inner,
			func(in checks) bool { return in.hold(b) }):
			for _, in := range r.inner {
				in.faults(b, each)
			}
		default:
			each(r.node, r.fault(b))
		}
		if r.leave > i {
			i = r.leave - 1
		}
	}
}

// fault is the library's error for the check.
func (r *check) fault(b *builder) jsonschema.ErrorKind {
	text := b.texts[r.node.id]
	switch r.keyword {
	case checkType:
		return &kind.Type{Want: r.want.([]string)}
	case checkRange:
		return &kind.Minimum{} // or another bound: the message is the same
	case checkEnum:
		return &kind.Enum{Got: text, Want: r.want.([]any)}
	case checkConst:
		return &kind.Const{Got: text, Want: r.want}
	case checkFormat:
		return &kind.Format{Got: text, Want: r.want.(string), Err: errFormat}
	case checkPattern:
		return &kind.Pattern{Got: text, Want: r.want.(string)}
	case checkMinLength:
		return &kind.MinLength{Got: utf8.RuneCountInString(text), Want: r.bound}
	case checkMaxLength:
		return &kind.MaxLength{Got: utf8.RuneCountInString(text), Want: r.bound}
	case checkMinItems:
		return &kind.MinItems{Got: b.items(r.node), Want: r.bound}
	case checkMaxItems:
		return &kind.MaxItems{Got: b.items(r.node), Want: r.bound}
	case checkNot:
		return &kind.Not{}
	case checkOneOf:
		return &kind.OneOf{}
	}
	var missing []string
	for i, n := range r.needs {
		if n == nil || !b.there[n.id] {
			missing = append(missing, r.names[i])
		}
	}
	return &kind.Required{Missing: missing}
}
