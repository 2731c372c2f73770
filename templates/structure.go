package templates

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"muster/pipeline"
)

// structure finds everything that is wrong with the form of provider.yaml: unknown keys, repeated keys, and values of
// the wrong kind. In an overlay a null is allowed anywhere: it removes what the base has there.
//
// It repairs the document, so that the values can be checked in the same call: a misspelt key becomes the one that
// was probably meant. What cannot be repaired is removed; lost reports that.
func structure(document *yaml.Node, overlay bool) (mistakes pipeline.Mistakes, lost bool) {
	s := structureWalk{overlay: overlay}
	for _, root := range document.Content {
		s.value(root, reflect.TypeFor[yamlDefinition]())
	}
	return s.mistakes, s.lost
}

type structureWalk struct {
	mistakes pipeline.Mistakes
	overlay  bool
	lost     bool
	depth    int
}

// drop notes that a value is of the wrong kind, and removes it.
func (s *structureWalk) drop(n *yaml.Node, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	m := s.fault(n, code, pairs...)
	s.lost = true
	*n = yaml.Node{Kind: yaml.ScalarNode, Tag: nullTag, Line: n.Line, Column: n.Column}
	return m
}

// deepestStructure bounds the depth, because an alias may be inside its own target.
const deepestStructure = 40

func (s *structureWalk) fault(n *yaml.Node, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	m := pipeline.Wrong(code, pairs...).At(pipeline.Place{File: yamlFile, Line: n.Line})
	s.mistakes = append(s.mistakes, m)
	return m
}

// value checks a value that must be of that type.
func (s *structureWalk) value(n *yaml.Node, t reflect.Type) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if s.depth++; s.depth > deepestStructure || n == nil || s.overlay && n.Tag == nullTag {
		return
	}
	defer func() { s.depth-- }()
	if s.unanswered(n) {
		return
	}
	switch t {
	case reflect.TypeFor[text]():
		s.scalar(n)
	case reflect.TypeFor[texts]():
		switch n.Kind {
		case yaml.SequenceNode:
			for _, item := range n.Content {
				s.value(item, reflect.TypeFor[text]())
			}
		case yaml.MappingNode:
			s.drop(n, "definition.want_texts")
		}
	case reflect.TypeFor[localText]():
		s.localText(n)
	case reflect.TypeFor[pairs]():
		if n.Kind != yaml.MappingNode {
			s.drop(n, "definition.want_pairs")
			return
		}
		s.each(n, func(_, value *yaml.Node) bool {
			s.value(value, reflect.TypeFor[text]())
			return true
		})
	default:
		s.composite(n, t)
	}
}

func (s *structureWalk) scalar(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode {
		return
	}
	// {key} without quotes is an object with a key and no value, where a template was meant.
	braces := n.Kind == yaml.MappingNode && n.Style&yaml.FlowStyle != 0 && len(n.Content) == 2 &&
		n.Content[0].Kind == yaml.ScalarNode && n.Content[1].Tag == nullTag
	name := ""
	if braces {
		name = n.Content[0].Value
	}
	m := s.drop(n, "definition.want_text")
	if braces {
		m.Try("definition.try_quotes", "text", `"{`+name+`}"`)
	}
}

func (s *structureWalk) localText(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		return
	case yaml.SequenceNode:
		s.drop(n, "definition.want_text_by_language")
		return
	}
	said, before := map[string]bool{}, len(s.mistakes)
	members(n, func(key, value *yaml.Node) {
		switch _, err := language.Parse(key.Value); {
		case err != nil:
			s.fault(key, "definition.unknown_language", "tag", key.Value)
		case said[key.Value]:
			s.fault(key, "definition.member_twice", "name", key.Value)
		case value.Kind != yaml.ScalarNode:
			s.fault(value, "definition.want_text")
		case value.Value == "":
			s.fault(key, "definition.want_text")
		}
		said[key.Value] = true
	})
	if len(s.mistakes) > before {
		s.lost = true
		*n = yaml.Node{Kind: yaml.ScalarNode, Tag: nullTag, Line: n.Line}
	}
}

func (s *structureWalk) composite(n *yaml.Node, t reflect.Type) {
	empty := n.Kind == yaml.ScalarNode && n.Tag == nullTag
	switch t.Kind() {
	case reflect.Pointer:
		s.value(n, t.Elem())
	case reflect.Slice:
		switch {
		case n.Kind == yaml.SequenceNode:
			for _, item := range n.Content {
				s.value(item, t.Elem())
			}
		case !empty:
			s.drop(n, "definition.want_list")
		}
	case reflect.Map:
		if n.Kind == yaml.MappingNode {
			s.keys(n, map[string]reflect.Type{pipeline.EnvSandbox: t.Elem(), pipeline.EnvProduction: t.Elem()})
		} else if !empty {
			s.drop(n, "definition.want_keys")
		}
	default:
		if n.Kind == yaml.MappingNode {
			s.keys(n, keyTypes(t))
		} else if !empty {
			s.drop(n, "definition.want_keys")
		}
	}
}

