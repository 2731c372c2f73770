package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdAged makes files look as if nobody had written to them for an hour, so
// that no import waits for them to come to rest: aged FILE...
func cmdAged(ts *testscript.TestScript, neg bool, args []string) {
	before := time.Now().Add(-time.Hour)
	for _, name := range args {
		ts.Check(os.Chtimes(ts.MkAbs(name), before, before))
	}
}

func bookToMove(t *testing.T) (found, string) {
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
	return found{path: path, info: info}, to
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

// TestMoveBook: a book is never lost, and never overwrites another, whatever
// stands in the way.
func TestMoveBook(t *testing.T) {
	elsewhere := func(string, string) error { return &os.LinkError{Op: "rename", Err: syscall.EXDEV} }
	for _, rename := range map[string]func(string, string) error{"one file system": os.Rename, "two": elsewhere} {
		b, folder := bookToMove(t)
		for _, taken := range []string{"book.csv", "book-2.csv"} {
			if err := os.WriteFile(filepath.Join(folder, taken), []byte("another\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		to, err := moveBook(b, folder, rename)
		if err != nil || to != filepath.Join(folder, "book-3.csv") {
			t.Fatalf("moved to %s, %v", to, err)
		}
		holds(t, to, "the book\n")
		holds(t, filepath.Join(folder, "book.csv"), "another\n")
		holds(t, filepath.Join(folder, "book-2.csv"), "another\n")
		listed(t, folder, "book-2.csv", "book-3.csv", "book.csv")
		listed(t, filepath.Dir(b.path))
		if info, err := os.Stat(to); err != nil || !info.ModTime().Equal(b.info.ModTime()) {
			t.Errorf("the book is of another time now: %v", err)
		}
	}
}

// TestAReplacedBookStays: what was put under the book's name while it was
// imported was not imported, and is not put away.
func TestAReplacedBookStays(t *testing.T) {
	replace := func(t *testing.T, b found) {
		t.Helper()
		next := b.path + ".part"
		if err := os.WriteFile(next, []byte("the next\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(next, b.path); err != nil {
			t.Fatal(err)
		}
	}
	for name, rename := range map[string]func(t *testing.T, b found) func(from, to string) error{
		"before the move": func(t *testing.T, b found) func(from, to string) error {
			replace(t, b)
			return os.Rename
		},
		"at the last moment": func(t *testing.T, b found) func(from, to string) error {
			return func(from, to string) error {
				replace(t, b)
				return os.Rename(from, to)
			}
		},
		"while it is copied": func(t *testing.T, b found) func(from, to string) error {
			return func(string, string) error {
				replace(t, b)
				return syscall.EXDEV
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b, folder := bookToMove(t)
			_, err := moveBook(b, folder, rename(t, b))
			var changed *changedError
			if !errors.As(err, &changed) {
				t.Errorf("got %v", err)
			}
			holds(t, b.path, "the next\n")
			listed(t, folder)
		})
	}
}

func TestALinkIsNotMoved(t *testing.T) {
	b, folder := bookToMove(t)
	b.link = true
	if _, err := moveBook(b, folder, os.Rename); err == nil {
		t.Error("it was moved")
	}
	holds(t, b.path, "the book\n")
	listed(t, folder)
}

// told is a program whose streams, environment and person are the test's.
func told(t *testing.T, environment map[string]string, stdin string) (p *program, stdout, stderr *bytes.Buffer) {
	t.Helper()
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	p = newProgram()
	p.stdin, p.stdout, p.stderr = bytes.NewBufferString(stdin), stdout, stderr
	p.screen, p.dropTyped = nil, func() error { return nil }
	p.getenv = func(name string) string { return environment[name] }
	p.environ = func() (all []string) {
		for name, value := range environment {
			all = append(all, name+"="+value)
		}
		return all
	}
	return p, stdout, stderr
}

// TestABookThatIsBeingWritten is left for the next run, and the others are
// imported.
func TestABookThatIsBeingWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := def.File("example.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("inbox", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"a.csv": whole[:len(whole)/2], "b.csv": whole} {
		if err := os.WriteFile(filepath.Join("inbox", name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, stdout, stderr := told(t, nil, "")
	waits := 0
	p.pause = func(time.Duration, <-chan struct{}) {
		waits++
		if err := os.WriteFile("inbox/a.csv", whole, 0o600); err != nil {
			t.Error(err)
		}
	}
	args := []string{"import", "--dir", "inbox", "--provider", "passport", "--ledger", "l.db"}
	if code := p.run(args); code != exitOK {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if waits != 1 || !bytes.Contains(stderr.Bytes(), []byte("inbox/a.csv: is still being written; it is left for the next run")) ||
		bytes.Contains(stdout.Bytes(), []byte("a.csv")) || !bytes.Contains(stdout.Bytes(), []byte("rehearsal of inbox/b.csv, 5 rows")) {
		t.Errorf("waited %d times\n%s\n%s", waits, stdout, stderr)
	}
	p, stdout, stderr = told(t, nil, "")
	p.pause = func(time.Duration, <-chan struct{}) {}
	if code := p.run(args); code != exitOK || stdout.Len() != 0 && !bytes.Contains(stdout.Bytes(), []byte("inbox/a.csv")) {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}
