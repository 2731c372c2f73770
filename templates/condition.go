package templates

import (
	"maps"
	"regexp"
	"strings"

	"github.com/theory/jsonpath"
	"github.com/theory/jsonpath/spec"

	"muster/pipeline"
)

// selector is a JSONPath as a [pipeline.Selector].
type selector struct{ *jsonpath.Path }

func (s selector) Select(doc any) []any { return s.Path.Select(doc) }

// condition compiles a condition on an answer's body or, with onBody, on the request's.
func (f fieldChecker) condition(c *yamlCondition, onBody bool) *pipeline.Condition {
	if c == nil {
		return nil
	}
	line := max(c.At.line, c.Path.line, c.Is.line, c.Prefix.line)
	if (c.At.s == "") == (c.Path.s == "") {
		f.fail(line, "definition.condition_at")
	}
	tests := 0
	for _, has := range []bool{c.Is.s != "", c.Prefix.s != "", len(c.Contains) > 0} {
		if has {
			tests++
		}
	}
	if tests > 1 || tests == 0 && c.Path.s == "" {
		f.fail(line, "definition.condition_test")
	}
	out := &pipeline.Condition{At: f.pointer(c.At), Is: c.Is.s, Prefix: c.Prefix.s}
	for _, part := range c.Contains {
		if part.s == "" {
			f.fail(part.line, "definition.want_text")
		}
		out.Contains = append(out.Contains, part.s)
	}
	switch {
	case c.Path.s != "":
		f.path(c.Path, out, onBody)
	case onBody:
		path := strings.ReplaceAll(strings.TrimPrefix(c.At.s, "/"), "/", ".")
		f.index(text{path, c.At.line})
	}
	return out
}

// path compiles the JSONPath of a condition, with a body that meets the condition.
func (f fieldChecker) path(t text, out *pipeline.Condition, onBody bool) {
	path, err := jsonpath.Parse(t.s)
	if err != nil {
		f.fail(t.line, "definition.condition_path", "cause", jsonpathFault(err))
		return
	}
	if onBody {
		if _, err := leafOf(path, f.p.Fields); err != nil {
			f.fail(t.line, "definition.condition_path", "cause", err)
		}
	}
	out.Select = selector{path}
	var last any = true
	switch {
	case out.Is != "":
		last = out.Is
	case out.Prefix != "":
		last = out.Prefix
	case len(out.Contains) > 0:
		last = out.Contains[0]
	}
	if sample := sampleOf(path.Query().Segments(), last); out.Holds(sample) {
		out.Sample = sample
	}
}

// equalTo is a filter for one member, as package spec spells it.
var equalTo = regexp.MustCompile(`^\?@\["([^"\\]+)"\] == (.*)$`)

// sampleOf is a document in which a path finds last; nil where none is obvious.
func sampleOf(path []*spec.Segment, last any) any {
	if len(path) == 0 {
		return last
	}
	selectors := path[0].Selectors()
	if len(selectors) != 1 {
		return nil
	}
	below := sampleOf(path[1:], last)
	switch s := selectors[0].(type) {
	case spec.Name:
		return map[string]any{string(s): below}
	case spec.Index:
		if s != 0 && s != -1 {
			return nil
		}
		return []any{below}
	}
	text := selectors[0].String()
	if text == "*" {
		return []any{below}
	}
	filter := equalTo.FindStringSubmatch(text)
	if filter == nil {
		return nil
	}
	value, err := pipeline.DecodeJSON([]byte(filter[2]))
	if err != nil {
		return nil
	}
	item := map[string]any{}
	if members, is := below.(map[string]any); is {
		maps.Copy(item, members)
	} else if len(path) > 1 {
		return nil
	}
	item[filter[1]] = value
	return []any{item}
}
