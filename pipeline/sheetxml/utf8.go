package sheetxml

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// UTF8 returns the text of a part in UTF-8. A part may be in UTF-8 or UTF-16 (ECMA-376, part 2, 8.2.4); UTF-16 is
// recognised by its byte-order mark or first character (XML 1.0, appendix F), and its declaration is changed to UTF-8.
// Half a character is [ErrMalformed].
func UTF8(part io.Reader) io.Reader { return &utf8Reader{from: part} }

type utf8Reader struct {
	from  io.Reader
	begun bool
	ahead []byte // of the text, to be given before more is read
	units *unitReader
}

func (r *utf8Reader) Read(p []byte) (int, error) {
	if !r.begun {
		if err := r.begin(); err != nil {
			return 0, err
		}
	}
	if len(r.ahead) > 0 {
		n := copy(p, r.ahead)
		r.ahead = r.ahead[n:]
		return n, nil
	}
	if r.units == nil {
		return r.from.Read(p)
	}
	var err error
	if r.ahead, err = r.units.next(); err != nil {
		return 0, err
	}
	n := copy(p, r.ahead)
	r.ahead = r.ahead[n:]
	return n, nil
}

// begin finds the encoding.
func (r *utf8Reader) begin() error {
	head := make([]byte, 2)
	n, err := io.ReadFull(r.from, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	r.begun = true
	head = head[:n]
	switch string(head) {
	case "\xfe\xff":
		r.units = &unitReader{from: r.from, high: 0}
	case "\xff\xfe":
		r.units = &unitReader{from: r.from, high: 1}
	case "\x00<":
		r.units = &unitReader{from: r.from, high: 0, bytes: head}
	case "<\x00":
		r.units = &unitReader{from: r.from, high: 1, bytes: head}
	default:
		r.ahead = head
		return nil
	}
	// The declaration comes first and is short.
	for len(r.ahead) < 1024 && !bytes.Contains(r.ahead, []byte("?>")) {
		more, err := r.units.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		r.ahead = append(r.ahead, more...)
	}
	r.ahead = declaredUTF8(r.ahead)
	return nil
}

// declaredUTF8 replaces the encoding in the XML declaration at the beginning of a text with utf-8.
func declaredUTF8(text []byte) []byte {
	end := bytes.Index(text, []byte("?>"))
	if end < 0 || !bytes.HasPrefix(text, []byte("<?xml")) {
		return text
	}
	named, ok := pseudo(string(text[:end]), "encoding")
	if !ok {
		return text
	}
	head := strings.Replace(string(text[:end]), named, "utf-8", 1)
	return append([]byte(head), text[end:]...)
}

// unitReader reads UTF-16.
type unitReader struct {
	from  io.Reader
	high  int    // which byte of a unit is the high one
	bytes []byte // read, and not yet part of a text
	ended error
}

// next returns the next piece of the text; it is empty only with an error.
func (r *unitReader) next() ([]byte, error) {
	for {
		if r.ended == nil {
			buf := make([]byte, 16<<10)
			var n int
			n, r.ended = r.from.Read(buf)
			r.bytes = append(r.bytes, buf[:n]...)
		}
		text, used, ok := r.text()
		if !ok || errors.Is(r.ended, io.EOF) && used < len(r.bytes) {
			return nil, ErrMalformed
		}
		r.bytes = append(r.bytes[:0], r.bytes[used:]...)
		if len(text) > 0 {
			return text, nil
		}
		if r.ended != nil {
			return nil, r.ended
		}
	}
}

// text decodes the bytes up to the last complete character; ok is false for half a character.
func (r *unitReader) text() (text []byte, used int, ok bool) {
	unit := func(i int) rune { return rune(r.bytes[i+r.high])<<8 | rune(r.bytes[i+1-r.high]) }
	for used+1 < len(r.bytes) {
		c, size := unit(used), 2
		if utf16.IsSurrogate(c) {
			if used+3 >= len(r.bytes) {
				return text, used, c < 0xdc00
			}
			if c, size = utf16.DecodeRune(c, unit(used+2)), 4; c == utf8.RuneError {
				return nil, 0, false
			}
		}
		text = utf8.AppendRune(text, c)
		used += size
	}
	return text, used, true
}
