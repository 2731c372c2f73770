package sheetxml

import (
	"errors"
	"io"
)

// Element returns the start tag that was read last.
func (s *Scanner) Element() *Element { return &s.start }

// Text returns the text that was read last. A text between two tags may come in several pieces.
func (s *Scanner) Text() []byte { return s.text }

// Depth returns how many elements are open: at a StartTag including that element, at an EndTag without it.
func (s *Scanner) Depth() int { return len(s.opened) }

// Place returns the position of the last token in the part, in bytes from its beginning.
func (s *Scanner) Place() (from, to int64) { return s.begun, s.base + int64(s.at) }

// ClosesItself reports whether the start tag that was read last has the form <a/>.
func (s *Scanner) ClosesItself() bool { return s.closing }

// Kept returns a name or a short value as a string, allocated only the first time.
func (s *Scanner) Kept(name []byte) string { return s.kept(name) }

// Root reads up to the document's first element.
func (s *Scanner) Root() (*Element, error) {
	for {
		token, err := s.Next()
		if errors.Is(err, io.EOF) {
			return nil, s.refused(io.ErrUnexpectedEOF)
		}
		if err != nil {
			return nil, err
		}
		if token == StartTag {
			return &s.start, nil
		}
	}
}

// Children calls each for every child of the element that has just begun, and reads to its end. each must read its
// child to the child's end.
func (s *Scanner) Children(each func(*Element) error) error {
	for {
		token, err := s.Next()
		if err != nil {
			return err
		}
		switch token {
		case EndTag:
			return nil
		case StartTag:
			if err := each(&s.start); err != nil {
				return err
			}
		}
	}
}

// Skip skips the rest of the element that has just begun.
func (s *Scanner) Skip() error {
	for until := len(s.opened) - 1; len(s.opened) > until; {
		if _, err := s.Next(); err != nil {
			return err
		}
	}
	return nil
}

// AppendText appends the text of the element that has just begun, which has no child elements.
func (s *Scanner) AppendText(to []byte) ([]byte, error) {
	for {
		token, err := s.Next()
		if err != nil {
			return to, err
		}
		switch token {
		case Characters:
			to = append(to, s.text...)
		case EndTag:
			return to, nil
		default:
			return to, s.refused(ErrMalformed)
		}
	}
}

// Finish reads to the end of the document. For a part of an archive, that checks its CRC.
func (s *Scanner) Finish() error {
	for {
		if _, err := s.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}
