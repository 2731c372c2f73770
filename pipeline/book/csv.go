package book

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"muster/pipeline"
)

// csvSource reads a CSV (RFC 4180, with the file's own delimiter, encoding, line ends and rule for quotation marks).
type csvSource struct {
	file      *file
	form      textForm
	delimiter rune
	skip      int64 // bytes of text before the first record: a sep= line
	line      int   // the line of the file on which the first record begins, from 1
	quotes    quotes
	// spacedQuotes: white space may precede the quotation mark of a cell.
	spacedQuotes bool
	rule         *pipeline.Message // on quotation marks, when it is unusual; else nil
	usual        int               // cells of a record, as in the header
	layout       *layout
}

// newCSVSource finds the delimiter, and the rule for quotation marks; header is the row that the user named as the
// header, 0 for none, and rule what the user said about quotation marks, "" for nothing.
func newCSVSource(f *file, form textForm, header int, rule string) (*csvSource, error) {
	s := &csvSource{file: f, form: form, line: 1}
	if err := s.findDelimiter(header, rule); err != nil {
		return nil, err
	}
	return s, s.findQuotes(rule)
}

func (s *csvSource) findDelimiter(header int, named string) error {
	rule, _ := quotesNamed(named)
	lines := func() *lineReader { return newLineReader(s.file.text(s.form), s.form.encoding, rule) }
	begin := lines()
	first, err := begin.record()
	if err != nil {
		return err
	}
	if d, ok := separatorLine(first); ok {
		// Spreadsheet programs treat the line as an instruction and do not number it.
		s.delimiter, s.skip, s.line = rune(d), int64(len(first)), 2
		s.usual, err = usualCells(begin, d)
		return err
	}
	// When the named row does not exist, the rest is still read for the message.
	for _, from := range []int{header, 0} {
		d, cells, err := findDelimiter(lines(), from)
		if err != nil {
			return err
		}
		if d != 0 {
			s.delimiter, s.usual = rune(d), cells
			return nil
		}
	}
	s.delimiter, s.usual = rune(delimiters[0]), 1
	return nil
}

func (s *csvSource) records(ctx context.Context, each func(*record) error) error {
	text := newTextReader(ctx, s.file.text(s.form), s.form.encoding)
	text.follow(s.quotes, byte(s.delimiter), s.spacedQuotes)
	text.closes = s.layout.open
	if _, err := io.CopyN(io.Discard, text, s.skip); err != nil {
		return err
	}
	lines := newCSVLines(text, byte(s.delimiter), s.spacedQuotes && s.delimiter != '\t')
	var rec record
	end := 0    // line of the text on which the last record ended
	joined := 0 // lines of the file that were joined in the text
	begun := false
	for {
		cells, err := lines.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.refusal(err, lines.begin)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// The reader skips blank lines; a spreadsheet program numbers them. Line breaks in a cell are lines of the
		// file, but not rows.
		begin := lines.begin
		rec.number += begin - end
		end = lines.end
		begin += s.line - 1 + joined
		rec.line = begin
		joined = text.joinedBefore(s.skip + lines.offset)
		rec.faults, rec.trimmed, rec.spelled = nil, rec.trimmed[:0], 0
		for i, c := range cells {
			if text.literal {
				c = literally(c, s.delimiter)
				cells[i] = c
			}
			if isUsual(c) {
				continue
			}
			whole := len(c)
			if c = trim(c); len(c) < whole {
				rec.trimmed = append(rec.trimmed, i)
			}
			if text, ok := meant(c); ok {
				c = trim(text)
				rec.spelled++
			}
			c = dateAlone(c)
			if c != "" && c[0] == '#' && slices.Contains(errorValues, c) {
				rec.faults = append(rec.faults, errorFault(i, c))
				c = ""
			} else if shortened(c) {
				rec.faults = append(rec.faults, shortenedFault(i))
			}
			cells[i] = c
		}
		begun = begun || rec.faults != nil ||
			slices.ContainsFunc(cells, func(c string) bool { return strings.IndexFunc(c, names) >= 0 })
		if !begun {
			continue
		}
		if len(cells) > pipeline.MaxColumns {
			return pipeline.Wrong("book.too_many_cells", "count", len(cells), "most", pipeline.MaxColumns).
				Try("book.check_delimiter").At(pipeline.Place{Line: begin})
		}
		rec.cells = cells
		if err := each(&rec); err != nil {
			return err
		}
	}
}

// isUsual reports whether a cell reads as itself, as nearly all do.
func isUsual(c string) bool {
	n := len(c)
	if n == 0 {
		return true
	}
	first := c[0]
	switch {
	case !plain(first) || !plain(c[n-1]) || first == '=' || first == '#', isDigit(first) && n >= shortestMidnight:
		return false
	}
	return exponentMark(c) < 0
}

// refusal words an error of the CSV reader: [csvSource.findQuotes] has found the same before, unless the file was
// changed since. line is the line of the text on which the record begins.
func (s *csvSource) refusal(err error, line int) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	return pipeline.Wrong("book.quote_open").Try("book.double_quotes").
		At(pipeline.Place{Line: line + s.line - 1})
}
