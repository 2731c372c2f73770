package book

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestIsResult checks that a results workbook is recognized by its hidden sheet, whatever its name, and that a file
// that only looks like one is treated as a book.
func TestIsResult(t *testing.T) {
	dir := t.TempDir()
	workbook := func(name, sheet string, visible bool) string {
		t.Helper()
		f := excelize.NewFile()
		defer f.Close()
		if _, err := f.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetVisible(sheet, visible); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := f.SaveAs(path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text := filepath.Join(dir, "text.xlsx")
	if err := os.WriteFile(text, []byte("muster"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		workbook("renamed.xlsx", "muster", false):  true,
		workbook("visible.xlsx", "muster", true):   false,
		workbook("other.xlsx", "notes", false):     false,
		text:                                       false,
		filepath.Join(dir, "nowhere.xlsx"):         false,
		filepath.Join(dir, "renamed.xlsx") + ".gz": false,
	} {
		if got := IsResult(path); got != want {
			t.Errorf("%s: %v, want %v", filepath.Base(path), got, want)
		}
	}
}
