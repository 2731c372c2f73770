package main

import (
	"bytes"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
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

// TestCitedPagesAreThere: a page that a comment cites is in the repository, and so is the heading or the table cell.
func TestCitedPagesAreThere(t *testing.T) {
	comment := regexp.MustCompile(`(?m)(?:^\s*//.*\n)+|//.*$`)
	page := regexp.MustCompile(`([\w./-]+\.md)(?:, ([A-Z][\w ]*\w|[a-z]+[A-Z]\w+))?`)
	cited := 0
	sources(t, func(name string, text []byte) {
		for _, c := range comment.FindAllString(string(text), -1) {
			joined := strings.Join(strings.Fields(strings.ReplaceAll(c, "//", " ")), " ")
			for _, m := range page.FindAllStringSubmatch(joined, -1) {
				cited++
				text, err := os.ReadFile(filepath.Join("../..", m[1]))
				if err != nil {
					t.Errorf("%s cites %s, which the repository does not have", name, m[1])
				} else if !bytes.Contains(text, []byte(m[2])) {
					t.Errorf("%s cites %s of %s, which does not have it", name, m[2], m[1])
				}
			}
		}
	})
	if cited < 15 {
		t.Errorf("only %d pages are cited", cited)
	}
}

// TestTheWayOfARow: the files and functions that pipeline/README.md names exist.
func TestTheWayOfARow(t *testing.T) {
	text, err := os.ReadFile("../../pipeline/README.md")
	if err != nil {
		t.Fatal(err)
	}
	steps := regexp.MustCompile("`([\\w/]+\\.go)(?:: (\\w+))?`").FindAllStringSubmatch(string(text), -1)
	if len(steps) < 20 {
		t.Fatalf("%d steps", len(steps))
	}
	for _, step := range steps {
		text, err := os.ReadFile(filepath.Join("../..", step[1]))
		if err != nil {
			t.Errorf("%s is not there", step[1])
		} else if !regexp.MustCompile(`(?m)^func (\(.*\) )?` + step[2]).Match(text) {
			t.Errorf("%s has no function %s", step[1], step[2])
		}
	}
}
