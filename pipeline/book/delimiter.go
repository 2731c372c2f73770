package book

import (
	"bytes"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"muster/pipeline"
)

// The delimiters, in the order that decides a tie.
var delimiters = []byte{',', ';', '\t', '|'}

// headerWithin is among how many rows, without blank ones, the header is searched; agreeing is how many records below
// must have the delimiter.
const (
	headerWithin = 20
	agreeing     = 5
)

// separatorLine reads the line "sep=;" with which programs tell a spreadsheet program the delimiter.
func separatorLine(line []byte) (byte, bool) {
	text := bytes.Trim(bytes.TrimRight(line, "\n"), `"`)
	if len(text) != len("sep=;") || !strings.EqualFold(string(text[:4]), "sep=") ||
		bytes.IndexByte(delimiters, text[4]) < 0 {
		return 0, false
	}
	return text[4], true
}

// lineReader returns the records of a text before the delimiter is known: a quotation mark after any delimiter may
// begin a cell.
type lineReader struct {
	text *textReader
	rule quotes
	buf  []byte // read, and not returned yet
	err  error  // how the text ended
}

// farQuote is up to how many bytes a quoted cell is followed before its mark counts as text.
const farQuote = 128 << 10

func newLineReader(from io.Reader, e encoding, rule quotes) *lineReader {
	return &lineReader{text: newTextReader(context.Background(), from, e), rule: rule}
}

// record returns the next record with its line end; nothing at the end of the text.
func (l *lineReader) record() ([]byte, error) {
	for {
		whole := l.err != nil || len(l.buf) > farQuote
		if end := recordEnd(l.buf, l.rule, whole); end > 0 {
			rec := l.buf[:end]
			l.buf = l.buf[end:]
			return rec, nil
		}
		if errors.Is(l.err, io.EOF) {
			rec := l.buf
			l.buf = nil
			return rec, nil
		}
		if l.err != nil {
			return nil, l.err
		}
		var chunk [4096]byte
		var n int
		n, l.err = l.text.Read(chunk[:])
		l.buf = append(l.buf, chunk[:n]...)
	}
}

// recordEnd finds the end of the first record; 0 when it is not in the text. whole says that the text is complete, so
// that a cell without an end here has none.
func recordEnd(text []byte, rule quotes, whole bool) int {
	end := bytes.IndexByte(text, '\n')
	quoted := 0
	if end >= 0 && rule != quotesNone {
		quoted = bytes.IndexByte(text[:end], '"')
	}
	if end < 0 || rule == quotesNone || quoted < 0 {
		return end + 1
	}
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\n':
			return i + 1
		case text[i] == '"' && beginsCell(text, i):
			last := closing(text, i)
			if last < 0 && !whole {
				return 0
			}
			if last > 0 {
				i = last
			}
		}
	}
	return 0
}

// beginsCell reports whether the quotation mark at i may begin a quoted cell.
func beginsCell(text []byte, i int) bool {
	before := bytes.TrimRight(text[:i], " ")
	return len(before) == 0 || isDelimiter(before[len(before)-1]) || before[len(before)-1] == '\n'
}

// closing finds the mark that ends the cell which begins with the mark at i; -1 for none.
func closing(text []byte, i int) int {
	for i++; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] != '"':
		case i+1 < len(text) && text[i+1] == '"':
			i++
		default:
			behind := bytes.TrimLeft(text[i+1:], " ")
			if len(behind) == 0 || isDelimiter(behind[0]) || behind[0] == '\n' {
				return i
			}
		}
	}
	return -1
}

func isDelimiter(c byte) bool { return bytes.IndexByte(delimiters, c) >= 0 }

// sampled is a record that is not blank, for the search of the delimiter.
type sampled struct {
	counts []int // of each delimiter outside quoted cells
	most   int   // index of the most frequent delimiter
	filled int   // filled cells with that delimiter
}

