package reports

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"io"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// ending is what is known of a streamed sheet only at its end.
type ending struct {
	cells string // its range, such as A1:T10
	links []link
}

// writeParts writes the workbook to w. The library would build the whole
// archive in memory first; given a ZIP writer of our own it writes each part
// straight to w. On the way the sheets' endings, by their marks, get to where
// they belong. Range: a streamed sheet does not know it when it begins, and
// readers that trust it (openpyxl in read-only mode) would see one cell. Links:
// the library keeps them all in memory and looks through them at each new one.
//
// own gives the content of a part that is written otherwise than the library
// has it, nil of all others.
func writeParts(f *excelize.File, w io.Writer, endings map[string]ending, own func(name string) io.Reader) error {
	var archive *parts
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		archive = &parts{Writer: zip.NewWriter(w), endings: endings, missing: len(endings), own: own}
		// Sheets are mostly the same words: the fastest setting is a third of
		// the time and costs a few per cent of size.
		archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
			return flate.NewWriter(w, flate.BestSpeed)
		})
		return archive
	})
	if err := f.Write(io.Discard); err != nil {
		return err
	}
	if archive == nil || archive.missing != 0 {
		return pipeline.Fail("report.no_place_for_range")
	}
	return nil
}

type parts struct {
	*zip.Writer
	endings map[string]ending
	missing int // endings that found no place yet
	links   *linked
	own     func(name string) io.Reader
}

// Create begins a part.
func (p *parts) Create(name string) (io.Writer, error) {
	p.lookBack()
	w, err := p.Writer.Create(name)
	if err != nil {
		return nil, err
	}
	if content := p.own(name); content != nil {
		_, err := io.Copy(w, content)
		return io.Discard, err
	}
	return &part{to: w, archive: p}, nil
}

// Close ends the archive.
func (p *parts) Close() error {
	p.lookBack()
	return p.Writer.Close()
}

// lookBack counts a sheet whose links found no place: what waits for the rest
// of its XML would be missing too.
func (p *parts) lookBack() {
	if p.links != nil && !p.links.done {
		p.missing++
	}
	p.links = nil
}

// part passes a part on. A streamed sheet's mark stands before its rows.
type part struct {
	to      io.Writer
	archive *parts
	passed  bool // the head is out
}

// headBytes is enough for all that stands before a sheet's range.
const headBytes = 8 << 10

func (p *part) Write(b []byte) (int, error) {
	if p.passed {
		return p.to.Write(b)
	}
	// The library hands a part over in one piece or in pieces of 32 KiB, so
	// that the first one holds the head; what is shorter is a whole part.
	p.passed = true
	n := min(len(b), headBytes)
	head, links := p.archive.placed(b[:n])
	if len(links) > 0 {
		p.archive.links = &linked{to: p.to, links: links}
		p.to = p.archive.links
	}
	if _, err := p.to.Write(head); err != nil {
		return 0, err
	}
	if _, err := p.to.Write(b[n:]); err != nil {
		return 0, err
	}
	return len(b), nil
}

// placed puts a sheet's range in place of its mark, and gives its links.
func (p *parts) placed(head []byte) ([]byte, []link) {
	before, after := []byte(`<dimension ref="`), []byte(`"`)
	_, rest, ok := bytes.Cut(head, before)
	if !ok {
		return head, nil
	}
	mark, _, ok := bytes.Cut(rest, after)
	if !ok {
		return head, nil
	}
	end, ok := p.endings[string(mark)]
	if !ok {
		return head, nil
	}
	p.missing--
	at := bytes.Index(head, before) + len(before)
	out := append([]byte{}, head[:at]...)
	out = append(out, end.cells...)
	return append(out, head[at+len(mark):]...), end.links
}
