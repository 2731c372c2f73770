package reports

import (
	"archive/zip"
	"compress/flate"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"muster/pipeline"
	"muster/pipeline/sheetxml"
)

// maxPart bounds the parts that are changed and held in memory.
const maxPart = 64 << 20

// bookParts are the parts of a book's archive.
type bookParts struct{ *zip.Reader }

// find is a part by its name; nil when there is none.
func (b bookParts) find(name string) *zip.File {
	for _, f := range b.File {
		if sheetxml.PartName(f.Name) == sheetxml.PartName(name) {
			return f
		}
	}
	return nil
}

// read returns a whole part; nil when there is none.
func (b bookParts) read(name string) ([]byte, error) {
	f := b.find(name)
	if f == nil {
		return nil, nil
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(sheetxml.UTF8(r), maxPart+1))
	if err == nil && len(text) > maxPart {
		err = pipeline.Fail("report.part_too_large")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// free is a part's name that the book does not have.
func (b bookParts) free(stem, ending string) string {
	for n := 1; ; n++ {
		if name := stem + strconv.Itoa(n) + ending; b.find(name) == nil {
			return name
		}
	}
}

// styles finds the part with the book's styles.
func (b bookParts) styles() string {
	name := "xl/styles.xml"
	for _, f := range b.File {
		if strings.HasSuffix(strings.ToLower(f.Name), "/styles.xml") {
			name = f.Name
		}
	}
	return name
}

// changedParts are the new texts of parts, by their names.
type changedParts map[string][]byte

// copyTo writes the archive with all parts in order, changed ones in their new form and the sheet from the spool,
// then the new ones.
func (b bookParts) copyTo(w io.Writer, sheet string, spooled *spool, changed changedParts) error {
	texts := map[string][]byte{}
	for name, text := range changed {
		texts[sheetxml.PartName(name)] = text
	}
	out := zip.NewWriter(w)
	for _, f := range b.File {
		name := sheetxml.PartName(f.Name)
		text, is := texts[name]
		var err error
		switch {
		case name == sheetxml.PartName(sheet):
			err = spooled.copyTo(out, f)
		case is:
			err = writePart(out, zip.FileHeader{Name: f.Name, Modified: f.Modified}, text)
		default:
			err = out.Copy(f)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(changed)) {
		if b.find(name) != nil {
			continue
		}
		if err := writePart(out, zip.FileHeader{Name: name}, changed[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return out.Close()
}

func writePart(out *zip.Writer, header zip.FileHeader, text []byte) error {
	header.Method = zip.Deflate
	w, err := out.CreateHeader(&header)
	if err != nil {
		return err
	}
	_, err = w.Write(text)
	return err
}

// spool stores the compressed sheet of the copy until the parts before it can be written.
type spool struct {
	packed  encryptedSpool
	deflate *flate.Writer
	crc     uint32
	size    int64
}

// newSpool makes a spool whose file, if it needs one, is in folder.
func newSpool(folder string) (*spool, error) {
	s := &spool{packed: encryptedSpool{folder: folder}}
	var err error
	s.deflate, err = flate.NewWriter(&s.packed, flate.DefaultCompression)
	return s, err
}

func (s *spool) Write(text []byte) (int, error) {
	s.crc = crc32.Update(s.crc, crc32.IEEETable, text)
	s.size += int64(len(text))
	return s.deflate.Write(text)
}

// copyTo adds the spooled sheet to an archive, with the header of like.
func (s *spool) copyTo(out *zip.Writer, like *zip.File) error {
	if err := s.deflate.Close(); err != nil {
		return err
	}
	w, err := out.CreateRaw(&zip.FileHeader{Name: like.Name, Method: zip.Deflate, Modified: like.Modified, CRC32: s.crc,
		CompressedSize64: uint64(s.packed.size()), UncompressedSize64: uint64(s.size)})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, s.packed.reader())
	return err
}

// remove leaves nothing behind.
func (s *spool) remove() {
	_ = s.packed.close() // nobody can read a file that stays
}
