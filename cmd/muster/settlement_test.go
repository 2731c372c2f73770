package main

import (
	"path/filepath"
	"testing"
)

// A report that is a workbook says in its hidden sheet which run it is of.
func TestReportSaysItsRun(t *testing.T) {
	dir := t.TempDir()
	report := filepath.Join(dir, "results.xlsx")
	if code, _, stderr := call("import", "../../templates/providers/passport/example.csv", "--provider", "passport", "--ledger", filepath.Join(dir, "m.db"), "--report", report); code != exitOK {
		t.Fatal(stderr)
	}
	sheets, err := settleFlags{}.readVerdicts(t.Context(), report)
	if err != nil {
		t.Fatal(err)
	}
	if len(sheets) != 1 || sheets[0].OwnRun == "" || sheets[0].OwnRun != sheets[0].FirstRun {
		t.Errorf("%d sheets, of run %q, whose rows are of run %q", len(sheets), sheets[0].OwnRun, sheets[0].FirstRun)
	}
}
