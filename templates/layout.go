package templates

import (
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// LayoutError is a layout in which no row of some shapes can be complete.
type LayoutError struct {
	// Missing are the required fields that nothing fills, by shape ("" when there is one shape).
	Missing map[string][]string
	Shapes  []string // all shapes, in the schema's order
}

func (e *LayoutError) Error() string { return e.Sentence().String() }

// Sentence lists the fields without a column, by shape.
func (e *LayoutError) Sentence() *pipeline.Message {
	var all []*pipeline.Message
	for _, s := range e.Shapes {
		fields := e.Missing[s]
		if s == "" {
			return pipeline.Say("template.no_columns", "count", len(fields), "fields", fields)
		}
		all = append(all, pipeline.Say("template.no_columns_of_shape", "shape", s, "count", len(fields),
			"fields", fields))
	}
	return pipeline.Say("sentences", "all", all)
}

// layoutNode is one place of a body in one shape, with its source in a book: an object's members and an array's items
// in order, or one leaf.
type layoutNode struct {
	name     string // member name; "" for the root and for items
	path     string // with the book's own indexes
	index    int    // of an item, in the book; an item is an object or a leaf
	isArray  bool
	children []*layoutNode
	// group: in the body only when one of its cells is filled (an array's item, an optional object), except when only
	// constants fill it.
	group bool
	fed   bool // some column fills a part of it

	slot  int // of a leaf; -1 when the definition fills it
	only  string
	field *pipeline.Field
	fixed *jsonNode // a fixed value that no cell can have
	empty string    // an array or an object when nothing is in it; "" for left out

	// Set by [layoutNode.number]: whether a column fills a leaf, otherwise its constant, and the type as which it is
	// sent; the node's id among those of its shape, with those below it up to end; the name as JSON; the slots in a
	// group that a column fills.
	column   bool
	constant string
	kind     leafKind
	id, end  int
	label    []byte
	cells    []int
}

// leafKind is the type as which a leaf is sent, if its text allows that.
type leafKind uint8

const (
	kindText leafKind = iota
	kindInteger
	kindNumber
	kindTruth
)

func leafKindOf(name string) leafKind {
	switch name {
	case "integer":
		return kindInteger
	case "number":
		return kindNumber
	case "boolean":
		return kindTruth
	}
	return kindText
}

// buildLayout makes the tree of one shape from the slots that belong to it.
func buildLayout(s *shape, slots []pipeline.Slot) (*layoutNode, error) {
	root := &layoutNode{slot: -1}
	for i, slot := range slots {
		if leaf := findLeaf(s.root, pipeline.PathPattern(slot.Path)); leaf == nil {
			continue // of another shape
		}
		if err := insert(root, s.root, slot.Path, i, slot.Column != nil); err != nil {
			return nil, err
		}
	}
	fillOnly(root, s.root)
	order(root, s.root)
	root.number(0, slots)
	return root, nil
}

// insert puts the slot at the rest of its path below n.
func insert(n *layoutNode, p *part, path string, slot int, column bool) error {
	at := n
	for _, step := range steps(path) {
		at.fed = at.fed || column
		var next *layoutNode
		if step.isIndex {
			for _, c := range at.children {
				if c.index == step.index {
					next = c
				}
			}
			p = p.item
			if next == nil {
				next = &layoutNode{index: step.index, path: at.path + "[" + strconv.Itoa(step.index) + "]", group: true,
					slot: -1}
				at.children = append(at.children, next)
			}
		} else {
			for _, c := range at.children {
				if c.name == step.name {
					next = c
				}
			}
			p = p.member(step.name)
			if next == nil {
				next = &layoutNode{name: step.name, path: joinPath(at.path, step.name), isArray: p.item != nil,
					slot: -1}
				next.group = !p.required && p.members != nil
				at.children = append(at.children, next)
			}
		}
		at = next
	}
	if at.field != nil {
		return pipeline.Wrong("template.two_columns", "field", path)
	}
	at.slot, at.field, at.fed = slot, p.leaf, column
	return nil
}

type step struct {
	name    string
	index   int
	isIndex bool
}

// steps splits a path, which is well formed because it matches a field.
func steps(path string) []step {
	var out []step
	for _, name := range strings.Split(path, ".") {
		name, rest, indexed := strings.Cut(name, "[")
		out = append(out, step{name: name})
		if indexed {
			i, _ := strconv.Atoi(strings.TrimSuffix(rest, "]"))
			out = append(out, step{index: i, isIndex: true})
		}
	}
	return out
}

// fillOnly adds the required fields with one legal value that nothing fills, in every object of the layout and in
// required objects.
func fillOnly(n *layoutNode, p *part) {
	if p.item != nil {
		for _, c := range n.children {
			fillOnly(c, p.item)
		}
		return
	}
	for _, m := range p.members {
		i := slices.IndexFunc(n.children, func(c *layoutNode) bool { return c.name == m.name })
		switch {
		case i >= 0:
			if m.leaf == nil {
				n.children[i].empty = m.emptyValue()
				fillOnly(n.children[i], m)
			} else if m.required {
				n.children[i].only = m.leaf.Only
			}
		case m.leaf != nil && m.required && m.leaf.Only != "":
			n.children = append(n.children, &layoutNode{name: m.name, path: joinPath(n.path, m.name), slot: -1,
				only: m.leaf.Only, field: m.leaf})
		case m.fixed != nil && m.required:
			n.children = append(n.children, &layoutNode{name: m.name, path: joinPath(n.path, m.name), slot: -1, fixed: m.fixed})
		case m.empty:
			o := &layoutNode{name: m.name, path: joinPath(n.path, m.name), slot: -1, isArray: m.item != nil,
				empty: m.emptyValue()}
			fillOnly(o, m)
			n.children = append(n.children, o)
		case m.members != nil && m.required:
			// An object whose required parts the definition fills.
			o := &layoutNode{name: m.name, path: joinPath(n.path, m.name), slot: -1}
			if fillOnly(o, m); len(o.children) > 0 {
				n.children = append(n.children, o)
			}
		}
	}
}

// emptyValue is the JSON of an array or an object when nothing is in it; "" when it is left out.
func (p *part) emptyValue() string {
	switch {
	case !p.empty:
		return ""
	case p.item != nil:
		return "[]"
	}
	return "{}"
}

// order sorts members as in the schema and items by index, so that a request does not depend on the order of columns.
func order(n *layoutNode, p *part) {
	if p.item != nil {
		slices.SortFunc(n.children, func(a, b *layoutNode) int { return a.index - b.index })
		for _, c := range n.children {
			order(c, p.item)
		}
		return
	}
	position := func(c *layoutNode) int {
		return slices.IndexFunc(p.members, func(m *part) bool { return m.name == c.name })
	}
	slices.SortFunc(n.children, func(a, b *layoutNode) int { return position(a) - position(b) })
	for _, c := range n.children {
		if m := p.member(c.name); m.leaf == nil {
			order(c, m)
		}
	}
}

// missing lists the required fields of the shape that nothing fills. Fields that an optional group requires do not
// count, because rows may leave the group out.
func missing(n *layoutNode, p *part) []string {
	if p.leaf != nil {
		return nil
	}
	if p.item != nil {
		// One complete item is enough.
		var fewest []string
		for i, c := range n.children {
			if m := missing(c, p.item); i == 0 || len(m) < len(fewest) {
				fewest = m
			}
		}
		return fewest
	}
	var out []string
	for _, m := range p.members {
		i := slices.IndexFunc(n.children, func(c *layoutNode) bool { return c.name == m.name })
		switch {
		case !m.required || m.empty:
		case i >= 0:
			out = append(out, missing(n.children[i], m)...)
		default:
			out = append(out, requiredLeaves(m, joinPath(n.path, m.name))...)
		}
	}
	return out
}

// requiredLeaves are the fields that p needs to be complete, its groups with one item; path is p's own, with indexes.
func requiredLeaves(p *part, path string) []string {
	if p.leaf != nil {
		return []string{path}
	}
	if p.item != nil {
		return requiredLeaves(p.item, path+"[0]")
	}
	var out []string
	for _, m := range p.members {
		if m.required && !m.empty && (m.leaf == nil || m.leaf.Only == "") {
			out = append(out, requiredLeaves(m, joinPath(path, m.name))...)
		}
	}
	return out
}

func joinPath(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
