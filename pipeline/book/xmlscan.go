package book

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// xmlScanner reads the XML of a part (XML 1.0, fifth edition, and Namespaces in
// XML 1.0) as encoding/xml does in its strict mode, several times as fast and
// without allocating for what repeats. What it takes is well-formed and in
// UTF-8; it takes less than all: no document type declaration, so that there
// are no entities but XML's own five; no names beyond ASCII, which no part of
// a workbook has.
type xmlScanner struct {
	part *part
	buf  []byte
	at   int   // of the next byte in buf
	base int64 // bytes of the part before buf
	err  error // of the last read; told when buf is used up

	start   element
	text    []byte
	scratch []byte // decoded texts and values
	closing bool   // the last start was <a/>: its end comes next

	names  map[string]string // names seen, each kept once
	near   [64]string        // some of them, to be found sooner
	open   []byte            // the names of the open elements, one after the other
	opened []int             // where each begins in open
	spaces []binding
}

// element is a start tag, valid until the next token.
type element struct {
	Name xmlName
	Attr []xmlAttr
}

type xmlAttr struct {
	Name  xmlName
	Value []byte
}

type xmlToken uint8

const (
	xmlStart xmlToken = iota + 1
	xmlEnd
	xmlText
	xmlDirective
)

// errXML is a part that is not well-formed. What is wrong where would mean
// nothing to the person who has the workbook.
var errXML = errors.New("not well-formed")

func newXMLScanner(p *part) *xmlScanner {
	return &xmlScanner{part: p, buf: make([]byte, 0, 64<<10), names: map[string]string{}}
}

