package submit

import (
	"reflect"
	"slices"
	"strings"

	"muster/pipeline"
)

// mostProblems is how many problems of one answer are kept.
const mostProblems = 100

// problems reads the fields that an error answer complains about, under our names where it is certain which fields
// are meant.
func (c *Client) problems(doc any, in *pipeline.Intent, hide *redactor) []pipeline.Problem {
	var found []pipeline.Problem
	add := func(name, text string) {
		if len(found) == mostProblems || name == "" && text == "" {
			return
		}
		p := pipeline.Problem{Code: pipeline.ProblemProvider, Field: c.names.path(name, in)}
		if p.Field != "" {
			name = ""
		} else if name != "" && text != "" { // a value may begin in the name and end in the text
			text = name + ": " + text
		}
		said := hide.text(text, maxMessage)
		if said == "" {
			name = hide.text(name, maxMessage)
		}
		switch {
		case said != "":
			p.Message = pipeline.Say("provider_said", "text", said)
		case name != "":
			p.Message = pipeline.Say("provider_refused_field", "name", name)
		default:
			p.Message = pipeline.Say("provider_refused")
		}
		if f, ok := c.provider.FieldByPath(p.Field); ok {
			p.Secret = f.Secret
		}
		if !slices.ContainsFunc(found, func(f pipeline.Problem) bool { return reflect.DeepEqual(f, p) }) {
			found = append(found, p)
		}
	}
	for _, list := range c.provider.Errors.Problems {
		v, ok := list.At.Get(doc)
		if !ok {
			continue
		}
		switch v := v.(type) {
		case map[string]any:
			if !list.Map { // one problem, not in a list
				if name, ok := list.Field.Text(v); ok && list.Field != "" {
					said, _ := list.Message.Get(v)
					text := messages(said, "")
					if text == pipeline.FirstText(doc, c.provider.Errors.Message) {
						text = "" // the message of the whole answer already
					}
					add(name, text)
				}
				continue
			}
			names := make([]string, 0, len(v))
			for name := range v {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				add(name, messages(v[name], list.Message))
			}
		case []any:
			if list.Map {
				continue
			}
			for _, item := range v {
				if text, ok := item.(string); ok {
					add("", text)
					continue
				}
				name, _ := list.Field.Text(item)
				said, _ := list.Message.Get(item)
				add(name, messages(said, ""))
			}
		}
	}
	return found
}

// messages joins a message or a list of them; at is the text in one that is an object.
func messages(v any, at pipeline.Pointer) string {
	switch v := v.(type) {
	case string:
		return v
	case map[string]any:
		if at != "" {
			text, _ := at.Text(v)
			return text
		}
	case []any:
		var all []string
		for _, item := range v {
			if s := messages(item, at); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "; ")
	}
	return ""
}

// fieldNames finds the field that a provider's name means.
type fieldNames struct {
	provider *pipeline.Provider
	tokens   [][]string // of each field's path, [] as ""
	renamed  [][]string // of Record.Renamed
}

func newFieldNames(p *pipeline.Provider) *fieldNames {
	n := &fieldNames{provider: p}
	for _, f := range p.Fields {
		n.tokens = append(n.tokens, pathTokens(f.Path))
	}
	for _, r := range p.Record.Renamed {
		n.renamed = append(n.renamed, r.At.Tokens())
	}
	return n
}

// pathTokens splits a name at dots, brackets and slashes, so that a[0].b, a.0.b and /a/0/b are equal. An empty index
// stays as an empty token.
func pathTokens(name string) []string {
	name = strings.TrimPrefix(strings.TrimPrefix(name, "$"), ".")
	name = strings.NewReplacer("[", ".", "]", "", "/", ".", `"`, "", "'", "").Replace(name)
	return strings.Split(strings.TrimPrefix(name, "."), ".")
}

// path is our path for a provider's name of a field: one of the request's own if it is among them, else the schema's;
// "" when no field, or more than one, could be meant.
func (n *fieldNames) path(name string, in *pipeline.Intent) string {
	if name == "" {
		return ""
	}
	asked := n.inWrap(pathTokens(name))
	for _, e := range in.Entries {
		if slices.Equal(pathTokens(e.Path), asked) {
			return e.Path
		}
	}
	for i, tokens := range n.tokens {
		if indexes, ok := matchIndexes(tokens, asked); ok {
			return fillIndexes(n.provider.Fields[i].Path, indexes)
		}
	}
	for i, tokens := range n.tokens {
		if list := listTokens(tokens); list != nil && slices.Equal(list, asked) {
			return n.provider.Fields[i].Path
		}
	}
	for i, tokens := range n.renamed {
		if slices.Equal(tokens, asked) {
			return n.provider.Record.Renamed[i].Field
		}
	}
	if len(asked) != 1 {
		return ""
	}
	return n.leaf(asked[0], in)
}

// listTokens are the tokens of the list whose values a field is; nil for any other field, and for a list in a group,
// whose name needs an index.
func listTokens(tokens []string) []string {
	last := len(tokens) - 1
	if tokens[last] != "" || slices.Contains(tokens[:last], "") {
		return nil
	}
	return tokens[:last]
}

// leaf finds a bare name in which only one field of the row's shape ends.
func (n *fieldNames) leaf(name string, in *pipeline.Intent) string {
	pattern := ""
	for i, tokens := range n.tokens {
		f := &n.provider.Fields[i]
		if tokens[len(tokens)-1] != name || in.Shape != "" && len(f.Shapes) > 0 &&
			!slices.Contains(f.Shapes, in.Shape) {
			continue
		}
		if pattern != "" {
			return ""
		}
		pattern = f.Path
	}
	if !strings.Contains(pattern, "[]") {
		return pattern
	}
	concrete := ""
	for _, e := range in.Entries {
		if pipeline.PathPattern(e.Path) != pattern {
			continue
		}
		if concrete != "" { // in several entries of a group: the answer does not say which
			return pattern
		}
		concrete = e.Path
	}
	if concrete == "" {
		return pattern
	}
	return concrete
}

// matchIndexes compares a field's tokens with a name's; where the field has "" the name may have any index.
func matchIndexes(field, asked []string) (indexes []string, ok bool) {
	if len(field) != len(asked) {
		return nil, false
	}
	for i, t := range field {
		switch {
		case t == "" && (asked[i] == "" || allDigits(asked[i])):
			indexes = append(indexes, asked[i])
		case t != asked[i]:
			return nil, false
		}
	}
	return indexes, true
}

func fillIndexes(path string, indexes []string) string {
	for _, index := range indexes {
		// The index goes between brackets with a marker, so that the next "[]" is found, unless the index is empty.
		path = strings.Replace(path, "[]", "[\x00"+index+"]", 1)
	}
	return strings.ReplaceAll(path, "\x00", "")
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
