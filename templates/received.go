package templates

import (
	"encoding/json"

	"muster/pipeline"
)

// CheckBody checks a request body, in the form of [pipeline.DecodeJSON], as the provider would: its shape, its keys,
// and every problem. Its error says that the body is not a JSON object. It neither keeps nor changes the body, and
// may be called from several goroutines at once.
func (d *Definition) CheckBody(instance any) (shape string, keys []pipeline.KeyValue,
	problems []pipeline.Problem, err error) {
	if _, ok := instance.(map[string]any); !ok {
		return "", nil, nil, pipeline.Fail("definition.body_object")
	}
	if !plainNumbers(instance) {
		return "", nil, nil, pipeline.Fail("definition.body_number")
	}
	s := &d.body.shapes[0]
	if all := d.provider.ShapeAt; len(all) > 0 {
		value := func(field int) string {
			text, _ := pipeline.PathPointer(all[field]).Text(instance)
			return text
		}
		i, wrong := d.provider.ShapeOf(value)
		if i < 0 {
			at := all[wrong]
			found := d.wrongShape(wrong, value, func(field int) string { return all[field] }, ruleOf(d.field(at), nil))
			return "", nil, []pipeline.Problem{{Field: at, Code: found.code, Message: found.message}}, nil
		}
		s = &d.body.shapes[i]
	}
	keys = findKeys(d.keys, instance, &textMaker{}, nil)
	if err := s.schema.Validate(instance); err != nil {
		p := Plan{def: d}
		var draft pipeline.Draft
		p.problems(err, s, &draft)
		problems = draft.Problems
	}
	return s.name, keys, problems, nil
}

// plainNumbers reports whether every number of a document can be computed
// with.
func plainNumbers(v any) bool {
	switch v := v.(type) {
	case json.Number:
		return plainNumber(v.String())
	case []any:
		for _, item := range v {
			if !plainNumbers(item) {
				return false
			}
		}
	case map[string]any:
		for _, member := range v {
			if !plainNumbers(member) {
				return false
			}
		}
	}
	return true
}
