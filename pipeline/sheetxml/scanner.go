// Package sheetxml reads the XML in workbooks (ECMA-376), fast enough for a sheet of a million rows. It reports the
// position of each piece in the part, so that a caller can copy the part byte for byte and insert into it.
//
// It knows nothing of cells and rows. A document must be well-formed, in UTF-8 (see [UTF8]), without a document type
// declaration, and no deeper than the caller allows.
package sheetxml

import (
	"bytes"
	"errors"
	"io"
)

// Scanner reads the XML of a part (XML 1.0, fifth edition, and Namespaces in XML 1.0) as encoding/xml does in its
// strict mode, several times as fast and without allocating for what repeats. It accepts only well-formed UTF-8, and
// not all of that: no document type declaration, so that the only entities are XML's own five, and no names beyond
// ASCII, which no part of a workbook has.
//
// It is for one goroutine. The caller closes the underlying reader.
type Scanner struct {
	in      io.Reader
	options Options
	buf     []byte
	at      int   // of the next byte in buf
	base    int64 // bytes of the part before buf
	begun   int64 // where the last token begins in the part
	err     error // of the last read; returned when buf is used up

	start   Element
	text    []byte
	scratch []byte // decoded texts and values
	closing bool   // the last start was <a/>: its end comes next
	roots   int

	names  map[string]string // names seen, each kept once
	near   [64]string        // some of them, to be found sooner
	open   []byte            // the names of the open elements, one after the other
	opened []int             // where each begins in open
	spaces []binding
	quick  quickNames
}

// Options say how a part is read. The zero value limits only the depth.
type Options struct {
	// Depth is how deep elements may be nested; 0 means 256.
	Depth int
	// Began, if set, is called before each read with the position at which the current token begins, so that a reader
	// can limit the size of a token.
	Began func(at int64)
	// Refuse, if set, replaces every error except the io.EOF at the end of a complete document: [ErrMalformed],
	// [ErrDirective], [ErrEncoding], io.ErrUnexpectedEOF, and errors of the reader.
	Refuse func(error) error
}

// Element is a start tag, valid until the next token.
type Element struct {
	Name Name
	Attr []Attr
}

// Attr is an attribute of a start tag. Declarations of namespaces are not among them.
type Attr struct {
	Name  Name
	Value []byte
}

// Value returns the value of the attribute with that name and no namespace; "" if there is none.
func (e *Element) Value(local string) string {
	for _, a := range e.Attr {
		if a.Name.Local == local && a.Name.Space == "" {
			return string(a.Value)
		}
	}
	return ""
}

// Token is the kind of piece that was read.
type Token uint8

// The kinds. A tag that closes itself is a StartTag, and an EndTag of zero bytes.
const (
	StartTag Token = iota + 1
	EndTag
	Characters
	directive
)

var (
	// ErrMalformed: the part is not well-formed, or deeper than allowed. It has no details, because they would mean
	// nothing to the person with the workbook.
	ErrMalformed = errors.New("not well-formed")
	// ErrDirective: the part has a document type declaration.
	ErrDirective = errors.New("document type")
	// ErrEncoding: the part declares an encoding that no part has (ECMA-376, part 2, 8.2.4).
	ErrEncoding = errors.New("encoding")
)

// NewScanner begins to read a part.
func NewScanner(part io.Reader, o Options) *Scanner {
	if o.Depth == 0 {
		o.Depth = 256
	}
	return &Scanner{in: part, options: o, buf: make([]byte, 0, 64<<10),
		names: map[string]string{Main: Main, MainStrict: MainStrict}}
}

// Next returns the next token; io.EOF at the end of a complete document. What it returned before is no longer valid.
func (s *Scanner) Next() (Token, error) {
	token, err := s.token()
	if err != nil {
		return 0, s.ended(err)
	}
	switch token {
	case StartTag:
		if len(s.opened) == 1 {
			s.roots++
		}
		if len(s.opened) > s.options.Depth || s.roots > 1 {
			return 0, s.refused(ErrMalformed)
		}
	case directive:
		return 0, s.refused(ErrDirective)
	}
	return token, nil
}

// ended is what Next returns instead of a token: io.EOF after one complete document.
func (s *Scanner) ended(err error) error {
	if errors.Is(err, io.EOF) {
		if s.roots == 1 {
			return io.EOF
		}
		err = io.ErrUnexpectedEOF
	}
	return s.refused(err)
}

