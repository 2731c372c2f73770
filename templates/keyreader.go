package templates

import (
	"regexp"

	"github.com/theory/jsonpath/spec"

	"muster/pipeline"
)

// keyReader finds one key in the result of a [builder], as findKeys does in the whole body: the value of a leaf, or
// of those group entries in which another leaf has a certain text.
type keyReader struct {
	key    int // index in Provider.Keys
	finder *keyFinder
	values []keyLeaf
}

// keyLeaf is a leaf with the key's value.
type keyLeaf struct {
	leaf *layoutNode
	// When chosen is not nil, its text must be is.
	chosen *layoutNode
	is     string
}

// read appends the keys that the body has.
func (r *keyReader) read(b *builder, t *textMaker, d *pipeline.Draft) {
	for i := range r.values {
		v := &r.values[i]
		if b.there[v.leaf.id] && (v.chosen == nil || b.there[v.chosen.id] && b.texts[v.chosen.id] == v.is) {
			d.Keys = r.finder.add(r.key, b.texts[v.leaf.id], t, d.Keys)
		}
	}
}

// keyReaders are those of a layout; nil when a key is chosen in a way that needs the whole body.
func keyReaders(finders []keyFinder, layout *layoutNode) []keyReader {
	readers := make([]keyReader, 0, len(finders))
	for i := range finders {
		f := &finders[i]
		r := keyReader{key: i, finder: f}
		var known bool
		if f.path == nil {
			r.values, known = leafNamed(layout, f.key.Field)
		} else {
			r.values, known = chosenLeaves(f, layout)
		}
		if !known {
			return nil
		}
		readers = append(readers, r)
	}
	return readers
}

// leafNamed is the leaf at a path without indexes; none when the layout does not have it.
func leafNamed(layout *layoutNode, path string) ([]keyLeaf, bool) {
	leaf := layout.leafAt(path)
	switch {
	case leaf == nil || leaf.field == nil:
		return nil, true
	case leaf.field.Kind == "boolean": // its text differs from what is sent
		return nil, false
	}
	return []keyLeaf{{leaf: leaf}}, true
}

// chooses is the filter of a key's JSONPath that keyReader supports, as package spec spells it.
var chooses = regexp.MustCompile(`^\?@\["([^"\\]+)"\] == "([^"\\]*)"$`)

// chosenLeaves reads a path of names with one filter: $.a.b[?@.c == 'd'].e.
func chosenLeaves(f *keyFinder, layout *layoutNode) (leaves []keyLeaf, known bool) {
	at := []keyLeaf{{leaf: layout}}
	for _, segment := range f.path.Query().Segments() {
		var next []keyLeaf
		selectors := segment.Selectors()
		if segment.IsDescendant() || len(selectors) != 1 {
			return nil, false
		}
		name, isName := selectors[0].(spec.Name)
		filter := chooses.FindStringSubmatch(selectors[0].String())
		for _, v := range at {
			switch {
			case isName:
				if v.leaf = v.leaf.child(string(name)); v.leaf != nil {
					next = append(next, v)
				}
			case filter == nil || v.chosen != nil || !v.leaf.isArray:
				return nil, false
			default:
				for _, item := range v.leaf.children {
					if c := item.child(filter[1]); c != nil {
						next = append(next, keyLeaf{leaf: item, chosen: c, is: filter[2]})
					}
				}
			}
		}
		at = next
	}
	for _, v := range at {
		if v.leaf.field == nil || v.leaf.field.Kind != "string" ||
			v.chosen != nil && (v.chosen.field == nil || v.chosen.field.Kind != "string") {
			return nil, false
		}
	}
	return at, true
}
