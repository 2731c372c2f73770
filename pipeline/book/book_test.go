package book

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
	"muster/pipeline/sheetxml"
)

// row is a pipeline.Row as a test spells it.
type row struct {
	Number   int
	Cells    []string
	Problems []string // code and column's letters: extra_cell H
}

// rows makes one pass and keeps it.
func rows(t testing.TB, b *Book) ([]row, error) {
	t.Helper()
	var all []row
	err := b.Rows(context.Background(), func(r pipeline.Row) error {
		one := row{Number: r.Number, Cells: append([]string(nil), r.Cells...)}
		for _, p := range r.Problems {
			one.Problems = append(one.Problems, string(p.Code)+" "+pipeline.ColumnLetters(p.Column.Index))
		}
		all = append(all, one)
		return nil
	})
	return all, err
}

func write(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, path string, o Options) *Book {
	t.Helper()
	b, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// readAll opens a book and makes two passes, which must be equal.
func readAll(t testing.TB, path string, o Options) []row {
	t.Helper()
	b := open(t, path, o)
	first, err := rows(t, b)
	if err != nil {
		t.Fatal(err)
	}
	second, err := rows(t, b)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(first, second); d != "" {
		t.Errorf("the second pass differs: %s", d)
	}
	return first
}

// refusedBy opens a book and reads it to the end, which must fail with a *pipeline.Mistake.
func refusedBy(t testing.TB, path string, o Options) *pipeline.Mistake {
	t.Helper()
	b, err := Open(path, o)
	if err == nil {
		defer b.Close()
		_, err = rows(t, b)
	}
	var e *pipeline.Mistake
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a *pipeline.Mistake", err)
	}
	if e.Place.File != path {
		t.Errorf("the error names %q, want %q", e.Place.File, path)
	}
	return e
}

// notesOf are the book's notes, one a line.
func notesOf(b *Book) string {
	var all []string
	for _, n := range b.Notes() {
		all = append(all, n.String())
	}
	return strings.Join(all, "\n")
}

