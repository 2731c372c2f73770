package newdefinition

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"muster/pipeline"
	"muster/templates"
)

// member is a member of an object, which keeps their order.
type member struct {
	name  string
	value any // object, []any, string, json.Number, bool, nil
}

type object []member

// readJSON reads one JSON document and keeps the order of members.
func readJSON(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	v, err := readValue(dec)
	if err == nil {
		if _, err = dec.Token(); errors.Is(err, io.EOF) {
			return v, nil
		}
	}
	return nil, templates.JSONMistake(data)
}

func readValue(dec *json.Decoder) (any, error) {
	token, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		o := object{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			v, err := readValue(dec)
			if err != nil {
				return nil, err
			}
			o = append(o, member{name.(string), v})
		}
		_, err = dec.Token()
		return o, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := readValue(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	}
	return token, nil
}

// dropProperty takes the property that a pointer into the body names out of a schema, and says whether it was there.
func (o object) dropProperty(pointer string) (dropped bool) {
	name, below, nested := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	for i, m := range o {
		properties, ok := m.value.(object)
		if m.name != "properties" || !ok {
			continue
		}
		at := slices.IndexFunc(properties, func(p member) bool { return p.name == name })
		if at < 0 {
			return false
		}
		if nested {
			inner, ok := properties[at].value.(object)
			return ok && inner.dropProperty("/"+below)
		}
		o[i].value, dropped = slices.Delete(properties, at, at+1), true
	}
	for i, m := range o {
		if required, ok := m.value.([]any); ok && m.name == "required" && dropped {
			o[i].value = slices.DeleteFunc(required, func(v any) bool { return v == name })
		}
	}
	return dropped
}

// draft is the JSON Schema that muster reads.
const draft = "https://json-schema.org/draft/2020-12/schema"

// Derived is a schema that was made from an example.
type Derived struct {
	Schema []byte
	// LeftOut are the members of the example that do not show what they may contain: null, empty lists and empty
	// objects.
	LeftOut []string
	around  []member // texts outside of the row's body, by JSON pointer
}

// Deriving is what an example does not show.
type Deriving struct {
	Optional []string // paths of fields that may be left out, such as address.line2
	Filled   string   // JSON pointer to the member that muster fills itself; "" for none
	Under    string   // JSON pointer to the row's body; "" for the whole example
}

// Derive makes a schema from an example of a request's body. Every field is required except the optional ones. The
// schema's own examples are made up, in the form of the given one.
func Derive(example []byte, by Deriving) (*Derived, error) {
	v, err := readJSON(example)
	if err != nil {
		return nil, pipeline.Wrong("new_definition.example_json", "cause", err)
	}
	root, ok := v.(object)
	if !ok || len(root) == 0 {
		return nil, pipeline.Wrong("new_definition.example_object")
	}
	d := deriving{optional: by.Optional, filled: by.Filled, seen: map[string]bool{}}
	if root, ok = d.unwrap("", root, by.Under); !ok || len(root) == 0 {
		return nil, pipeline.Wrong("new_definition.nothing_under", "at", by.Under)
	}
	schema := append(object{{"$schema", draft}}, d.object("", root)...)
	for _, path := range by.Optional {
		if !d.seen[path] {
			m := pipeline.Wrong("new_definition.unknown_optional", "path", path)
			if meant := pipeline.Nearest(path, d.paths); meant != "" {
				m.Try("definition.try_name", "name", meant)
			}
			return nil, m
		}
	}
	var out bytes.Buffer
	if err := writeJSON(&out, schema, ""); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return &Derived{out.Bytes(), d.leftOut, d.around}, nil
}

// unwrap finds the object at a pointer below o, which is at path, and keeps the texts outside of it.
func (d *deriving) unwrap(path string, o object, under string) (inside object, found bool) {
	if under == "" {
		d.under = path
		return o, true
	}
	name, below, deeper := strings.Cut(under[1:], "/")
	if deeper {
		below = "/" + below
	}
	for _, m := range o {
		at := path + "/" + m.name
		value, isObject := m.value.(object)
		switch {
		case m.name == name && isObject:
			inside, found = d.unwrap(at, value, below)
		case m.name != name && at != d.filled:
			d.beside(at, m.value)
		}
	}
	return inside, found
}