// next gives the next token; io.EOF behind the end of a document whose elements
// are all closed. What it gave before is no longer valid.
func (s *xmlScanner) next() (xmlToken, error) {
	s.scratch = s.scratch[:0]
	if s.closing {
		s.closing = false
		s.pop()
		return xmlEnd, nil
	}
	for {
		if s.at == len(s.buf) && !s.fill(s.at) {
			if len(s.opened) > 0 && errors.Is(s.err, io.EOF) {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, s.err
		}
		if s.buf[s.at] != '<' {
			end, err := s.upTo("<", s.at)
			if errors.Is(err, io.EOF) {
				end, err = len(s.buf), nil
			}
			if err != nil {
				return 0, err
			}
			raw := s.buf[s.at:end]
			s.at = end
			if s.text, err = s.characters(raw, true); err != nil {
				return 0, err
			}
			return xmlText, nil
		}
		if s.need(2) != nil {
			return 0, s.cutShort()
		}
		switch s.buf[s.at+1] {
		case '/':
			return s.endTag()
		case '?':
			if err := s.instruction(); err != nil {
				return 0, err
			}
		case '!':
			token, err := s.declaration()
			if token != 0 || err != nil {
				return token, err
			}
		default:
			return s.startTag()
		}
	}
}

// fill reads more behind what is in buf, of which the bytes before from are no
// longer needed; from becomes the beginning of buf. It reports whether there
// was more.
func (s *xmlScanner) fill(from int) bool {
	if s.err != nil {
		return false
	}
	if from > 0 {
		s.base += int64(from)
		s.buf = s.buf[:copy(s.buf, s.buf[from:])]
		s.at -= from
	}
	if len(s.buf) == cap(s.buf) {
		grown := make([]byte, len(s.buf), 2*cap(s.buf))
		copy(grown, s.buf)
		s.buf = grown
	}
	// The part bounds what is read of one token.
	s.part.mark = s.base
	for range 100 {
		n, err := s.part.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		s.err = err
		if n > 0 || err != nil {
			return n > 0
		}
	}
	s.err = io.ErrNoProgress
	return false
}

// need makes sure that n bytes of the token are in buf.
func (s *xmlScanner) need(n int) error {
	for len(s.buf)-s.at < n {
		if !s.fill(s.at) {
			return s.err
		}
	}
	return nil
}

// upTo gives the place of a mark at or behind from, a place in buf. It may move
// buf: places are then those behind the move, from s.at.
func (s *xmlScanner) upTo(mark string, from int) (int, error) {
	ahead := from - s.at // of the token's beginning
	for {
		if i := bytes.Index(s.buf[s.at+ahead:], []byte(mark)); i >= 0 {
			return s.at + ahead + i, nil
		}
		ahead = max(ahead, len(s.buf)-s.at-len(mark)+1)
		if !s.fill(s.at) {
			return 0, s.err
		}
	}
}

// cutShort is what is wrong when a token ends with the part.
func (s *xmlScanner) cutShort() error {
	if errors.Is(s.err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return s.err
}

// startTag reads <name a="b" ...> or <name/>.
func (s *xmlScanner) startTag() (xmlToken, error) {
	end, err := s.tagEnd()
	if err != nil {
		return 0, err
	}
	tag := s.buf[s.at+1 : end]
	s.at = end + 1
	s.closing = len(tag) > 0 && tag[len(tag)-1] == '/'
	if s.closing {
		tag = tag[:len(tag)-1]
	}
	n := nameEnd(tag)
	if n == 0 {
		return 0, errXML
	}
	name, rest := tag[:n], tag[n:]
	s.opened = append(s.opened, len(s.open))
	s.open = append(s.open, name...)
	s.start.Attr = s.start.Attr[:0]
	if err := s.attributes(rest); err != nil {
		return 0, err
	}
	s.start.Name = s.resolve(name, true)
	for i := range s.start.Attr {
		a := &s.start.Attr[i]
		if a.Name.Space != "" {
			a.Name.Space = s.space(a.Name.Space)
		}
	}
	return xmlStart, nil
}

// tagEnd is the place of the > that ends the tag at s.at: the first outside
// quotation marks.
func (s *xmlScanner) tagEnd() (int, error) {
	ahead, quote := 1, byte(0)
	for {
		rest := s.buf[s.at+ahead:]
		for len(rest) > 0 {
			i := 0
			if quote != 0 {
				if i = bytes.IndexByte(rest, quote); i < 0 {
					i = len(rest)
				} else {
					quote = 0
					i++
				}
			} else {
				for i < len(rest) && rest[i] != '>' && rest[i] != '"' && rest[i] != '\'' && rest[i] != '<' {
					i++
				}
				if i < len(rest) {
					switch rest[i] {
					case '>':
						return s.at + ahead + i, nil
					case '<':
						return 0, errXML
					}
					quote = rest[i]
					i++
				}
			}
			rest, ahead = rest[i:], ahead+i
		}
		if !s.fill(s.at) {
			return 0, s.cutShort()
		}
	}
}

// attributes reads what follows the name in a start tag. Declarations of
// namespaces take effect; the namespaces of the others are still prefixes.
func (s *xmlScanner) attributes(rest []byte) error {
	for {
		spaced := 0
		for spaced < len(rest) && isSpace(rest[spaced]) {
			spaced++
		}
		rest = rest[spaced:]
		if len(rest) == 0 {
			return nil
		}
		n := nameEnd(rest)
		if n == 0 || spaced == 0 {
			return errXML
		}
		name := rest[:n]
		rest = bytes.TrimLeft(rest[n:], " \t\r\n")
		if len(rest) == 0 || rest[0] != '=' {
			return errXML
		}
		rest = bytes.TrimLeft(rest[1:], " \t\r\n")
		if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			return errXML
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return errXML
		}
		raw := rest[1 : 1+end]
		rest = rest[2+end:]
		if bytes.IndexByte(raw, '<') >= 0 {
			return errXML
		}
		value, err := s.characters(raw, false)
		if err != nil {
			return err
		}
		prefix, local := split(name)
		switch {
		case prefix == nil && string(local) == "xmlns":
			s.spaces = append(s.spaces, binding{"", s.kept(value), len(s.opened)})
		case string(prefix) == "xmlns":
			s.spaces = append(s.spaces, binding{s.kept(local), s.kept(value), len(s.opened)})
		default:
			s.start.Attr = append(s.start.Attr, xmlAttr{xmlName{s.kept(prefix), s.kept(local)}, value})
		}
	}
}

// pop ends the innermost element.
func (s *xmlScanner) pop() {
	depth := len(s.opened)
	for len(s.spaces) > 0 && s.spaces[len(s.spaces)-1].depth == depth {
		s.spaces = s.spaces[:len(s.spaces)-1]
	}
	s.open = s.open[:s.opened[depth-1]]
	s.opened = s.opened[:depth-1]
}

func (s *xmlScanner) endTag() (xmlToken, error) {
	end, err := s.upTo(">", s.at)
	if err != nil {
		return 0, s.cutShort()
	}
	name := s.buf[s.at+2 : end]
	s.at = end + 1
	name = bytes.TrimRight(name, " \t\r\n")
	if len(s.opened) == 0 || !bytes.Equal(name, s.open[s.opened[len(s.opened)-1]:]) {
		return 0, errXML
	}
	s.pop()
	return xmlEnd, nil
}

// instruction passes over <?...?>. Of the XML declaration the encoding counts:
// it must be the one in which this is read.
func (s *xmlScanner) instruction() error {
	end, err := s.upTo("?>", s.at+2)
	if err != nil {
		return s.cutShort()
	}
	inside := s.buf[s.at+2 : end]
	s.at = end + 2
	n := nameEnd(inside)
	if n == 0 || n < len(inside) && !isSpace(inside[n]) {
		return errXML
	}
	if string(inside[:n]) != "xml" {
		return nil
	}
	rest := string(inside[n:])
	if v, ok := pseudo(rest, "version"); ok && v != "1.0" {
		return errXML
	}
	if v, ok := pseudo(rest, "encoding"); ok && !strings.EqualFold(v, "utf-8") {
		return errXML
	}
	return nil
}

// pseudo finds name="value" in an XML declaration (2.8).
func pseudo(text, name string) (string, bool) {
	_, rest, ok := strings.Cut(text, name)
	rest = strings.TrimLeft(rest, " \t\r\n")
	if !ok || !strings.HasPrefix(rest, "=") {
		return "", false
	}
	rest = strings.TrimLeft(rest[1:], " \t\r\n")
	if rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return "", false
	}
	value, _, ok := strings.Cut(rest[1:], rest[:1])
	return value, ok
}

