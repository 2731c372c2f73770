package book

import (
	"errors"
	"io"
	"slices"
)

// layout describes how the records of a CSV are spread over its lines, found in one pass over the whole text under
// one rule for quotation marks.
type layout struct {
	records int
	// odd are the records without the usual number of cells, in order, up to a limit; odds counts them, longer counts
	// those with more cells than usual.
	odd          []recordAt
	odds, longer int
	last         recordAt
	// unended: only the last record has no line end. open: it ends within a quoted cell that begins on its line.
	unended, open bool

	// doubtful are the first lines with a quotation mark that can be read in more than one way, doubts counts them.
	doubtful []int
	doubts   int
	// swallowed are lines on which a quoted cell begins that would contain whole records if its marks were text.
	swallowed []int
	escapes   int // marks after a backslash, in quoted cells
	nulls     int // cells that are \N
	behind    int // marks at the beginning of a cell after white space
}

// recordAt is one record.
type recordAt struct {
	index       int  // its number, from 1
	line, cells int  // the line on which it begins, and its number of cells
	above       int  // line of the record above, 0 for none
	lead, below byte // its first character, and that of the record below; 0 for none
}

const (
	oddsKept    = 4096
	doubtsShown = 20
)

func (l *layout) isOdd(line int) bool {
	return slices.ContainsFunc(l.odd, func(r recordAt) bool { return r.line == line })
}

// survey reads the whole text under a rule. spaced lets a mark after white space begin a cell; lenient treats a mark
// inside a quoted cell as text when the cell ends on the same line.
func (s *csvSource) survey(rule quotes, spaced, lenient bool) (*layout, error) {
	sc := newScan(rule, byte(s.delimiter), s.usual)
	sc.spaced, sc.lenient = spaced, lenient
	// In every encoding but UTF-16 an ASCII byte is that character, and never part of another.
	from := io.Reader(s.file.text(s.form))
	if s.form.encoding == encodingUTF16Little || s.form.encoding == encodingUTF16Big {
		from = s.form.encoding.decoded(from)
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		sc.read(buf[:n])
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errUndecodable): // reported when the text is read
			sc.end()
			return sc.layout, nil
		case err != nil:
			return nil, err
		}
	}
}
