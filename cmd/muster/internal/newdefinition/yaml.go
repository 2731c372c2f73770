package newdefinition

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// entry is a key of provider.yaml, with its value and a comment.
type entry struct {
	key     string
	value   *yaml.Node
	comment string
}

// text is a quoted or plain text.
func text(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s} }

// bare is a scalar without quotes: a number, a boolean.
func bare(s string) *yaml.Node { return &yaml.Node{Kind: yaml.ScalarNode, Value: s} }

// list is a list on one line.
func list(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle, Content: items}
}

// texts is a list of texts on one line.
func texts(all ...string) *yaml.Node {
	l := list()
	for _, s := range all {
		l.Content = append(l.Content, text(s))
	}
	return l
}

// lines is a list with one item a line.
func lines(items ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.SequenceNode, Content: items}
}

// keys is an object; entries without a value are left out.
func keys(entries ...entry) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, e := range entries {
		if e.value != nil {
			key := &yaml.Node{Kind: yaml.ScalarNode, Value: e.key, HeadComment: commented(e.comment)}
			n.Content = append(n.Content, key, e.value)
		}
	}
	return n
}

// flat is an object on one line.
func flat(entries ...entry) *yaml.Node {
	n := keys(entries...)
	n.Style = yaml.FlowStyle
	return n
}

// document writes the entries with an empty line between them.
func document(entries []entry) ([]byte, error) {
	var out bytes.Buffer
	for i, e := range entries {
		if e.value == nil {
			continue
		}
		if i > 0 && (e.comment != "" || e.value.Kind != yaml.ScalarNode) {
			out.WriteByte('\n')
		}
		enc := yaml.NewEncoder(&out)
		enc.SetIndent(2)
		if err := enc.Encode(keys(e)); err != nil {
			return nil, err
		}
		if err := enc.Close(); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// widest is the longest line of a comment.
const widest = 100

// commented formats a text as a comment, wrapped.
func commented(text string) string {
	if text == "" {
		return ""
	}
	return "# " + strings.Join(wrapped(text, widest), "\n# ")
}

// wrapped breaks a text into lines of at most most characters where spaces allow it.
func wrapped(text string, most int) (all []string) {
	for paragraph := range strings.SplitSeq(text, "\n") {
		line := ""
		for word := range strings.FieldsSeq(paragraph) {
			switch {
			case line == "":
				line = word
			case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > most:
				all = append(all, line)
				line = word
			default:
				line += " " + word
			}
		}
		all = append(all, line)
	}
	return all
}
