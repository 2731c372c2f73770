package book

import (
	"bytes"
	"context"
	"errors"
	"io"
	"unicode/utf8"

	"muster/pipeline"
)

// maxRecord is the largest record of a CSV, in bytes: otherwise a quotation mark that is never closed would make one
// record of the rest of the file.
const maxRecord = 8 << 20

// A CSV reader allocates an entry for each cell of a record, so the delimiters of a long record are counted before it
// gets them. Those inside quotation marks are counted too: no real cell holds so many.
const (
	longRecord    = 128 << 10
	maxDelimiters = 16 * pipeline.MaxColumns
)

// textReader converts a CSV's text to UTF-8 and every line end (CR, LF or CRLF, in any mixture) to one line feed,
// inside quotation marks as well as outside. It stops at the first byte that no CSV may have: one that the encoding
// does not define, or a NUL. If it follows quotation marks, it replaces those that are text by bytes that
// encoding/csv takes for text; see [literally].
type textReader struct {
	ctx      context.Context
	from     io.Reader
	encoding encoding
	line     int // the line of the next byte, from 1
	// most is the largest record, in bytes; one more read may exceed it.
	most int64
	// delimiter, if it is known, is counted in long records.
	delimiter byte
	quotes    quotes
	spaced    bool // a quotation mark that begins a cell may follow white space
	// plain marks the bytes that need no special treatment.
	plain *[256]bool

	buf    []byte
	ready  []byte // the part of buf that is not yet passed on
	cut    []byte // the end of buf: a character cut by the last read
	quoted bool
	marked bool  // the quoted cell has a quotation mark that is text
	begins bool  // the next byte may begin a cell
	cr     bool  // the last byte was a carriage return, so a line feed belongs to it
	opened int   // the line of the last opening quotation mark
	begun  int   // the line on which the record begins
	cells  int   // delimiters of the record so far, if it is long
	record int64 // bytes of the record so far
	err    error
	// literal says that cells may contain the bytes that [literally] turns back.
	literal bool
	passed  int64 // bytes
	// joined holds the places, in the text passed on, at which lines of the file were joined because encoding/csv
	// would take their ends for the ends of records.
	joined []int64
	// closes says that a quoted cell still open at the end of the text ends there.
	closes bool
}

// newTextReader reads the text from its first line, after any byte-order mark.
func newTextReader(ctx context.Context, from io.Reader, e encoding) *textReader {
	t := &textReader{ctx: ctx, from: e.decoded(from), encoding: e,
		line: 1, begun: 1, most: maxRecord, buf: make([]byte, 64<<10), begins: true}
	t.follow(quotesAsTheyAre, 0, false)
	return t
}

// follow sets the rule by which quotation marks are followed from here on; the reader must be at the beginning of a
// record.
func (t *textReader) follow(rule quotes, delimiter byte, spaced bool) {
	t.quotes, t.delimiter, t.spaced = rule, delimiter, spaced
	t.literal = rule == quotesBackslash
	t.plain = new([256]bool)
	for c := range utf8.RuneSelf {
		t.plain[c] = c != 0 && c != '\n' && c != '\r' && (c != '"' || rule == quotesAsTheyAre) &&
			(c != '\\' || rule != quotesBackslash)
	}
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
	if t.closes && t.quoted && errors.Is(err, io.EOF) {
		t.ready = append(t.buf[:kept:kept], '"')
	}
	t.passed += int64(kept)
	if t.err != nil || err == nil {
		return
	}
	if t.err = err; errors.Is(err, errUndecodable) {
		t.err = t.undecodable()
	}
}

// check examines every byte of p. It turns p[:read] into p[:kept], which may be passed on; the rest of p must be
// examined again together with what follows it. It sets err at a byte that no text may have.
func (t *textReader) check(p []byte, last bool) (kept, read int) {
	moved := 0 // the bytes before it are already in p[:kept], or left out
	begin := 0 // of the record, within p
	// leave leaves out p[from:to].
	leave := func(from, to int) {
		kept += copy(p[kept:], p[moved:from])
		moved = to
	}
	if t.cr && len(p) > 0 {
		t.cr = false
		if p[0] == '\n' { // the line already ended with the carriage return
			moved, begin = 1, 1
		}
	}
	read = len(p)
	plain := t.plain
	i := moved
	if n := t.onlyLines(p[moved:], last); n > 0 {
		i, read = moved+n, moved+n
		if ends := bytes.Count(p[moved:read], lineFeed); ends > 0 {
			begin, t.line = bytes.LastIndexByte(p[:read], '\n')+1, t.line+ends
			t.record, t.begun, t.cells = 0, t.line, 0
		}
	}
	for ; i < read; i++ {
		c := p[i]
		if plain[c] {
			continue
		}
		switch {
		case c == '"':
			switch from, to, ok := t.mark(p, i, last); {
			case !ok:
				read = i
			case to > from:
				leave(from, to)
				i = to - 1
			default:
				i = to - 1
			}
		case c == '\\':
			e, ok := t.escape(p, i, last)
			if !ok {
				read = i
				break
			}
			leave(i, e.to)
			if e.joins {
				t.joined = append(t.joined, t.passed+int64(kept))
				t.line++
			}
			i = e.next - 1
		case c == '\n' || c == '\r':
			p[i] = '\n'
			t.line++
			if c == '\r' && i+1 == len(p) {
				t.cr = true
			} else if c == '\r' && p[i+1] == '\n' {
				leave(i+1, i+2)
				i++
			}
			if !t.quoted {
				begin, t.record, t.begun, t.cells = i+1, 0, t.line, 0
			}
		case c == 0:
			t.err = t.refuse("book.nul").Try("book.nul_hint")
			read = i
		default:
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
	}
	t.begins = t.beginsCell(p, read)
	if moved < read {
		kept += copy(p[kept:], p[moved:read])
	}
	t.record += int64(max(0, read-begin))
	if t.delimiter != 0 && t.record > longRecord {
		t.cells += bytes.Count(p[min(begin, kept):kept], []byte{t.delimiter})
		if t.err == nil && t.cells > maxDelimiters {
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

var lineFeed = []byte{'\n'}

// onlyLines returns the length of p, without a character cut by its end, if it has only line feeds and bytes that
// need no special treatment; 0 if it has others, or if nothing can be passed on.
func (t *textReader) onlyLines(p []byte, last bool) int {
	if t.quoted {
		return 0
	}
	for _, c := range []byte{0, '\r', '"', '\\'} {
		if !t.plain[c] && bytes.IndexByte(p, c) >= 0 {
			return 0
		}
	}
	if !last {
		for i := max(0, len(p)-utf8.UTFMax); i < len(p); i++ {
			if utf8.RuneStart(p[i]) && !utf8.FullRune(p[i:]) {
				p = p[:i]
			}
		}
	}
	if !utf8.Valid(p) {
		return 0
	}
	return len(p)
}

func (t *textReader) refuse(code pipeline.MessageCode, pairs ...any) *pipeline.Mistake {
	return pipeline.Wrong(code, pairs...).At(pipeline.Place{Line: t.line})
}

// undecodable is the mistake for a byte that the encoding does not define.
func (t *textReader) undecodable() *pipeline.Mistake {
	switch t.encoding {
	case encodingWindows1252, encodingISO8859_15:
		return t.refuse("book.not_in_encoding", "encoding", t.encoding.title()).Try("book.damaged_or_other_encoding")
	case encodingUTF16Little, encodingUTF16Big:
		return t.refuse("book.half_character").Try("book.damaged_or_cut")
	}
	return t.refuse("book.not_utf8").Try("book.damaged_or_mixed")
}
