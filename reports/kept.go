package reports

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"

	"muster/pipeline/files"
)

// Kept says which files in a report's place are not replaced, because people have worked in them. Such a file is
// moved to NAME.edited-DATE, followed by its extension; when that fails it stays, and the new report is called
// NAME-2, NAME-3 and so on. The zero Kept replaces every file.
type Kept struct {
	// Edited reports whether the file at path has changed since muster wrote it.
	Edited func(path string) bool
	Date   string // 2026-11-28
	// rename is [os.Rename] when it is nil; write opens a file for writing.
	rename func(from, to string) error
	write  func(path string) (*os.File, error)
}

// open opens a file in the mode that is needed to replace it.
func (k Kept) open(path string) (*os.File, error) {
	if k.write != nil {
		return k.write(path)
	}
	return os.OpenFile(path, os.O_WRONLY, 0)
}

// keepEdited moves an edited file away, or chooses another name for the report.
func (d *destination) keepEdited() {
	if d.kept.Edited == nil {
		return
	}
	if info, err := os.Stat(d.real); err != nil || !info.Mode().IsRegular() || !d.kept.Edited(d.real) {
		return
	}
	var err error
	if d.moved, err = d.kept.move(d.real); err != nil {
		d.path, d.fresh = d.real, true
	}
}

// move moves an edited file and gives its new path.
func (k Kept) move(path string) (string, error) {
	ext := filepath.Ext(path)
	to, err := files.Reserve(strings.TrimSuffix(path, ext) + editedMark + k.Date + ext)
	if err != nil {
		return "", err
	}
	rename := k.rename
	if rename == nil {
		rename = os.Rename
	}
	if err := rename(path, to); err != nil {
		_ = os.Remove(to) // it is empty
		return "", err
	}
	return to, nil
}

const editedMark = ".edited-"

// IsKeptName reports whether a file has the name of an edited report that was moved for a new one.
func IsKeptName(name string) bool {
	_, date, found := strings.Cut(name, editedMark)
	return found && len(date) >= len("2026-11-28") && strings.Trim(date[:len("2026-11-28")], "0123456789-") == ""
}

// IsReport reports whether a file of that extension, .csv or .jsonl, begins as
// muster begins a report.
func IsReport(ext string, head []byte) bool {
	if strings.EqualFold(ext, ".jsonl") {
		return len(head) == 0 || bytes.HasPrefix(head, []byte(`{"row":`))
	}
	for _, delimiter := range Delimiters {
		rest, ok := bytes.CutPrefix(head, []byte("\ufeff"+strings.Join(Columns(), string(delimiter))))
		if ok && len(rest) > 0 && (rest[0] == '\n' || rune(rest[0]) == delimiter) {
			return true
		}
	}
	return false
}
