package reports

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// copier copies an XML part to the letter as its scanner reads it, but for what
// is put in or left out on the way. Each token must be dealt with before the
// next is read.
type copier struct {
	*sheetxml.Scanner
	to      io.Writer
	ahead   bytes.Buffer // read from the part and not yet copied
	at      int64        // where ahead begins in the part
	leaving bool         // what is passed is not copied
	failed  error        // the first of to
}

func newCopier(part io.Reader, to io.Writer) *copier {
	c := &copier{to: to}
	c.Scanner = sheetxml.NewScanner(io.TeeReader(part, &c.ahead), sheetxml.Options{Began: c.pass})
	return c
}

// pass copies, or leaves out, what stands before a place of the part.
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

// tag is the start tag that was read last, as it stands in the part.
func (c *copier) tag() []byte {
	from, to := c.Place()
	return c.ahead.Bytes()[from-c.at : to-c.at]
}

// replace puts a tag in the place of the one that was read last.
func (c *copier) replace(tag []byte) {
	from, to := c.Place()
	c.pass(from)
	c.put(tag)
	c.ahead.Next(int(to - from))
	c.at = to
}

// open is replace with a tag that does not close itself. What stands in its
// element goes before the tag that ends it: it is the one that is returned, ""
// where the part has it.
func (c *copier) open(tag []byte) (end string) {
	if c.ClosesItself() {
		end = "</" + sheetxml.Prefix(tag) + c.Element().Name.Local + ">"
		tag = append(bytes.TrimSuffix(bytes.Clone(tag), []byte("/>")), '>')
	}
	c.replace(tag)
	return end
}

// leaveOut leaves out the element that was just begun.
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

// finish copies what is left of the part.
func (c *copier) finish() error {
	err := c.Finish()
	_, to := c.Place()
	c.pass(to)
	return errors.Join(err, c.failed)
}

// addition is what is put at the end of an element of a part, which is its root
// or a child of its root.
type addition struct {
	element string
	// text gives what is added, for an element of that prefix.
	text func(prefix string) string
	// count is what the element's attribute count becomes, where it has one; ""
	// for an element without.
	count string
}

// withAdditions gives a part with additions, each to another element.
func withAdditions(part []byte, additions ...addition) ([]byte, error) {
	var changed bytes.Buffer
	c := newCopier(bytes.NewReader(part), &changed)
	left := slices.Clone(additions)
	var in addition
	var prefix, end string
	within := -1 // depth of the element that in is for, once it has begun
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
