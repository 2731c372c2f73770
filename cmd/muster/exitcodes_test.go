package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"muster/pipeline/standin"
	"muster/pipeline/wording"
)

// TestNo: answering no to the question sends nothing and ends with 130; answering yes goes on.
func TestNo(t *testing.T) {
	t.Chdir(t.TempDir())
	def, err := definition("passport")
	if err != nil {
		t.Fatal(err)
	}
	s, err := standin.New(standin.Options{Provider: def.Provider(), Check: def.CheckBody, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	raw, err := def.File("example.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("book.csv", raw, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		answer        string
		code, creates int
	}{{"n\n", exitInterrupted, 0}, {"\n", exitInterrupted, 0}, {"", exitInterrupted, 0}, {"y\n", exitOK, 5}} {
		p, stdout, stderr := newTestProgram(t, map[string]string{"MUSTER_PASSPORT_TOKEN": "made-up"}, c.answer)
		p.terminal = true
		code := p.run([]string{"import", "book.csv", "--provider", "passport", "--base-url", server.URL, "--ledger",
			"l.db", "--rate", "none"})
		if code != c.code || s.Creates() != c.creates ||
			!strings.Contains(stderr.String(), "Send 5 customers to "+def.Provider().Title+" at "+server.URL+
				"? [y/N]") {
			t.Errorf("%q: exit code %d after %d requests\n%s\n%s", c.answer, code, s.Creates(), stdout, stderr)
		}
	}
}

// TestExitCodesAreDocumented: the help of import and the help topic list every code, in the same words, in every
// language.
func TestExitCodesAreDocumented(t *testing.T) {
	for _, language := range wording.Languages() {
		for _, command := range []string{"import --help", "help exit-codes"} {
			p, stdout, _ := newTestProgram(t, nil, "")
			if code := p.run(append(strings.Fields(command), "--lang", language)); code != exitOK {
				t.Errorf("%s: exit code %d", command, code)
			}
			for _, c := range exitCodes() {
				line := fmt.Sprintf("  %-4d %s\n", c.code, wordsIn(language).Message(c.meaning))
				if !strings.Contains(stdout.String(), line) {
					t.Errorf("%s: muster %s has no line %s", language, command, line)
				}
			}
		}
	}
	for _, code := range []int{exitOK, exitUnfinished, exitUsage, exitFix, exitLook, exitRefusals, exitHeld,
		exitCredentials, exitInterrupted} {
		found := false
		for _, c := range exitCodes() {
			found = found || c.code == code
		}
		if !found {
			t.Errorf("nothing says what %d means", code)
		}
	}
}
