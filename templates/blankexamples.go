package templates

import (
	"fmt"

	"muster/pipeline"
)

// CheckExamples checks a sheet's example row by the schema. lacking are the paths of the columns that must be filled
// and have no example; when there are any nothing is checked.
func (b *Blank) CheckExamples(s BlankSheet) (lacking []string, problems []pipeline.Problem, err error) {
	var slots []pipeline.Slot
	var values []string
	for i, c := range s.Columns {
		if c.Need == Needed && c.Example == "" {
			lacking = append(lacking, c.Path)
		}
		column := &pipeline.Column{Index: i, Name: c.Path}
		for n, value := range c.inCell(c.Example) {
			item := fmt.Sprintf("%s[%d]", c.Path, n)
			slots = append(slots, pipeline.Slot{Path: item, Field: b.def.provider.FieldIndex(item), Column: column})
			values = append(values, pipeline.TrimBlank(value))
		}
		if c.inCell("") != nil {
			continue
		}
		slots = append(slots, pipeline.Slot{Path: c.Path, Field: b.def.provider.FieldIndex(c.Path), Column: column})
		values = append(values, c.Example)
	}
	if len(lacking) > 0 {
		return lacking, nil, nil
	}
	plan, err := b.def.Plan(slots)
	if err != nil {
		return nil, nil, err
	}
	var d pipeline.Draft
	plan.Check(1, values, &d)
	return nil, d.Problems, nil
}
