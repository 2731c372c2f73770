package templates

import (
	"errors"
	"slices"

	"muster/pipeline"
)

// found collects what is wrong with a definition: each part is checked even when an earlier one has mistakes, and
// mistakes that may only follow from those are left out.
type found struct {
	form, values, schema pipeline.Mistakes
	lost                 bool // parts of provider.yaml were not understood
}

// all is the error with all mistakes, nil for none: those of provider.yaml by line, then those of the schema.
func (f found) all() error {
	var values pipeline.Mistakes
	for _, m := range f.values {
		switch {
		case f.lost && !slices.Contains(ownMistakes, m.What.Code),
			len(f.schema) > 0 && slices.Contains(ofFields, m.What.Code): // it may follow from another one
		default:
			values = append(values, m)
		}
	}
	schema := f.schema
	if f.lost {
		schema = slices.DeleteFunc(slices.Clone(schema), func(m *pipeline.Mistake) bool {
			return slices.Contains(ofShapes, m.What.Code)
		})
	}
	all := append(inOrder(slices.Concat(f.form, values)), inOrder(schema)...)
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// mistakesIn are those of an error, which has nothing else.
func mistakesIn(err error) pipeline.Mistakes {
	if many, ok := errors.AsType[pipeline.Mistakes](err); ok {
		return many
	}
	if one, ok := errors.AsType[*pipeline.Mistake](err); ok {
		return pipeline.Mistakes{one}
	}
	if err != nil {
		return pipeline.Mistakes{pipeline.MistakeOf(err)}
	}
	return nil
}

// unread reports whether a file could not be read at all.
func unread(all pipeline.Mistakes) bool {
	return len(all) == 1 && all[0].What != nil && all[0].What.Code == "definition.unreadable"
}

// ownMistakes are mistakes in a value itself, which do not depend on other parts of the file that may be lost.
var ownMistakes = []pipeline.MessageCode{"definition.name_form", "definition.pointer", "definition.duration",
	"definition.number", "definition.boolean", "definition.status", "definition.normaliser", "definition.unknown_value",
	"definition.unknown_field", "definition.verdict", "definition.method", "definition.path_form", "definition.base_url",
	"definition.base_url_secret", "definition.base_url_form", "definition.rate", "definition.setting_name",
	"definition.encoding", "definition.list_names", "definition.id_pattern",
	"definition.braces", "definition.sign_label", "definition.server_failed", "definition.key_in_group",
	"definition.same_in_group"}

// ofFields are mistakes that cannot be found without the schema's fields.
var ofFields = []pipeline.MessageCode{"definition.unknown_field", "definition.unknown_variable",
	"definition.key_path", "definition.date_rule", "definition.settle_optional", "definition.keys_of_base"}

// ofShapes are mistakes in a schema that may follow from a key "shape" that was lost.
var ofShapes = []pipeline.MessageCode{"definition.shape_needed", "definition.shape_value", "definition.shape_values"}