// openBytes opens a book that lies in memory.
func openBytes(name string, content []byte, o Options) (*Book, error) {
	f := &file{at: bytes.NewReader(content), size: int64(len(content)), close: func() error { return nil }}
	b, _, err := read(name, f, o, false)
	return b, err
}

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOpenRefusesWhatIsNoBook(t *testing.T) {
	ole := offcrypto.Mark + strings.Repeat("\x00", 600)
	docx := string(zipped(t, map[string]string{
		"_rels/.rels": relationships(`<Relationship Id="rId1" Type="` + sheetxml.Relation +
			`/officeDocument" Target="word/document.xml"/>`),
		"word/document.xml": "<w/>",
	}))
	ods := string(zipped(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
		"content.xml": "<x/>"}))
	other := string(zipped(t, map[string]string{"notes.txt": "x"}))
	tests := []struct {
		name, content string
		problem, hint string
	}{
		{"empty.csv", "", "book.file_empty", "book.what_a_book_has"},
		{"empty.xlsx", "", "book.file_empty", "book.what_a_book_has"},
		{"blank.csv", "\ufeff\r\n ;;\r\n\"\"\n", "book.lines_blank", "book.what_a_book_has"},
		{"zip.csv", other, `book.zip_named_as_text extension=".csv"`, "book.name_it_xlsx"},
		{"ole.csv", ole, "book.compound_damaged", "book.fetch_again"},
		{"protected.xlsx", ole, "book.compound_damaged", "book.fetch_again"},
		{"old.xls", ole, "book.is_xls", "book.save_as_either"},
		{"older.xls", "\x09\x04\x06\x00\x00\x00\x10\x00", "book.is_xls", "book.save_as_either"},
		{"empty.xls", "", "book.file_empty", "book.what_a_book_has"},
		{"text.xls", "a\tb\n1\t2\n", "book.text_named_xls", "book.name_it_csv"},
		{"page.xls", "\ufeff<html><table>", "book.is_web_page", "book.save_as_either"},
		{"new.xls", other, `book.zip_named_as_text extension=".xls"`, "book.name_it_xlsx"},
		{"rows.json", "a,b\n", "book.is_json", "book.save_as_either"},
		{"rows.csv", "\ufeff[\n {\n  \"NIT\": 1}]", "book.is_json", "book.save_as_either"},
		{"lines.csv", "{\"NIT\": 1}\n{\"NIT\": 2}\n", "book.is_json", "book.save_as_either"},
		{"table.ods", "a;b", "book.is_ods", "book.save_as_either"},
		{"list.pdf", "a;b", "book.is_pdf", "book.save_as_either"},
		{"list.numbers", "a;b", "book.is_numbers", "book.save_as_either"},
		{"text.xlsx", "a,b\n1,2\n", `book.not_xlsx extension=".xlsx"`, "book.name_it_csv"},
		{"letter.xlsx", docx, "book.is_docx", "book.save_as_either"},
		{"sheet.xlsx", ods, "book.is_ods", "book.save_as_either"},
		{"other.xlsx", other, "book.is_zip", "book.save_as_either"},
		{"cut.xlsx", other[:len(other)-30], "book.zip_damaged", "book.fetch_again"},
		{"document", "%PDF-1.7\n", "book.is_pdf", "book.save_as_either"},
		{"packed.csv", "\x1f\x8b\x08", "book.is_gzip", "book.unpack"},
		{"page.csv", "\n<HTML><table>", "book.is_web_page", "book.save_as_either"},
		{"utf32.csv", "\xff\xfe\x00\x00a\x00\x00\x00", "book.is_utf32", "book.save_as_utf8"},
		{"utf32be.csv", "\x00\x00\xfe\xff\x00\x00\x00a", "book.is_utf32", "book.save_as_utf8"},
		{"utf16nomark.csv", "a\x00,\x00b\x00\n\x00", "book.nul", "book.nul_hint"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := refusedBy(t, write(t, tt.name, []byte(tt.content)), Options{})
			if e.What.String() != tt.problem || e.Hint.String() != tt.hint {
				t.Errorf("problem %q, hint %q; want %q and %q", e.What, e.Hint, tt.problem, tt.hint)
			}
		})
	}
}

