package suggest

import (
	"strings"

	"muster/pipeline"
	"muster/pipeline/mapping"
)

// shapeColumn is a column with the values of a field that tells shapes apart.
type shapeColumn struct {
	*column
	exact  bool              // it has the field's name
	values map[string]string // the field's, by what is in the cell
}

// shapeColumn finds the column of a field that tells shapes apart; nil where there is
// none, or one of its cells has no value of the field.
func (s *suggester) shapeColumn(field int) *shapeColumn {
	for _, c := range s.columns {
		exact := mapping.FieldIndex(s.provider, c.Name) == field
		if !exact && c.label.concept != s.places[field].label.concept || c.filled == 0 {
			continue
		}
		listed, values := s.listed(field, c), map[string]string{}
		for _, v := range c.values {
			if to, ok := listed[mapping.Bare(v)]; ok {
				values[v] = to
			}
		}
		if len(values) == len(c.values) {
			return &shapeColumn{c, exact, values}
		}
	}
	return nil
}

// namedShape is the shape that the columns of the fields that tell shapes apart name for
// all rows; "" where there are none, or rows of several shapes.
//
// Of rows of several shapes those of most rows are taken, and only they count
// from then on.
func (s *suggester) namedShape() (shape string, notes []*pipeline.Message) {
	if len(s.provider.ShapeAt) == 0 {
		return "", nil
	}
	var columns []*shapeColumn
	var headers []string
	exact := true
	for _, path := range s.provider.ShapeAt {
		c := s.shapeColumn(s.provider.FieldIndex(path))
		if c == nil {
			return "", nil
		}
		columns, headers, exact = append(columns, c), append(headers, clean(c.Name)), exact && c.exact
	}
	of := func(row []string) int {
		i, _ := s.provider.ShapeOf(func(field int) string { return columns[field].values[row[columns[field].Index]] })
		return i
	}
	counts := make([]int, len(s.provider.Shapes))
	for _, row := range s.sample.Rows {
		if i := of(row); i >= 0 {
			counts[i]++
		}
	}
	var names []string
	most := 0
	for i, shape := range s.provider.Shapes {
		if counts[i] > 0 {
			names = append(names, shape)
		}
		if counts[i] > counts[most] {
			most = i
		}
	}
	switch {
	case len(names) == 0:
		return "", nil
	case len(names) == 1:
		return names[0], nil
	case exact:
		return "", nil // a book in the provider's own columns
	}
	s.keepRows(func(row []string) bool { return of(row) == most })
	return s.provider.Shapes[most], []*pipeline.Message{pipeline.Say("suggest.several_types", "types", names,
		"column", strings.Join(headers, `", "`), "type", s.provider.Shapes[most])}
}
