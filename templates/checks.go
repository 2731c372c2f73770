package templates

import (
	"slices"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// checks are what a schema asks of the bodies of one shape and layout, one step
// after the other and without a tree of values: see [compileChecks]. They say of
// every body that a [builder] makes what the schema library says, and find the same
// faults; tests hold them against it. They are never changed and may be used by
// several at once.
type checks []check

// check is one keyword of the schema at one place of the layout. It asks nothing of
// a place that is not in the body.
type check struct {
	node    *layoutNode
	keyword keyword
	match   match         // of a leaf's text; nil for what is asked of objects, arrays and several schemas
	want    any           // what the schema has there, for messages
	needs   []*layoutNode // required: each in its order, nil for one that the layout lacks
	names   []string      // required: their names
	bound   int           // minItems, maxItems and lengths
	inner   []checks      // of the schemas in not, anyOf, oneOf; of if, then and else, where none asks nothing
	// leave is the check to go on with when this one is broken: the library says no
	// more of a value that is of the wrong type, or none of those that are listed.
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

// hold says whether the body that b built keeps all of the checks.
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

// faults gives each check that the body breaks, in the library's order, as the
// library has it.
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

// fault is how the library says that the check fails.
func (r *check) fault(b *builder) jsonschema.ErrorKind {
	text := b.texts[r.node.id]
	switch r.keyword {
	case checkType:
		return &kind.Type{Want: r.want.([]string)}
	case checkRange:
		return &kind.Minimum{} // or another bound: messages make no difference
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
