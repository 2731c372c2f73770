// Package inbox is a folder of books to import: which of its files are books, which of those are complete, and how a
// finished one is moved away. It knows nothing of runs, and reads no row of a book.
package inbox

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/book"
	"muster/reports"
)

// File is a file that may be a book, as it was when the folder was listed.
type File struct {
	Path string
	Info fs.FileInfo
	Link bool // the name is a symbolic link to it
}

// unchanged reports whether the file at that path is still the listed one, with the same size and time.
func (f File) unchanged() bool {
	now, err := os.Stat(f.Path)
	return err == nil && sameLook(f.Info, now)
}

// EndsALine reports whether the file's last byte ends a line, or the file cannot be read.
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

// Contents is what a folder contains.
type Contents struct {
	Books     []File
	LeftAlone []LeftAlone // which may still have merchants in them
}

// LeftAlone is a file that is not a book, and that somebody may have put there as one.
type LeftAlone struct {
	File
	kind kind
}

// Sentence names the file and says what to do about it.
func (l LeftAlone) Sentence() *pipeline.Message {
	switch l.kind {
	case kindPacked:
		return pipeline.Say("run.packed_file", "name", l.Path)
	case kindEncrypted:
		return pipeline.Say("run.encrypted_file", "name", l.Path)
	case kindPage:
		return pipeline.Say("run.page_file", "name", l.Path)
	case kindText:
		return pipeline.Say("run.text_file", "name", l.Path)
	case kindMisnamed, kindNameless:
		return pipeline.Say("run.misnamed_file", "name", l.Path)
	case kindPartial:
		return pipeline.Say("run.partial_file", "name", l.Path, "since", l.Info.ModTime())
	}
	return pipeline.Say("run.foreign_file", "name", l.Path)
}

// kind is what a file is by its name.
type kind int

const (
	kindOther kind = iota // not a file that anybody takes for a book
	kindBook
	kindForeign   // a table of a program that muster does not read
	kindPacked    // an archive or a compressed file
	kindEncrypted // by another program
	kindPage      // a document that shows a table and is not one
	kindText      // a table or a letter: it is a book when a command names it
	kindMisnamed  // its name ends almost as that of a book
	kindNameless  // its name has no ending: what it begins with decides
	kindPartial   // a book under the name that it has until its transfer ends
)

// brokenOff is how long nothing arrives for a partial file until its transfer counts as broken off.
const brokenOff = 24 * time.Hour

// extensions are the kinds of files by extension.
var extensions = map[kind][]string{
	kindBook:      {".csv", ".tsv", ".xlsx", ".xlsm"},
	kindForeign:   {".xls", ".xlsb", ".xltx", ".ods", ".fods", ".numbers", ".dbf", ".doc", ".docx", ".odt", ".rtf"},
	kindPacked:    {".zip", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".tar", ".7z", ".rar"},
	kindEncrypted: {".gpg", ".pgp", ".age"},
	kindPage:      {".pdf"},
	kindText:      {".txt"},
	kindMisnamed:  {".cvs", ".scv", ".xslx", ".xlxs", ".xlx", ".xslm"},
	kindPartial:   {".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download"},
}

// List lists the folder in the byte order of its names. It leaves out what a person would not call a book: hidden
// files and the lock files of spreadsheet programs, folders, muster's own results and edited ones that were kept, and
// the files of the paths in but, under any name; and, until a day has passed, books that are still being transferred
// under another name.
func List(folder string, but []string, now time.Time) (Contents, error) {
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
			continue // deleted since the folder was read, or a broken link
		case err != nil:
			return Contents{}, err
		case !info.Mode().IsRegular() || isOneOf(info, but):
			continue
		case kind == kindPartial && now.Sub(info.ModTime()) < brokenOff:
			continue
		case kind == kindNameless && !beginsLikeABook(path):
			continue
		case kind != kindBook:
			all.LeftAlone = append(all.LeftAlone, LeftAlone{File{Path: path, Info: info}, kind})
			continue
		case book.IsResult(path):
			continue
		}
		all.Books = append(all.Books, File{Path: path, Info: info, Link: e.Type()&fs.ModeSymlink != 0})
	}
	return all, nil
}

// kindOf decides by a file's name alone.
func kindOf(name string) kind {
	lower := strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "."), strings.HasPrefix(name, "~$"), strings.HasSuffix(lower, ".results.xlsx"),
		reports.IsKeptName(name):
		return kindOther
	}
	for kind, endings := range extensions {
		if !slices.Contains(endings, filepath.Ext(lower)) {
			continue
		}
		if whole := strings.TrimSuffix(lower, filepath.Ext(lower)); kind == kindPartial && !endsLikeABook(whole) {
			return kindOther
		}
		return kind
	}
	switch {
	case filepath.Ext(name) == "":
		return kindNameless
	case endsLikeABook(strings.TrimRight(lower, " .-_()0123456789")): // a copy that a program numbered
		return kindMisnamed
	}
	return kindOther
}

func endsLikeABook(name string) bool {
	return slices.Contains(extensions[kindBook], filepath.Ext(name))
}

// beginsLikeABook reports whether a file is a ZIP archive, as workbooks are, or its first two lines have the same
// number of delimiters. A mark that a transfer leaves has neither.
func beginsLikeABook(path string) bool {
	in, err := os.Open(path)
	if err != nil {
		return false
	}
	defer in.Close() // it is only read
	text := make([]byte, 8<<10)
	n, err := io.ReadFull(in, text)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return false
	}
	if text = text[:n]; bytes.HasPrefix(text, []byte("PK\x03\x04")) {
		return true
	}
	lines := bytes.SplitN(text, []byte("\n"), 3)
	for _, delimiter := range []string{",", ";", "\t", "|"} {
		if count := bytes.Count(lines[0], []byte(delimiter)); len(lines) > 1 && count > 0 &&
			bytes.Count(lines[1], []byte(delimiter)) == count {
			return true
		}
	}
	return false
}

func isOneOf(info fs.FileInfo, paths []string) bool {
	return slices.ContainsFunc(paths, func(path string) bool {
		other, err := os.Stat(path)
		return err == nil && os.SameFile(info, other)
	})
}

const (
	// restFor is how long a file is watched before it counts as complete; a file whose last change is older than
	// youngFor is not watched.
	restFor  = 2 * time.Second
	youngFor = time.Minute
)

// AtRest separates complete files from files that are still being written, which have changed since they were listed.
// It calls wait, which may return early, when a file was changed shortly before now.
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
