package reports

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/hex"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"muster/pipeline"
)

// TestRowsAreThoseOfTheLibrary: a row is byte for byte as the library's own stream writes it.
func TestRowsAreThoseOfTheLibrary(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ \t\r\n]?[<>&"'_x0-9A-Fa-f ]{0,12}[ \t\r\n]?`),
		rapid.SampledFrom([]string{"_x0041_", "_x005F_", "_x005F_x0041_", "=1+1", "a\nb", " ", "\U0001F600"}))
	rapid.Check(t, func(t *rapid.T) {
		const number, look = 1234, 3
		height := rapid.SampledFrom([]float64{0, 30, 45.5}).Draw(t, "height")
		var cells []cell
		var values []any
		for range rapid.IntRange(0, 30).Draw(t, "columns") {
			look := rapid.SampledFrom([]int{0, look}).Draw(t, "look")
			switch rapid.IntRange(0, 4).Draw(t, "kind") {
			case 0:
				cells, values = append(cells, cell{}), append(values, nil)
			case 1:
				s := cellText(text.Draw(t, "text"))
				cells = append(cells, cell{kind: textCell, look: look, text: s})
				values = append(values, excelize.Cell{StyleID: look, Value: s})
			case 2:
				cells = append(cells, cell{kind: numberCell, look: look, text: "12345678"})
				values = append(values, excelize.Cell{StyleID: look, Value: 12345678})
			case 3:
				cells = append(cells, cell{kind: emptyCell, look: look})
				values = append(values, excelize.Cell{StyleID: look})
			case 4:
				cells = append(cells, cell{kind: formulaCell, look: look, text: "NA()"})
				values = append(values, excelize.Cell{StyleID: look, Formula: "NA()"})
			}
		}
		f := excelize.NewFile()
		w, err := f.NewStreamWriter("Sheet1")
		if err != nil {
			t.Fatal(err)
		}
		var options []excelize.RowOpts
		if height > 0 {
			options = append(options, excelize.RowOpts{Height: height})
		}
		if err := w.SetRow("A1234", values, options...); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		var book bytes.Buffer
		if err := f.Write(&book); err != nil {
			t.Fatal(err)
		}
		archive, err := zip.NewReader(bytes.NewReader(book.Bytes()), int64(book.Len()))
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := archive.Open("xl/worksheets/sheet1.xml")
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(sheet)
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(whole), "<sheetData>")
		want, _, _ := strings.Cut(after, "</sheetData>")
		s := newStream("", nil)
		if err := s.row(number, height, cells); err != nil {
			t.Fatal(err)
		}
		if err := s.end(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.LimitReader(flate.NewReader(s.spool.reader()), s.size))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, string(got)); d != "" {
			t.Fatal(d)
		}
	})
}

// TestJoinedSum: the sum of two texts follows from their sums.
func TestJoinedSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOf(rapid.Byte()).Draw(t, "first")
		next := bytes.Repeat(rapid.SliceOf(rapid.Byte()).Draw(t, "next"), rapid.SampledFrom([]int{1, 9000}).Draw(t, "times"))
		want := crc32.ChecksumIEEE(append(bytes.Clone(first), next...))
		if got := joinedSum(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(next), int64(len(next))); got != want {
			t.Fatalf("%x, want %x", got, want)
		}
	})
}

