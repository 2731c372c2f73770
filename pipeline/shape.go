package pipeline

import "slices"

// ShapeOf is the place in Shapes of the first shape that has the values, which value
// gives by the place of their field in ShapeAt. Where none has them it is -1, and wrong
// is the place of the first value that no shape has beside those before it.
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
