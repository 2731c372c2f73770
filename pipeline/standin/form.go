package standin

import (
	"encoding/json"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"muster/pipeline"
)

// mediaType is the media type of a body in an encoding, unless the call has a header that names one; "" for any, if
// that header depends on more than the definition.
func mediaType(e pipeline.Encoding, call pipeline.Call) string {
	for _, h := range call.Headers {
		if !strings.EqualFold(h.Name, "Content-Type") {
			continue
		}
		if len(pipeline.Variables(h.Value)) > 0 {
			return ""
		}
		if media, _, err := mime.ParseMediaType(h.Value); err == nil {
			return media
		}
	}
	if e == pipeline.EncodingJSON {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

// answerType is the media type of the answers to a call: JSON, or the kind of it that the
// call asks for.
func answerType(call pipeline.Call) []string {
	for _, h := range call.Headers {
		media, _, err := mime.ParseMediaType(h.Value)
		if strings.EqualFold(h.Name, "Accept") && err == nil && strings.HasSuffix(media, "json") {
			return []string{media}
		}
	}
	return jsonType
}

// fromForm converts a form to the equivalent JSON: its names become paths, and its values get the types of the
// fields. It returns false if the text is not a form.
func fromForm(form []byte, p *pipeline.Provider) ([]byte, bool) {
	values, err := url.ParseQuery(string(form))
	if err != nil {
		return nil, false
	}
	var doc any = map[string]any{}
	for name, all := range values {
		path := formPath(name)
		if list, is := listOf(path, p); is {
			for i, text := range all {
				item := list + "[" + strconv.Itoa(i) + "]"
				doc = putItem(doc, pipeline.PathPointer(item).Tokens(), formValue(text, item, p))
			}
			continue
		}
		if len(all) != 1 || path == "" || strings.Contains(path, "[]") || pathOfItem(path, p) {
			return nil, false
		}
		doc = putItem(doc, pipeline.PathPointer(path).Tokens(), formValue(all[0], path, p))
	}
	return encode(doc), true
}

// listOf returns the list that a repeated name stands for.
func listOf(path string, p *pipeline.Provider) (list string, is bool) {
	switch p.ListNames {
	case pipeline.ListBrackets:
		list, is = strings.CutSuffix(path, "[]")
	case pipeline.ListRepeated:
		list, is = path, !strings.HasSuffix(path, "]")
	}
	if !is {
		return "", false
	}
	if _, is = p.FieldByPath(list + "[0]"); !is {
		_, is = fixedAt(p, list+"[0]")
	}
	return list, is
}

// fixedAt returns the definition's fixed value at a path; false if there is none.
func fixedAt(p *pipeline.Provider, path string) (any, bool) {
	asked := pipeline.PathPointer(path).Tokens()
	for _, f := range p.Fixed {
		at := pipeline.PathPointer(f.Path).Tokens()
		if len(at) > len(asked) {
			continue
		}
		matches := true
		for i, t := range at {
			matches = matches && (t == asked[i] || t == "")
		}
		if matches {
			return tokensPointer(asked[len(at):]).Get(f.Value)
		}
	}
	return nil, false
}

// tokensPointer is the pointer of some tokens of a path, which have nothing to escape.
func tokensPointer(tokens []string) pipeline.Pointer {
	var p pipeline.Pointer
	for _, t := range tokens {
		p += pipeline.Pointer("/" + t)
	}
	return p
}

// pathOfItem reports whether a path names one value of a list in a form that should name the list.
func pathOfItem(path string, p *pipeline.Provider) bool {
	if p.ListNames == pipeline.ListIndexes || !strings.HasSuffix(path, "]") {
		return false
	}
	_, is := p.FieldByPath(path)
	return is
}

// formPath is a[b][0][c], or a.b[0].c, as the path of a field: a.b[0].c.
func formPath(name string) string {
	first, rest, _ := strings.Cut(name, "[")
	if rest == "" {
		return name
	}
	var b strings.Builder
	b.WriteString(first)
	for rest != "" {
		part, more, closed := strings.Cut(rest, "]")
		if !closed {
			return ""
		}
		if _, err := strconv.Atoi(part); err == nil || part == "" {
			b.WriteString("[" + part + "]")
		} else {
			b.WriteString("." + part)
		}
		next, after, _ := strings.Cut(more, "[")
		b.WriteString(next)
		rest = after
	}
	return b.String()
}

// formValue converts a text to the type of its field.
func formValue(s, path string, p *pipeline.Provider) any {
	if v, fixed := fixedAt(p, path); fixed {
		if text, _ := pipeline.Pointer("").Text(v); text == s {
			return v
		}
	}
	f, _ := p.FieldByPath(path)
	switch f.Kind {
	case "integer", "number":
		if json.Valid([]byte(s)) {
			return json.Number(s)
		}
	case "boolean":
		if b, err := strconv.ParseBool(s); err == nil && (s == "true" || s == "false") {
			return b
		}
	}
	return s
}

// putItem sets a value in a tree of objects and arrays; a number in the path is the
// place in an array.
func putItem(doc any, path []string, v any) any {
	if len(path) == 0 {
		return v
	}
	if i, err := strconv.Atoi(path[0]); err == nil && i >= 0 && i < maxItems {
		items, _ := doc.([]any)
		for len(items) <= i {
			items = append(items, map[string]any{})
		}
		items[i] = putItem(items[i], path[1:], v)
		return items
	}
	members, ok := doc.(map[string]any)
	if !ok {
		members = map[string]any{}
	}
	members[path[0]] = putItem(members[path[0]], path[1:], v)
	return members
}

// maxItems is the largest length of an array in a form.
const maxItems = 1000
