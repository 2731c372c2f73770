package templates

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// An overlay has what differs from its base. Objects are merged key by key, as in JSON Merge Patch (RFC 7396): any
// other value, also a list, replaces that of the base, and null removes a key. In contrast to the RFC, a null for a
// key that the base does not have is a mistake, and members keep their order: a new one comes after the one that
// precedes it in the overlay, a first one at the end.

const nullTag = "!!null"

// merge merges an overlay with its base; the lines of the base are numbered after those of the overlay.
func merge(overlay, base *yaml.Node) (*yaml.Node, pipeline.Mistakes) {
	var m merging
	out := &yaml.Node{Kind: yaml.DocumentNode, Line: 1,
		Content: []*yaml.Node{m.object(withoutBase(overlay.Content[0]), base.Content[0])}}
	return out, m.mistakes
}

// mergeWhole is merge for a file of its own: without aliases, and with the keys that the overlay removes.
func mergeWhole(overlay, base *yaml.Node) *yaml.Node {
	m := merging{keepNulls: true}
	return expanded(m.object(overlay.Content[0], base.Content[0]))
}

type merging struct {
	mistakes  pipeline.Mistakes
	keepNulls bool
}

func (m *merging) object(over, base *yaml.Node) *yaml.Node {
	out := *base
	out.Content = nil
	members(base, func(key, value *yaml.Node) { out.Content = append(out.Content, key, value) })
	behind := len(out.Content) // position for a new key
	members(over, func(key, value *yaml.Node) {
		i := 0
		for i < len(out.Content) && out.Content[i].Value != key.Value {
			i += 2
		}
		there := i < len(out.Content)
		switch {
		case isNull(value) && !there:
			m.nothing(key)
		case isNull(value) && !m.keepNulls:
			out.Content = slices.Delete(out.Content, i, i+2)
			behind = i
		case there:
			out.Content[i], out.Content[i+1] = key, m.value(value, out.Content[i+1])
			behind = i + 2
		default:
			m.noNulls(value)
			out.Content = slices.Insert(out.Content, behind, key, value)
			behind += 2
		}
	})
	return &out
}

func (m *merging) value(over, base *yaml.Node) *yaml.Node {
	o, b := resolved(over), resolved(base)
	if o.Kind == yaml.MappingNode && b.Kind == yaml.MappingNode {
		return m.object(o, uncommented(b))
	}
	m.noNulls(o)
	return over
}

// uncommented is an object without the base's comments on its members, because the overlay has other members.
func uncommented(n *yaml.Node) *yaml.Node {
	out := *n
	out.Content = slices.Clone(n.Content)
	for i := 0; i < len(out.Content); i += 2 {
		key := *out.Content[i]
		key.HeadComment, key.LineComment, key.FootComment = "", "", ""
		out.Content[i] = &key
	}
	return &out
}

// noNulls notes nulls in an object without a base.
func (m *merging) noNulls(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		return
	}
	members(n, func(key, value *yaml.Node) {
		if isNull(value) {
			m.nothing(key)
		}
		m.noNulls(value)
	})
}

func (m *merging) nothing(key *yaml.Node) {
	m.mistakes = append(m.mistakes, pipeline.Wrong("definition.nothing_to_take_out", "key", key.Value).
		At(pipeline.Place{File: yamlFile, Line: key.Line}))
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == nullTag }

func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// baseKey is the key in provider.yaml that names the base.
const baseKey = "base"

// baseIn is the value of that key in a provider.yaml; nil for none.
func baseIn(document *yaml.Node) (base *yaml.Node) {
	if root := document.Content[0]; root.Kind == yaml.MappingNode {
		members(root, func(key, value *yaml.Node) {
			if key.Value == baseKey {
				base = value
			}
		})
	}
	return base
}

func withoutBase(root *yaml.Node) *yaml.Node {
	out := *root
	out.Content = nil
	members(root, func(key, value *yaml.Node) {
		if key.Value != baseKey {
			out.Content = append(out.Content, key, value)
		}
	})
	return &out
}

// shifted is a copy with the lines moved by that many.
func shifted(n *yaml.Node, by int, seen map[*yaml.Node]*yaml.Node) *yaml.Node {
	if n == nil {
		return nil
	}
	if c := seen[n]; c != nil {
		return c
	}
	c := *n
	seen[n] = &c
	c.Line += by
	c.Alias = shifted(n.Alias, by, seen)
	c.Content = make([]*yaml.Node, len(n.Content))
	for i := range n.Content {
		c.Content[i] = shifted(n.Content[i], by, seen)
	}
	return &c
}

// expanded is a copy with aliases replaced by their targets.
func expanded(n *yaml.Node) *yaml.Node {
	c := *resolved(n)
	c.Anchor, c.Alias = "", nil
	c.Content = nil
	add := func(n *yaml.Node) { c.Content = append(c.Content, expanded(n)) }
	if c.Kind != yaml.MappingNode {
		for _, child := range resolved(n).Content {
			add(child)
		}
		return &c
	}
	members(resolved(n), func(key, value *yaml.Node) { add(key); add(value) })
	return &c
}

// patch applies an overlay's JSON Merge Patch to a schema.
func patch(over, base *jsonNode) (*jsonNode, pipeline.Mistakes) {
	var m patching
	return m.object(over, base), m.mistakes
}

type patching struct{ mistakes pipeline.Mistakes }

func (m *patching) object(over, base *jsonNode) *jsonNode {
	out := *base
	out.keys, out.member = slices.Clone(base.keys), map[string]*jsonNode{}
	for name, n := range base.member {
		out.member[name] = n
	}
	behind := len(out.keys)
	for _, name := range over.keys {
		value, i := over.member[name], slices.Index(out.keys, name)
		switch {
		case value.isNull() && i < 0:
			m.nothing(name, value)
		case value.isNull():
			delete(out.member, name)
			out.keys = slices.Delete(out.keys, i, i+1)
			behind = i
		case i < 0:
			m.noNulls(value)
			out.keys = slices.Insert(out.keys, behind, name)
			out.member[name] = value
			behind++
		default:
			if there := out.member[name]; value.member != nil && there.member != nil {
				value = m.object(value, there)
			} else {
				m.noNulls(value)
			}
			out.member[name] = value
			behind = i + 1
		}
	}
	return &out
}

func (m *patching) noNulls(n *jsonNode) {
	for _, name := range n.keys {
		if value := n.member[name]; value.isNull() {
			m.nothing(name, value)
		} else {
			m.noNulls(value)
		}
	}
}

func (m *patching) nothing(name string, n *jsonNode) {
	m.mistakes = append(m.mistakes, pipeline.Wrong("definition.nothing_to_take_out", "key", name).
		At(pipeline.Place{File: schemaFile, Line: n.line}))
}

func (n *jsonNode) isNull() bool { return n.member == nil && !n.list && n.value == nil }

// shifted is a copy with the lines moved by that many.
func (n *jsonNode) shifted(by int) *jsonNode {
	c := *n
	c.line += by
	c.items = make([]*jsonNode, len(n.items))
	for i, item := range n.items {
		c.items[i] = item.shifted(by)
	}
	if n.member != nil {
		c.member = make(map[string]*jsonNode, len(n.member))
		for name, m := range n.member {
			c.member[name] = m.shifted(by)
		}
	}
	return &c
}
