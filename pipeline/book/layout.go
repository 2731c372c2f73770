package book

import (
	"errors"
	"io"
	"slices"
)

// layout is how the records of a CSV lie in its lines, as one pass over the whole
// text finds them under one rule of quotation marks.
type layout struct {
	records int
	// odd are the records that have not the usual number of cells, in order, of
	// very many the first; odds is how many there are, longer how many of them have
	// more cells than usual.
	odd          []recordAt
	odds, longer int
	last         recordAt
	// unended: the last record has no line end, as all others have. open: it ends
	// within a quoted cell that begins on its line.
	unended, open bool

	// doubtful are the first lines on which a quotation mark can be read in more
	// than one way, doubts how many there are.
	doubtful []int
	doubts   int
	// swallowed are lines with which a quoted cell begins that takes in whole
	// records, were its marks text.
	swallowed []int
	escapes   int // marks behind a backslash, in quoted cells
	nulls     int // cells that are \N
	behind    int // marks at the beginning of a cell but for white space
}

// recordAt is one record.
type recordAt struct {
	index       int  // which it is, from 1
	line, cells int  // the line on which it begins, and how many cells it has
	above       int  // the line of the record above it, 0 for none
	lead, below byte // the first character of it, and of the record below it; 0 for none
}

const (
	oddsKept    = 4096
	doubtsShown = 20
)

func (l *layout) isOdd(line int) bool {
	return slices.ContainsFunc(l.odd, func(r recordAt) bool { return r.line == line })
}

// survey reads the whole text under a rule. spaced takes marks behind white space
// for the beginning of a cell; lenient takes a mark inside a quoted cell for text
// where the cell ends on the same line.
func (s *csvSource) survey(rule quotes, spaced, lenient bool) (*layout, error) {
	sc := newScan(rule, byte(s.delimiter), s.usual)
	sc.spaced, sc.lenient = spaced, lenient
	// A byte of ASCII is itself in every encoding but UTF-16, and part of no other
	// character.
	from := io.Reader(s.file.text(s.form))
	if s.form.encoding == encodingUTF16Little || s.form.encoding == encodingUTF16Big {
		from = s.form.encoding.decoded(from)
	}
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		sc.read(buf[:n])
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, errUndecodable): // said when the text is read
			sc.end()
			return sc.layout, nil
		case err != nil:
			return nil, err
		}
	}
}