// beside keeps the texts of a value that is outside of the row's body.
func (d *deriving) beside(at string, v any) {
	switch v := v.(type) {
	case object:
		for _, m := range v {
			d.beside(at+"/"+m.name, m.value)
		}
	case string:
		d.around = append(d.around, member{at, v})
	default:
		d.leftOut = append(d.leftOut, at)
	}
}

type deriving struct {
	optional []string
	filled   string
	under    string // JSON pointer to the row's body
	seen     map[string]bool
	paths    []string
	leftOut  []string
	around   []member
}

func (d *deriving) object(path string, o object) object {
	properties, required := object{}, []any{}
	for _, m := range o {
		at := strings.TrimPrefix(path+"."+m.name, ".")
		if d.filled == d.under+"/"+strings.ReplaceAll(at, ".", "/") {
			continue
		}
		schema := d.value(at, m.value)
		if schema == nil {
			d.leftOut = append(d.leftOut, at)
			continue
		}
		if !d.seen[at] {
			d.seen[at], d.paths = true, append(d.paths, at)
		}
		properties = append(properties, member{m.name, schema})
		if !slices.Contains(d.optional, at) {
			required = append(required, m.name)
		}
	}
	return object{{"type", "object"}, {"properties", properties}, {"required", required},
		{"additionalProperties", false}}
}

// value is the schema for the value at path; nil when the example shows nothing.
func (d *deriving) value(path string, v any) any {
	switch v := v.(type) {
	case object:
		if len(v) > 0 {
			return d.object(path, v)
		}
	case []any:
		if len(v) > 0 {
			if item := d.value(path+"[]", v[0]); item != nil {
				return object{{"type", "array"}, {"items", item}}
			}
		}
	case string:
		leaf := object{{"type", "string"}}
		if format := formatOf(v); format != "" {
			leaf = append(leaf, member{"format", format})
		} else {
			leaf = append(leaf, member{"minLength", json.Number("1")})
		}
		return append(leaf, member{"examples", []any{madeUp(path, v)}})
	case json.Number:
		kind := "integer"
		if strings.ContainsAny(v.String(), ".eE") {
			kind = "number"
		}
		return object{{"type", kind}, {"examples", []any{json.Number(otherDigits(v.String()))}}}
	case bool:
		return object{{"type", "boolean"}, {"examples", []any{v}}}
	}
	return nil
}

var (
	emailForm = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
	dateForm  = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// formatOf is the format that a text certainly has.
func formatOf(text string) string {
	switch {
	case emailForm.MatchString(text):
		return "email"
	case dateForm.MatchString(text):
		return "date"
	}
	return ""
}

// writeJSON writes a document with its members in order. Lists, and objects without other objects in them, are on one
// line.
func writeJSON(w *bytes.Buffer, v any, indent string) error {
	switch v := v.(type) {
	case object:
		flat := !slices.ContainsFunc(v, func(m member) bool { _, nested := m.value.(object); return nested })
		w.WriteByte('{')
		for i, m := range v {
			switch {
			case i > 0 && flat:
				w.WriteString(", ")
			case i > 0:
				w.WriteByte(',')
			}
			if !flat {
				w.WriteString("\n" + indent + "  ")
			}
			if err := writeJSON(w, m.name, ""); err != nil {
				return err
			}
			w.WriteString(": ")
			if err := writeJSON(w, m.value, indent+"  "); err != nil {
				return err
			}
		}
		if !flat {
			w.WriteString("\n" + indent)
		}
		w.WriteByte('}')
	case []any:
		w.WriteByte('[')
		for i, item := range v {
			if i > 0 {
				w.WriteString(", ")
			}
			if err := writeJSON(w, item, indent); err != nil {
				return err
			}
		}
		w.WriteByte(']')
	default:
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil {
			return err
		}
		w.Truncate(w.Len() - 1) // the encoder's line break
	}
	return nil
}
