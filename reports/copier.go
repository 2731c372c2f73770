package reports

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// copier copies an XML part byte by byte while its scanner reads it, except for insertions and omissions. Each token
// must be handled before the next one is read.
type copier struct {
	*sheetxml.Scanner
	to      io.Writer
	ahead   bytes.Buffer // read from the part and not copied yet
	at      int64        // position of ahead in the part
	leaving bool         // skips instead of copying
	failed  error        // the first error of to
}

func newCopier(part io.Reader, to io.Writer) *copier {
	c := &copier{to: to}
	c.Scanner = sheetxml.NewScanner(io.TeeReader(part, &c.ahead), sheetxml.Options{Began: c.pass})
	return c
}

// pass copies, or skips, everything before a position of the part.
func (c *copier) pass(place int64) {
	text := c.ahead.Next(int(place - c.at))
	c.at = place
	if !c.leaving {
		c.put(text)
	}
}

func (c *copier) put(text []byte) {
	if c.failed == nil {
		_, c.failed = c.to.Write(text)
	}
}

// insert puts text before the last token.
func (c *copier) insert(text string) {
	from, _ := c.Place()
	c.pass(from)
	c.put([]byte(text))
}

// tag is the last start tag, as it is in the part.
func (c *copier) tag() []byte {
	from, to := c.Place()
	return c.ahead.Bytes()[from-c.at : to-c.at]
}

// replace replaces the last tag.
func (c *copier) replace(tag []byte) {
	from, to := c.Place()
	c.pass(from)
	c.put(tag)
	c.ahead.Next(int(to - from))
	c.at = to
}

// open replaces the last tag by one that does not close itself. The content of its element must go before the end
// tag, which is returned when it has to be added, "" when the part has it.
func (c *copier) open(tag []byte) (end string) {
	if c.ClosesItself() {
		end = "</" + sheetxml.Prefix(tag) + c.Element().Name.Local + ">"
		tag = append(bytes.TrimSuffix(bytes.Clone(tag), []byte("/>")), '>')
	}
	c.replace(tag)
	return end
}

// leaveOut skips the element that just began.
func (c *copier) leaveOut() error {
	from, _ := c.Place()
	c.pass(from)
	c.leaving = true
	err := c.Skip()
	_, to := c.Place()
	c.pass(to)
	c.leaving = false
	return err
}

// finish copies the rest of the part.
func (c *copier) finish() error {
	err := c.Finish()
	_, to := c.Place()
	c.pass(to)
	return errors.Join(err, c.failed)
}

// addition is text for the end of an element of a part: its root or a child of its root.
type addition struct {
	element string
	// text returns the addition for an element with that prefix.
	text func(prefix string) string
	// count is the new value of the element's attribute count, if it has one; else "".
	count string
}

// withAdditions applies additions to a part, each to another element.
func withAdditions(part []byte, additions ...addition) ([]byte, error) {
	var changed bytes.Buffer
	c := newCopier(bytes.NewReader(part), &changed)
	left := slices.Clone(additions)
	var in addition
	var prefix, end string
	within := -1 // depth of the element for in, once it has begun
	for {
		token, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if token == sheetxml.EndTag && c.Depth() == within-1 {
			c.insert(in.text(prefix) + end)
			within = -1
		}
		if token != sheetxml.StartTag || c.Depth() > 2 || within >= 0 {
			continue
		}
		i := slices.IndexFunc(left, func(a addition) bool { return a.element == c.Element().Name.Local })
		if i < 0 {
			continue
		}
		in, within = left[i], c.Depth()
		left = slices.Delete(left, i, i+1)
		tag := c.tag()
		if in.count != "" && c.Element().Value("count") != "" {
			tag = sheetxml.WithAttribute(tag, "count", in.count)
		}
		prefix, end = sheetxml.Prefix(tag), c.open(tag)
	}
	if len(left) > 0 {
		return nil, pipeline.Fail("report.no_element", "element", left[0].element)
	}
	err := c.finish()
	return changed.Bytes(), err
}
