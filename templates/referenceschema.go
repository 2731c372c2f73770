package templates

import (
	"cmp"
	"encoding/json"
	"reflect"
	"strings"

	"muster/pipeline"
)

// EditorSchema is a JSON Schema (2020-12) of provider.yaml for editors, with each key's meaning in that language,
// else in English.
func EditorSchema(language string) ([]byte, error) {
	keys, err := Reference()
	if err != nil {
		return nil, err
	}
	s := schemaWriter{language: language, keys: map[string]ReferenceKey{}}
	for _, k := range keys {
		s.keys[k.At] = k
	}
	alone := s.object(reflect.TypeFor[yamlDefinition](), "")
	s.overlay = true
	all := map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema",
		"if": map[string]any{"required": []string{baseKey}}, "then": s.object(reflect.TypeFor[yamlDefinition](), ""),
		"else": alone}
	return json.MarshalIndent(all, "", "  ")
}

type schemaWriter struct {
	language string
	keys     map[string]ReferenceKey
	overlay  bool // nothing is required, and null removes a key
}

// object is the schema of an object with the keys of t; at is its place.
func (s schemaWriter) object(t reflect.Type, at string) map[string]any {
	properties, required := map[string]any{}, []string{}
	s.members(t, at, properties, &required)
	all := map[string]any{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		all["required"] = required
	}
	return all
}

func (s schemaWriter) members(t reflect.Type, at string, properties map[string]any, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			s.members(f.Type, parts[f.Type], properties, required)
			continue
		}
		name := keyName(f)
		below := strings.TrimPrefix(at+"."+name, ".")
		properties[name] = s.value(f.Type, below)
		if s.overlay {
			properties[name] = map[string]any{"anyOf": []any{properties[name], map[string]any{"type": "null"}}}
		} else if s.keys[below].Must || s.keys[below+"[]"].Must {
			*required = append(*required, name)
		}
	}
}

// value is the schema of a key's value.
func (s schemaWriter) value(t reflect.Type, at string) map[string]any {
	// A text may look like a number or a boolean: it is read as it is spelt.
	scalar := map[string]any{"type": []string{"string", "number", "boolean"}}
	if values := s.keys[at].Values; len(values) > 0 {
		scalar = map[string]any{"enum": values}
	}
	var out map[string]any
	switch t {
	case reflect.TypeFor[text]():
		out = scalar
	case reflect.TypeFor[texts]():
		out = map[string]any{"anyOf": []any{scalar, map[string]any{"type": "array", "items": scalar}}}
	case reflect.TypeFor[localText]():
		out = map[string]any{"type": []string{"string", "object"}, "additionalProperties": map[string]any{"type": "string"}}
	case reflect.TypeFor[pairs]():
		out = map[string]any{"type": "object", "additionalProperties": scalar}
	default:
		out = s.composite(t, at)
	}
	if help := s.help(at); help != "" {
		out["description"] = help
	}
	return out
}

func (s schemaWriter) composite(t reflect.Type, at string) map[string]any {
	switch t.Kind() {
	case reflect.Pointer:
		return s.value(t.Elem(), at)
	case reflect.Map:
		names := map[string]any{}
		for _, env := range []string{pipeline.EnvSandbox, pipeline.EnvProduction} {
			names[env] = s.object(t.Elem(), parts[t.Elem()])
		}
		return map[string]any{"type": "object", "additionalProperties": false, "properties": names}
	case reflect.Slice:
		return map[string]any{"type": "array", "items": s.value(t.Elem(), at+"[]")}
	}
	return s.object(t, cmp.Or(parts[t], at))
}

func (s schemaWriter) help(at string) string {
	help := s.keys[at].Help
	return cmp.Or(help[s.language], help["en"])
}
