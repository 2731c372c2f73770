package sheetxml

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// characters decodes raw. outside says that it is text between tags, which may not have "]]>".
func (s *Scanner) characters(raw []byte, outside bool) ([]byte, error) {
	plain, wide := true, false
	for _, c := range raw {
		switch {
		case c >= utf8.RuneSelf:
			wide = true
		case c < ' ' && c != '\n' && c != '\t', c == '&', c == ']':
			plain = false
		}
	}
	if wide && !legalText(raw) {
		return nil, ErrMalformed
	}
	if plain {
		return raw, nil
	}
	if outside && bytes.Contains(raw, []byte("]]>")) {
		return nil, ErrMalformed
	}
	return s.decode(raw, true)
}

// legalText reports whether b is UTF-8 without the two characters that XML excludes (2.2).
func legalText(b []byte) bool {
	return utf8.Valid(b) && !bytes.Contains(b, []byte("\uFFFE")) && !bytes.Contains(b, []byte("\uFFFF"))
}

// decode returns raw with line ends as line feeds (2.11), and references replaced where they are allowed.
func (s *Scanner) decode(raw []byte, references bool) ([]byte, error) {
	begin := len(s.scratch)
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '&' && references:
			end := bytes.IndexByte(raw[i:], ';')
			if end < 0 {
				return nil, ErrMalformed
			}
			r, ok := reference(raw[i+1 : i+end])
			if !ok {
				return nil, ErrMalformed
			}
			s.scratch = utf8.AppendRune(s.scratch, r)
			i += end
		case c == '\r':
			s.scratch = append(s.scratch, '\n')
			if i+1 < len(raw) && raw[i+1] == '\n' {
				i++
			}
		case c < ' ' && c != '\n' && c != '\t':
			return nil, ErrMalformed
		default:
			s.scratch = append(s.scratch, c)
		}
	}
	return s.scratch[begin:len(s.scratch):len(s.scratch)], nil
}

// reference returns the character that is named between & and ; (4.1, 4.6).
func reference(name []byte) (rune, bool) {
	switch string(name) {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, number := bytes.CutPrefix(name, []byte("#"))
	base := 10
	if hex, ok := bytes.CutPrefix(digits, []byte("x")); ok {
		digits, base = hex, 16
	}
	if !number || len(digits) > 8 {
		return 0, false
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil {
		return 0, false
	}
	r := rune(n)
	legal := r == '\t' || r == '\n' || r == '\r' || r >= ' ' && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd ||
		r >= 0x10000 && r <= utf8.MaxRune
	return r, legal
}
