package templates

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
)

// Plan checks and encodes the rows of one book: a definition joined with a
// layout. Its methods may be called by one at a time; Plans are independent of
// one another.
type Plan struct {
	def       *Definition
	slots     []pipeline.Slot
	byPath    map[string]int // slot by path
	shapes    []planShape
	shapeSlot int // the slot that names the shape; -1: there is one shape, or nothing fills it
	values    []string
	build     builder
	naming    naming
}

type planShape struct {
	*shape
	layout *layoutNode
	// foreign are the slots, fed by a column, that this shape does not have.
	foreign []int
	keys    []keyPlace
}

// Plan joins the definition with a layout. A *LayoutError says that a required
// field has nothing that fills it in any shape; a layout in which one shape
// can be complete is good, and rows of the others come out invalid.
func (d *Definition) Plan(slots []pipeline.Slot) (*Plan, error) {
	p := &Plan{def: d, slots: slices.Clone(slots), byPath: map[string]int{}, shapeSlot: -1, naming: newNaming(d, slots)}
	for i, s := range slots {
		p.byPath[s.Path] = i
		if s.Path == d.provider.ShapeAt {
			p.shapeSlot = i
		}
	}
	lacking := &LayoutError{Missing: map[string][]string{}}
	complete := false
	for i := range d.body.shapes {
		s := &d.body.shapes[i]
		layout, err := buildLayout(s, slots)
		if err != nil {
			return nil, err
		}
		m := missing(layout, s.root)
		if d.provider.ShapeAt != "" && p.shapeSlot < 0 {
			m = append([]string{d.provider.ShapeAt}, m...)
		}
		lacking.Shapes = append(lacking.Shapes, s.name)
		lacking.Missing[s.name] = m
		complete = complete || len(m) == 0
		ps := planShape{shape: s, layout: layout, keys: keyPlaces(d.provider.Keys, layout, slots)}
		for j, slot := range slots {
			if slot.Column != nil && findLeaf(s.root, pipeline.PathPattern(slot.Path)) == nil {
				ps.foreign = append(ps.foreign, j)
			}
		}
		p.shapes = append(p.shapes, ps)
	}
	if !complete {
		return nil, lacking
	}
	return p, nil
}

// Check checks one row and encodes it: values[i] is the text of slot i, ""
// where its cell is empty; constants need not be given. d is reset; what it
// has is valid until the next call. d.Body is nil when there are problems.
func (p *Plan) Check(row int, values []string, d *pipeline.Draft) {
	d.Reset(row)
	p.values = values
	d.Name = p.name()
	shape := p.shapeOf(d)
	if shape == nil {
		p.fieldKeys(d)
		d.Body = nil
		return
	}
	d.Shape = shape.name
	for _, i := range shape.foreign {
		if values[i] != "" {
			d.Problems = append(d.Problems, p.otherShape(row, i, shape.name))
		}
	}
	b := &p.build
	b.reset(p, d)
	instance, _ := b.object(shape.layout)
	d.Body = b.body
	d.Keys = findKeys(p.def.keys, instance, d.Keys)
	if err := shape.schema.Validate(instance); err != nil {
		p.problems(err, shape, d)
	}
	if len(d.Problems) > 0 {
		d.Body = nil
	}
}

// text is a slot's value: its cell's, or its constant.
func (p *Plan) text(slot int) string {
	if p.slots[slot].Column == nil {
		return p.slots[slot].Constant
	}
	return p.values[slot]
}

func (p *Plan) name() string {
	for _, group := range p.def.provider.Display {
		var parts []string
		for _, path := range group {
			if i, ok := p.byPath[path]; ok && p.text(i) != "" {
				parts = append(parts, p.text(i))
			}
		}
		if len(parts) > 0 {
			return strings.Join(parts, " ")
		}
	}
	return ""
}

// shapeOf finds the row's shape; nil and a problem noted where its value is
// missing or names none.
func (p *Plan) shapeOf(d *pipeline.Draft) *planShape {
	if p.def.provider.ShapeAt == "" {
		return &p.shapes[0]
	}
	value := p.text(p.shapeSlot)
	for i := range p.shapes {
		if p.shapes[i].name == value {
			return &p.shapes[i]
		}
	}
	field := p.def.field(p.def.provider.ShapeAt)
	found := wrongShape(value, field, ruleOf(field, &p.slots[p.shapeSlot]))
	d.Problems = append(d.Problems, pipeline.Problem{Field: field.Path, Row: d.Row, Column: p.slots[p.shapeSlot].Column,
		Code: found.code, Message: found.message})
	return nil
}

// fieldKeys finds what keys it can in a row of unknown shape, so that
// its report still says who it is.
func (p *Plan) fieldKeys(d *pipeline.Draft) {
	for i, k := range p.def.provider.Keys {
		if slot, ok := p.byPath[k.Field]; ok && k.Field != "" {
			if n := pipeline.Normalise(k.Normalise, p.text(slot)); n != "" {
				d.Keys = append(d.Keys, pipeline.KeyValue{Key: i, Value: p.text(slot), Normalised: n})
			}
		}
	}
}

func (p *Plan) otherShape(row, slot int, shape string) pipeline.Problem {
	field := &p.def.provider.Fields[p.slots[slot].Field]
	return pipeline.Problem{Field: p.slots[slot].Path, Row: row, Column: p.slots[slot].Column,
		Code: pipeline.ProblemShape, Secret: field.Secret,
		Message: pipeline.Say("of_other_shape", "shapes", field.Shapes, "shape", shape)}
}