// declaration reads <!-- -->, which is passed over, <![CDATA[ ]]>, which is
// text, or the beginning of any other, which is a directive.
func (s *xmlScanner) declaration() (xmlToken, error) {
	const cdata = "<![CDATA["
	switch {
	case s.begins("<!--"):
		end, err := s.upTo("--", s.at+4)
		if err != nil {
			return 0, s.cutShort()
		}
		ahead := end - s.at
		if s.need(ahead+3) != nil {
			return 0, s.cutShort()
		}
		if s.buf[s.at+ahead+2] != '>' {
			return 0, errXML
		}
		s.at += ahead + 3
		return 0, nil
	case s.begins(cdata):
		end, err := s.upTo("]]>", s.at+len(cdata))
		if err != nil {
			return 0, s.cutShort()
		}
		raw := s.buf[s.at+len(cdata) : end]
		s.at = end + 3
		if !legalText(raw) {
			return 0, errXML
		}
		if s.text, err = s.decode(raw, false); err != nil {
			return 0, err
		}
		return xmlText, nil
	case s.err != nil && !errors.Is(s.err, io.EOF):
		return 0, s.err
	}
	return xmlDirective, nil
}

func (s *xmlScanner) begins(with string) bool {
	return s.need(len(with)) == nil && string(s.buf[s.at:s.at+len(with)]) == with
}