func TestOpenNamesMissingFileAndFolder(t *testing.T) {
	dir := t.TempDir()
	missing := refusedBy(t, filepath.Join(dir, "none.csv"), Options{})
	if !errors.Is(missing, os.ErrNotExist) || missing.What.Code != "book.no_such_file" {
		t.Errorf("a missing file: %v", missing)
	}
	for _, name := range []string{"Comercios Mayo.csv", "comercios-junio.xlsx", "notes.txt", "ab.csv"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]any{"comercios mayo.xlsx": "Comercios Mayo.csv", "comercois-junio.xlsx": "comercios-junio.xlsx", "none.csv": nil, "note.txt": nil, "ac.csv": nil} {
		if meant, ok := want.(string); ok {
			want = filepath.Join(dir, meant)
		}
		if got := refusedBy(t, filepath.Join(dir, name), Options{}).Hint.Arg("meant"); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if folder := refusedBy(t, dir, Options{}); folder.What.Code != "book.is_folder" {
		t.Errorf("a folder: %v", folder)
	}
}

func TestContentDecidesWhereTheNameDoesNot(t *testing.T) {
	x := workbookOf(t, `<row r="1"><c r="A1" t="str"><v>name</v></c></row><row r="2"><c r="A2"><v>7</v></c></row>`)
	for _, name := range []string{"export", "export.dat", "export.xlsm"} {
		if got := readAll(t, write(t, name, x), Options{}); len(got) != 1 || got[0].Cells[0] != "7" {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := readAll(t, write(t, "export.dat", []byte("name\n7\n")), Options{}); len(got) != 1 ||
		got[0].Cells[0] != "7" {
		t.Errorf("CSV: %v", got)
	}
}

// Promise 2: one handle serves all passes.
func TestPassesReadTheFileThatWasOpened(t *testing.T) {
	path := write(t, "book.csv", []byte("name\nAda\nBob\n"))
	b := open(t, path, Options{})
	other := path + ".new"
	if err := os.WriteFile(other, []byte("name\nMallory\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	got, err := rows(t, b)
	if err != nil || len(got) != 2 || got[0].Cells[0] != "Ada" {
		t.Errorf("got %v, %v; want the two rows of the file that was opened", got, err)
	}
	sum := sha256.Sum256([]byte("name\nAda\nBob\n"))
	if b.SHA256() != hex.EncodeToString(sum[:]) {
		t.Error("SHA256 is not that of the file that was opened")
	}
}

func TestShrunkFileIsNoShorterBook(t *testing.T) {
	path := write(t, "book.csv", []byte("name\nAda\nBob\n"))
	b := open(t, path, Options{})
	if err := os.Truncate(path, int64(len("name\nAda\n"))); err != nil {
		t.Fatal(err)
	}
	_, err := rows(t, b)
	var e *pipeline.Mistake
	if err == nil || errors.As(err, &e) {
		t.Errorf("got %v, want an ordinary error", err)
	}
}

func TestGrownFileKeepsItsRows(t *testing.T) {
	path := write(t, "book.csv", []byte("name\nAda\n"))
	b := open(t, path, Options{})
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString("Bob\n"); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := rows(t, b); err != nil || len(got) != 1 {
		t.Errorf("got %v, %v; want the one row that was there", got, err)
	}
}

func TestClosedBookIsAnOrdinaryError(t *testing.T) {
	b, err := Open(write(t, "book.csv", []byte("name\nAda\n")), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = rows(t, b)
	var e *pipeline.Mistake
	if !errors.Is(err, os.ErrClosed) || errors.As(err, &e) {
		t.Errorf("got %v, want an ordinary error of the file system", err)
	}
}

func TestRowsStopsForItsCaller(t *testing.T) {
	x := workbookOf(t, `<row r="1"><c t="str"><v>n</v></c></row>`+strings.Repeat(`<row><c><v>1</v></c></row>`, 5))
	for name, content := range map[string][]byte{"book.csv": []byte("n\n1\n2\n3\n4\n5\n"), "book.xlsx": x} {
		b := open(t, write(t, name, content), Options{})
		own := pipeline.Wrong("mine")
		seen := 0
		err := b.Rows(context.Background(), func(pipeline.Row) error { seen++; return own })
		if err != error(own) || seen != 1 || own.Place.File != "" {
			t.Errorf("%s: got %v after %d rows, want the callback's own error after 1", name, err, seen)
		}
		ctx, cancel := context.WithCancel(context.Background())
		seen = 0
		err = b.Rows(ctx, func(pipeline.Row) error {
			if seen++; seen == 2 {
				cancel()
			}
			return nil
		})
		if !errors.Is(err, context.Canceled) || seen != 2 {
			t.Errorf("%s: got %v after %d rows, want the context's error after 2", name, err, seen)
		}
		cancel()
		if got, err := rows(t, b); err != nil || len(got) != 5 {
			t.Errorf("%s: a pass after a stopped one: %v, %v", name, got, err)
		}
	}
}

func TestPipeIsReadAsOftenAsNeeded(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := spool(strings.NewReader("name\nAda\n"), 100)
	if err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(os.TempDir())
	if err != nil || len(left) != 0 {
		t.Errorf("the copy of a pipe can be found: %v, %v", left, err)
	}
	b, _, err := read("/dev/stdin", f, Options{}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for range 2 {
		if got, err := rows(t, b); err != nil || len(got) != 1 || got[0].Cells[0] != "Ada" {
			t.Errorf("got %v, %v", got, err)
		}
	}
	var e *pipeline.Mistake
	if _, err := spool(strings.NewReader("name\nAda\n"), 5); !errors.As(err, &e) {
		t.Errorf("a pipe without end: got %v, want a *pipeline.Mistake", err)
	}
}