// builder makes a row's body in one walk: as JSON, as the instance that the
// schema checks, and as entries.
type builder struct {
	plan  *Plan
	draft *pipeline.Draft
	body  []byte
	// moved are groups that closed a gap: their path in the body, and in the
	// book.
	moved [][2]string
	// prefix is the path in the body where it differs from the book's.
	prefix string
	shift  string // the book's path that prefix replaces
}

func (b *builder) reset(p *Plan, d *pipeline.Draft) {
	*b = builder{plan: p, draft: d, body: d.Body[:0], moved: b.moved[:0]}
}

// object builds n, which is no leaf and no array. filled says that one of its
// cells is.
func (b *builder) object(n *layoutNode) (instance map[string]any, filled bool) {
	instance = make(map[string]any, len(n.children))
	b.body = append(b.body, '{')
	first := true
	for _, c := range n.children {
		mark, entries := len(b.body), len(b.draft.Entries)
		if !first {
			b.body = append(b.body, ',')
		}
		b.body = appendString(b.body, c.name)
		b.body = append(b.body, ':')
		value, cell := b.value(c)
		if value == nil {
			b.body, b.draft.Entries = b.body[:mark], b.draft.Entries[:entries]
			continue
		}
		instance[c.name] = value
		filled = filled || cell
		first = false
	}
	b.body = append(b.body, '}')
	return instance, filled
}

// value builds any node; nil where it is left out.
func (b *builder) value(n *layoutNode) (value any, filled bool) {
	switch {
	case n.field != nil:
		return b.leaf(n)
	case n.isArray:
		return b.array(n)
	}
	o, filled := b.object(n)
	if len(o) == 0 || n.group && n.fed && !filled {
		return nil, false
	}
	return o, filled
}

func (b *builder) array(n *layoutNode) (value any, filled bool) {
	var items []any
	b.body = append(b.body, '[')
	for _, c := range n.children {
		mark, entries, moved := len(b.body), len(b.draft.Entries), len(b.moved)
		prefix, shift := b.prefix, b.shift
		if len(items) > 0 {
			b.body = append(b.body, ',')
		}
		if c.index != len(items) {
			b.prefix, b.shift = b.path(n.path)+"["+strconv.Itoa(len(items))+"]", c.path
			b.moved = append(b.moved, [2]string{b.prefix, b.shift})
		}
		item, cell := b.value(c)
		b.prefix, b.shift = prefix, shift
		if item == nil {
			b.body, b.draft.Entries, b.moved = b.body[:mark], b.draft.Entries[:entries], b.moved[:moved]
			continue
		}
		items = append(items, item)
		filled = filled || cell
	}
	b.body = append(b.body, ']')
	if len(items) == 0 {
		return nil, false
	}
	return items, filled
}

func (b *builder) leaf(n *layoutNode) (value any, filled bool) {
	text, isFilled := "", false
	if n.slot >= 0 {
		text = b.plan.text(n.slot)
		filled = text != "" && b.plan.slots[n.slot].Column != nil
	}
	if text == "" {
		text, isFilled = n.only, true
	}
	if text == "" {
		return nil, false
	}
	if n.field.Kind == "integer" {
		text = wholeNumber(text)
	}
	b.draft.Entries = append(b.draft.Entries, pipeline.Entry{Path: b.path(n.path), Value: text, Filled: isFilled})
	switch n.field.Kind {
	case "integer":
		if isInteger(text) {
			b.body = append(b.body, text...)
			return json.Number(text), filled
		}
	case "number":
		if json.Valid([]byte(text)) && plainNumber(text) {
			b.body = append(b.body, text...)
			return json.Number(text), filled
		}
	case "boolean":
		if truth := strings.ToLower(text); truth == "true" || truth == "false" {
			b.body = append(b.body, truth...)
			return truth == "true", filled
		}
	}
	b.body = appendString(b.body, text)
	return text, filled
}

// wholeNumber is a number without the zeros behind its point, by which programs
// spell whole ones: 1250000.00 is 1250000. Any other text stays as it is.
func wholeNumber(s string) string {
	number, fraction, ok := strings.Cut(s, ".")
	if !ok || fraction == "" || strings.Trim(fraction, "0") != "" || !isInteger(number) {
		return s
	}
	return number
}

// isInteger reports whether a text is an integer as JSON has it and nothing else.
// One with an exponent is not: spreadsheet programs show 1.79585E+09 of a number
// that had more digits.
func isInteger(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	return digits != "" && len(s) <= longestNumber && strings.Trim(digits, "0123456789") == "" &&
		(digits[0] != '0' || s == "0")
}

// longestNumber is the most characters of a number that is computed with.
const longestNumber = 64

// plainNumber reports whether a JSON number can be computed with: its spelling
// is short, and its exponent too, so that no number costs the memory of a book.
func plainNumber(s string) bool {
	if len(s) > longestNumber || strings.Trim(s, "-+.0123456789eE") != "" {
		return false
	}
	_, exponent, ok := strings.Cut(strings.ToLower(s), "e")
	return !ok || len(strings.TrimLeft(exponent, "+-0")) <= 2
}

// path is the path in the body of the book's.
func (b *builder) path(book string) string {
	if b.shift == "" {
		return book
	}
	return b.prefix + strings.TrimPrefix(book, b.shift)
}

// bookPath turns a path in the body into the book's.
func (b *builder) bookPath(path string) string {
	for i := len(b.moved) - 1; i >= 0; i-- {
		if m := b.moved[i]; path == m[0] || strings.HasPrefix(path, m[0]+".") || strings.HasPrefix(path, m[0]+"[") {
			return m[1] + strings.TrimPrefix(path, m[0])
		}
	}
	return path
}

// appendString appends s as a JSON string. Nothing but what JSON demands is
// escaped.
func appendString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
