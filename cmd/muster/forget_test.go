package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestForgetAsks: only a complete line with a yes, typed after the question, removes anything.
func TestForgetAsks(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "m.db")
	if code, _, stderr := call("import", "../../templates/providers/passport/example.csv", "--provider",
		"passport", "--ledger", path, "--report", filepath.Join(dir, "r.csv")); code != exitOK {
		t.Fatal(stderr)
	}
	for _, c := range []struct {
		answer string
		code   int
		says   string // on stdout or stderr
	}{
		{"", exitInterrupted, "nothing was forgotten"},
		{"n\n", exitInterrupted, "nothing was forgotten"},
		{"y", exitInterrupted, "nothing was forgotten"}, // the line is not complete
		{"y n\n", exitInterrupted, "nothing was forgotten"},
		{" Yes \n", exitOK, "forgot the details of 1 run"},
	} {
		p, stdout, stderr := newTestProgram(t, nil, c.answer)
		p.terminal = true
		code := p.run([]string{"forget", "--before", "0d", "--ledger", path})
		if code != c.code || !strings.Contains(stdout.String()+stderr.String(), c.says) {
			t.Errorf("%q: exit code %d, want %d\n%s\n%s", c.answer, code, c.code, stdout, stderr)
		}
		if !strings.Contains(stderr.String(), "Forget for good the details of 1 run") {
			t.Errorf("%q: there was no question:\n%s", c.answer, stderr)
		}
	}
}
