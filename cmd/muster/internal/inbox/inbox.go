// Package inbox is a folder that books are put into: which of its files are
// books, which of those are whole, and how a finished one is moved away. It
// knows nothing of runs, and reads no row of a book.
package inbox

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"muster/pipeline/book"
)

// File is a file that may be a book, as it was at a first look.
type File struct {
	Path string
	Info fs.FileInfo
	Link bool // the name is a symbolic link to it
}

// unchanged reports whether the file of that name is the one of the first
// look, of the same size and time.
func (f File) unchanged() bool {
	now, err := os.Stat(f.Path)
	return err == nil && sameLook(f.Info, now)
}

// EndsALine says that the file's last byte ends a line, or that it cannot be read.
func (f File) EndsALine() bool {
	in, err := os.Open(f.Path)
	if err != nil {
		return true
	}
	defer in.Close() // it is only read
	last := make([]byte, 1)
	if _, err := in.ReadAt(last, f.Info.Size()-1); err != nil {
		return true
	}
	return last[0] == '\n' || last[0] == '\r'
}

func sameLook(a, b fs.FileInfo) bool {
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// Paths are the files' paths, in their order.
func Paths(files []File) []string {
	var paths []string
	for _, f := range files {
		paths = append(paths, f.Path)
	}
	return paths
}

// Contents is what a folder holds.
type Contents struct {
	Books   []File
	Foreign []string // spreadsheets that muster does not read
	Packed  []string // archives and compressed files, which may have books in them
	Pages   []string // documents that show a table and are none: PDF
}

// kind is what a file is by its name.
type kind int

const (
	kindOther kind = iota
	kindBook
	kindForeign
	kindPacked
	kindPage
)

// List lists the folder in the byte order of its names. What a person would
// not call a book is left out: hidden files and the locks of spreadsheet
// programs, folders, muster's own results, and the files of the paths in but,
// under whatever name.
func List(folder string, but []string) (Contents, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return Contents{}, err
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	var all Contents
	for _, e := range entries {
		path := filepath.Join(folder, e.Name())
		kind := kindOf(e.Name())
		if kind == kindOther {
			continue
		}
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // gone since the folder was read, or a link to nothing
		case err != nil:
			return Contents{}, err
		case !info.Mode().IsRegular() || isOneOf(info, but):
			continue
		case kind == kindForeign:
			all.Foreign = append(all.Foreign, path)
			continue
		case kind == kindPacked:
			all.Packed = append(all.Packed, path)
			continue
		case kind == kindPage:
			all.Pages = append(all.Pages, path)
			continue
		case book.IsResult(path):
			continue
		}
		all.Books = append(all.Books, File{Path: path, Info: info, Link: e.Type()&fs.ModeSymlink != 0})
	}
	return all, nil
}

// kindOf judges a file by its name alone.
func kindOf(name string) kind {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"), strings.HasSuffix(lower, ".results.xlsx"):
		return kindOther
	}
	switch filepath.Ext(lower) {
	case ".csv", ".tsv", ".txt", ".xlsx", ".xlsm":
		return kindBook
	case ".xls", ".xlsb", ".ods", ".numbers":
		return kindForeign
	case ".zip", ".gz", ".tgz", ".7z", ".rar":
		return kindPacked
	case ".pdf":
		return kindPage
	}
	return kindOther
}

func isOneOf(info fs.FileInfo, paths []string) bool {
	return slices.ContainsFunc(paths, func(path string) bool {
		other, err := os.Stat(path)
		return err == nil && os.SameFile(info, other)
	})
}

const (
	// restFor is how long a file is watched before it is taken for whole, and
	// youngFor how old its last change has to be for that to be needless.
	restFor  = 2 * time.Second
	youngFor = time.Minute
)

// AtRest separates the files that are whole from those that somebody is still
// writing, which look otherwise than at the first look. It calls wait, which
// may return early, when a file was changed not long before now.
func AtRest(files []File, now time.Time, wait func(time.Duration)) (whole, unfinished []File) {
	if slices.ContainsFunc(files, func(f File) bool { return now.Sub(f.Info.ModTime()) < youngFor }) {
		wait(restFor)
	}
	for _, f := range files {
		if f.unchanged() {
			whole = append(whole, f)
		} else {
			unfinished = append(unfinished, f)
		}
	}
	return whole, unfinished
}