// keys checks an object whose keys are those of a type.
func (s *structureWalk) keys(n *yaml.Node, known map[string]reflect.Type) {
	names := slices.Sorted(maps.Keys(known))
	there := map[string]bool{}
	members(n, func(key, _ *yaml.Node) { there[key.Value] = true })
	above := "" // the key before, where nothing stands below it
	s.each(n, func(key, value *yaml.Node) bool {
		if t, ok := known[key.Value]; ok {
			if above = ""; value.Tag == nullTag && value.Value == "" {
				above = key.Value
			}
			s.value(value, t)
			return true
		}
		written := key.Value
		m := s.fault(key, "definition.unknown_key", "key", written)
		meant := pipeline.Meant(written, names)
		switch before, _, glued := strings.Cut(written, ":"); {
		case above != "" && belongsTo(known[above], written):
			s.lost = true
			m.Try("definition.try_indent", "key", above)
			return false
		case glued && known[before] != nil:
			m.Try("definition.try_space", "key", before)
		case meant != "":
			m.Try("definition.try_key", "key", meant)
		default:
			m.Try("definition.try_keys", "keys", names)
		}
		if meant == "" || there[meant] {
			s.lost = true
			return false
		}
		key.Value, there[meant] = meant, true
		s.value(value, known[meant])
		return true
	})
}

// belongsTo says whether an object of a type has a key.
func belongsTo(t reflect.Type, key string) bool {
	if t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[text]() && keyTypes(t)[key] != nil
}

// each calls f for the members of an object, and for those that it merges, and keeps those for which f returns true.
func (s *structureWalk) each(n *yaml.Node, f func(key, value *yaml.Node) (keep bool)) {
	lines := map[string]int{}
	seen := map[*yaml.Node]bool{} // what is merged again and again has no more keys
	var through func(n *yaml.Node)
	through = func(n *yaml.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		var kept []*yaml.Node
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			before, twice := lines[key.Value]
			switch {
			case key.Tag == "!!merge":
				through(merged(value))
			case twice:
				s.fault(key, "definition.key_twice", "key", key.Value, "before", before)
				continue
			default:
				lines[key.Value] = key.Line
				if !f(key, value) {
					continue
				}
			}
			kept = append(kept, key, value)
		}
		n.Content = kept
	}
	through(n)
}

// merged are the objects that an object merges.
func merged(value *yaml.Node) *yaml.Node {
	if value.Kind == yaml.AliasNode {
		return value.Alias
	}
	return value
}

// members calls f for the members of an object as they appear there, and for those that it merges, each time once.
func members(n *yaml.Node, f func(key, value *yaml.Node)) {
	seen := map[*yaml.Node]bool{}
	var through func(n *yaml.Node)
	through = func(n *yaml.Node) {
		if seen[n] {
			return
		}
		seen[n] = true
		for i := 0; i+1 < len(n.Content); i += 2 {
			if key, value := n.Content[i], n.Content[i+1]; key.Tag == "!!merge" {
				through(merged(value))
			} else {
				f(key, value)
			}
		}
	}
	through(n)
}

// keyTypes are the keys of a type of provider.yaml.
func keyTypes(t reflect.Type) map[string]reflect.Type {
	all := map[string]reflect.Type{}
	for i := range t.NumField() {
		f := t.Field(i)
		if !f.Anonymous {
			all[keyName(f)] = f.Type
			continue
		}
		for name, of := range keyTypes(f.Type) {
			all[name] = of
		}
	}
	return all
}

// inOrder sorts mistakes by their lines; those without a line come last.
func inOrder(all pipeline.Mistakes) pipeline.Mistakes {
	slices.SortStableFunc(all, func(a, b *pipeline.Mistake) int {
		switch la, lb := a.Place.Line, b.Place.Line; {
		case (la == 0) != (lb == 0):
			return lb - la
		default:
			return la - lb
		}
	})
	return slices.CompactFunc(all, func(a, b *pipeline.Mistake) bool { return a.Error() == b.Error() })
}

// oneOrAll is the error for some mistakes: nil for none, a single one unwrapped.
func oneOrAll(all pipeline.Mistakes) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return inOrder(all)
}
