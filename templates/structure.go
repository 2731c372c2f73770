package templates

import (
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/language"

	"muster/pipeline"
)

// structure finds everything that is wrong with the form of provider.yaml: keys that
// are none, keys that stand twice, and one kind of thing where another must stand. In
// an overlay a null stands anywhere: it takes out what the base has there.
func structure(document *yaml.Node, overlay bool) pipeline.Mistakes {
	s := structureWalk{overlay: overlay}
	for _, root := range document.Content {
		s.value(root, reflect.TypeFor[yamlDefinition]())
	}
	return s.mistakes
}

type structureWalk struct {
	mistakes pipeline.Mistakes
	overlay  bool
	depth    int
}

// deepestStructure bounds what is looked at: an alias may stand in what it names.
const deepestStructure = 40

func (s *structureWalk) fault(n *yaml.Node, code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	m := pipeline.Wrong(code, pairs...).At(pipeline.Place{File: yamlFile, Line: n.Line})
	s.mistakes = append(s.mistakes, m)
	return m
}

// value looks at what stands where a value of that type must.
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
			s.fault(n, "definition.want_texts")
		}
	case reflect.TypeFor[localText]():
		s.localText(n)
	case reflect.TypeFor[pairs]():
		if n.Kind != yaml.MappingNode {
			s.fault(n, "definition.want_pairs")
			return
		}
		s.each(n, func(_, value *yaml.Node) { s.value(value, reflect.TypeFor[text]()) })
	default:
		s.composite(n, t)
	}
}

func (s *structureWalk) scalar(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode {
		s.fault(n, "definition.want_text")
	}
}

func (s *structureWalk) localText(n *yaml.Node) {
	switch n.Kind {
	case yaml.ScalarNode:
		return
	case yaml.SequenceNode:
		s.fault(n, "definition.want_text_by_language")
		return
	}
	said := map[string]bool{}
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
			s.fault(n, "definition.want_list")
		}
	case reflect.Map:
		if n.Kind == yaml.MappingNode {
			s.each(n, func(_, value *yaml.Node) { s.value(value, t.Elem()) })
		} else if !empty {
			s.fault(n, "definition.want_keys")
		}
	default:
		if n.Kind == yaml.MappingNode {
			s.keys(n, keyTypes(t))
		} else if !empty {
			s.fault(n, "definition.want_keys")
		}
	}
}

// keys looks at an object whose keys are those of a type.
func (s *structureWalk) keys(n *yaml.Node, known map[string]reflect.Type) {
	s.each(n, func(key, value *yaml.Node) {
		t, ok := known[key.Value]
		if ok {
			s.value(value, t)
			return
		}
		var names []string
		for name := range known {
			names = append(names, name)
		}
		slices.Sort(names)
		m := s.fault(key, "definition.unknown_key", "key", key.Value)
		if meant := pipeline.Nearest(key.Value, names); meant != "" {
			m.Try("definition.try_key", "key", meant)
		} else {
			m.Try("definition.try_keys", "keys", names)
		}
	})
}

// each calls f for the members of an object, and for those that it merges.
func (s *structureWalk) each(n *yaml.Node, f func(key, value *yaml.Node)) {
	lines := map[string]int{}
	members(n, func(key, value *yaml.Node) {
		if before, twice := lines[key.Value]; twice {
			s.fault(key, "definition.key_twice", "key", key.Value, "before", before)
			return
		}
		lines[key.Value] = key.Line
		f(key, value)
	})
}

// members calls f for the members of an object as they stand there, and for those
// that it merges.
func members(n *yaml.Node, f func(key, value *yaml.Node)) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag != "!!merge" {
			f(key, value)
			continue
		}
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		members(value, f)
	}
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

// oneOrAll is the error of some mistakes: nil for none, and one as it is.
func oneOrAll(all pipeline.Mistakes) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return inOrder(all)
}
