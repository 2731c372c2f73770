package book

import "bytes"

// where is the position of a scan within a cell.
type where int

const (
	atStart    where = iota // of a cell; white space is skipped
	inCell                  // not quoted
	inQuotes                // of a quoted cell
	afterMark               // in quotes: the end of the cell, or the first of two marks
	afterTwo                // after two marks in a quoted cell that has a mark as text
	afterBlank              // after the end of a quoted cell, and white space
	escaped                 // after a backslash in a cell that is not quoted
	escapedIn               // after a backslash in a quoted cell
	lost                    // after a doubtful mark, up to the end of the line
)

// scan reads a text byte by byte and fills in its layout.
type scan struct {
	*layout
	rule      quotes
	delimiter byte
	usual     int  // the usual number of cells in a record
	spaced    bool // a quotation mark may follow white space
	lenient   bool // a quotation mark inside a quoted cell may be text

	at        where
	cr        bool // the last byte was a carriage return
	line      int
	lastDoubt int
	cell      scannedCell
	record    scannedRecord
}

// scannedCell is what a scan knows about the current cell.
type scannedCell struct {
	length int  // in bytes, including white space at the beginning
	blanks int  // bytes of white space at the beginning
	null   bool // it is \N so far
	opened int  // the line of the opening mark, if it is quoted
	marked bool // it is quoted and has a mark that is text
	slash  bool // it is quoted and the last byte was a backslash
}

// scannedRecord is what a scan knows about the current record.
type scannedRecord struct {
	begun  int // its first line
	cells  int
	filled bool // it has a character other than white space
	lead   byte // the first such character
	quoted int  // the number of quoted cells
	broken bool // a quoted cell has a line break
	along  int  // delimiters of the line, inside quotation marks or not
	wrong  bool // one of its lines does not have the usual number of them
}

func newScan(rule quotes, delimiter byte, usual int) *scan {
	return &scan{layout: &layout{}, rule: rule, delimiter: delimiter, usual: usual, line: 1,
		record: scannedRecord{begun: 1, cells: 1}}
}

// read takes the next bytes of the text.
func (s *scan) read(p []byte) {
	for len(p) > 0 {
		if s.at == atStart && s.cell.length == 0 && s.record.cells == 1 && !s.cr {
			if p = s.plainLines(p); len(p) == 0 {
				return
			}
		}
		n := bytes.IndexByte(p, '\n') + 1
		if n == 0 {
			n = len(p)
		}
		for _, c := range p[:n] {
			s.next(c)
		}
		p = p[n:]
	}
}

// plainLines scans the whole lines at the beginning of p that are complete records with no quotation left open, and
// returns the rest of p.
func (s *scan) plainLines(p []byte) []byte {
	separator := []byte{s.delimiter}
	for {
		end := bytes.IndexByte(p, '\n')
		if end < 0 {
			return p
		}
		line := bytes.TrimSuffix(p[:end], []byte("\r"))
		if bytes.IndexByte(line, '\\') >= 0 || bytes.IndexByte(line, '\r') >= 0 {
			return p
		}
		if s.rule == quotesNone || bytes.IndexByte(line, '"') < 0 {
			s.record.cells = bytes.Count(line, separator) + 1
		} else if s.record.cells = s.quotedLine(line); s.record.cells == 0 {
			s.record.cells = 1
			return p
		}
		if i := bytes.IndexFunc(line, s.fills); i >= 0 {
			s.record.filled, s.record.lead = true, line[i]
		}
		s.endRecord()
		p = p[end+1:]
	}
}

// quotedLine counts the cells of a line in which each cell is quoted entirely or has no quotation mark; 0 for any
// other line.
func (s *scan) quotedLine(line []byte) (cells int) {
	for {
		cells++
		if len(line) == 0 {
			return cells
		}
		if line[0] != '"' {
			end := bytes.IndexByte(line, s.delimiter)
			if end < 0 {
				end = len(line)
			}
			if bytes.IndexByte(line[:end], '"') >= 0 {
				return 0
			}
			if end == len(line) {
				return cells
			}
			line = line[end+1:]
			continue
		}
		for line = line[1:]; ; {
			end := bytes.IndexByte(line, '"')
			if end < 0 {
				return 0
			}
			if line = line[end+1:]; len(line) == 0 {
				return cells
			}
			if line[0] == s.delimiter {
				break
			}
			if line[0] != '"' {
				return 0
			}
			line = line[1:]
		}
		line = line[1:]
	}
}

// fills reports whether a record with that character is not blank.
func (s *scan) fills(r rune) bool { return r > ' ' && r != '"' && r != rune(s.delimiter) }

