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

// delimiters in the order in which a tie is decided.
var delimiters = []byte{',', ';', '\t', '|'}

// headerWithin is among how many rows that are not blank the header is looked
// for; agreeing is how many records below must have a delimiter that is taken.
const (
	headerWithin = 20
	agreeing     = 5
)

// separatorLine reads the "sep=;" by which programs tell a spreadsheet program
// the delimiter.
func separatorLine(line []byte) (byte, bool) {
	text := bytes.Trim(bytes.TrimRight(line, "\n"), `"`)
	if len(text) != len("sep=;") || !strings.EqualFold(string(text[:4]), "sep=") ||
		bytes.IndexByte(delimiters, text[4]) < 0 {
		return 0, false
	}
	return text[4], true
}

// lineReader gives the records of a text as they stand, before the delimiter
// is known.
type lineReader struct {
	text *textReader
	buf  []byte // read, not yet given
}

func newLineReader(from io.Reader, e encoding) *lineReader {
	return &lineReader{text: newTextReader(context.Background(), from, e)}
}

// record gives the next record with its line end; nothing at the end of the
// text.
func (l *lineReader) record() ([]byte, error) {
	quoted := false
	for i := 0; ; i++ {
		if i == len(l.buf) {
			var chunk [4096]byte
			n, err := l.text.Read(chunk[:])
			l.buf = append(l.buf, chunk[:n]...)
			switch {
			case errors.Is(err, io.EOF):
				rec := l.buf
				l.buf = nil
				return rec, nil
			case err != nil:
				return nil, err
			}
		}
		switch l.buf[i] {
		case '"':
			quoted = !quoted
		case '\n':
			if !quoted {
				rec := l.buf[:i+1]
				l.buf = l.buf[i+1:]
				return rec, nil
			}
		}
	}
}

// sampled is a record that is not blank, as the search for the delimiter sees
// it.
type sampled struct {
	counts []int // of each delimiter outside quotation marks
	most   int   // the delimiter of which there are most
	filled int   // cells that hold something, were that the delimiter
}

func sampleOf(rec []byte) sampled {
	s := sampled{counts: make([]int, len(delimiters))}
	outside(rec, func(i int) {
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
	outside(rec, func(i int) {
		if rec[i] == delimiters[s.most] {
			cell(i)
		}
	})
	cell(len(rec))
	return s
}

// outside calls each for the bytes outside quotation marks.
func outside(rec []byte, each func(i int)) {
	quoted := false
	for i, c := range rec {
		if c == '"' {
			quoted = !quoted
		} else if !quoted {
			each(i)
		}
	}
}

// names reports whether r can be part of a header's name: a record without
// any such character is blank above the header, whatever its delimiter.
func names(r rune) bool {
	return r != '"' && r != ',' && r != ';' && r != '|' && pipeline.Trim(string(r)) != ""
}

// findDelimiter reads the first records and takes the delimiter of the first
// one that has two filled cells by it and that the records below agree with:
// a comma in a title is none. header is the row that the user names as the
// header; 0 when nobody did. It gives 0 when there is nothing from there on.
func findDelimiter(lines *lineReader, header int) (byte, error) {
	var sample []sampled
	for row := 1; len(sample) < headerWithin+agreeing; row++ {
		rec, err := lines.record()
		if err != nil {
			return 0, err
		}
		if len(rec) == 0 {
			break
		}
		if row >= header && bytes.IndexFunc(rec, names) >= 0 {
			sample = append(sample, sampleOf(rec))
		}
	}
	if len(sample) == 0 {
		return 0, nil
	}
	candidates := sample[:min(headerWithin, len(sample))]
	if header > 0 {
		candidates = sample[:1]
	}
	for i, s := range candidates {
		below := sample[i+1 : min(i+1+agreeing, len(sample))]
		if s.filled > 1 && !slices.ContainsFunc(below, func(b sampled) bool { return b.counts[s.most] == 0 }) {
			return delimiters[s.most], nil
		}
	}
	for _, s := range candidates {
		if s.filled > 1 {
			return delimiters[s.most], nil
		}
	}
	return delimiters[candidates[0].most], nil
}
