package sheetxml

import "bytes"

// binding is the namespace of a prefix, valid from the element at that depth down.
type binding struct {
	prefix, space string
	depth         int
}

// Name is a name with its namespace. An undeclared prefix is its own namespace.
type Name struct{ Space, Local string }

// nameEnd is the length of the name that text begins with; 0 for none (3, and
// Namespaces 3: one colon at most, and not at an end).
func nameEnd(text []byte) int {
	colon := -1
	i := 0
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
		case (c >= '0' && c <= '9' || c == '-' || c == '.') && i > 0 && colon != i-1:
		case c == ':' && i > 0 && colon < 0:
			colon = i
		default:
			if colon == i-1 && i > 0 {
				return 0
			}
			return i
		}
	}
	if colon == i-1 {
		return 0
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// skipSpace returns text without its leading white space.
func skipSpace(text []byte) []byte {
	for len(text) > 0 && isSpace(text[0]) {
		text = text[1:]
	}
	return text
}

// kept returns a name as a string, allocated only the first time.
func (s *Scanner) kept(name []byte) string {
	if len(name) == 0 {
		return ""
	}
	// A sheet has few names, so most have a place of their own.
	near := &s.near[place(name)]
	if *near == string(name) {
		return *near
	}
	*near = s.distant(name)
	return *near
}

func (s *Scanner) distant(name []byte) string {
	if known, ok := s.names[string(name)]; ok {
		return known
	}
	made := string(name)
	if len(s.names) < 1024 { // a workbook does not have more
		s.names[made] = made
	}
	return made
}

func split(name []byte) (prefix, local []byte) {
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		return name[:i], name[i+1:]
	}
	return nil, name
}

func (s *Scanner) resolve(name []byte, byDefault bool) Name {
	prefix, local := split(name)
	if prefix == nil && !byDefault {
		return Name{Local: s.kept(local)}
	}
	return Name{s.space(s.kept(prefix)), s.kept(local)}
}

// bind binds a prefix to a namespace in the element that has just begun.
func (s *Scanner) bind(prefix string, space []byte) {
	s.spaces = append(s.spaces, binding{prefix, s.kept(space), len(s.opened)})
	s.quick.bindings++
}

// space returns the namespace of a prefix; the prefix "" is that of the default namespace.
func (s *Scanner) space(prefix string) string {
	if prefix == "xml" {
		return "http://www.w3.org/XML/1998/namespace"
	}
	for i := len(s.spaces) - 1; i >= 0; i-- {
		if s.spaces[i].prefix == prefix {
			return s.spaces[i].space
		}
	}
	return prefix
}
