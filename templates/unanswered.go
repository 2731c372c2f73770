package templates

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"muster/pipeline"
)

// Unanswered begins a text in a definition that is a missing answer; the question follows. `muster providers new`
// writes it.
const Unanswered = "UNANSWERED: "

// SchemaFields are the leaves of a schema, in its order. shape is the field that decides the shape, "" when there is
// only one. An error is a [pipeline.Mistake].
func SchemaFields(schema []byte, shape string) ([]pipeline.Field, error) {
	root, err := parseJSON(schemaFile, schema)
	if err != nil {
		return nil, err
	}
	var shapeAt []string
	if shape != "" {
		shapeAt = []string{shape}
	}
	b, err := loadBody(root, shapeAt)
	if err != nil {
		return nil, err
	}
	return b.fields, nil
}

// unanswered notes a question in the place of an answer.
func (s *structureWalk) unanswered(n *yaml.Node) bool {
	question, is := strings.CutPrefix(n.Value, Unanswered)
	if n.Kind != yaml.ScalarNode || !is {
		return false
	}
	s.drop(n, "definition.unanswered", "question", question).Try("definition.answer_here")
	return true
}
