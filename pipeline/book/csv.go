package book

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/gocarina/gocsv"

	"muster/pipeline"
)

// csvSource reads a CSV (RFC 4180, with the delimiter that its header uses, in
// the encoding and with the line ends that it has).
type csvSource struct {
	file      *file
	form      textForm
	delimiter rune
	skip      int64 // bytes of text before the first record: a sep= line
	// spacedQuotes: a cell's quotation mark may stand behind white space.
	spacedQuotes bool
	line         int // the line of the file on which the first record begins, from 1
}

// newCSVSource finds the delimiter; header is the row that the user names as
// the header, 0 when nobody did.
func newCSVSource(f *file, form textForm, header int) (*csvSource, error) {
	s := &csvSource{file: f, form: form, line: 1}
	first, err := newLineReader(f.from(form.mark), form.encoding).record()
	if err != nil {
		return nil, err
	}
	if d, ok := separatorLine(first); ok {
		// Spreadsheet programs take the line as an order, not as a row: it has
		// no number.
		s.delimiter, s.skip, s.line = rune(d), int64(len(first)), 2
		return s, nil
	}
	// Where the row that is named is not there, what is there is still read to
	// say so.
	for _, from := range []int{header, 0} {
		d, err := findDelimiter(newLineReader(f.from(form.mark), form.encoding), from)
		if err != nil {
			return nil, err
		}
		if d != 0 {
			s.delimiter = rune(d)
			return s, nil
		}
	}
	s.delimiter = rune(delimiters[0])
	return s, nil
}

func (s *csvSource) records(ctx context.Context, each func(*record) error) error {
	text := newTextReader(ctx, s.file.from(s.form.mark), s.form.encoding)
	if _, err := io.CopyN(io.Discard, text, s.skip); err != nil {
		return err
	}
	text.delimiter = byte(s.delimiter)
	lines := csv.NewReader(text)
	lines.Comma = s.delimiter
	lines.FieldsPerRecord = -1
	lines.ReuseRecord = true
	lines.TrimLeadingSpace = s.spacedQuotes && s.delimiter != '\t'
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
		rec.line = begin + s.line - 1
		end = begin
		rec.faults, rec.trimmed = nil, rec.trimmed[:0]
		for i, c := range cells {
			end += strings.Count(c, "\n")
			whole := len(c)
			if c = trim(c); len(c) < whole {
				rec.trimmed = append(rec.trimmed, i)
			}
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
				Try("book.check_delimiter").At(pipeline.Place{Line: begin + s.line - 1})
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
	wrong := pipeline.Wrong("book.quote_inside")
	if errors.Is(parse.Err, csv.ErrQuote) {
		wrong = pipeline.Wrong("book.quote_open")
		if parse.StartLine != parse.Line {
			wrong = pipeline.Wrong("book.quote_open_above", "line", line)
			line = parse.StartLine + s.line - 1
		}
	}
	return wrong.Try("book.double_quotes").At(pipeline.Place{Line: line})
}
