package reports

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// A seal covers the exact bytes, in whatever pieces they are written.
func TestSeal(t *testing.T) {
	archive := func(w io.Writer) error {
		z := zip.NewWriter(w)
		part, err := z.Create("part.xml")
		if err != nil {
			return err
		}
		_, err = io.WriteString(part, strings.Repeat("a part ", 50))
		return errors.Join(err, z.Close())
	}
	var plain, whole bytes.Buffer
	if err := errors.Join(archive(&plain), sealed(&whole, archive)); err != nil {
		t.Fatal(err)
	}
	is := func(b []byte) bool { return Sealed(bytes.NewReader(b), int64(len(b))) }
	if is(plain.Bytes()) || !is(whole.Bytes()) {
		t.Errorf("plain sealed: %v, sealed: %v", is(plain.Bytes()), is(whole.Bytes()))
	}
	z, err := zip.NewReader(bytes.NewReader(whole.Bytes()), int64(whole.Len()))
	if err != nil || len(z.File) != 1 || !strings.HasPrefix(z.Comment, sealMark) {
		t.Fatalf("%v, %v", z, err)
	}
	for _, size := range []int{1, 7, archiveEnd, archiveEnd + 1, 1 << 20} {
		var pieces bytes.Buffer
		err := sealed(&pieces, func(w io.Writer) error {
			for rest := plain.Bytes(); len(rest) > 0; rest = rest[min(size, len(rest)):] {
				if _, err := w.Write(rest[:min(size, len(rest))]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || !bytes.Equal(pieces.Bytes(), whole.Bytes()) {
			t.Errorf("in pieces of %d bytes it is another file (%v)", size, err)
		}
	}
	for i := range whole.Bytes() {
		altered := bytes.Clone(whole.Bytes())
		if altered[i] ^= 1; is(altered) {
			t.Errorf("byte %d was altered and the seal holds", i)
		}
	}
	if is(nil) || is(whole.Bytes()[:whole.Len()-1]) {
		t.Error("a part of the file is sealed")
	}
}

// An edited file is kept under another name, any other is replaced.
func TestEditedFilesAreKept(t *testing.T) {
	fails := func(string, string) error { return errors.New("locked") }
	for _, c := range []struct {
		name           string
		edited, before bool // there was one with that date already
		rename         func(from, to string) error
		path, moved    string
		files          []string
	}{
		{"unedited", false, false, nil, "r.csv", "", []string{"r.csv"}},
		{"edited", true, false, nil, "r.csv", "r.edited-2026-11-28.csv", []string{"r.csv", "r.edited-2026-11-28.csv"}},
		{"twice", true, true, nil, "r.csv", "r.edited-2026-11-28-2.csv",
			[]string{"r.csv", "r.edited-2026-11-28-2.csv", "r.edited-2026-11-28.csv"}},
		{"locked", true, false, fails, "r-2.csv", "", []string{"r-2.csv", "r.csv"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "r.csv")
			if c.before {
				write(t, filepath.Join(dir, "r.edited-2026-11-28.csv"), "earlier")
			}
			write(t, path, "mine")
			h := testHead()
			h.Kept = Kept{Date: "2026-11-28", rename: c.rename,
				Edited: func(at string) bool { return c.edited && at == path }}
			w, err := Create(path, h)
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(w.Line(Line{Outcome: pipeline.Outcome{Row: 2, State: pipeline.Created}}),
				w.Close(Tail{})); err != nil {
				t.Fatal(err)
			}
			base := func(path string) string { return strings.TrimPrefix(strings.TrimPrefix(path, dir), "/") }
			if got := []string{base(w.Path()), base(w.Moved())}; got[0] != c.path || got[1] != c.moved {
				t.Errorf("path and moved %q, want %q, %q", got, c.path, c.moved)
			}
			if d := cmp.Diff(c.files, entries(t, dir)); d != "" {
				t.Error(d)
			}
			kept := w.Moved()
			if kept == "" {
				kept = path
			}
			if b, err := os.ReadFile(kept); c.edited && (err != nil || string(b) != "mine") {
				t.Errorf("the edited file has %q, %v", b, err)
			}
		})
	}
}

// When an edited file is open in a program that locks it, the new report gets a number.
func TestLockedFiles(t *testing.T) {
	for _, edited := range []bool{false, true} {
		path := filepath.Join(t.TempDir(), "r.csv")
		write(t, path, "mine")
		h := testHead()
		h.Kept = Kept{Date: "2026-11-28", Edited: func(string) bool { return edited },
			write:  func(string) (*os.File, error) { return nil, os.ErrPermission },
			rename: func(string, string) error { return os.ErrPermission }}
		w, err := Create(path, h)
		if (err == nil) != edited {
			t.Errorf("edited %v: %v", edited, err)
		}
		if err != nil {
			continue
		}
		if err := w.Close(Tail{}); err != nil || !strings.HasSuffix(w.Path(), "r-2.csv") {
			t.Errorf("%s, %v", w.Path(), err)
		}
	}
}

// When the name with the date is too long, the new report gets a number.
func TestEditedFileOfALongName(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, strings.Repeat("n", 240)+".csv")
	write(t, path, "mine")
	h := testHead()
	h.Kept = Kept{Date: "2026-11-28", Edited: func(string) bool { return true }}
	w, err := Create(path, h)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(Tail{}); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "mine" || !strings.HasSuffix(w.Path(), "n-2.csv") {
		t.Errorf("%q, %v; the report is %s", b, err, filepath.Base(w.Path()))
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestIsReport(t *testing.T) {
	header := strings.Join(Columns(), ";")
	for _, c := range []struct {
		ext, head string
		want      bool
	}{
		{".csv", "\ufeff" + header + "\n2;created", true},
		{".CSV", "\ufeff" + header + ";Nota\n", true},
		{".csv", header + "\n", false},              // saved without the mark
		{".csv", "\ufeff" + header + "\r\n", false}, // saved by Excel
		{".csv", "\ufeff" + header + "s\n", false},
		{".csv", "", false},
		{".csv", "name;city\n", false},
		{".jsonl", `{"row":2,`, true},
		{".jsonl", "", true}, // of a book without rows
		{".jsonl", `{"name":"Ana"}`, false},
	} {
		if got := IsReport(c.ext, []byte(c.head)); got != c.want {
			t.Errorf("%s %q: %v", c.ext, c.head, got)
		}
	}
}

func TestIsKeptName(t *testing.T) {
	for name, want := range map[string]bool{
		"night.edited-2026-11-28.csv": true, "night.edited-2026-11-28-2.xlsx": true, "night.csv": false,
		"list.edited-by-ana.csv": false, "my.edited-list.csv": false,
	} {
		if IsKeptName(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}
