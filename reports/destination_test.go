package reports

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// Abort leaves no file, Close exactly one, for its owner alone; an older report stays until then, and a crash leaves
// it unchanged.
func TestAppearsWholeOrNotAtAll(t *testing.T) {
	for _, ext := range []string{".xlsx", ".csv", ".jsonl"} {
		t.Run(ext, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "r"+ext)
			line := Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}}

			w, err := Create(path, testHead())
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Line(line); err != nil {
				t.Fatal(err)
			}
			w.Abort()
			w.Abort()
			if got := entries(t, dir); len(got) != 0 {
				t.Errorf("Abort left %v", got)
			}
			if w.Line(line) == nil || w.Close(Tail{}) == nil {
				t.Error("an aborted report goes on")
			}

			if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
				t.Fatal(err)
			}
			if w, err = Create(path, testHead()); err != nil {
				t.Fatal(err)
			}
			if err := w.Line(line); err != nil {
				t.Fatal(err)
			}
			for _, name := range entries(t, dir) {
				info, err := os.Lstat(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				if name != filepath.Base(path) && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
					t.Errorf("%s is open to others: %v", name, info.Mode())
				}
			}
			if b, err := os.ReadFile(path); err != nil || string(b) != "old" {
				t.Errorf("the old report was touched before Close: %q %v", b, err)
			}
			if err := w.Close(Tail{}); err != nil {
				t.Fatal(err)
			}
			w.Abort()
			if d := cmp.Diff([]string{filepath.Base(path)}, entries(t, dir)); d != "" {
				t.Error(d)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("mode %v, want 0600", info.Mode())
			}
			if b, err := os.ReadFile(path); err != nil || string(b) == "old" {
				t.Errorf("the old report is still there: %v", err)
			}
			if w.Path() != path {
				t.Errorf("path %s", w.Path())
			}
		})
	}
}

func TestFailedCloseLeavesTheOldReport(t *testing.T) {
	for _, ext := range []string{".xlsx", ".csv", ".jsonl"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "r"+ext)
		w, err := Create(path, testHead())
		if err != nil {
			t.Fatal(err)
		}
		// A folder with that name makes the rename fail, as other causes would.
		if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(Tail{}); err == nil {
			t.Errorf("%s: no error", ext)
		}
		if d := cmp.Diff([]string{"r" + ext}, entries(t, dir)); d != "" {
			t.Errorf("%s: %s", ext, d)
		}
	}
}

func TestCreateNewNeverReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "book.run.results.csv")
	for i, want := range []string{"book.run.results.csv", "book.run.results-2.csv", "book.run.results-3.csv"} {
		w, err := CreateNew(path, testHead())
		if err != nil {
			t.Fatal(err)
		}
		if i == 2 {
			// Another muster finishes first, after both have begun.
			other, err := CreateNew(path, testHead())
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Close(Tail{}); err != nil {
				t.Fatal(err)
			}
			want = "book.run.results-4.csv"
		}
		if err := w.Close(Tail{}); err != nil {
			t.Fatal(err)
		}
		if filepath.Base(w.Path()) != want {
			t.Errorf("path %s, want %s", w.Path(), want)
		}
		if _, err := os.Stat(w.Path()); err != nil {
			t.Error(err)
		}
	}
	if n := len(entries(t, dir)); n != 4 {
		t.Errorf("%d files, want 4", n)
	}
}

func TestPathsThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "folder.csv")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{
		filepath.Join(dir, "r.xls"):            "report.unknown_format",
		filepath.Join(dir, "r"):                "report.unknown_format",
		folder:                                 "report.is_folder",
		filepath.Join(dir, "none", "r.csv"):    "report.no_folder",
		filepath.Join(dir, "file", "r.jsonl"):  "file",
		filepath.Join(dir, "none", "r.RESULT"): "report.unknown_format",
	} {
		_, err := Create(path, testHead())
		var usage *pipeline.Mistake
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if d := cmp.Diff([]string{"file", "folder.csv"}, entries(t, dir)); d != "" {
		t.Error(d)
	}
	if w, err := Create(filepath.Join(dir, "R.XLSX"), testHead()); err != nil {
		t.Error(err)
	} else {
		w.Abort()
	}
}

func TestLinkKeepsNamingTheLatest(t *testing.T) {
	dir := t.TempDir()
	target, link := filepath.Join(dir, "real.csv"), filepath.Join(dir, "latest.csv")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	writeReport(t, link, testHead(), nil, Tail{})
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link was replaced: %v", err)
	}
	if b, err := os.ReadFile(target); err != nil || string(b) == "old" {
		t.Errorf("its target was not: %v", err)
	}
}

func TestDefaultPath(t *testing.T) {
	for book, want := range map[string]string{
		"merchants.xlsx":                    "merchants.R.results.xlsx",
		filepath.Join("a", "b", "m.q1.csv"): "m.q1.R.results.xlsx",
		"-":                                 "book.R.results.xlsx",
		".csv":                              "book.R.results.xlsx",
		"noextension":                       "noextension.R.results.xlsx",
	} {
		if got := DefaultPath(book, "R"); got != want {
			t.Errorf("%s: %s, want %s", book, got, want)
		}
	}
	if n := len(DefaultPath(strings.Repeat("ñ", 120)+".csv", "20261121-063015-4f2a")); n > 240 {
		t.Errorf("%d bytes are more than a file's name may have with what is added", n)
	}
}
