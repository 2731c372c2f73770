package reports

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
)

// writeParts writes the workbook to w. The library would build the whole archive in memory first; with a ZIP writer
// of our own it writes each part directly to w. The streamed sheets get what the library does not have: their rows,
// and their links, which it would search for each new one.
//
// own returns the content of a part that replaces the library's, nil for all others.
func writeParts(f *excelize.File, w io.Writer, streamed []*sheet, own func(name string) io.Reader) error {
	names := map[string]*sheet{}
	for _, sh := range streamed {
		names[sh.name] = sh
	}
	archive := &parts{Writer: zip.NewWriter(w), sheets: map[string]*sheet{}, own: own}
	for id, name := range f.GetSheetMap() {
		if sh := names[name]; sh != nil {
			archive.sheets[fmt.Sprintf("xl/worksheets/sheet%d.xml", id)] = sh
		}
	}
	// Sheets repeat the same words: the fastest setting takes a third of the time and costs a few per cent of size.
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	f.SetZipWriter(func(io.Writer) excelize.ZipWriter { return archive })
	if err := f.Write(io.Discard); err != nil {
		return err
	}
	if archive.placed != len(streamed) {
		return pipeline.Fail("report.no_place_for_range")
	}
	return nil
}

type parts struct {
	*zip.Writer
	sheets map[string]*sheet // the streamed ones, by part
	placed int               // how many of them are in the archive
	name   string            // of the streamed sheet that is being written; "" of none
	frame  bytes.Buffer      // that sheet without its rows
	own    func(name string) io.Reader
}

// Create begins a part.
func (p *parts) Create(name string) (io.Writer, error) {
	if err := p.place(); err != nil {
		return nil, err
	}
	if p.sheets[name] != nil {
		p.name = name
		return &p.frame, nil
	}
	w, err := p.Writer.Create(name)
	if err != nil {
		return nil, err
	}
	if content := p.own(name); content != nil {
		_, err := io.Copy(w, content)
		return io.Discard, err
	}
	return w, nil
}

// Close ends the archive.
func (p *parts) Close() error {
	if err := p.place(); err != nil {
		return err
	}
	return p.Writer.Close()
}

// What the library writes for a sheet without rows, and what follows the links of every sheet here, which all have
// margins. No text can contain either, because its < would be escaped.
//
// The library marks every sheet with a filter as having hidden rows, which is not true here.
var (
	noRows     = []byte("<sheetData></sheetData>")
	afterLinks = []byte("<pageMargins")
	filtering  = []byte(` filterMode="true"`)
)

// place writes the streamed sheet that the library has finished.
func (p *parts) place() error {
	if p.name == "" {
		return nil
	}
	name, sh := p.name, p.sheets[p.name]
	p.name = ""
	head, tail, ok := bytes.Cut(p.frame.Bytes(), noRows)
	if !ok {
		return pipeline.Fail("report.no_place_for_range")
	}
	head = append(bytes.Replace(head, filtering, nil, 1), "<sheetData>"...)
	tail = append([]byte("</sheetData>"), tail...)
	p.frame.Reset()
	if len(sh.links) > 0 {
		at := bytes.Index(tail, afterLinks)
		if at < 0 {
			return pipeline.Fail("report.no_place_for_range")
		}
		var b bytes.Buffer
		b.Write(tail[:at])
		if err := writeLinks(&b, sh.links); err != nil {
			return err
		}
		b.Write(tail[at:])
		tail = b.Bytes()
	}
	p.placed++
	return p.join(name, head, sh.rows, tail)
}

// join writes a part that consists of a head, the already compressed rows of a stream, and a tail. Compressed data
// may be concatenated when the first part ends with a flush (RFC 1951, section 2).
func (p *parts) join(name string, head []byte, rows *stream, tail []byte) error {
	var first, last bytes.Buffer
	before, err := flate.NewWriter(&first, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := before.Write(head); err != nil {
		return err
	}
	if err := before.Flush(); err != nil {
		return err
	}
	after, err := flate.NewWriter(&last, flate.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := after.Write(tail); err != nil {
		return err
	}
	if err := after.Close(); err != nil {
		return err
	}
	sum := joinedSum(crc32.ChecksumIEEE(head), rows.sum, rows.size)
	const version = 20 // first version of the format with compression
	w, err := p.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate,
		CreatorVersion: version, ReaderVersion: version,
		CRC32:              crc32.Update(sum, crc32.IEEETable, tail),
		CompressedSize64:   uint64(int64(first.Len()) + rows.spool.size() + int64(last.Len())),
		UncompressedSize64: uint64(int64(len(head)) + rows.size + int64(len(tail)))})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, io.MultiReader(&first, rows.spool.reader(), &last))
	return err
}

// joinedSum is the CRC-32 of two texts one after the other, from the sums of both and the second one's size. The sum
// is linear: the first text contributes what it would before as many zeros.
func joinedSum(first, next uint32, size int64) uint32 {
	zeros := make([]byte, 64<<10)
	none := uint32(0)
	for size > 0 {
		n := min(size, int64(len(zeros)))
		first = crc32.Update(first, crc32.IEEETable, zeros[:n])
		none = crc32.Update(none, crc32.IEEETable, zeros[:n])
		size -= n
	}
	return first ^ none ^ next
}
