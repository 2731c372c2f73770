package book

import (
	"errors"
	"fmt"
	"io"
)

// tokens reads a part's XML: one document of well-formed elements, without
// directives, so that there are no entities but XML's own five.
type tokens struct {
	part *part
	scan *xmlScanner
	// start and text are those of the last token.
	start *element
	depth int
	roots int
}

func newTokens(p *part) *tokens {
	s := newXMLScanner(p)
	return &tokens{part: p, scan: s, start: &s.start}
}

// next gives the next token; io.EOF when the document is whole. What it holds is
// valid until the next call.
func (t *tokens) next() (xmlToken, error) {
	token, err := t.scan.next()
	if err != nil {
		if errors.Is(err, io.EOF) && t.roots == 1 {
			return 0, io.EOF
		}
		return 0, t.damaged(err)
	}
	switch token {
	case xmlStart:
		if t.depth == 0 {
			t.roots++
		}
		if t.depth++; t.depth > t.part.limits.depth || t.roots > 1 {
			return 0, t.damaged(nil)
		}
	case xmlEnd:
		t.depth--
	case xmlDirective:
		return 0, &Error{Problem: fmt.Sprintf("the part %s holds a document type declaration, which no workbook has; it was not read", t.part.name), Hint: saveAgain}
	}
	return token, nil
}

// damaged words a fault of the XML. The decoder's own message may repeat what
// stands in a cell and is left out.
func (t *tokens) damaged(err error) error {
	if err != nil && isOurs(err) {
		return err
	}
	return &Error{Problem: fmt.Sprintf("the workbook is damaged or cut short: its part %s cannot be read to the end", t.part.name), Hint: saveAgain}
}

// skip passes over the rest of the element that was just begun.
func (t *tokens) skip() error {
	for until := t.depth - 1; t.depth > until; {
		if _, err := t.next(); err != nil {
			return err
		}
	}
	return nil
}

// root reads up to the document's first element and checks its name.
func (t *tokens) root(local string) error {
	for {
		token, err := t.next()
		if errors.Is(err, io.EOF) {
			return t.damaged(nil)
		}
		if err != nil {
			return err
		}
		if token == xmlStart {
			if !isMain(t.start.Name, local) {
				return &Error{Problem: fmt.Sprintf("the part %s is not what a workbook holds there", t.part.name), Hint: saveAgain}
			}
			return nil
		}
	}
}

// children calls each for every child of the element just begun, up to its
// end. each reads its child to the child's end.
func (t *tokens) children(each func(*element) error) error {
	for {
		token, err := t.next()
		if err != nil {
			return t.early(err)
		}
		switch token {
		case xmlEnd:
			return nil
		case xmlStart:
			if err := each(t.start); err != nil {
				return err
			}
		}
	}
}

// early: the document's end within an element is damage.
func (t *tokens) early(err error) error {
	if errors.Is(err, io.EOF) {
		return t.damaged(nil)
	}
	return err
}

// finish reads on to the end of the document, which checks the part's CRC.
func (t *tokens) finish() error {
	for {
		if _, err := t.next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// text appends the text of the element just begun, which holds no other.
func (t *tokens) text(to []byte) ([]byte, error) {
	for {
		token, err := t.next()
		if err != nil {
			return to, t.early(err)
		}
		switch token {
		case xmlText:
			to = append(to, t.scan.text...)
		case xmlEnd:
			return to, nil
		default:
			return to, t.damaged(nil)
		}
	}
}

// richText appends the text of an element of type CT_Rst (ECMA-376, part 1,
// 18.4.8): its own t, and those of its runs; phonetic runs are no text.
func (t *tokens) richText(to []byte) ([]byte, error) {
	err := t.children(func(child *element) error {
		switch {
		case isMain(child.Name, "t"):
			var err error
			to, err = t.text(to)
			return err
		case isMain(child.Name, "r"):
			return t.children(func(run *element) error {
				if !isMain(run.Name, "t") {
					return t.skip()
				}
				var err error
				to, err = t.text(to)
				return err
			})
		}
		return t.skip()
	})
	return to, err
}

// The namespaces of the two forms of ECMA-376: transitional and strict.
const (
	mainTransitional     = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	mainStrict           = "http://purl.oclc.org/ooxml/spreadsheetml/main"
	relationTransitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	relationStrict       = "http://purl.oclc.org/ooxml/officeDocument/relationships"
)

func isMain(name xmlName, local string) bool {
	return name.Local == local && (name.Space == mainTransitional || name.Space == mainStrict)
}

// attribute finds an attribute without namespace.
func attribute(start *element, local string) string {
	for _, a := range start.Attr {
		if a.Name.Local == local && a.Name.Space == "" {
			return string(a.Value)
		}
	}
	return ""
}