func sampleOf(rec []byte, rule quotes) sampled {
	s := sampled{counts: make([]int, len(delimiters))}
	outside(rec, rule, func(i int) {
		if d := bytes.IndexByte(delimiters, rec[i]); d >= 0 {
			s.counts[d]++
		}
	})
	s.most = slices.Index(s.counts, slices.Max(s.counts))
	begin := 0
	cell := func(end int) {
		if bytes.IndexFunc(rec[begin:end], names) >= 0 {
			s.filled++
		}
		begin = end
	}
	outside(rec, rule, func(i int) {
		if rec[i] == delimiters[s.most] {
			cell(i)
		}
	})
	cell(len(rec))
	return s
}

// outside calls each for the bytes outside of quoted cells.
func outside(rec []byte, rule quotes, each func(i int)) {
	for i := 0; i < len(rec); i++ {
		if rec[i] == '"' && rule != quotesNone && beginsCell(rec, i) {
			if last := closing(rec, i); last > 0 {
				i = last
				continue
			}
		}
		each(i)
	}
}

// names reports whether r can be part of a header's name: a record without such a character counts as blank above the
// header, with any delimiter.
func names(r rune) bool {
	return r != '"' && r != ',' && r != ';' && r != '|' && pipeline.Trim(string(r)) != ""
}

// findDelimiter reads the first records and returns the delimiter of the first one that has two filled cells with it
// and with which the records below agree, so that a comma in a title does not count. header is the row that the user
// named as the header; 0 for none. It returns 0 when there is nothing from there on, and how many cells the record
// has.
func findDelimiter(lines *lineReader, header int) (delimiter byte, cells int, err error) {
	sample, err := sampleFrom(lines, header)
	if err != nil || len(sample) == 0 {
		return 0, 0, err
	}
	candidates := sample[:min(headerWithin, len(sample))]
	if header > 0 {
		candidates = sample[:1]
	}
	for i, s := range candidates {
		below := sample[i+1 : min(i+1+agreeing, len(sample))]
		if s.filled > 1 && !slices.ContainsFunc(below, func(b sampled) bool { return b.counts[s.most] == 0 }) {
			return delimiters[s.most], cellsAbove(sample, i), nil
		}
	}
	for _, s := range candidates {
		if s.filled > 1 {
			return delimiters[s.most], s.counts[s.most] + 1, nil
		}
	}
	s := candidates[0]
	return delimiters[s.most], s.counts[s.most] + 1, nil
}

// cellsAbove is the i-th record's number of cells with its delimiter, or that of a record above it with which another
// one agrees, because a line break in a cell without quotation marks has split the i-th.
func cellsAbove(sample []sampled, i int) int {
	most := sample[i].most
	for j, s := range sample[:i] {
		if s.most == most && s.filled > 1 && s.counts[most] > sample[i].counts[most] &&
			slices.ContainsFunc(sample[j+1:], func(b sampled) bool { return b.counts[most] == s.counts[most] }) {
			return s.counts[most] + 1
		}
	}
	return sample[i].counts[most] + 1
}

// sampleFrom samples the first records that are not blank, from a row on.
func sampleFrom(lines *lineReader, row int) (sample []sampled, err error) {
	for n := 1; len(sample) < headerWithin+agreeing; n++ {
		rec, err := lines.record()
		if err != nil {
			return nil, err
		}
		if len(rec) == 0 {
			break
		}
		if n >= row && bytes.IndexFunc(rec, names) >= 0 {
			sample = append(sample, sampleOf(rec, lines.rule))
		}
	}
	return sample, nil
}

// usualCells is the number of cells of a record with a known delimiter: that of the first with two filled ones.
func usualCells(lines *lineReader, delimiter byte) (int, error) {
	sample, err := sampleFrom(lines, 1)
	at := bytes.IndexByte(delimiters, delimiter)
	for _, s := range sample {
		if s.counts[at] > 0 {
			return s.counts[at] + 1, err
		}
	}
	return 1, err
}
