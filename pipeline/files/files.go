// Package files makes writes outlast a power cut, reserves unused file names, and computes digests. It does not look
// at what a file contains.
package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// SyncFolder makes new names in a folder outlast a power cut. On Windows, which has no such call and needs none, it
// does nothing.
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

// TrySyncFolder is [SyncFolder], but returns no error on a file system that cannot sync a folder, as some on a network
// cannot.
func TrySyncFolder(folder string) error {
	err := SyncFolder(folder)
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// Reserve creates an empty file, readable by its owner alone, at path or, if that is taken, with -2, -3 and so on
// before the extension, and returns its name. The caller then replaces that file, so no other program can take the
// name in between.
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

// SHA256 is the digest of a file's content, in hex.
func SHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close() // it is only read
	digest := sha256.New()
	if _, err := io.Copy(digest, f); err != nil {
		return "", err // it names the file
	}
	return hex.EncodeToString(digest.Sum(nil)), nil
}
