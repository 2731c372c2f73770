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

	"github.com/xuri/excelize/v2"

	"muster/pipeline"
	"muster/pipeline/offcrypto"
)

func TestEncryptedWorkbook(t *testing.T) {
	dir, lines := t.TempDir(), everyState()
	path := filepath.Join(dir, "r.xlsx")
	const password = "geheim Ñ 密 😀"
	h := testHead("Tel.")
	h.Password = password
	writeReport(t, path, h, lines, Tail{Counts: countsOf(lines)})
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil ||
		bytes.Contains(raw, []byte("PK\x03\x04")) {
		t.Error("the workbook lies there in the clear")
	}
	if got := entries(t, dir); len(got) != 1 {
		t.Errorf("left %v", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	f, err := excelize.OpenFile(path, excelize.Options{Password: password, RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if rows := sheetRows(t, f, pipeline.ResultsSheet); len(rows) != len(lines)+1 ||
		asReported(t, rows[1], 1)[customerIDAt] != "00123" {
		t.Errorf("%q", rows)
	}
	for _, wrong := range []string{"", "geheim", password + " "} {
		if _, err := excelize.OpenFile(path, excelize.Options{Password: wrong}); err == nil {
			t.Errorf("%q opens it", wrong)
		}
	}
	// The same book encrypted twice under one password gives different bytes.
	again := filepath.Join(dir, "again.xlsx")
	writeReport(t, again, h, lines, Tail{Counts: countsOf(lines)})
	other, err := os.ReadFile(again)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(raw[offcrypto.SectorSize+8:offcrypto.SectorSize+8+offcrypto.Segment],
		other[offcrypto.SectorSize+8:offcrypto.SectorSize+8+offcrypto.Segment]) {
		t.Error("two workbooks have one key")
	}
}

// TestLargeContainers: the sector table outgrows its place in the header at 7 MB, and the list of its sectors again
// at 15 MB.
func TestLargeContainers(t *testing.T) {
	for _, size := range []int{4096 - 8, 4096, 60_000, 7_000_000, 7_200_000, 16_000_000} {
		clear := make([]byte, size)
		for i := range clear {
			clear[i] = byte(i * 7)
		}
		path := filepath.Join(t.TempDir(), "r.xlsx")
		d, err := openDestination(path, false, Kept{})
		if err != nil {
			t.Fatal(err)
		}
		// Written in pieces of odd sizes.
		err = encryptTo(d, "made-up", func(w io.Writer) error {
			for rest := clear; len(rest) > 0; {
				n := min(len(rest), 10_007)
				if _, err := w.Write(rest[:n]); err != nil {
					return err
				}
				rest = rest[n:]
			}
			return nil
		})
		if err == nil {
			err = d.commit()
		}
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if len(raw)%offcrypto.SectorSize != 0 {
			t.Errorf("%d bytes: no whole sectors", size)
		}
		got, err := excelize.Decrypt(raw, &excelize.Options{Password: "made-up"})
		if err != nil || !bytes.Equal(got, clear) {
			t.Errorf("%d bytes: %d came back (%v)", size, len(got), err)
		}
	}
}

func TestOnlyWorkbooksAreEncrypted(t *testing.T) {
	h := testHead()
	h.Password = "made-up"
	for _, ext := range []string{".csv", ".jsonl", ".CSV"} {
		path := filepath.Join(t.TempDir(), "r"+ext)
		var usage *pipeline.Mistake
		if _, err := Create(path, h); !errors.As(err, &usage) || strings.Contains(err.Error(), "made-up") {
			t.Errorf("%s: %v", ext, err)
		}
	}

}
