package templates

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// naming is what [Plan.Name] needs of a plan.
type naming struct {
	// slots are the slots, filled by a column, with a name, a shape or the field of a key.
	slots  []int
	values []string
	draft  pipeline.Draft
}

// keyPlace is a place of a key's value in a shape: a slot whose text is the value.
type keyPlace struct {
	key, slot int
	// whole: only the whole body shows whether the row has the key.
	whole bool
}

func newNaming(def *Definition, slots []pipeline.Slot) naming {
	n := naming{values: make([]string, len(slots))}
	named := slices.Concat(def.provider.Display...)
	named = append(named, def.provider.ShapeAt...)
	for _, k := range def.provider.Keys {
		named = append(named, k.Field)
	}
	for i, s := range slots {
		if s.Column != nil && slices.Contains(named, s.Path) {
			n.slots = append(n.slots, i)
		}
	}
	return n
}

// keyPlaces are the places of the keys that a shape may have, in order, up to the first that needs the whole body.
func keyPlaces(keys []pipeline.Key, layout *layoutNode, slots []pipeline.Slot) []keyPlace {
	var places []keyPlace
	for i, k := range keys {
		leaf := layout.leafAt(k.Field)
		switch {
		case k.Field != "" && leaf == nil:
			continue // not in the shape, or not in the book
		case k.Path != "", leaf.slot < 0, leaf.only != "", leaf.field.Kind == "boolean", leaf.field.Kind == "integer",
			slots[leaf.slot].Column == nil:
			return append(places, keyPlace{key: i, whole: true})
		}
		places = append(places, keyPlace{key: i, slot: leaf.slot})
	}
	return places
}

// leafAt finds a leaf by its path, which has no index.
func (n *layoutNode) leafAt(path string) *layoutNode {
	for _, name := range strings.Split(path, ".") {
		if n = n.child(name); n == nil {
			return nil
		}
	}
	return n
}

// Name says which customer a row is, without checking it: the name and the first of the keys that [Plan.Check] would
// find, false when it would find none. text returns a slot's text as for Check; it is called for few slots, all
// filled by a column.
func (p *Plan) Name(text func(slot int) string) (name string, key pipeline.KeyValue, ok bool) {
	n := &p.naming
	p.values = n.values
	for _, i := range n.slots {
		n.values[i] = text(i)
	}
	name = p.name()
	d := &n.draft
	d.Reset(0)
	shape := p.shapeOf(d)
	if shape == nil {
		p.fieldKeys(d)
	} else {
		p.firstKey(shape, text, d)
	}
	if len(d.Keys) == 0 {
		return name, key, false
	}
	return name, d.Keys[0], true
}

// firstKey appends the first key that the row has, if any; others may follow.
func (p *Plan) firstKey(shape *planShape, text func(slot int) string, d *pipeline.Draft) {
	for _, place := range shape.keys {
		if place.whole {
			for i, s := range p.slots {
				if s.Column != nil {
					p.values[i] = text(i)
				}
			}
			p.build.build(p, shape, d)
			p.keys(shape, d)
			return
		}
		value := p.text(place.slot)
		if n := pipeline.Normalise(p.def.keys[place.key].key.Normalise, value); n != "" {
			d.Keys = append(d.Keys, pipeline.KeyValue{Key: place.key, Value: value, Normalised: n})
			return
		}
	}
}