func (s *Scanner) refused(err error) error {
	if s.options.Refuse != nil {
		return s.options.Refuse(err)
	}
	return err
}

// token returns the next token; io.EOF at the end of a document whose elements are all closed.
func (s *Scanner) token() (Token, error) {
	s.scratch = s.scratch[:0]
	if s.closing {
		s.closing = false
		s.begun = s.base + int64(s.at)
		s.pop()
		return EndTag, nil
	}
	for {
		if s.at == len(s.buf) && !s.fill(s.at) {
			if len(s.opened) > 0 && errors.Is(s.err, io.EOF) {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, s.err
		}
		s.begun = s.base + int64(s.at)
		if s.buf[s.at] != '<' {
			if s.quickText() {
				return Characters, nil
			}
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
			return Characters, nil
		}
		if s.need(2) != nil {
			return 0, s.cutShort()
		}
		switch s.buf[s.at+1] {
		case '/':
			if s.quickEnd() {
				return EndTag, nil
			}
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
			if s.quickTag() {
				return StartTag, nil
			}
			return s.startTag()
		}
	}
}

// fill reads more into buf and drops the bytes before from, which becomes the beginning of buf. It reports whether
// there was more.
func (s *Scanner) fill(from int) bool {
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
	if s.options.Began != nil {
		s.options.Began(s.base)
	}
	for range 100 {
		n, err := s.in.Read(s.buf[len(s.buf):cap(s.buf)])
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
func (s *Scanner) need(n int) error {
	for len(s.buf)-s.at < n {
		if !s.fill(s.at) {
			return s.err
		}
	}
	return nil
}

// upTo returns the position in buf of the first mark at or after the position from. It may move buf: positions are then
// those after the move, counted from s.at.
func (s *Scanner) upTo(mark string, from int) (int, error) {
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

// cutShort is the error when the part ends within a token.
func (s *Scanner) cutShort() error {
	if errors.Is(s.err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return s.err
}

// startTag reads <name a="b" ...> or <name/>.
func (s *Scanner) startTag() (Token, error) {
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
		return 0, ErrMalformed
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
	s.quick.know(name, &s.start)
	return StartTag, nil
}

// tagEnd returns the position of the > that ends the tag at s.at: the first outside quotation marks.
func (s *Scanner) tagEnd() (int, error) {
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
						return 0, ErrMalformed
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
func (s *Scanner) attributes(rest []byte) error {
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
			return ErrMalformed
		}
		name := rest[:n]
		rest = skipSpace(rest[n:])
		if len(rest) == 0 || rest[0] != '=' {
			return ErrMalformed
		}
		rest = skipSpace(rest[1:])
		if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			return ErrMalformed
		}
		end := bytes.IndexByte(rest[1:], rest[0])
		if end < 0 {
			return ErrMalformed
		}
		raw := rest[1 : 1+end]
		rest = rest[2+end:]
		if bytes.IndexByte(raw, '<') >= 0 {
			return ErrMalformed
		}
		value, err := s.characters(raw, false)
		if err != nil {
			return err
		}
		prefix, local := split(name)
		switch {
		case prefix == nil && string(local) == "xmlns":
			s.bind("", value)
		case string(prefix) == "xmlns":
			s.bind(s.kept(local), value)
		default:
			s.start.Attr = append(s.start.Attr, Attr{Name{s.kept(prefix), s.kept(local)}, value})
		}
	}
}

// pop ends the innermost element.
func (s *Scanner) pop() {
	depth := len(s.opened)
	for len(s.spaces) > 0 && s.spaces[len(s.spaces)-1].depth == depth {
		s.spaces = s.spaces[:len(s.spaces)-1]
		s.quick.bindings++
	}
	s.open = s.open[:s.opened[depth-1]]
	s.opened = s.opened[:depth-1]
}

func (s *Scanner) endTag() (Token, error) {
	end, err := s.upTo(">", s.at)
	if err != nil {
		return 0, s.cutShort()
	}
	name := s.buf[s.at+2 : end]
	s.at = end + 1
	for len(name) > 0 && isSpace(name[len(name)-1]) {
		name = name[:len(name)-1]
	}
	if len(s.opened) == 0 || !bytes.Equal(name, s.open[s.opened[len(s.opened)-1]:]) {
		return 0, ErrMalformed
	}
	s.pop()
	return EndTag, nil
}
