package reports

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestOpenList: the list has a line for each row, texts stay texts, its own workbook is replaced, and an edited one
// is moved.
func TestOpenList(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "open.xlsx")
	at := time.Date(2026, 11, 21, 18, 0, 0, 0, time.UTC)
	head := OpenHead{Words: testHead().Words, Zone: time.UTC, Now: at}
	lines := []OpenLine{
		{Book: "/in/a.csv", Row: 7, Key: "0012", State: pipeline.Invalid, ToDo: "=fix it", Message: "wrong", Since: at,
			Fix: "fix.xlsx", Run: "r1", Namespace: pipeline.Namespace{Provider: "acme", Env: "prod", Account: "co"}},
		{Book: "/in/b.csv", Row: 2, State: pipeline.Uncertain, Run: "r2"},
	}
	for range 2 { // the second replaces the first
		if err := WriteOpen(path, head, lines); err != nil {
			t.Fatal(err)
		}
	}
	f := openBook(t, path)
	sheet := head.Words.Message(pipeline.Say("report.sheet_open"))
	if got := f.GetSheetList(); !cmp.Equal(got, []string{sheet}) {
		t.Fatalf("its sheets are %q", got)
	}
	rows := sheetRows(t, f, sheet)
	state := func(s pipeline.State) string { return head.Words.Message(stateWord(s)) }
	want := [][]string{
		{"/in/a.csv", "7", "0012", state(pipeline.Invalid), "=fix it", "wrong", "46347.750000000", "fix.xlsx", "r1",
			"acme", "prod", "co"},
		{"/in/b.csv", "2", "", state(pipeline.Uncertain), "", "", "", "", "r2"},
	}
	if diff := cmp.Diff(want, rows[1:]); diff != "" {
		t.Error(diff)
	}
	if formula, err := f.GetCellFormula(sheet, "E2"); err != nil || formula != "" {
		t.Errorf("a text became the formula %q (%v)", formula, err)
	}

	if err := os.WriteFile(path, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteOpen(path, head, nil); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "open.edited-2026-11-21.xlsx")); string(text) != "somebody's" {
		t.Errorf("what was edited: %q (%v)", text, err)
	}
	head.Password = "long enough a password"
	if err := WriteOpen(filepath.Join(dir, "closed.xlsx"), head, lines); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "closed.xlsx"))
	if err != nil || strings.HasPrefix(string(text), "PK") {
		t.Errorf("it is not encrypted (%v)", err)
	}
	for _, name := range entries(t, dir) {
		if strings.HasPrefix(name, ".muster-") {
			t.Errorf("%s was left behind", name)
		}
	}
}
