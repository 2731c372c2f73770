package reports

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"

	"github.com/xuri/excelize/v2"
)

// writeParts writes the workbook to w. The library would build the whole
// archive in memory first; given a ZIP writer of our own it writes each part
// straight to w. On the way the sheets' ranges, by their marks, get to where
// the marks stand: a streamed sheet does not know its range when it begins,
// and readers that trust it (openpyxl in read-only mode) would see one cell.
func writeParts(f *excelize.File, w io.Writer, ranges map[string]string) error {
	var archive *parts
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter {
		archive = &parts{Writer: zip.NewWriter(w), ranges: ranges, missing: len(ranges)}
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
		return errors.New("the workbook library wrote a sheet without a place for its range")
	}
	return nil
}

type parts struct {
	*zip.Writer
	ranges  map[string]string
	missing int // ranges that found no mark yet
}

// Create begins a part.
func (p *parts) Create(name string) (io.Writer, error) {
	w, err := p.Writer.Create(name)
	if err != nil {
		return nil, err
	}
	return &part{to: w, archive: p}, nil
}

// part passes a part on and puts a sheet's range in place of its mark, which
// stands before the rows, if at all.
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
	if _, err := p.to.Write(p.archive.placed(b[:n])); err != nil {
		return 0, err
	}
	if _, err := p.to.Write(b[n:]); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (p *parts) placed(head []byte) []byte {
	before, after := []byte(`<dimension ref="`), []byte(`"`)
	_, rest, ok := bytes.Cut(head, before)
	if !ok {
		return head
	}
	mark, _, ok := bytes.Cut(rest, after)
	if !ok {
		return head
	}
	real, ok := p.ranges[string(mark)]
	if !ok {
		return head
	}
	p.missing--
	at := bytes.Index(head, before) + len(before)
	out := append([]byte{}, head[:at]...)
	out = append(out, real...)
	return append(out, head[at+len(mark):]...)
}
