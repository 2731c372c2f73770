package book

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"muster/pipeline"
)

// Correct rewrites a CSV book with some cells changed: texts by row number and column position. Everything else stays
// byte by byte: encoding, delimiter, line ends, and the quotation marks of other cells. A text that the file cannot
// represent is a [*pipeline.Mistake]. The caller must read the copy to check the result: a row that muster splits
// differently from a spreadsheet program is not noticed here.
func (b *Book) Correct(ctx context.Context, to io.Writer, cells map[int]map[int]string) error {
	s, ok := b.source.(*csvSource)
	if !ok {
		return pipeline.Wrong("book.correct_csv_only").At(pipeline.Place{File: b.name})
	}
	at := map[int]map[int]string{} // by line of the file
	err := b.sheetRows(ctx, func(row pipeline.Row) error {
		if texts := cells[row.Number]; len(texts) > 0 {
			at[b.at] = texts
		}
		return nil
	})
	if err != nil {
		return err
	}
	c := correction{csv: s, from: bufio.NewReaderSize(s.form.encoding.decoded(s.file.text(s.form)), 64<<10)}
	if err := copySection(to, s.file, 0, s.form.mark); err != nil {
		return err
	}
	out := s.form.encoding.encoded(to)
	if err := c.copy(ctx, out, at); err != nil {
		return b.refusal(err)
	}
	if err := out.Close(); err != nil {
		return b.refusal(unwritten(err))
	}
	return copySection(to, s.file, s.file.size-s.form.behind, s.form.behind)
}

func copySection(to io.Writer, from io.ReaderAt, at, size int64) error {
	_, err := io.Copy(to, io.NewSectionReader(from, at, size))
	return err
}

// unwritten is the mistake for a text that cannot be spelt in the encoding of the file.
func unwritten(err error) error {
	if errors.Is(err, errNotEncodable) {
		return pipeline.Wrong("book.correct_encoding").Try("book.correct_as_utf8")
	}
	return err
}

var errNotEncodable = errors.New("unencodable")

// encoded is a writer that converts UTF-8 to the encoding; Close ends it.
func (e encoding) encoded(to io.Writer) io.WriteCloser {
	var t transform.Transformer
	switch chart := e.chart(); {
	case chart != nil:
		t = &noReplacement{chart.NewEncoder()}
	case e == encodingUTF16Little:
		t = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	case e == encodingUTF16Big:
		t = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	default:
		t = transform.Nop
	}
	return transform.NewWriter(to, t)
}

// noReplacement returns errNotEncodable for a character that the encoding lacks.
type noReplacement struct{ transform.Transformer }

// Transform implements transform.Transformer.
func (n *noReplacement) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	nDst, nSrc, err = n.Transformer.Transform(dst, src, atEOF)
	if err != nil && !errors.Is(err, transform.ErrShortDst) && !errors.Is(err, transform.ErrShortSrc) {
		err = errNotEncodable
	}
	return nDst, nSrc, err
}

// correction copies the text of a CSV line by line, and changes cells of some lines.
type correction struct {
	csv  *csvSource
	from *bufio.Reader
	line int // last line read
}

func (c *correction) copy(ctx context.Context, to io.Writer, at map[int]map[int]string) error {
	for {
		text, err := c.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if texts := at[c.line]; texts != nil && len(text) > 0 {
			if text, err = c.corrected(text, err, texts); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
		if _, failed := to.Write(text); failed != nil {
			return unwritten(failed)
		}
		if err != nil {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
}

// next reads a line with its end, which is CR, LF or CRLF.
func (c *correction) next() (line []byte, err error) {
	c.line++
	for {
		b, err := c.from.ReadByte()
		if err != nil {
			return line, err
		}
		if line = append(line, b); len(line) > maxRecord {
			return nil, pipeline.Wrong("book.correct_unsplit", "line", c.line).Try("book.correct_in_book")
		}
		if b == '\n' {
			return line, nil
		}
		if b == '\r' {
			if next, err := c.from.Peek(1); err == nil && next[0] == '\n' {
				continue
			}
			return line, nil
		}
	}
}

// corrected is a record with cells changed; text is its first line, and end the error after that.
func (c *correction) corrected(text []byte, end error, texts map[int]string) ([]byte, error) {
	first := c.line
	cells, whole := c.split(text)
	for !whole && end == nil {
		var more []byte
		if more, end = c.next(); end != nil && !errors.Is(end, io.EOF) {
			return nil, end
		}
		text = append(text, more...)
		cells, whole = c.split(text)
	}
	body := bytes.TrimRight(text, "\r\n")
	var out []byte
	last := 0
	for column := range texts {
		last = max(last, column)
	}
	for column := range max(last+1, len(cells)) {
		if column > 0 {
			out = append(out, byte(c.csv.delimiter))
		}
		was := ""
		if column < len(cells) {
			was = string(cells[column])
		}
		now, changes := texts[column]
		if !changes {
			out = append(out, was...)
			continue
		}
		spelled, ok := c.spell(now, strings.HasPrefix(strings.TrimLeft(was, " "), `"`))
		if !ok {
			return nil, pipeline.Wrong("book.correct_unspellable", "line", first).Try("book.correct_in_book")
		}
		out = append(out, spelled...)
	}
	return append(out, text[len(body):]...), end
}

// split splits a record, with its line end, into its cells as they are spelt; false when a quoted cell continues in
// the next line.
func (c *correction) split(text []byte) (cells [][]byte, whole bool) {
	body := bytes.TrimRight(text, "\r\n")
	delimiter, rule := byte(c.csv.delimiter), c.csv.quotes
	begin := 0
	for i := 0; i <= len(body); i++ {
		if i == len(body) || body[i] == delimiter {
			cells = append(cells, body[begin:i])
			begin = i + 1
			continue
		}
		if rule == quotesBackslash && body[i] == '\\' {
			i++
			continue
		}
		blank := bytes.TrimLeft(body[begin:i], " \t")
		if body[i] != '"' || rule == quotesNone || len(blank) > 0 || i > begin && !c.csv.spacedQuotes {
			continue
		}
		if i = c.closing(body, i+1); i < 0 {
			return nil, false
		}
	}
	return cells, true
}

// closing finds the quotation mark that ends the quoted cell whose text begins at i; -1 when it does not end here.
func (c *correction) closing(body []byte, i int) int {
	for ; i < len(body); i++ {
		switch {
		case c.csv.quotes == quotesBackslash && body[i] == '\\':
			i++
		case body[i] != '"':
		case i+1 < len(body) && body[i+1] == '"':
			i++
		case i+1 == len(body) || body[i+1] == byte(c.csv.delimiter):
			return i
		}
	}
	return -1
}

// spell writes a cell as the file spells them; false when it cannot represent the text.
func (c *correction) spell(text string, quoted bool) (string, bool) {
	special := strings.ContainsAny(text, "\r\n\"") || strings.ContainsRune(text, c.csv.delimiter)
	switch {
	case c.csv.quotes == quotesNone:
		return text, !strings.ContainsAny(text, "\r\n") && !strings.ContainsRune(text, c.csv.delimiter)
	case c.csv.quotes == quotesBackslash:
		if special || quoted || strings.Contains(text, `\`) {
			text = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
		}
	case special || quoted:
		text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text, true
}
