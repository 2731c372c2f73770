package sheetxml

import "bytes"

// Nearly all of a sheet is short tags that are complete in the buffer, with names seen before and values without
// references, and texts of the same kind. They are read here, in one pass over their bytes. Everything else is left to
// scanner.go, which also adds names to those known here.

// quickNames are names that scanner.go has accepted, so that they are recognised by their bytes.
type quickNames struct {
	elements   [64]quickElement
	attributes [64]string // without a prefix
	// bindings counts how often the bindings of prefixes have changed: the known namespace of an element is valid only
	// until the next change.
	bindings int
}

type quickElement struct {
	raw      string
	name     Name
	bindings int
}

// Kinds of bytes.
const (
	inName  = 1 << iota // of an element; of an attribute all but the colon
	inValue             // of an attribute in double quotation marks
	inText              // between tags
)

var byteKinds = func() (kinds [256]uint8) {
	for c := range kinds {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if letter || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' {
			kinds[c] |= inName
		}
		if c >= ' ' && c < 0x80 && c != '<' && c != '&' && c != ']' {
			kinds[c] |= inText
			if c != '"' {
				kinds[c] |= inValue
			}
		}
		if c == '\n' || c == '\t' || c >= 0x80 {
			kinds[c] |= inText
		}
	}
	return kinds
}()

// place is the index, of 64, at which a name is kept; the name is not empty.
func place(name []byte) int { return (len(name) + 3*int(name[0]) + 7*int(name[len(name)-1])) % 64 }

// know keeps the names in the last start tag that was read; raw is the name of its element.
func (q *quickNames) know(raw []byte, e *Element) {
	of := &q.elements[place(raw)]
	if of.raw != string(raw) {
		of.raw = string(raw)
	}
	of.name, of.bindings = e.Name, q.bindings
	for i := range e.Attr {
		if n := &e.Attr[i].Name; n.Space == "" && n.Local != "xmlns" {
			q.attributes[place([]byte(n.Local))] = n.Local
		}
	}
}

// quickTag reads the start tag at the current place, if it is one of the common form.
func (s *Scanner) quickTag() bool {
	text := s.buf[s.at+1:]
	i := 0
	for i < len(text) && byteKinds[text[i]]&inName != 0 {
		i++
	}
	if i == 0 || i == len(text) {
		return false
	}
	raw := text[:i]
	of := &s.quick.elements[place(raw)]
	if of.raw != string(raw) || of.bindings != s.quick.bindings {
		return false
	}
	attr := s.start.Attr[:0]
	for text[i] == ' ' {
		i++
		from := i
		for i < len(text) && byteKinds[text[i]]&inName != 0 {
			i++
		}
		if i == from || i+1 >= len(text) || text[i] != '=' || text[i+1] != '"' {
			return false
		}
		local := s.quick.attributes[place(text[from:i])]
		if local != string(text[from:i]) {
			return false
		}
		i += 2
		from = i
		for i < len(text) && byteKinds[text[i]]&inValue != 0 {
			i++
		}
		if i+1 >= len(text) || text[i] != '"' {
			return false
		}
		attr = append(attr, Attr{Name{Local: local}, text[from:i:i]})
		i++
	}
	closing := text[i] == '/'
	if closing {
		if i++; i == len(text) {
			return false
		}
	}
	if text[i] != '>' {
		return false
	}
	s.opened = append(s.opened, len(s.open))
	s.open = append(s.open, raw...)
	s.start = Element{of.name, attr}
	s.closing = closing
	s.at += i + 2
	return true
}

// quickEnd reads the end tag at the current place, if it is one of the common form.
func (s *Scanner) quickEnd() bool {
	if len(s.opened) == 0 {
		return false
	}
	name, text := s.open[s.opened[len(s.opened)-1]:], s.buf[s.at+2:]
	if len(text) <= len(name) || text[len(name)] != '>' || !bytes.Equal(text[:len(name)], name) {
		return false
	}
	s.at += len(name) + 3
	s.pop()
	return true
}

// quickText reads the text at the current place, if it is one of the common form.
func (s *Scanner) quickText() bool {
	i, wide := s.at, uint8(0)
	for i < len(s.buf) && byteKinds[s.buf[i]]&inText != 0 {
		wide |= s.buf[i]
		i++
	}
	if i == len(s.buf) || s.buf[i] != '<' {
		return false
	}
	text := s.buf[s.at:i:i]
	if wide >= 0x80 && !legalText(text) {
		return false
	}
	s.text, s.at = text, i
	return true
}
