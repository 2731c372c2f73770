package inbox

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

func bookToMove(t *testing.T) (File, string) {
	t.Helper()
	from, to := t.TempDir(), t.TempDir()
	path := filepath.Join(from, "book.csv")
	if err := os.WriteFile(path, []byte("the book\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	before := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes(path, before, before); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return File{Path: path, Info: info}, to
}

func holds(t *testing.T, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

func listed(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %q, want %q", folder, got, want)
	}
}

// TestMove: a book is never lost, and never overwrites another, whatever is in its way.
func TestMove(t *testing.T) {
	elsewhere := func(string, string) error { return &os.LinkError{Op: "rename", Err: syscall.EXDEV} }
	for _, rename := range map[string]func(string, string) error{"one file system": os.Rename, "two": elsewhere} {
		b, folder := bookToMove(t)
		for _, taken := range []string{"book.csv", "book-2.csv"} {
			if err := os.WriteFile(filepath.Join(folder, taken), []byte("another\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		to, err := Move(b, folder, rename)
		if err != nil || to != filepath.Join(folder, "book-3.csv") {
			t.Fatalf("moved to %s, %v", to, err)
		}
		holds(t, to, "the book\n")
		holds(t, filepath.Join(folder, "book.csv"), "another\n")
		holds(t, filepath.Join(folder, "book-2.csv"), "another\n")
		listed(t, folder, "book-2.csv", "book-3.csv", "book.csv")
		listed(t, filepath.Dir(b.Path))
		if info, err := os.Stat(to); err != nil || !info.ModTime().Equal(b.Info.ModTime()) {
			t.Errorf("the book is of another time now: %v", err)
		}
	}
}

// TestAReplacedBookStays: a file that took the book's name during the import was not imported, and is not moved.
func TestAReplacedBookStays(t *testing.T) {
	replace := func(t *testing.T, b File) {
		t.Helper()
		next := b.Path + ".part"
		if err := os.WriteFile(next, []byte("the next\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, b.Path); err != nil {
			t.Fatal(err)
		}
	}
	for name, rename := range map[string]func(t *testing.T, b File) func(from, to string) error{
		"before the move": func(t *testing.T, b File) func(from, to string) error {
			replace(t, b)
			return os.Rename
		},
		"at the last moment": func(t *testing.T, b File) func(from, to string) error {
			return func(from, to string) error {
				replace(t, b)
				return os.Rename(from, to)
			}
		},
		"while it is copied": func(t *testing.T, b File) func(from, to string) error {
			return func(string, string) error {
				replace(t, b)
				return syscall.EXDEV
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, folder := bookToMove(t)
			_, err := Move(b, folder, rename(t, b))
			var changed *ChangedError
			if !errors.As(err, &changed) {
				t.Errorf("got %v", err)
			}
			holds(t, b.Path, "the next\n")
			listed(t, folder)
		})
	}
}

func TestALinkIsNotMoved(t *testing.T) {
	b, folder := bookToMove(t)
	b.Link = true
	if _, err := Move(b, folder, os.Rename); err == nil {
		t.Error("it was moved")
	}
	holds(t, b.Path, "the book\n")
	listed(t, folder)
}