// next scans one byte.
func (s *scan) next(c byte) {
	if s.cr {
		s.cr = false
		if c == '\n' {
			return
		}
	}
	switch c {
	case '\r', '\n':
		s.cr = c == '\r'
		s.endLine()
		return
	case s.delimiter:
		s.record.along++
	case '"':
	default:
		if !s.record.filled && c > ' ' {
			s.record.filled, s.record.lead = true, c
		}
	}
	blank := c != s.delimiter && (c == ' ' || c == '\t')
	switch s.at {
	case atStart, inCell:
		s.unquoted(c, blank)
	case inQuotes:
		s.inside(c)
	case afterMark, afterBlank:
		switch {
		case c == s.delimiter:
			s.endCell()
		case c == '"' && s.at == afterMark && s.cell.marked:
			s.at = afterTwo
		case c == '"' && s.at == afterMark:
			s.at = inQuotes
		case blank:
			s.at = afterBlank
		case s.lenient:
			s.cell.marked = true
			s.at = inQuotes
			s.inside(c)
		default:
			s.doubt(s.cell.opened)
			s.doubt(s.line)
			s.at = lost
		}
	case afterTwo:
		if c == s.delimiter {
			s.endCell() // the first of the two was text
			return
		}
		s.at = inQuotes
		s.inside(c)
	case escaped:
		s.at = inCell
	case escapedIn:
		s.at = inQuotes
	}
}

// unquoted scans a byte of a cell that is not quoted, as far as is known.
func (s *scan) unquoted(c byte, blank bool) {
	if c == s.delimiter {
		s.endCell()
		return
	}
	was := &s.cell
	was.null = was.length == 0 && c == '\\' || was.length == 1 && was.null && c == 'N'
	was.length++
	begins := s.at == atStart
	if begins && blank {
		was.blanks++
		return
	}
	s.at = inCell
	switch {
	case c == '\\' && s.rule == quotesBackslash:
		s.at = escaped
	case c != '"' || s.rule == quotesNone || !begins:
	case was.blanks == 0 || s.spaced:
		if was.blanks > 0 {
			s.behind++
		}
		s.at, was.opened = inQuotes, s.line
		s.record.quoted++
	}
}

// inside scans a byte of a quoted cell.
func (s *scan) inside(c byte) {
	switch {
	case c == '"':
		if s.cell.slash {
			s.escapes++
		}
		s.at = afterMark
	case c == '\\' && s.rule == quotesBackslash:
		s.at = escapedIn
	}
	s.cell.slash = c == '\\'
}

// endLine scans a line end, which may belong to a quoted cell.
func (s *scan) endLine() {
	s.record.wrong = s.record.wrong || s.record.along+1 != s.usual
	switch s.at {
	case inQuotes, escapedIn:
		if s.cell.marked {
			s.doubt(s.cell.opened)
			s.at = lost
			break
		}
		s.record.broken = true
		s.at, s.record.along = inQuotes, 0
		s.line++
		return
	case escaped:
		s.at, s.record.along = inCell, 0
		s.line++
		return
	}
	if s.at == lost {
		s.record.filled = false // nothing is known about its cells
	}
	s.endCell()
	s.record.cells--
	s.endRecord()
}

// endCell ends a cell at a delimiter.
func (s *scan) endCell() {
	if s.cell.null && s.cell.length == 2 {
		s.nulls++
	}
	s.cell, s.at = scannedCell{}, atStart
	s.record.cells++
}

// endRecord ends a record at a line end.
func (s *scan) endRecord() {
	if r := &s.record; r.filled {
		s.records++
		if n := len(s.odd); n > 0 && s.odd[n-1].index == s.records-1 {
			s.odd[n-1].below = r.lead
		}
		s.last = recordAt{index: s.records, line: r.begun, cells: r.cells, above: s.last.line, lead: r.lead}
		if r.cells != s.usual {
			if s.odds++; len(s.odd) < oddsKept {
				s.odd = append(s.odd, s.last)
			}
			if r.cells > s.usual {
				s.longer++
			}
		}
		if r.broken && r.quoted == 1 && !r.wrong && len(s.swallowed) < doubtsShown {
			s.swallowed = append(s.swallowed, r.begun)
		}
	}
	s.line++
	s.record = scannedRecord{begun: s.line, cells: 1}
}

// end scans the end of the text.
func (s *scan) end() {
	if s.at == inQuotes || s.at == escapedIn {
		// The text is not cut off if the line has all its cells once the mark is read as text.
		whole := s.record.along+1 == s.usual && s.record.cells < s.usual
		s.open = s.doubts == 0 && s.records > 0 && s.cell.opened == s.line && !s.cell.marked && !whole
		s.at = inCell
		if !s.open {
			s.doubt(s.cell.opened)
			s.at = lost
		}
	}
	if before := s.records; s.cell.length > 0 || s.record.cells > 1 || s.at != atStart {
		s.endLine()
		s.unended = before > 0 && s.records > before
	}
}

// doubt records a line with a quotation mark that can be read in more than one way.
func (s *scan) doubt(line int) {
	if line <= s.lastDoubt {
		return
	}
	s.lastDoubt = line
	if s.doubts++; len(s.doubtful) < doubtsShown {
		s.doubtful = append(s.doubtful, line)
	}
}
