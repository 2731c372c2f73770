package inbox

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"muster/pipeline"
)

func put(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(name+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func base(paths []string) []string {
	var names []string
	for _, p := range paths {
		names = append(names, filepath.Base(p))
	}
	return names
}

func TestList(t *testing.T) {
	folder := t.TempDir()
	put(t, folder, "b.csv", "C.CSV", "a.xlsx", "m.xlsm", "t.tsv", // books, by name
		"n.txt", "old.xls", "x.ODS", "f.numbers", "g.xlsb", // spreadsheets of other programs
		"p.zip", "q.CSV.GZ", "r.7z", "s.rar", "t.tar.bz2", "list.csv.gpg", "scan.PDF", "letter.docx",
		"night.edited-2026-11-28.csv", "night.edited-2026-11-28-2.xlsx", "b.csv.part", "b.csv.tmp", ".r.zip", "~$s.pdf", "._t.zip",
		".hidden.csv", "~$a.xlsx", "b.20261121-063015-4f2a.results.xlsx", "b.Results.XLSX", "notes.md", "muster.db",
		"a.csv.md5", "a.csv.bak", "old.tmp", "READY",
		"d.cvs", "d.xslx", "d.csv.1", "d.csv (2)", // wrong endings
		"mapping.csv") // named by a flag
	// Without an ending what a file begins with counts; one whose transfer takes over a day has broken off.
	now := time.Now()
	for name, text := range map[string]string{"merchants": "NIT;Nombre\n1;UNO\n", "workbook": "PK\x03\x04...", "prose": "Ana, please\nimport the books\n", "old.csv.part": "NIT\n", "old.xlsx.filepart": "PK"} {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now, now.Add(-25*time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "done.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	links := map[string]string{"link.csv": "b.csv", "nowhere.csv": "gone.csv", "named.csv": "mapping.csv"}
	for link, to := range links {
		if err := os.Symlink(to, filepath.Join(folder, link)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := List(folder, []string{filepath.Join(folder, "mapping.csv"), filepath.Join(folder, "no such file")},
		now)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"C.CSV", "a.xlsx", "b.csv", "link.csv", "m.xlsm", "t.tsv"}
	if !slices.Equal(base(Paths(got.Books)), want) {
		t.Errorf("books %q, want %q", Paths(got.Books), want)
	}
	for code, want := range map[pipeline.MessageCode][]string{
		"run.foreign_file":   {"f.numbers", "g.xlsb", "letter.docx", "old.xls", "x.ODS"},
		"run.packed_file":    {"p.zip", "q.CSV.GZ", "r.7z", "s.rar", "t.tar.bz2"},
		"run.encrypted_file": {"list.csv.gpg"},
		"run.page_file":      {"scan.PDF"},
		"run.text_file":      {"n.txt"},
		"run.misnamed_file":  {"d.csv (2)", "d.csv.1", "d.cvs", "d.xslx", "merchants", "workbook"},
		"run.partial_file":   {"old.csv.part", "old.xlsx.filepart"},
	} {
		var names []string
		for _, f := range got.LeftAlone {
			if f.Sentence().Code == code {
				names = append(names, filepath.Base(f.Path))
			}
		}
		if !slices.Equal(names, want) {
			t.Errorf("%s: %q, want %q", code, names, want)
		}
	}
	for _, f := range got.Books {
		if f.Link != (filepath.Base(f.Path) == "link.csv") {
			t.Errorf("%s: link is %t", f.Path, f.Link)
		}
	}
	if _, err := List(filepath.Join(folder, "none"), nil, now); err == nil {
		t.Error("a folder that is not there was listed")
	}
}

// TestAtRest: a file that changes while it is watched is not complete, and only one that was changed a moment ago is
// worth the wait.
func TestAtRest(t *testing.T) {
	for name, c := range map[string]struct {
		age   time.Duration
		write bool // to b.csv, during the wait
		waits int
		whole []string
	}{
		"old":           {time.Hour, false, 0, []string{"a.csv", "b.csv"}},
		"young":         {time.Second, false, 1, []string{"a.csv", "b.csv"}},
		"being written": {time.Second, true, 1, []string{"a.csv"}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			put(t, folder, "a.csv", "b.csv")
			now := time.Now()
			for _, name := range []string{"a.csv", "b.csv"} {
				if err := os.Chtimes(filepath.Join(folder, name), now, now.Add(-c.age)); err != nil {
					t.Fatal(err)
				}
			}
			found, err := List(folder, nil, now)
			if err != nil {
				t.Fatal(err)
			}
			waits := 0
			whole, unfinished := AtRest(found.Books, now, func(time.Duration) {
				waits++
				if !c.write {
					return
				}
				path := filepath.Join(folder, "b.csv")
				if err := os.WriteFile(path, []byte("more than before\n"), 0o600); err != nil {
					t.Error(err)
				}
			})
			if waits != c.waits || !slices.Equal(base(Paths(whole)), c.whole) || len(whole)+len(unfinished) != 2 {
				t.Errorf("waited %d times; whole %q, unfinished %q", waits, Paths(whole), Paths(unfinished))
			}
		})
	}
}

func TestEndsALine(t *testing.T) {
	for content, want := range map[string]bool{"a\n": true, "a\r\n": true, "a\r": true, "a": false, "": true} {
		path := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := (File{Path: path, Info: info}).EndsALine(); got != want {
			t.Errorf("%q: %v", content, got)
		}
	}
}
