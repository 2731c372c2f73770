package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestReserve(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "a.tar.gz"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ asked, want string }{
		{"book.xlsx", "book.xlsx"},
		{"book.xlsx", "book-2.xlsx"},
		{"book.xlsx", "book-3.xlsx"},
		{"book-2.xlsx", "book-2-2.xlsx"},
		{"a.tar.gz", "a.tar-2.gz"}, // a folder has that name
		{"bare", "bare"},
		{"bare", "bare-2"},
	} {
		got, err := Reserve(filepath.Join(dir, c.asked))
		if err != nil || got != filepath.Join(dir, c.want) {
			t.Errorf("%s: %s, %v; want %s", c.asked, got, err, c.want)
			continue
		}
		info, err := os.Stat(got)
		if err != nil || info.Size() != 0 || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", c.asked, info.Mode(), err)
		}
	}
	if _, err := Reserve(filepath.Join(dir, "none", "a.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a folder that is not there: %v", err)
	}
}

// Callers that reserve the same name at once get different ones.
func TestReserveAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	names := make([]string, 8)
	var all sync.WaitGroup
	for i := range names {
		all.Go(func() {
			var err error
			if names[i], err = Reserve(path); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	taken := map[string]bool{}
	for _, n := range names {
		if taken[n] {
			t.Errorf("%s was given twice", n)
		}
		taken[n] = true
	}
}

func TestSyncFolder(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(SyncFolder(dir), TrySyncFolder(dir)); err != nil {
		t.Error(err)
	}
	none := filepath.Join(dir, "none")
	for _, err := range []error{SyncFolder(none), TrySyncFolder(none)} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a folder that is not there: %v", err)
		}
	}
}

func TestSHA256(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	if _, err := SHA256(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte("abc"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-4, its first example
	if got, err := SHA256(path); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
}
