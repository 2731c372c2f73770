package book

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"muster/pipeline"
)

// delimiters in the order in which a tie is decided.
var delimiters = []byte{',', ';', '\t'}

const quoteHint = "put the whole cell in quotation marks and double each one inside it."

// csvSource reads a CSV (RFC 4180, with the delimiter that its header uses).
type csvSource struct {
	file      *file
	delimiter rune
	offset    int64 // where the first line begins: past mark and sep= line
	line      int   // the line of the file that offset is on, from 1
}

func newCSVSource(f *file) (*csvSource, error) {
	s := &csvSource{file: f, delimiter: ',', line: 1}
	head, err := f.start(len(byteOrderMark))
	if err != nil {
		return nil, err
	}
	if string(head) == byteOrderMark {
		s.offset = int64(len(byteOrderMark))
	}
	lines := newLineReader(f.from(s.offset))
	first, err := lines.record()
	if err != nil {
		return nil, err
	}
	if d, ok := separatorLine(first); ok {
		// Spreadsheet programs take the line as an order, not as a row: it has
		// no number.
		s.delimiter = rune(d)
		s.offset += int64(len(first))
		s.line++
		return s, nil
	}
	for rec := first; len(rec) > 0; {
		if counts, filled := countDelimiters(rec); filled {
			most := slices.Index(counts, slices.Max(counts))
			s.delimiter = rune(delimiters[most])
			break
		}
		if rec, err = lines.record(); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// separatorLine reads the "sep=;" by which programs tell a spreadsheet program
// the delimiter.
func separatorLine(line []byte) (byte, bool) {
	text := bytes.Trim(bytes.TrimRight(line, "\r\n"), `"`)
	if len(text) != len("sep=;") || !strings.EqualFold(string(text[:4]), "sep=") || !bytes.ContainsRune([]byte(",;\t|"), rune(text[4])) {
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

func newLineReader(from io.Reader) *lineReader {
	return &lineReader{text: newTextReader(context.Background(), from, 1)}
}

// record gives the next record with its line end; nothing at the end of the
// text. What the text reader refuses ends the text: the pass that follows
// meets the same byte and knows whether it matters.
func (l *lineReader) record() ([]byte, error) {
	quoted := false
	for i := 0; ; i++ {
		if i == len(l.buf) {
			var chunk [4096]byte
			n, err := l.text.Read(chunk[:])
			l.buf = append(l.buf, chunk[:n]...)
			var refused *Error
			switch {
			case errors.Is(err, io.EOF) || errors.As(err, &refused):
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

// countDelimiters counts those outside quotes, and reports whether the record
// holds anything else than delimiters, quotes and what is trimmed.
func countDelimiters(rec []byte) (counts []int, filled bool) {
	counts = make([]int, len(delimiters))
	quoted := false
	for _, c := range rec {
		if c == '"' {
			quoted = !quoted
		} else if i := bytes.IndexByte(delimiters, c); i >= 0 && !quoted {
			counts[i]++
		}
	}
	return counts, bytes.IndexFunc(rec, names) >= 0
}

// names reports whether r can be part of a header's name: a record without
// any such character is blank above the header, whatever its delimiter.
func names(r rune) bool {
	return r != '"' && r != ',' && r != ';' && pipeline.Trim(string(r)) != ""
}

func (s *csvSource) records(ctx context.Context, each func(*record) error) error {
	text := newTextReader(ctx, s.file.from(s.offset), s.line)
	lines := csv.NewReader(text)
	lines.Comma = s.delimiter
	lines.FieldsPerRecord = -1
	lines.ReuseRecord = true
	var reader gocsv.CSVReader = lines

	var rec record
	end := 0 // the line of the text on which the last record ended
	begun := false
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.refusal(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// The reader skips blank lines without a word; a spreadsheet program
		// numbers them. A cell's line breaks are lines of the file and no rows.
		begin, _ := lines.FieldPos(0)
		rec.number += begin - end
		end = begin
		rec.faults = nil
		for i, c := range cells {
			end += strings.Count(c, "\n")
			c = trim(c)
			if c != "" && c[0] == '#' && slices.Contains(errorValues, c) {
				rec.faults = append(rec.faults, errorFault(i, rec.number, c))
				c = ""
			}
			cells[i] = c
		}
		if begun = begun || slices.ContainsFunc(cells, func(c string) bool { return strings.IndexFunc(c, names) >= 0 }) || rec.faults != nil; !begun {
			continue
		}
		if len(cells) > maxColumns {
			return &Error{Line: begin + s.line - 1, Problem: fmt.Sprintf("the record has %d cells; a sheet has %d columns", len(cells), maxColumns)}
		}
		rec.cells = cells
		if err := each(&rec); err != nil {
			return err
		}
	}
}

// refusal words what the CSV reader found.
func (s *csvSource) refusal(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	line := parse.Line + s.line - 1
	e := &Error{Line: line, Hint: quoteHint, Problem: "a quotation mark stands inside a cell that does not begin with one"}
	if errors.Is(parse.Err, csv.ErrQuote) {
		e.Problem = "a quotation mark is stray or not closed"
		if parse.StartLine != parse.Line {
			e.Line = parse.StartLine + s.line - 1
			e.Problem = fmt.Sprintf("a quotation mark in the record that begins here is stray or not closed (noticed on line %d)", line)
		}
	}
	return e
}
