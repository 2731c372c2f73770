package ledger

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"muster/pipeline"
	"muster/pipeline/files"
)

// resolve makes path absolute and follows symbolic links, even one whose target does not exist yet, so that a ledger
// has one name, and its lock and key are next to the file itself.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	const deepest = 40 // links in a row, as Linux allows
	for range deepest {
		real, err := filepath.EvalSymlinks(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return real, err
		}
		target, err := os.Readlink(path)
		if err != nil { // the file does not exist; its folder may still be a link
			dir, err := filepath.EvalSymlinks(filepath.Dir(path))
			return filepath.Join(dir, filepath.Base(path)), err
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", &fs.PathError{Op: "open", Path: path, Err: pipeline.Fail("ledger.link_loop")}
}

// createPrivate makes an empty file that only its owner can read, unless the path exists. SQLite would make it
// readable for others, and gives its -wal, -shm and -journal the mode of the database.
//
// The file gets its name only after it is closed: closing any descriptor of a file drops every POSIX lock that this
// process holds on it, among them those of a connection that was opened meanwhile.
func createPrivate(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".muster-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // the linked name stays
	if err := f.Close(); err != nil {
		return err
	}
	err = os.Link(f.Name(), path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return nil
	case err != nil: // a file system without hard links
		f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	return files.SyncFolder(filepath.Dir(path))
}

// address is the URI of the database at an absolute path. query must be a constant: pragma values are SQL text.
func address(path, query string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query
}
