package book

import (
	"context"
	"strings"
	"unicode/utf16"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// stringTable holds the shared strings one after the other in a single string, so that a million of them need only a
// million offsets.
type stringTable struct {
	text string
	ends []uint32
	// trimmed marks the strings from which white space was trimmed.
	trimmed bits
}

// bits is a set of small numbers.
type bits []uint64

func (b *bits) set(i int) {
	for len(*b) <= i/64 {
		*b = append(*b, 0)
	}
	(*b)[i/64] |= 1 << (i % 64)
}

func (b bits) has(i int) bool { return i/64 < len(b) && b[i/64]>>(i%64)&1 == 1 }

func (s *stringTable) at(i int) (string, bool) {
	if i < 0 || i >= len(s.ends) {
		return "", false
	}
	begin := uint32(0)
	if i > 0 {
		begin = s.ends[i-1]
	}
	return s.text[begin:s.ends[i]], true
}

// readStrings reads a sharedStrings part (ECMA-376, part 1, 18.4.9).
func readStrings(a *archive, name string) (stringTable, error) {
	var table stringTable
	p, err := a.open(context.Background(), name)
	if err != nil {
		return table, err
	}
	p.ahead()
	defer p.Close()
	t := newTokens(p)
	if err := p.root(t, "sst"); err != nil {
		return table, err
	}
	var all strings.Builder
	var one []byte
	err = t.Children(func(child *sheetxml.Element) error {
		if !sheetxml.IsMain(child.Name, "si") {
			return t.Skip()
		}
		var err error
		if one, err = richText(t, one[:0]); err != nil {
			return err
		}
		if int64(all.Len()+len(one)+4*len(table.ends)) > a.limits.text {
			return pipeline.Wrong("book.texts_too_large", "most", int(a.limits.text>>20)).Try("book.split_or_csv")
		}
		whole := unescape(string(one))
		text := trim(whole)
		if len(text) < len(whole) {
			table.trimmed.set(len(table.ends))
		}
		all.WriteString(text)
		table.ends = append(table.ends, uint32(all.Len()))
		return nil
	})
	if err == nil {
		err = t.Finish()
	}
	table.text = all.String()
	return table, err
}

// unescape decodes the _xHHHH_ escapes of a workbook (ECMA-376, part 1, 22.9.2.19) and turns every line break into
// one line feed, as in a CSV. An escaped NUL stays as it is, because no text may hold a NUL.
func unescape(s string) string {
	if strings.Contains(s, "_x") {
		s = decodeEscapes(s)
	}
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s
}

func decodeEscapes(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); {
		unit, ok := escapeAt(s, i)
		if !ok || unit == 0 {
			out.WriteByte(s[i])
			i++
			continue
		}
		i += escapeLen
		r := rune(unit)
		if utf16.IsSurrogate(r) {
			// Two escapes encode one character beyond U+FFFF.
			low, there := escapeAt(s, i)
			if r = utf16.DecodeRune(r, rune(low)); there && r != '\ufffd' {
				i += escapeLen
			} else {
				r = '\ufffd'
			}
		}
		out.WriteRune(r)
	}
	return out.String()
}

const escapeLen = len("_x000D_")

func escapeAt(s string, i int) (uint16, bool) {
	if len(s)-i < escapeLen || s[i] != '_' || s[i+1] != 'x' || s[i+6] != '_' {
		return 0, false
	}
	unit := uint16(0)
	for _, c := range []byte(s[i+2 : i+6]) {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		default:
			return 0, false
		}
		unit = unit<<4 | uint16(c)
	}
	return unit, true
}
