package templates

import (
	"slices"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"muster/pipeline"
)

// Plan checks and encodes the rows of one book: a definition joined with a layout. One goroutine at a time may call
// its methods; Plans are independent of one another.
type Plan struct {
	def        *Definition
	slots      []pipeline.Slot
	byPath     map[string]int // slot by path
	shapes     []planShape
	shapeSlots []int // of the fields of Provider.ShapeAt; -1: not filled
	values     []string
	build      builder
	naming     naming
	display    [][]int // slots of the names in Provider.Display
	made       textMaker
}

type planShape struct {
	*shape
	layout *layoutNode
	// foreign are the slots, filled by a column, that this shape does not have.
	foreign []int
	keys    []keyPlace
	readers []keyReader // nil when only a whole body shows the keys
	// checks are those of the schema; when they do not support one of its keywords, unknown names it with its place,
	// and the schema library checks the rows.
	checks  checks
	quick   quickChecks
	unknown string
}

// Plan joins the definition with a layout. Its error is a *LayoutError when no shape can be complete because required
// fields are not filled; a layout in which one shape can be complete is accepted, and rows of the others are invalid.
func (d *Definition) Plan(slots []pipeline.Slot) (*Plan, error) {
	p := &Plan{def: d, slots: slices.Clone(slots), byPath: map[string]int{}, naming: newNaming(d, slots)}
	for i, s := range slots {
		p.byPath[s.Path] = i
	}
	for _, path := range d.provider.ShapeAt {
		slot, ok := p.byPath[path]
		if !ok {
			slot = -1
		}
		p.shapeSlots = append(p.shapeSlots, slot)
	}
	for _, group := range d.provider.Display {
		var named []int
		for _, path := range group {
			if slot, ok := p.byPath[path]; ok {
				named = append(named, slot)
			}
		}
		p.display = append(p.display, named)
	}
	lacking := &LayoutError{Missing: map[string][]string{}}
	complete := false
	for i := range d.body.shapes {
		s := &d.body.shapes[i]
		layout, err := buildLayout(s, slots)
		if err != nil {
			return nil, err
		}
		m := p.withShapeFields(missing(layout, s.root))
		lacking.Shapes = append(lacking.Shapes, s.name)
		lacking.Missing[s.name] = m
		complete = complete || len(m) == 0
		ps := planShape{shape: s, layout: layout, keys: keyPlaces(d.provider.Keys, layout, slots),
			readers: keyReaders(d.keys, layout)}
		ps.checks, ps.unknown = compileChecks(d.body.written, s.written, layout)
		ps.quick = ps.checks.quick()
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

// Check checks one row and encodes it: values[i] is the text of slot i, "" for an empty cell; constants need not be
// given. d is reset; its contents are valid until the next call. d.Body is nil when there are problems.
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
	p.build.build(p, shape, d)
	p.keys(shape, d)
	p.judge(shape, d)
	if len(d.Problems) > 0 {
		d.Body = nil
	}
}

// judge checks the built body by the schema.
func (p *Plan) judge(shape *planShape, d *pipeline.Draft) {
	b := &p.build
	if shape.unknown != "" {
		if err := shape.schema.Validate(b.instance(shape.layout)); err != nil {
			p.problems(err, shape.shape, d)
		}
		return
	}
	if shape.quick.hold(b) {
		return
	}
	first := len(d.Problems)
	shape.checks.faults(b, func(at *layoutNode, broken jsonschema.ErrorKind) {
		p.broken(at.path, broken, shape.shape, d)
	})
	p.tidy(first, d)
}

// keys finds the keys in the body that was built.
func (p *Plan) keys(shape *planShape, d *pipeline.Draft) {
	if shape.readers == nil {
		d.Keys = findKeys(p.def.keys, p.build.instance(shape.layout), &p.made, d.Keys)
		return
	}
	for i := range shape.readers {
		shape.readers[i].read(&p.build, &p.made, d)
	}
}

// text is the value of a slot: its cell's, or its constant.
func (p *Plan) text(slot int) string {
	if p.slots[slot].Column == nil {
		return p.slots[slot].Constant
	}
	return p.values[slot]
}

func (p *Plan) name() string {
	for _, group := range p.display {
		name := ""
		for _, slot := range group {
			switch text := p.text(slot); {
			case text == "":
			case name == "":
				name = text
			default:
				name = p.made.joined(name, text)
			}
		}
		if name != "" {
			return name
		}
	}
	return ""
}

// shapeOf finds the row's shape; nil, with a problem, when its value is missing or names none.
func (p *Plan) shapeOf(d *pipeline.Draft) *planShape {
	if len(p.shapeSlots) == 0 {
		return &p.shapes[0]
	}
	shape, wrong := p.def.provider.ShapeOf(p.shapeValue)
	if shape >= 0 {
		return &p.shapes[shape]
	}
	slot := &p.slots[p.shapeSlots[wrong]]
	field := p.def.field(slot.Path)
	found := p.def.wrongShape(wrong, p.shapeValue, p.shapeColumn, ruleOf(field, slot))
	d.Problems = append(d.Problems, pipeline.Problem{Field: field.Path, Row: d.Row, Column: slot.Column,
		Code: found.code, Message: found.message, Constant: wrong > 0 && slot.Column == nil})
	return nil
}

// shapeValue is the value of a field of Provider.ShapeAt.
func (p *Plan) shapeValue(field int) string {
	if slot := p.shapeSlots[field]; slot >= 0 {
		return p.text(slot)
	}
	return p.def.field(p.def.provider.ShapeAt[field]).Only
}

// shapeColumn is the column of a field of Provider.ShapeAt, else the field.
func (p *Plan) shapeColumn(field int) string {
	if slot := p.shapeSlots[field]; slot >= 0 && p.slots[slot].Column != nil {
		return p.slots[slot].Column.Name
	}
	return p.def.provider.ShapeAt[field]
}

// withShapeFields are the fields that a shape lacks, beginning with those that decide the shape.
func (p *Plan) withShapeFields(missing []string) []string {
	var first []string
	for i, path := range p.def.provider.ShapeAt {
		if p.shapeSlots[i] < 0 && !p.def.filledIn(path) {
			first = append(first, path)
		}
	}
	for _, path := range missing {
		if !slices.Contains(first, path) {
			first = append(first, path)
		}
	}
	return first
}

// fieldKeys finds the keys that it can in a row of unknown shape, so that its report still says which customer it is.
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

// SlowRules lists the rules of the definition that need a whole tree of a row's values, which takes some twenty times
// as long: keywords that only the schema library supports, each with the field or the group, and keys. Usually there
// are none.
func (d *Definition) SlowRules() (slow []string, err error) {
	columns := d.Columns()
	slots := make([]pipeline.Slot, len(columns))
	for i, path := range columns {
		slots[i] = pipeline.Slot{Path: path, Field: d.provider.FieldIndex(path),
			Column: &pipeline.Column{Index: i, Name: path}}
	}
	p, err := d.Plan(slots)
	if err != nil {
		return nil, err
	}
	for _, s := range p.shapes {
		if s.unknown != "" && !slices.Contains(slow, s.unknown) {
			slow = append(slow, s.unknown)
		}
		if s.readers == nil && !slices.Contains(slow, yamlFile+": keys") {
			slow = append(slow, yamlFile+": keys")
		}
	}
	return slow, nil
}
