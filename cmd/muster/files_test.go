package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
)

// sources calls each for every Go file of the repository, by its path in it.
func sources(t *testing.T, each func(name string, text []byte)) {
	t.Helper()
	root := os.DirFS("../..")
	found := 0
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case path.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		found++
		each(name, text)
		return nil
	})
	if err != nil || found < 200 {
		t.Fatalf("%d files, %v", found, err)
	}
}

// TestFilesAreShort: a file of more than 500 lines has more than one topic.
func TestFilesAreShort(t *testing.T) {
	const most = 500
	sources(t, func(name string, text []byte) {
		if n := bytes.Count(text, []byte("\n")); n > most {
			t.Errorf("%s has %d lines, of %d at most: part it by topic", name, n, most)
		}
	})
}
