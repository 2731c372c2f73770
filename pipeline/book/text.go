package book

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"muster/pipeline"
)

// maxRecord bounds one record of a CSV, in bytes: a quotation mark that is
// never closed would otherwise make a record of the rest of the file.
const maxRecord = 8 << 20

// A CSV reader keeps an entry for each cell of a record, so that they are
// counted before, in records so long; those in quotation marks, too, of which no
// cell holds so many.
const (
	longRecord    = 128 << 10
	maxDelimiters = 16 * pipeline.MaxColumns
)

// textReader passes a CSV's text on as UTF-8 with line ends of one line feed,
// whatever they were (CR, LF, CRLF, each where it likes), inside quotation
// marks as outside; and stops at the first byte that no CSV has: what the
// encoding does not define, a NUL. It follows quotation marks by counting
// them, which is exact for all that encoding/csv accepts without LazyQuotes.
type textReader struct {
	ctx      context.Context
	from     io.Reader
	encoding encoding
	line     int // of the next byte, from 1
	// most bounds a record, in bytes; what is read in one piece comes on top.
	most int64
	// delimiter, where it is known, is counted in records that are long.
	delimiter byte

	buf    []byte
	ready  []byte // checked, not yet passed on
	cut    []byte // the end of buf: a character that the last read cut
	quoted bool
	cr     bool  // the last byte was a carriage return: a line feed belongs to it
	opened int   // the line of the last quotation mark that opens
	begun  int   // the line on which the record begins
	cells  int   // delimiters of a long record so far
	record int64 // bytes of the record so far
	err    error
}

// newTextReader reads the text from its first line, behind a byte-order mark.
func newTextReader(ctx context.Context, from io.Reader, e encoding) *textReader {
	return &textReader{ctx: ctx, from: e.decoded(from), encoding: e,
		line: 1, begun: 1, most: maxRecord, buf: make([]byte, 64<<10)}
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
	kept, read := t.check(t.buf[:n], errors.Is(err, io.EOF))
	t.ready, t.cut = t.buf[:kept], t.buf[read:n]
	if t.err != nil || err == nil {
		return
	}
	if t.err = err; errors.Is(err, errUndecodable) {
		t.err = t.undecodable()
	}
}

// check looks at every byte of p. It leaves what may be passed on in p[:kept],
// which it made of p[:read]; it sets err where that is not all of p for
// another reason than a character cut at the end.
func (t *textReader) check(p []byte, last bool) (kept, read int) {
	moved := 0 // the bytes before are in p[:kept], or are not passed on
	begin := 0 // of the record, within p
	read = len(p)
	for i := 0; i < len(p); i++ {
		c := p[i]
		if c > '"' && c < utf8.RuneSelf && !t.cr {
			continue
		}
		if t.cr {
			t.cr = false
			if c == '\n' { // the line ended with the carriage return
				kept += copy(p[kept:], p[moved:i])
				moved = i + 1
				continue
			}
		}
		switch {
		case c == '"':
			t.quoted = !t.quoted
			if t.quoted {
				t.opened = t.line
			}
		case c == '\n' || c == '\r':
			t.cr = c == '\r'
			p[i] = '\n'
			t.line++
			if !t.quoted {
				begin, t.record, t.begun, t.cells = i+1, 0, t.line, 0
			}
		case c == 0:
			t.err = t.refuse("book.nul").Try("book.nul_hint")
			read = i
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(p[i:])
			if r == utf8.RuneError && size == 1 {
				if last || utf8.FullRune(p[i:]) {
					t.err = t.undecodable()
				}
				read = i
				break
			}
			i += size - 1
		}
		if read < len(p) {
			break
		}
	}
	kept += copy(p[kept:], p[moved:read])
	t.record += int64(read - begin)
	if t.delimiter != 0 && t.record > longRecord {
		if t.cells += bytes.Count(p[min(begin, kept):kept], []byte{t.delimiter}); t.err == nil && t.cells > maxDelimiters {
			t.err = pipeline.Wrong("book.far_too_many_cells", "most", pipeline.MaxColumns).Try("book.check_lines").
				At(pipeline.Place{Line: t.begun})
			return 0, read
		}
	}
	if t.err == nil && t.record > t.most {
		t.err = t.refuse("book.record_too_long").Try("book.check_lines")
		if t.quoted {
			t.err = pipeline.Wrong("book.quote_never_closed").Try("book.double_quotes").
				At(pipeline.Place{Line: t.opened})
		}
		return 0, read
	}
	return kept, read
}

func (t *textReader) refuse(code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return pipeline.Wrong(code, pairs...).At(pipeline.Place{Line: t.line})
}

// undecodable words a byte that the encoding does not define.
func (t *textReader) undecodable() *pipeline.Mistake {
	switch t.encoding {
	case encodingWindows1252:
		return t.refuse("book.not_windows1252").Try("book.damaged_or_other_encoding")
	case encodingUTF16Little, encodingUTF16Big:
		return t.refuse("book.half_character").Try("book.damaged_or_cut")
	}
	return t.refuse("book.not_utf8").Try("book.damaged_or_mixed")
}
