package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// cmdAged sets the times of files to an hour ago, so that no import takes them for files that are being written: aged
// FILE...
func cmdAged(ts *testscript.TestScript, neg bool, args []string) {
	before := time.Now().Add(-time.Hour)
	for _, name := range args {
		ts.Check(os.Chtimes(ts.MkAbs(name), before, before))
	}
}

// newTestProgram is a program with the test's streams, environment and answers.
func newTestProgram(t *testing.T, environment map[string]string,
	stdin string) (p *program, stdout, stderr *bytes.Buffer) {
	t.Helper()
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	p = newProgram()
	p.stdin, p.stdout, p.stderr = bytes.NewBufferString(stdin), stdout, stderr
	p.screen = nil
	p.english = wordsIn("en")
	p.words = p.english
	p.getenv = func(name string) string { return environment[name] }
	p.environ = func() (all []string) {
		for name, value := range environment {
			all = append(all, name+"="+value)
		}
		return all
	}
	return p, stdout, stderr
}

// TestABookThatIsBeingWritten: it is left to the next run, and the other books are imported.
func TestABookThatIsBeingWritten(t *testing.T) {
	t.Chdir(t.TempDir())
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := def.File("example.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("inbox", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"a.csv": whole[:len(whole)/2], "b.csv": whole} {
		if err := os.WriteFile(filepath.Join("inbox", name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p, stdout, stderr := newTestProgram(t, nil, "")
	waits := 0
	p.pause = func(time.Duration, <-chan struct{}) {
		waits++
		if err := os.WriteFile("inbox/a.csv", whole, 0o600); err != nil {
			t.Error(err)
		}
	}
	args := []string{"import", "--dir", "inbox", "--provider", "passport", "--ledger", "l.db"}
	if code := p.run(args); code != exitOK {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
	if waits != 1 || !bytes.Contains(stderr.Bytes(), []byte("inbox/a.csv is still being written: left for the next run")) ||
		bytes.Contains(stdout.Bytes(), []byte("a.csv")) ||
		!bytes.Contains(stdout.Bytes(), []byte("rehearsal of inbox/b.csv, 5 rows")) {
		t.Errorf("waited %d times\n%s\n%s", waits, stdout, stderr)
	}
	p, stdout, stderr = newTestProgram(t, nil, "")
	p.pause = func(time.Duration, <-chan struct{}) {}
	if code := p.run(args); code != exitOK || stdout.Len() != 0 &&
		!bytes.Contains(stdout.Bytes(), []byte("inbox/a.csv")) {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}
