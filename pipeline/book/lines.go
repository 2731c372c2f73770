package book

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"

	"github.com/gocarina/gocsv"
)

// csvLines returns the records of a text. It splits lines itself that are a record each and whose quotation marks, if
// any, only enclose whole cells; encoding/csv reads all others, and finds their faults. Tests compare the two.
type csvLines struct {
	text      *textReader
	delimiter byte
	// alone: encoding/csv reads everything.
	alone   bool
	library gocsv.CSVReader

	cells []string // of the last record
	// begin and end are the first and last line of the last record, from 1; offset is where the text goes on after
	// it.
	begin, end int
	offset     int64

	piece string // whole lines that are not returned yet
	marks bool   // piece has quotation marks
	cut   []byte // the beginning of a line
	err   error  // how the text ended
}

// pieceLength is the length of pieces, unless a line is longer: keeping a cell keeps its whole piece.
const pieceLength = 2 << 10

func newCSVLines(text *textReader, delimiter byte, trimLeadingSpace bool) *csvLines {
	l := &csvLines{text: text, delimiter: delimiter, alone: trimLeadingSpace}
	r := csv.NewReader(oneLine{l})
	r.Comma = rune(delimiter)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	r.TrimLeadingSpace = trimLeadingSpace
	l.library = r
	return l
}

// next returns the next record, whose cells are valid until the next call; the texts in them may be kept. Its error
// is the text's, or that of encoding/csv.
func (l *csvLines) next() ([]string, error) {
	for {
		if l.piece == "" && !l.fill() {
			return nil, l.err
		}
		line, rest, ended := strings.Cut(l.piece, "\n")
		if line != "" && (l.alone || l.marks && strings.IndexByte(line, '"') >= 0) {
			if l.alone || !l.splitMarked(line) {
				return l.byLibrary()
			}
		} else {
			l.split(line)
		}
		l.piece = rest
		l.pass(len(line), ended)
		if line == "" {
			continue // a blank line
		}
		l.begin = l.end
		return l.cells, nil
	}
}

// pass counts a line that was read.
func (l *csvLines) pass(length int, ended bool) {
	l.end++
	l.offset += int64(length)
	if ended {
		l.offset++
	}
}

// split splits a line without quotation marks into cells.
func (l *csvLines) split(line string) {
	l.cells = l.cells[:0]
	begin := 0
	for i := 0; i < len(line); i++ {
		if line[i] == l.delimiter {
			l.cells = append(l.cells, line[begin:i])
			begin = i + 1
		}
	}
	l.cells = append(l.cells, line[begin:])
}

// splitMarked splits a line with quotation marks into cells; false when one of them is neither the first nor the last
// character of its cell.
func (l *csvLines) splitMarked(line string) bool {
	l.cells = l.cells[:0]
	for {
		var cell string
		if strings.HasPrefix(line, `"`) {
			end := strings.IndexByte(line[1:], '"') + 1
			if end == 0 || end+1 < len(line) && line[end+1] != l.delimiter {
				return false
			}
			cell, line = line[1:end], line[end+1:]
		} else {
			end := strings.IndexByte(line, l.delimiter)
			if end < 0 {
				end = len(line)
			}
			if cell, line = line[:end], line[end:]; strings.IndexByte(cell, '"') >= 0 {
				return false
			}
		}
		l.cells = append(l.cells, cell)
		if line == "" {
			return true
		}
		line = line[1:]
	}
}

// byLibrary lets encoding/csv read the record that begins with the next line, which is not empty.
func (l *csvLines) byLibrary() ([]string, error) {
	l.begin = l.end + 1
	return l.library.Read()
}

// fill reads the next piece; false when the text has ended.
func (l *csvLines) fill() bool {
	for l.err == nil {
		ready := l.text.ready
		if len(ready) == 0 {
			if l.err = l.text.err; l.err == nil {
				l.text.fill()
			}
			continue
		}
		end := bytes.LastIndexByte(ready[:min(len(ready), pieceLength)], '\n') + 1
		if end == 0 {
			end = bytes.IndexByte(ready, '\n') + 1
		}
		if end == 0 {
			l.cut, l.text.ready = append(l.cut, ready...), nil
			continue
		}
		l.text.ready = ready[end:]
		l.give(ready[:end])
		return true
	}
	if !errors.Is(l.err, io.EOF) || len(l.cut) == 0 {
		return false
	}
	l.give(nil)
	return true
}

// give makes a piece from the cut line and the text after it.
func (l *csvLines) give(more []byte) {
	if len(l.cut) > 0 {
		l.cut = append(l.cut, more...)
		more = l.cut
	}
	l.piece = string(more)
	l.marks = strings.IndexByte(l.piece, '"') >= 0
	l.cut = l.cut[:0]
}

// oneLine returns a text one line per Read, so that a reader of one record does not consume the next.
type oneLine struct{ *csvLines }

func (f oneLine) Read(p []byte) (int, error) {
	l := f.csvLines
	if l.piece == "" && !l.fill() {
		return 0, l.err
	}
	end := strings.IndexByte(l.piece, '\n') + 1
	ended := end > 0
	if !ended {
		end = len(l.piece)
	}
	n := copy(p, l.piece[:end])
	l.piece = l.piece[n:]
	l.offset += int64(n)
	if n == end {
		l.end++
	}
	return n, nil
}
