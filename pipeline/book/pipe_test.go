//go:build unix

package book

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestNamedPipeIsABook(t *testing.T) {
	path := filepath.Join(t.TempDir(), "book.csv")
	check(t, syscall.Mkfifo(path, 0o600))
	written := make(chan error, 1)
	go func() { written <- os.WriteFile(path, []byte("name\nAda\n"), 0o600) }()
	got := readAll(t, path, Options{})
	check(t, <-written)
	if len(got) != 1 || got[0].Cells[0] != "Ada" {
		t.Errorf("got %v", got)
	}
}
