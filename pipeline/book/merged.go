package book

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
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
		from, to, _ := strings.Cut(ref, ":")
		var m span
		var ok1, ok2 bool
		m.from.column, m.from.row, ok1 = parseRef(from)
		m.to.column, m.to.row, ok2 = parseRef(to)
		if !ok1 || !ok2 {
			return nil, p.damaged()
		}
		spans = append(spans, m)
	}
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
