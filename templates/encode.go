package templates

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// builder makes a row's body in one walk over a shape's layout: as JSON and as entries. Checks and keys read what the
// walk leaves in it, which is the places in the body and their texts; no tree of values is made unless
// [builder.instance] is called.
type builder struct {
	plan    *Plan
	body    []byte
	entries []pipeline.Entry
	// there says for each node of the layout whether it is in the body, texts the text of a leaf; both by the node's
	// id.
	there []bool
	texts []string
	// moved are groups that were moved to close a gap: their paths in the body, and in the book.
	moved [][2]string
	// prefix is the path in the body where it differs from the book's.
	prefix string
	shift  string // the book's path that prefix replaces
}

// build makes the body of a row of that shape. The contents of b are valid until the next call.
func (b *builder) build(p *Plan, shape *planShape, d *pipeline.Draft) {
	b.plan, b.body, b.entries, b.moved, b.prefix, b.shift = p, d.Body[:0], d.Entries, b.moved[:0], "", ""
	root := shape.layout
	if len(b.there) < root.end {
		b.there, b.texts = make([]bool, root.end), make([]string, root.end)
	}
	b.object(root)
	b.there[root.id] = true
	d.Body, d.Entries = b.body, b.entries
}

// object builds n, which is neither a leaf nor an array, and reports whether it has a member.
func (b *builder) object(n *layoutNode) (some bool) {
	b.body = append(b.body, '{')
	for _, c := range n.children {
		mark := len(b.body)
		if some {
			b.body = append(b.body, ',')
		}
		b.body = append(b.body, c.label...)
		if !b.value(c) {
			b.body = b.body[:mark]
			continue
		}
		some = true
	}
	b.body = append(b.body, '}')
	return some
}

// value builds any node, unless it is left out.
func (b *builder) value(n *layoutNode) (there bool) {
	mark := len(b.body)
	switch {
	case n.fixed != nil:
		b.body, there = n.fixed.appendTo(b.body), true
	case n.field != nil:
		there = b.leaf(n)
	case n.group && n.fed && !b.filled(n):
	case n.isArray:
		there = b.array(n)
	default:
		there = b.object(n)
	}
	if !there {
		clear(b.there[n.id:n.end]) // including everything in it
		if n.empty != "" {
			b.body, there = append(b.body[:mark], n.empty...), true
		}
	}
	b.there[n.id] = there
	return there
}

// filled reports whether a cell of the group is filled.
func (b *builder) filled(n *layoutNode) bool {
	for _, slot := range n.cells {
		if b.plan.values[slot] != "" {
			return true
		}
	}
	return false
}

func (b *builder) array(n *layoutNode) (some bool) {
	count := 0
	b.body = append(b.body, '[')
	for _, c := range n.children {
		mark, moved, prefix, shift := len(b.body), len(b.moved), b.prefix, b.shift
		if count > 0 {
			b.body = append(b.body, ',')
		}
		if c.index != count && (!c.fed || b.filled(c)) {
			b.prefix, b.shift = b.path(n.path)+"["+strconv.Itoa(count)+"]", c.path
			b.moved = append(b.moved, [2]string{b.prefix, b.shift})
		}
		there := b.value(c)
		b.prefix, b.shift = prefix, shift
		if !there {
			b.body, b.moved = b.body[:mark], b.moved[:moved]
			continue
		}
		count++
	}
	b.body = append(b.body, ']')
	return count > 0
}

func (b *builder) leaf(n *layoutNode) (there bool) {
	text, byDefinition := n.constant, false
	if n.column {
		text = b.plan.values[n.slot]
	}
	if text == "" {
		text, byDefinition = n.only, true
	}
	if text == "" {
		return false
	}
	if n.kind == kindInteger {
		text = wholeNumber(text)
	}
	b.texts[n.id] = text
	b.entries = append(b.entries, pipeline.Entry{Path: b.path(n.path), Value: text, Filled: byDefinition})
	switch {
	case n.kind == kindText:
		b.body = appendString(b.body, text)
	case n.isNumber(text):
		b.body = append(b.body, text...)
	case n.isTruth(text):
		b.body = append(b.body, strings.ToLower(text)...)
	default:
		b.body = appendString(b.body, text)
	}
	return true
}

// isNumber reports whether a leaf sends that text as a number.
func (n *layoutNode) isNumber(text string) bool {
	switch n.kind {
	case kindInteger:
		return isInteger(text)
	case kindNumber:
		return json.Valid([]byte(text)) && plainNumber(text)
	}
	return false
}

// isTruth reports whether a leaf sends that text as true or false.
func (n *layoutNode) isTruth(text string) bool {
	if n.kind != kindTruth {
		return false
	}
	truth := strings.ToLower(text)
	return truth == "true" || truth == "false"
}

// path is the path in the body for the book's.
func (b *builder) path(book string) string {
	if b.shift == "" {
		return book
	}
	return b.prefix + strings.TrimPrefix(book, b.shift)
}

// bookPath is the book's path for one in the body.
func (b *builder) bookPath(path string) string {
	for i := len(b.moved) - 1; i >= 0; i-- {
		if m := b.moved[i]; path == m[0] || strings.HasPrefix(path, m[0]+".") || strings.HasPrefix(path, m[0]+"[") {
			return m[1] + strings.TrimPrefix(path, m[0])
		}
	}
	return path
}

// instance is the built body in the schema library's form.
func (b *builder) instance(n *layoutNode) any {
	switch {
	case n.fixed != nil:
		return n.fixed.plain()
	case n.field != nil:
		text := b.texts[n.id]
		switch {
		case n.isNumber(text):
			return json.Number(text)
		case n.isTruth(text):
			return strings.ToLower(text) == "true"
		}
		return text
	case n.isArray:
		items := []any{}
		for _, c := range n.children {
			if b.there[c.id] {
				items = append(items, b.instance(c))
			}
		}
		return items
	}
	object := make(map[string]any, len(n.children))
	for _, c := range n.children {
		if b.there[c.id] {
			object[c.name] = b.instance(c)
		}
	}
	return object
}

// appendString appends s as a JSON string, with only the escapes that JSON requires.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		for i+8 <= len(s) && !escapes(s[i:i+8]) {
			i += 8
		}
		if i == len(s) {
			break
		}
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[done:i]...)
		done = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		default:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[done:]...), '"')
}

// escapes reports whether one of eight bytes must be escaped.
func escapes(s string) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	_ = s[7]
	word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 |
		uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	quote, slash := word^('"'*ones), word^('\\'*ones)
	// For bytes below 0x80, subtracting n borrows in each byte that is less than n.
	return ((word-0x20*ones)&^word|(quote-ones)&^quote|(slash-ones)&^slash)&tops != 0
}

// number numbers n and the nodes below it from id on, and sets what the builder needs of them; it returns the next id
// and the slots in n that a column fills.
func (n *layoutNode) number(id int, slots []pipeline.Slot) (next int, cells []int) {
	n.id = id
	id++
	if n.field != nil {
		n.kind = leafKindOf(n.field.Kind)
	}
	if n.name != "" {
		n.label = append(appendString(nil, n.name), ':')
	}
	if n.slot >= 0 {
		n.column, n.constant = slots[n.slot].Column != nil, slots[n.slot].Constant
	}
	if n.column {
		cells = append(cells, n.slot)
	}
	for _, c := range n.children {
		var in []int
		id, in = c.number(id, slots)
		cells = slices.Concat(cells, in)
	}
	n.end = id
	if n.group {
		n.cells = cells
	}
	return id, cells
}
