package newdefinition

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// spelling is the answer about the spellings of a key; "" without one.
func (f *folder) spelling(field string) (how string) {
	for _, v := range f.answers.List("same_spelling") {
		if m := spelling.FindStringSubmatch(v); m != nil && (m[1] == "" || m[1] == field) {
			how = m[2]
			if m[1] != "" {
				break
			}
		}
	}
	return how
}

// spelled are the steps that make one of the spellings of a key; nil for none.
func (f *folder) spelled(field string) *yaml.Node {
	switch f.spelling(field) {
	case spelledDigits:
		return texts(string(pipeline.Digits))
	case spelledLower:
		return texts(string(pipeline.Lower))
	case spelledExact:
		return nil
	}
	return f.unanswered("same_spelling")
}

// keys are the fields that make a customer the same.
func (f *folder) keys() *yaml.Node {
	ours := f.answers.Get("resend_field")
	fields := slices.Clone(f.answers.List("same_customer"))
	if len(fields) == 0 {
		return f.unanswered("same_customer")
	}
	if ours != "" && !slices.Contains(fields, ours) {
		fields = append(fields, ours)
	}
	var all []*yaml.Node
	for _, field := range fields {
		entries := []entry{{"name", text(keyName(field)), ""}, {"field", text(field), ""},
			{"normalise", f.spelled(field), ""}}
		if field == ours {
			entries = append(entries, entry{"ours", bare("true"), ""})
		}
		all = append(all, flat(entries...))
	}
	return lines(all...)
}

// keyName is the name of a key on a field: the last part of its path.
func keyName(field string) string { return field[strings.LastIndexByte(field, '.')+1:] }

func (f *folder) same() *yaml.Node {
	fields := f.answers.List("same_record")
	if len(fields) == 0 {
		return f.unanswered("same_record")
	}
	var all []*yaml.Node
	for _, field := range fields {
		how := texts(string(pipeline.Lower), string(pipeline.Collapse))
		if f.spelling(field) == spelledDigits && slices.Contains(f.answers.List("same_customer"), field) {
			how = texts(string(pipeline.Digits))
		}
		all = append(all, flat(entry{"field", text(field), ""}, entry{"normalise", how, ""}))
	}
	return lines(all...)
}

func (f *folder) display() *yaml.Node {
	fields := f.answers.List("display")
	if len(fields) == 0 {
		fields = f.answers.List("same_customer")
	}
	if len(fields) == 0 {
		return nil
	}
	return lines(texts(fields...))
}
