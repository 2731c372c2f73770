package newdefinition

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
	"muster/templates"
)

// Answers are the answers by question name; a question without an answer is missing.
type Answers map[string][]string

// Get is the first value of an answer; "" without one.
func (a Answers) Get(name string) string {
	if len(a[name]) == 0 {
		return ""
	}
	return a[name][0]
}

// List are all values of an answer.
func (a Answers) List(name string) []string { return a[name] }

// Give sets the answer to a question, unless value is empty.
func (a Answers) Give(name, value string) {
	if value != "" {
		a[name] = []string{value}
	}
}

// Check says what is wrong with the form of an answer; nil when nothing is.
func (q *Question) Check(values []string) *pipeline.Mistake {
	for _, v := range values {
		if m := q.form(v); m != nil {
			return m.Try("new_definition.question", "name", q.Name, "question", q.Ask)
		}
	}
	return nil
}

// Values are the values in one line: those of a list are separated by commas.
func (q *Question) Values(line string) []string {
	line = strings.TrimSpace(line)
	if line == "" {
		return nil
	}
	if !q.many() {
		return []string{line}
	}
	var values []string
	for part := range strings.SplitSeq(line, ",") {
		of := strings.HasSuffix(q.Name, "headers") && len(values) > 0 && !header.MatchString(strings.TrimSpace(part))
		switch whole := strings.TrimSpace(part); {
		case of: // a comma of the value before
			values[len(values)-1] += "," + strings.TrimRight(part, " ")
		case whole != "":
			values = append(values, whole)
		}
	}
	return values
}

// many reports whether an answer may have several values.
func (q *Question) many() bool {
	return slices.Contains([]string{"same_customer", "same_spelling", "same_record", "optional", "display",
		"created", "exists", "rejected", "wait", "headers", "sign_headers", "sign_parts", "sign_parameters", "await_failed"}, q.Name)
}

// Read reads a file of answers: YAML, each question's name with a text or a list of texts. The error has every
// mistake in it, each with its line in file.
func Read(file string, data []byte) (Answers, error) {
	var document yaml.Node
	at := func(line int) pipeline.Place { return pipeline.Place{File: file, Line: line} }
	switch err := yaml.NewDecoder(bytes.NewReader(data)).Decode(&document); {
	case errors.Is(err, io.EOF):
		return Answers{}, nil
	case err != nil:
		return nil, templates.YAMLMistake(data).Within(at(0))
	}
	root := document.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, pipeline.Wrong("new_definition.no_answers").At(at(root.Line))
	}
	questions, names := map[string]Question{}, []string{}
	for _, q := range Questions() {
		questions[q.Name], names = q, append(names, q.Name)
	}
	answers := Answers{}
	var mistakes pipeline.Mistakes
	wrong := func(line int, m *pipeline.Mistake) { mistakes = append(mistakes, m.At(at(line))) }
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		q, known := questions[key.Value]
		switch _, twice := answers[key.Value]; {
		case !known:
			m := pipeline.Wrong("new_definition.unknown_question", "name", key.Value)
			if meant := pipeline.Nearest(key.Value, names); meant != "" {
				m.Try("definition.try_name", "name", meant)
			}
			wrong(key.Line, m)
			continue
		case twice:
			wrong(key.Line, pipeline.Wrong("definition.member_twice", "name", key.Value))
			continue
		}
		values, ok := q.valuesOf(value)
		if !ok {
			wrong(value.Line, pipeline.Wrong("new_definition.want_text", "name", q.Name))
			continue
		}
		if m := q.Check(values); m != nil {
			wrong(value.Line, m)
		}
		if len(values) > 0 {
			answers[q.Name] = values
		}
	}
	if len(mistakes) == 0 {
		mistakes = answers.conflicts(at(0))
	}
	switch len(mistakes) {
	case 0:
		return answers, nil
	case 1:
		return nil, mistakes[0]
	}
	return nil, mistakes
}

// valuesOf are the values of an answer in a file; false when they are neither a text nor a list of texts.
func (q *Question) valuesOf(n *yaml.Node) (values []string, ok bool) {
	switch n.Kind {
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return nil, true
		}
		return q.Values(n.Value), true
	case yaml.SequenceNode:
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode || item.Value == "" {
				return nil, false
			}
			values = append(values, item.Value)
		}
		return values, q.many() || len(values) < 2
	}
	return nil, false
}

// conflicts are answers that contradict one another.
func (a Answers) conflicts(at pipeline.Place) (all pipeline.Mistakes) {
	if a.Get("schema") != "" && a.Get("example") != "" {
		all = append(all, pipeline.Wrong("new_definition.schema_and_example").At(at))
	}
	if a.Get("sandbox") == none && a.Get("production") == none {
		all = append(all, pipeline.Wrong("new_definition.no_environment").At(at))
	}
	for _, v := range a["same_spelling"] {
		m := spelling.FindStringSubmatch(v)
		if fields := a["same_customer"]; m != nil && m[1] != "" && len(fields) > 0 && !slices.Contains(fields, m[1]) &&
			m[1] != a.Get("resend_field") {
			all = append(all, pipeline.Wrong("new_definition.spelling_of_none", "field", m[1]).At(at))
		}
	}
	return all
}

// Complete fills in the defaults of missing answers, and removes answers to questions that do not arise.
func (a Answers) Complete() {
	for _, q := range Questions() {
		switch asked := q.Asked(a); {
		case !asked:
			delete(a, q.Name)
		case len(a[q.Name]) == 0 && q.Default != "":
			a[q.Name] = q.Values(q.Default)
		}
	}
}

// Unanswered are the questions that still need an answer.
func (a Answers) Unanswered() (open []Question) {
	for _, q := range Questions() {
		if q.Asked(a) && len(a[q.Name]) == 0 && !q.Optional && q.Default == "" {
			open = append(open, q)
		}
	}
	return open
}