// TestSpooledIsEncrypted: spooled bytes read back unchanged, and the file with them contains no clear text.
func TestSpooledIsEncrypted(t *testing.T) {
	for _, size := range []int{0, 1, spoolBlock - 1, spoolBlock, spoolBlock + 1, 3*spoolBlock + 17} {
		folder := t.TempDir()
		s := encryptedSpool{folder: folder}
		secret := []byte("Panadería del Ejemplo, NIT 900000000. ")
		want := bytes.Repeat(secret, size/len(secret)+1)[:size]
		for rest := want; len(rest) > 0; {
			n := min(len(rest), 50_000)
			if _, err := s.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		files, err := filepath.Glob(filepath.Join(folder, ".*"))
		if err != nil || (len(files) > 0) != (size >= spoolBlock) {
			t.Fatalf("%d bytes: files %q (%v)", size, files, err)
		}
		for _, path := range files {
			if on, err := os.ReadFile(path); err != nil || bytes.Contains(on, secret[:8]) || len(on) == 0 {
				t.Errorf("%d bytes: clear text, or none, in the file (%v)", size, err)
			}
		}
		if got, err := io.ReadAll(s.reader()); err != nil || !bytes.Equal(got, want) || s.size() != int64(size) {
			t.Errorf("%d bytes: %d came back of %d (%v)", size, len(got), s.size(), err)
		}
		if err := s.close(); err != nil {
			t.Error(err)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, ".*")); len(left) > 0 {
			t.Errorf("%d bytes: left behind: %q", size, left)
		}
	}
}

// TestStreamThatCannotSpool: when the file cannot be created, writing a row fails before the sheet ends, and nothing
// blocks.
func TestStreamThatCannotSpool(t *testing.T) {
	s := newStream(filepath.Join(t.TempDir(), "gone"), nil)
	var err error
	for i := 1; err == nil && i < 1_000_000; i++ {
		err = s.row(i, 0, []cell{{kind: textCell, text: pipeline.Shorten(string(random(64)), 60)}})
	}
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that there is no folder", err)
	}
	if err := s.end(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v, want that there is no folder", err)
	}
	if err := s.close(); err != nil {
		t.Error(err)
	}
}

// TestFilteredSheetsPrintOnPages: a filter removes neither the pages of a sheet nor the colour of its tab, and the
// sheet is not marked as having hidden rows.
func TestFilteredSheetsPrintOnPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.xlsx")
	problem := wrong("", "", "email", "no address")
	writeReport(t, path, fixHead(), []Line{invalid(2, problem)}, Tail{})
	for part, want := range map[string]string{ // in the order in which they began, after Summary
		"xl/worksheets/sheet2.xml": `<sheetPr><pageSetUpPr fitToPage="true"></pageSetUpPr></sheetPr>`,
		"xl/worksheets/sheet3.xml": `<sheetPr><pageSetUpPr fitToPage="true"></pageSetUpPr></sheetPr>`,
		"xl/worksheets/sheet4.xml": `<sheetPr><tabColor rgb="C00000"></tabColor>` +
			`<pageSetUpPr fitToPage="true"></pageSetUpPr></sheetPr>`,
	} {
		if text := partOf(t, path, part); !strings.Contains(text, want) || !strings.Contains(text, "<autoFilter ") {
			t.Errorf("%s: no %s before its filter", part, want)
		}
	}
}

// TestLongWorkbookLeavesNothing: the sheets of a long workbook are beside it until it ends, in any way.
func TestLongWorkbookLeavesNothing(t *testing.T) {
	for _, whole := range []bool{true, false} {
		dir := t.TempDir()
		w, err := Create(filepath.Join(dir, "r.xlsx"), testHead())
		if err != nil {
			t.Fatal(err)
		}
		for row := 2; len(entries(t, dir)) < 2; row++ { // the report itself, and one sheet
			o := pipeline.Outcome{Row: row, State: pipeline.Created, CustomerID: hex.EncodeToString(random(2000))}
			if err := w.Line(Line{Outcome: o}); err != nil {
				t.Fatal(err)
			}
		}
		want := []string{}
		if whole {
			want = []string{"r.xlsx"}
			if err := w.Close(Tail{}); err != nil {
				t.Fatal(err)
			}
			openBook(t, filepath.Join(dir, "r.xlsx"))
		}
		w.Abort()
		if d := cmp.Diff(want, entries(t, dir)); d != "" {
			t.Errorf("whole %v: %s", whole, d)
		}
	}
}
