package book

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/term"

	"muster/pipeline"
)

// maxSpool bounds what is copied from a pipe.
const maxSpool = 4 << 30

// file is the one open handle for all passes, with its size when it was opened: bytes appended later are ignored.
type file struct {
	at    io.ReaderAt
	size  int64
	close func() error
	// protected: it was opened with a password that its owner chose.
	protected bool
}

// ReadAt implements io.ReaderAt, and returns errShorter for a file that lost bytes since it was opened.
func (f *file) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		// A damaged archive's offset, and not a failure of the disk.
		return 0, errNegative
	}
	n, err := f.at.ReadAt(p, off)
	if errors.Is(err, io.EOF) && off+int64(n) < f.size {
		err = errShorter
	}
	return n, err
}

// from is the file from an offset to its size when it was opened.
func (f *file) from(off int64) *io.SectionReader { return io.NewSectionReader(f, off, f.size-off) }

func (f *file) all() *io.SectionReader { return f.from(0) }

func (f *file) Close() error { return f.close() }

// start returns up to n bytes from the file's beginning.
func (f *file) start(n int) ([]byte, error) {
	head, err := io.ReadAll(io.LimitReader(f.all(), int64(n)))
	return head, err
}

// standardInput is the path for it; a file of that name is "./-".
const standardInput = "-"

func openFile(path string) (*file, error) {
	if path == standardInput {
		return openInput(os.Stdin)
	}
	h, err := os.Open(path)
	if err != nil {
		return nil, openRefusal(path, err)
	}
	info, err := h.Stat()
	if err != nil {
		h.Close() // nothing was read
		return nil, openRefusal(path, err)
	}
	switch {
	case info.IsDir():
		h.Close() // nothing was read
		return nil, pipeline.Wrong("book.is_folder").Try("book.name_file_in_folder").At(pipeline.Place{File: path})
	case info.Mode().IsRegular():
		return &file{at: h, size: info.Size(), close: h.Close}, nil
	}
	spooled, err := spoolAs(path, h)
	if closing := h.Close(); err == nil && closing != nil {
		spooled.Close() // the copy is given up; the first error matters
		return nil, openRefusal(path, closing)
	}
	return spooled, err
}

// openInput copies standard input from its present position, as a part may have been read. It is not closed, because
// it is not ours.
func openInput(h *os.File) (*file, error) {
	if term.IsTerminal(int(h.Fd())) {
		return nil, pipeline.Wrong("book.input_is_terminal").Try("book.pipe_or_name").
			At(pipeline.Place{File: standardInput})
	}
	return spoolAs(standardInput, h)
}

func spoolAs(path string, from io.Reader) (*file, error) {
	f, err := spool(from, maxSpool)
	if err == nil {
		return f, nil
	}
	var m *pipeline.Mistake
	if errors.As(err, &m) {
		return nil, m.Within(pipeline.Place{File: path})
	}
	return nil, openRefusal(path, err)
}

func openRefusal(path string, err error) *pipeline.Mistake {
	m := unreadable(err)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		m = pipeline.Wrong("book.no_such_file").Try("book.check_path").Suggest(beside(path))
	case errors.Is(err, fs.ErrPermission):
		m = pipeline.Wrong("book.not_permitted").Try("book.ask_permission")
	}
	m.Err = err
	return m.At(pipeline.Place{File: path})
}

// leastStem is how many letters a name without its extension needs to be compared with others: shorter names are all
// alike.
const leastStem = 3

// beside is the book in the folder of path whose name was probably meant; "" for none.
func beside(path string) string {
	folder, stem := filepath.Dir(path), stemOf(path)
	entries, err := os.ReadDir(folder)
	if err != nil || len(stem) < leastStem {
		return ""
	}
	var names, stems []string
	for _, e := range entries {
		if ext := strings.ToLower(filepath.Ext(e.Name())); !e.IsDir() && (ext == ".csv" || ext == ".xlsx") {
			names, stems = append(names, e.Name()), append(stems, stemOf(e.Name()))
		}
	}
	meant := slices.Index(stems, pipeline.Meant(stem, stems))
	if meant < 0 {
		return ""
	}
	return filepath.Join(folder, names[meant])
}

func stemOf(path string) string {
	name := filepath.Base(path)
	return strings.TrimSuffix(name, filepath.Ext(name))
}

// spool copies a stream that can be read only once to a temporary file. os.CreateTemp makes it readable by its owner
// alone; it is unlinked at once, so that the data are gone with the process, however it ends.
func spool(from io.Reader, limit int64) (*file, error) {
	to, err := os.CreateTemp("", "muster-book-*")
	if err != nil {
		return nil, err
	}
	unlinked := os.Remove(to.Name()) == nil
	f := &file{at: to, close: func() error {
		err := to.Close()
		if !unlinked { // a system that cannot unlink an open file
			err = errors.Join(err, os.Remove(to.Name()))
		}
		return err
	}}
	f.size, err = io.Copy(to, io.LimitReader(from, limit+1))
	if err == nil && f.size > limit {
		err = pipeline.Wrong("book.pipe_too_large").Try("book.split_file")
	}
	if err != nil {
		f.Close() // the copy is given up; the first error matters
		return nil, err
	}
	return f, nil
}
