package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"muster/pipeline"
	"muster/pipeline/files"
)

// ChangedError: the file at that path is not the listed one any more.
type ChangedError struct{ Path string }

func (e *ChangedError) Error() string { return e.Sentence().String() }

// Sentence names the file.
func (e *ChangedError) Sentence() *pipeline.Message {
	return pipeline.Say("inbox.changed", "path", e.Path)
}

// Move moves an imported book to folder, under its name or, where that is taken, with -2, -3 and so on before the
// extension, and returns its new path. Nothing is overwritten, and the book is at one of the two places whatever
// happens in between. A file that is not the listed one any more is a *[ChangedError], and stays.
//
// rename is [os.Rename]; where it cannot move the file, as between file systems, the book is copied, the copy is
// synced, and then the original is deleted.
func Move(b File, folder string, rename func(from, to string) error) (string, error) {
	if b.Link {
		return "", pipeline.Fail("inbox.link")
	}
	if !b.unchanged() {
		return "", &ChangedError{b.Path}
	}
	to, err := files.Reserve(filepath.Join(folder, filepath.Base(b.Path)))
	if err != nil {
		return "", err
	}
	if err = rename(b.Path, to); err != nil {
		err = copyOver(b, to)
	} else if info, statErr := os.Stat(to); statErr == nil && !sameLook(b.Info, info) {
		// Another file took the book's place at the last moment: it is moved back.
		return "", errors.Join(giveBack(to, b.Path), &ChangedError{b.Path})
	}
	if err != nil {
		return "", errors.Join(err, os.Remove(to))
	}
	return to, errors.Join(files.TrySyncFolder(folder), files.TrySyncFolder(filepath.Dir(b.Path)))
}

// giveBack moves a file back to its old name, unless that is taken again.
func giveBack(from, to string) error {
	if err := os.Link(from, to); err != nil {
		return pipeline.Fail("inbox.is_now", "path", from, "cause", err)
	}
	return os.Remove(from)
}

// copyOver copies the book over the reserved name and removes the original.
func copyOver(b File, to string) (err error) {
	from, err := os.Open(b.Path)
	if err != nil {
		return err
	}
	defer from.Close()
	tmp, err := os.CreateTemp(filepath.Dir(to), ".muster-*.tmp")
	if err != nil {
		return err
	}
	renamed := false
	defer func() {
		if err != nil && !renamed {
			err = errors.Join(err, os.Remove(tmp.Name()))
		}
	}()
	written := sha256.New()
	_, err = io.Copy(io.MultiWriter(tmp, written), from)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err = os.Chtimes(tmp.Name(), b.Info.ModTime(), b.Info.ModTime()); err != nil {
		return err
	}
	// Before the original is deleted, the copy on disk must be what was imported.
	kept, err := files.SHA256(tmp.Name())
	if err != nil {
		return err
	}
	if kept != hex.EncodeToString(written.Sum(nil)) || !b.unchanged() {
		return &ChangedError{b.Path}
	}
	if err = os.Rename(tmp.Name(), to); err != nil {
		return err
	}
	renamed = true
	if err := files.TrySyncFolder(filepath.Dir(to)); err != nil {
		return err
	}
	return os.Remove(b.Path)
}

// SHA256 is that of the file's content, in hex.
func (f File) SHA256() (string, error) { return files.SHA256(f.Path) }
