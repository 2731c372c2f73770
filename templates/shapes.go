package templates

import (
	"slices"
	"strings"

	"muster/pipeline"
)

// tellApart sets a shape's name and the values that the fields at have in it; shapes are those before it in the
// schema.
func (w schemaWalker) tellApart(s *shape, at []string, shapes []shape) error {
	var names []string
	for _, path := range at {
		leaf := findLeaf(s.root, path)
		switch {
		case len(at) == 1 && (leaf == nil || leaf.Only == ""):
			return w.fail(s.written, "definition.shape_value", "field", path)
		case len(at) > 1 && (leaf == nil || len(leaf.Enum) == 0 || !leaf.Required || strings.Contains(path, "[")):
			return w.fail(s.written, "definition.shape_values", "field", path)
		case leaf.Only != "":
			s.values, names = append(s.values, []string{leaf.Only}), append(names, leaf.Only)
		default:
			s.values, names = append(s.values, leaf.Enum), append(names, strings.Join(leaf.Enum, "+"))
		}
	}
	s.name = strings.Join(names, "-")
	for _, other := range shapes {
		if len(at) > 1 && s.within(other) {
			return w.fail(s.written, "definition.shape_covered", "fields", at, "name", other.name)
		}
		if other.name == s.name {
			return w.fail(s.written, "definition.shape_twice", "name", s.name)
		}
	}
	return nil
}

// within reports whether all values of s are also values of another shape.
func (s *shape) within(other shape) bool {
	for i, values := range s.values {
		for _, v := range values {
			if !slices.Contains(other.values[i], v) {
				return false
			}
		}
	}
	return true
}

// wrongShape is the finding for the value of the field with that index in Provider.ShapeAt, which no shape has
// together with those of the fields before it. value and column return the value of such a field and the name of its
// column.
func (d *Definition) wrongShape(at int, value, column func(field int) string, rule any) finding {
	field, got := *d.field(d.provider.ShapeAt[at]), value(at)
	secret := slices.ContainsFunc(d.provider.ShapeAt[:at+1], func(path string) bool { return d.field(path).Secret })
	if at > 0 && (secret || !slices.Contains(field.Enum, got)) {
		field.Enum = d.besides(at, value)
	}
	if got == "" {
		return missingValue(&field, rule)
	}
	if at == 0 || secret || !slices.Contains(d.field(field.Path).Enum, got) {
		return notListed(got, field.Enum)
	}
	// These are values from the schema, and never a cell's other content.
	var others []string
	for i := range at {
		others = append(others, column(i)+" = "+value(i))
	}
	values := d.besides(at, value)
	return finding{pipeline.ProblemShape, pipeline.Say("not_together", "count", len(values), "value", got,
		"others", others, "values", shortList(values)), false}
}

// besides are the values of the field with that index in Provider.ShapeAt in those shapes that have the values of the
// fields before it.
func (d *Definition) besides(at int, value func(field int) string) []string {
	var all []string
	for _, values := range d.provider.ShapeValues {
		fits := true
		for i := range at {
			fits = fits && slices.Contains(values[i], value(i))
		}
		for _, v := range values[at] {
			if fits && !slices.Contains(all, v) {
				all = append(all, v)
			}
		}
	}
	return all
}

// shapeColumns are the fields of Provider.ShapeAt for which a book has a column: those that differ between shapes.
func (d *Definition) shapeColumns() []string {
	var all []string
	for _, path := range d.provider.ShapeAt {
		if d.field(path).Only == "" {
			all = append(all, path)
		}
	}
	return all
}

// filledIn reports whether the definition fills in a field of Provider.ShapeAt, because it has one value in every
// shape.
func (d *Definition) filledIn(path string) bool {
	f := d.field(path)
	return f.Only != "" && f.Required
}
