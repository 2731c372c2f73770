package book

import (
	"context"
	"errors"
	"io"
	"unicode/utf8"
)

const byteOrderMark = "\ufeff"

// maxRecord bounds one record of a CSV, in bytes: a quotation mark that is
// never closed would otherwise make a record of the rest of the file.
const maxRecord = 16 << 20

// textReader passes a CSV's bytes on and stops at the first that no CSV has:
// what is not UTF-8, a NUL, a line that ends in a carriage return alone. It
// follows quotation marks by counting them, which is exact for all that
// encoding/csv accepts without LazyQuotes.
type textReader struct {
	ctx  context.Context
	from io.Reader
	line int // of the next byte, from 1
	// most bounds a record, in bytes; what is read in one piece comes on top.
	most int64

	buf    []byte
	ready  []byte // checked, not yet passed on
	cut    []byte // the end of buf: a character that the last read cut
	quoted bool
	cr     bool  // the last byte was a carriage return outside quotes
	opened int   // the line of the last quotation mark that opens
	record int64 // bytes of the record so far
	err    error
}

func newTextReader(ctx context.Context, from io.Reader, line int) *textReader {
	return &textReader{ctx: ctx, from: from, line: line, most: maxRecord, buf: make([]byte, 64<<10)}
}

func (t *textReader) Read(p []byte) (int, error) {
	for len(t.ready) == 0 {
		if t.err != nil {
			return 0, t.err
		}
		t.fill()
	}
	n := copy(p, t.ready)
	t.ready = t.ready[n:]
	return n, nil
}

func (t *textReader) fill() {
	if t.err = t.ctx.Err(); t.err != nil {
		return
	}
	cut := copy(t.buf, t.cut)
	n, err := t.from.Read(t.buf[cut:])
	n += cut
	atEnd := errors.Is(err, io.EOF)
	kept := t.check(t.buf[:n], atEnd)
	t.ready, t.cut = t.buf[:kept], t.buf[kept:n]
	if t.err != nil || err == nil {
		return
	}
	t.err = err
	if atEnd && t.cr {
		t.err = t.refuse(loneReturn, loneReturnHint)
	}
}

const (
	loneReturn     = "a line ends in a carriage return alone"
	loneReturnHint = `save it again as "CSV UTF-8" with the line ends of today (CR LF or LF).`
)

// check looks at every byte of p and gives the length of what may be passed
// on; it sets err where that is less for another reason than a character cut
// at the end.
func (t *textReader) check(p []byte, last bool) int {
	begin := 0 // of the record, within p
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c > '"' && c < utf8.RuneSelf && !t.cr {
			continue
		}
		if t.cr && c != '\n' {
			t.err = t.refuse(loneReturn, loneReturnHint)
			return i
		}
		t.cr = false
		switch {
		case c == '"':
			t.quoted = !t.quoted
			if t.quoted {
				t.opened = t.line
			}
		case c == '\n':
			t.line++
			if !t.quoted {
				begin, t.record = i+1, 0
			}
		case c == '\r':
			t.cr = !t.quoted
		case c == 0:
			t.err = t.refuse("the text holds a NUL character", "the file is damaged, or UTF-16: "+saveAsUTF8)
			return i
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(p[i:])
			if r == utf8.RuneError && size == 1 {
				if !last && !utf8.FullRune(p[i:]) {
					t.record += int64(i - begin)
					return i
				}
				t.err = t.refuse("the text is not UTF-8", saveAsUTF8)
				return i
			}
			i += size - 1
		}
	}
	t.record += int64(len(p) - begin)
	if t.record > t.most {
		t.err = t.refuse("a record of more than 16 MiB begins or goes on here", "")
		if t.quoted {
			t.err = &Error{Line: t.opened, Problem: "a quotation mark opens here and is not closed within 16 MiB", Hint: quoteHint}
		}
		return 0
	}
	return len(p)
}

func (t *textReader) refuse(problem, hint string) *Error {
	return &Error{Line: t.line, Problem: problem, Hint: hint}
}
