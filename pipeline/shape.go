package pipeline

import "slices"

// ShapeOf is the index in Shapes of the first shape whose values are all given; value returns the value of a field by
// its index in ShapeAt. When no shape fits it is -1, and wrong is the index of the first value that no shape has
// together with those before it.
func (p *Provider) ShapeOf(value func(field int) string) (shape, wrong int) {
	for i, values := range p.ShapeValues {
		fits := 0
		for fits < len(values) && slices.Contains(values[fits], value(fits)) {
			fits++
		}
		if fits == len(values) {
			return i, 0
		}
		wrong = max(wrong, fits)
	}
	return -1, wrong
}
