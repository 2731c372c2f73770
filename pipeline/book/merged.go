package book

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// place is a cell's position: column from 0, row from 1.
type place struct{ column, row int }

// span is a range of cells merged into one.
type span struct{ from, to place }

// merged reads the merged cells of the sheet (ECMA-376, part 1, 18.3.1.55). Their list comes after the rows, which
// are skipped as bytes, because reading them as XML takes ten times as long.
func (s *xlsxSource) merged() ([]span, error) {
	p, err := s.archive.open(context.Background(), s.part)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	rest, err := afterRows(p)
	if err != nil {
		return nil, p.refusal(err)
	}
	var spans []span
	dec := xml.NewDecoder(rest)
	for {
		// Raw, because the elements that end here began before the skipped rows.
		token, err := dec.RawToken()
		if errors.Is(err, io.EOF) {
			return spans, nil
		}
		if err != nil {
			return nil, p.refusal(err)
		}
		p.mark = p.served
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "mergeCell" {
			continue
		}
		ref := ""
		for _, a := range start.Attr {
			if a.Name.Local == "ref" && a.Name.Space == "" {
				ref = a.Value
			}
		}
		m, ok := parseSpan(ref)
		if !ok {
			return nil, p.damaged()
		}
		spans = append(spans, m)
	}
}

func parseSpan(ref string) (m span, ok bool) {
	from, to, _ := strings.Cut(ref, ":")
	var last bool
	m.from.column, m.from.row, ok = parseRef(from)
	m.to.column, m.to.row, last = parseRef(to)
	return m, ok && last
}

// tallKept bounds how many cells are kept that are merged over several rows.
const tallKept = 10_000

// mergeCells keeps those cells of the list that are merged over several rows.
func (s *sheetScan) mergeCells() error {
	return s.tokens.Children(func(c *sheetxml.Element) error {
		m, ok := parseSpan(c.Value("ref"))
		if ok && m.to.row > m.from.row && len(s.tall) < tallKept {
			s.tall = append(s.tall, m)
		}
		return s.tokens.Skip()
	})
}

// Merged reports where the last call of [Book.Rows] met cells that are merged over several rows. A spreadsheet program
// shows their value in all of those rows, but only the first has it. It is nil if there are none.
func (b *Book) Merged() *pipeline.Message {
	s, ok := b.source.(*xlsxSource)
	if !ok || b.fix != nil {
		return nil
	}
	count, first := 0, ""
	for _, m := range s.tall {
		if m.from.row <= b.headerRow || m.from.row > b.at || m.from.column >= len(b.header) {
			continue
		}
		if count++; first == "" {
			first = m.String()
		}
	}
	if count == 0 {
		return nil
	}
	return pipeline.Say("book.merged_rows", "count", count, "first", first)
}

// String is the span as a spreadsheet program writes it: B2:B3.
func (m span) String() string {
	return pipeline.ColumnLetters(m.from.column) + strconv.Itoa(m.from.row) + ":" +
		pipeline.ColumnLetters(m.to.column) + strconv.Itoa(m.to.row)
}

// afterRows reads a sheet up to the end tag of its rows and returns the rest; nothing when the rows never end.
func afterRows(p *part) (io.Reader, error) {
	const end = "sheetData>"
	buf := make([]byte, 0, 128<<10)
	for {
		n, err := p.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		p.mark = p.served
		for at := 0; ; {
			i := bytes.Index(buf[at:], []byte(end))
			if i < 0 {
				break
			}
			i, at = at+i, at+i+len(end)
			// </sheetData> or </x:sheetData>: a text never has a bare "<".
			open := bytes.LastIndexByte(buf[:i], '<')
			if open >= 0 && buf[open+1] == '/' && bytes.IndexByte(buf[open:i], '>') < 0 {
				return io.MultiReader(bytes.NewReader(bytes.Clone(buf[at:])), p), nil
			}
		}
		if errors.Is(err, io.EOF) {
			return bytes.NewReader(nil), nil
		}
		if err != nil {
			return nil, err
		}
		// What may be the beginning of the tag is kept for the next bytes.
		const kept = 256
		if len(buf) > kept {
			buf = buf[:copy(buf, buf[len(buf)-kept:])]
		}
	}
}
