package reports

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// copier reads an XML part token by token and keeps each token's bytes as they
// stand, so that what is not changed is copied to the letter.
type copier struct {
	in      *bufio.Reader
	decoder *xml.Decoder
	pending []byte // read, and not yet given out
	given   int    // how much of pending the last token took
	base    int64  // offset of pending in the part
	depth   int    // of the element that the last token began or ended
	// names are the local names of the elements that are open.
	names []string
}

func newCopier(r io.Reader) *copier {
	c := &copier{in: bufio.NewReaderSize(r, 1<<16)}
	c.decoder = xml.NewDecoder(c)
	return c
}

// ReadByte lets the decoder read no further than it decodes.
func (c *copier) ReadByte() (byte, error) {
	b, err := c.in.ReadByte()
	if err != nil {
		return 0, err
	}
	c.pending = append(c.pending, b)
	return b, nil
}

// Read is there for the decoder's sake, which uses ReadByte.
func (c *copier) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := c.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// next gives a token and its bytes, which are valid until the next call. A tag
// that closes itself is two tokens, the second of no bytes. The error is
// io.EOF at the end of a part that is whole.
func (c *copier) next() (token xml.Token, raw []byte, err error) {
	c.base += int64(c.given)
	c.pending = c.pending[:copy(c.pending, c.pending[c.given:])]
	c.given = 0
	token, err = c.decoder.RawToken()
	if errors.Is(err, io.EOF) && len(c.names) > 0 {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, nil, err
	}
	c.given = int(c.decoder.InputOffset() - c.base)
	raw = c.pending[:c.given:c.given]
	switch t := token.(type) {
	case xml.StartElement:
		c.names = append(c.names, t.Name.Local)
		c.depth = len(c.names)
	case xml.EndElement:
		c.depth = len(c.names)
		if c.depth == 0 || c.names[c.depth-1] != t.Name.Local {
			return nil, nil, fmt.Errorf("the tag </%s> closes nothing", t.Name.Local)
		}
		c.names = c.names[:c.depth-1]
	}
	return token, raw, nil
}

// attribute is the value of an attribute without a prefix.
func attribute(e xml.StartElement, name string) (string, bool) {
	for _, a := range e.Attr {
		if a.Name.Space == "" && a.Name.Local == name {
			return a.Value, true
		}
	}
	return "", false
}

// attributeIn finds the attributes that are changed in a start tag.
var attributeIn = func() map[string]*regexp.Regexp {
	in := map[string]*regexp.Regexp{}
	for _, name := range []string{"s", "spans", "ref", "fillId", "applyFill"} {
		in[name] = regexp.MustCompile(`(\s)` + name + `\s*=\s*("[^"]*"|'[^']*')`)
	}
	return in
}()

// spreadsheetEscape is what a spreadsheet program takes for a character.
var spreadsheetEscape = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

// withAttribute gives a start tag's bytes with an attribute of that value,
// which is plain ASCII; name is one of attributeIn.
func withAttribute(raw []byte, name, value string) []byte {
	if place := attributeIn[name].FindSubmatchIndex(raw); place != nil {
		changed := append([]byte{}, raw[:place[2]]...)
		changed = append(changed, raw[place[2]:place[3]]...)
		changed = append(changed, name+`="`+value+`"`...)
		return append(changed, raw[place[1]:]...)
	}
	end := len(raw) - 1
	if strings.HasSuffix(string(raw), "/>") {
		end--
	}
	changed := append([]byte{}, raw[:end]...)
	changed = append(changed, " "+name+`="`+value+`"`...)
	return append(changed, raw[end:]...)
}

// opened turns a tag that closes itself into one that does not; it says
// whether it did.
func opened(raw []byte) ([]byte, bool) {
	if !strings.HasSuffix(string(raw), "/>") {
		return raw, false
	}
	return append(append([]byte{}, raw[:len(raw)-2]...), '>'), true
}

// cellPlace reads a cell's name such as F17; column counts from 0.
func cellPlace(ref string) (column, row int, ok bool) {
	i := 0
	for ; i < len(ref) && ref[i] >= 'A' && ref[i] <= 'Z' && i < 4; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	row, err := strconv.Atoi(ref[i:])
	return column - 1, row, i > 0 && err == nil && row > 0
}

// insertBefore puts text before the last closing tag of that name, whatever its
// prefix; {p} in the text stands for the prefix. A root that closes itself is
// opened.
func insertBefore(part []byte, name, text string) ([]byte, error) {
	tags := regexp.MustCompile(`</([\w.-]+:)?`+name+`\s*>`).FindAllSubmatchIndex(part, -1)
	if len(tags) > 0 {
		tag := tags[len(tags)-1]
		prefix := ""
		if tag[2] >= 0 {
			prefix = string(part[tag[2]:tag[3]])
		}
		return splice(part, tag[0], tag[0], strings.ReplaceAll(text, "{p}", prefix)), nil
	}
	tag := regexp.MustCompile(`<([\w.-]+:)?` + name + `(\s[^<>]*)?/>`).FindSubmatchIndex(part)
	if tag == nil {
		return nil, fmt.Errorf("there is no element %s", name)
	}
	prefix := ""
	if tag[2] >= 0 {
		prefix = string(part[tag[2]:tag[3]])
	}
	return splice(part, tag[1]-2, tag[1], ">"+strings.ReplaceAll(text, "{p}", prefix)+"</"+prefix+name+">"), nil
}

func splice(part []byte, from, to int, text string) []byte {
	changed := make([]byte, 0, len(part)+len(text))
	changed = append(changed, part[:from]...)
	changed = append(changed, text...)
	return append(changed, part[to:]...)
}

// escaped is text for an XML element of a spreadsheet: characters that XML
// cannot hold are replaced, and what a spreadsheet program would take for an
// escape (_x0041_) stays as it reads.
func escaped(text string) string {
	var b strings.Builder
	text = spreadsheetEscape.ReplaceAllString(text, "_x005F_x${1}_")
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		return "" // a strings.Builder takes everything
	}
	return b.String()
}
