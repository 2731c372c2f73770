package book

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"errors"
	"io"

	"github.com/richardlehane/mscfb"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
)

// maxProtected is the largest protected workbook accepted. It is decrypted in memory, so that its contents never
// reach a disk unencrypted.
const maxProtected = 128 << 20

// maxCompound allows for the parts of the compound file around the encrypted bytes.
const maxCompound = maxProtected + maxProtected/64

// defaultPassword is the password with which a spreadsheet program encrypts a workbook that is only protected against
// changes; the program opens such a workbook without asking for it (MS-OFFCRYPTO, 2.4.2.3).
const defaultPassword = "VelvetSweatshop"

// compound is a compound file (MS-CFB), with those of its streams that show what kind of file it is.
type compound struct {
	window          *window
	info, encrypted *mscfb.File // of a protected workbook
	old             *mscfb.File // the workbook stream of an .xls
	letter          bool
}

func openCompound(f *file) (*compound, error) {
	head, err := f.start(offcrypto.SectorSize)
	if err != nil {
		return nil, err
	}
	if len(head) < offcrypto.SectorSize {
		return nil, damagedCompound()
	}
	// The library allocates memory for as many sectors as the header claims.
	for _, at := range []int{40, 44, 64, 72} {
		if int64(binary.LittleEndian.Uint32(head[at:])) > f.size/offcrypto.SectorSize {
			return nil, damagedCompound()
		}
	}
	c := &compound{window: &window{from: f}}
	doc, err := mscfb.New(c.window)
	if err != nil {
		return nil, c.fault()
	}
	for _, s := range doc.File {
		switch s.Name {
		case offcrypto.InfoStream:
			c.info = s
		case offcrypto.PackageStream:
			c.encrypted = s
		case "Workbook", "Book":
			c.old = s
		case "WordDocument", "PowerPoint Document":
			c.letter = true
		}
	}
	return c, nil
}

func damagedCompound() *pipeline.Mistake {
	return pipeline.Wrong("book.compound_damaged").Advise(fetchAgain())
}

// fault tells a disk failure from a damaged compound file: the library keeps only the text of an error, not the error
// itself.
func (c *compound) fault() error {
	if c.window.failed != nil {
		return c.window.failed
	}
	return damagedCompound()
}

// unprotected returns the decrypted workbook inside a compound file. For any file that is not a workbook protected by
// a password, it returns a mistake that says what the file is.
func unprotected(f *file, password string) (*file, error) {
	if f.size > maxCompound {
		return nil, pipeline.Wrong("book.compound_too_large", "size", int(f.size>>20), "most", maxProtected>>20).
			Advise(withoutPassword())
	}
	c, err := openCompound(f)
	if err != nil {
		return nil, err
	}
	switch {
	case c.info != nil && c.encrypted != nil:
	case c.old != nil && c.oldProtected():
		return nil, pipeline.Wrong("book.is_xls_with_password").Advise(withoutPassword())
	case c.old != nil:
		return nil, pipeline.Wrong("book.is_xls_renamed").Advise(saveAsEither())
	case c.letter:
		return nil, pipeline.Wrong("book.is_old_document").Advise(saveAsEither())
	default:
		return nil, pipeline.Wrong("book.is_old_binary").Advise(saveAsEither())
	}
	if c.info.Size > maxInfo || c.info.Size < 8 || c.encrypted.Size < offcrypto.PackageHead ||
		c.encrypted.Size > f.size {
		return nil, damagedCompound()
	}
	info := make([]byte, c.info.Size)
	if _, err := io.ReadFull(streamOf(c.info), info); err != nil {
		return nil, c.fault()
	}
	lock, err := lockOf(info)
	if err != nil {
		return nil, err
	}
	key, err := lock.key(cmp.Or(password, defaultPassword))
	owned := password != ""
	if errors.Is(err, errWrongPassword) && owned {
		owned = false
		key, err = lock.key(defaultPassword)
	}
	switch {
	case errors.Is(err, errWrongPassword) && password == "":
		return nil, pipeline.Wrong("book.needs_password").Try("book.name_password_file")
	case errors.Is(err, errWrongPassword):
		return nil, pipeline.Wrong("book.wrong_password").Try("book.check_password_file")
	case err != nil:
		return nil, err
	}
	plain, err := c.decrypted(f, key)
	if err != nil {
		return nil, err
	}
	plain.protected = owned
	return plain, nil
}

// decrypted reads the encrypted package (MS-OFFCRYPTO, 2.3.4.4): its unencrypted size, then its encrypted bytes,
// padded. The returned file keeps the file it was read from open.
func (c *compound) decrypted(f *file, key packageKey) (*file, error) {
	stream := c.encrypted
	from := streamOf(stream)
	var head [offcrypto.PackageHead]byte
	if _, err := io.ReadFull(from, head[:]); err != nil {
		return nil, c.fault()
	}
	size := binary.LittleEndian.Uint64(head[:])
	if size > uint64(stream.Size-offcrypto.PackageHead) {
		return nil, damagedCompound()
	}
	text := make([]byte, (stream.Size-offcrypto.PackageHead)/cipherBlock*cipherBlock)
	if uint64(len(text)) < size {
		return nil, damagedCompound()
	}
	for i, at := 0, 0; at < len(text); i, at = i+1, at+offcrypto.Segment {
		piece := text[at:min(at+offcrypto.Segment, len(text))]
		if _, err := io.ReadFull(from, piece); err != nil {
			return nil, c.fault()
		}
		key.decrypt(i, piece)
	}
	return &file{at: bytes.NewReader(text[:size]), size: int64(size), close: f.close}, nil
}

// streamOf reads a stream from its beginning in small pieces: the time that the library needs for one read grows with
// the square of its length.
func streamOf(s *mscfb.File) io.Reader { return &pieces{s} }

type pieces struct{ from *mscfb.File }

func (p *pieces) Read(b []byte) (int, error) { return p.from.Read(b[:min(len(b), 16<<10)]) }

// oldProtected looks for the FILEPASS record among the first records of an .xls (MS-XLS, 2.4.117), where it directly
// follows the one that begins the stream.
func (c *compound) oldProtected() bool {
	head, err := io.ReadAll(io.LimitReader(streamOf(c.old), 4096))
	if err != nil && len(head) == 0 {
		return false // the name of the stream has already shown what it is
	}
	const filePass = 0x2f
	for len(head) >= 4 {
		kind, size := binary.LittleEndian.Uint16(head), int(binary.LittleEndian.Uint16(head[2:]))
		if kind == filePass {
			return true
		}
		if len(head) < 4+size {
			return false
		}
		head = head[4+size:]
	}
	return false
}

// window reads a file in blocks and keeps the last one, because the library reads its tables four bytes at a time.
type window struct {
	from  *file
	at    int64
	block []byte
	// failed is the disk's error, of which the library would keep only the text.
	failed error
}

const windowSize = 64 << 10

// ReadAt implements [io.ReaderAt].
func (w *window) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, io.EOF
	}
	if len(p) > windowSize {
		return w.note(w.from.ReadAt(p, off))
	}
	if off < w.at || off+int64(len(p)) > w.at+int64(len(w.block)) {
		if w.block == nil {
			w.block = make([]byte, 0, windowSize)
		}
		n, err := w.note(w.from.ReadAt(w.block[:windowSize], off))
		w.at, w.block = off, w.block[:n]
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, err
		}
	}
	n := copy(p, w.block[off-w.at:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (w *window) note(n int, err error) (int, error) {
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}
