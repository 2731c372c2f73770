// Package files keeps what is written when the power goes, and takes names that
// nobody has. It knows nothing of what is in a file.
package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// SyncFolder makes new names in a folder outlast a power cut. On Windows, which
// has no such call and needs none, it does nothing.
func SyncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// TrySyncFolder is [SyncFolder] for what is no loss where a file system cannot
// promise it, as some on a network cannot: that is no error.
func TrySyncFolder(folder string) error {
	err := SyncFolder(folder)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// Reserve makes an empty file, readable by its owner alone, of the name path
// or, where that is taken, with -2, -3 and so on before the extension, and gives
// its name. What then replaces the file has a free name for sure: no other
// program can come between.
func Reserve(path string) (string, error) {
	ext := filepath.Ext(path)
	stem := strings.TrimSuffix(path, ext)
	for n := 1; ; n++ {
		name := path
		if n > 1 {
			name = stem + "-" + strconv.Itoa(n) + ext
		}
		f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		return name, f.Close()
	}
}
