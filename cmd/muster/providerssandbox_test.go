package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// A trial asks before it sends: a no sends nothing and creates no ledger; a yes sends.
func TestATrialAsks(t *testing.T) {
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
	}))
	defer server.Close()
	for _, c := range []struct {
		answer string
		code   int
		sent   bool
	}{{"n\n", exitInterrupted, false}, {"\n", exitInterrupted, false}, {"", exitInterrupted, false},
		{"y\n", exitCredentials, true}} {
		calls.Store(0)
		ledger := filepath.Join(t.TempDir(), "l.db")
		p, stdout, stderr := newTestProgram(t, map[string]string{"MUSTER_JUICYWAY_API_KEY": "made-up"}, c.answer)
		p.terminal = true
		code := p.run([]string{"providers", "test", "juicyway", "--env", "sandbox", "--base-url", server.URL,
			"--ledger", ledger})
		_, err := os.Stat(ledger)
		if code != c.code || (calls.Load() > 0) != c.sent || os.IsNotExist(err) == c.sent ||
			!strings.Contains(stderr.String(), "Send it? ") {
			t.Errorf("%q: exit code %d, %d calls, ledger %v\n%s%s", c.answer, code, calls.Load(), err, stdout, stderr)
		}
	}
}

// At a terminal the questions about a new definition are asked, and an example may be pasted.
func TestANewDefinitionIsAskedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	p, stdout, stderr := newTestProgram(t, nil, strings.Join([]string{"email", "lower", "email", "perhaps", "nothing",
		"none", "", "2/s", "2", "acme", "", "", "https://sandbox.acme.example", "none", "bearer", "", "", "POST /customers",
		"", "", "", "", "-", `{"email": "owner@realshop.com",`, ` "name": "Real Shop"}`, "", "", "", "/id", "", "", "201",
		"none", "400", "", "", "", "", ""}, "\n")+"\n")
	p.terminal = true
	code := p.run([]string{"providers", "new", dir})
	if code != exitOK || !strings.Contains(stdout.String(), "written: ") {
		t.Fatalf("exit code %d\n%s%s", code, stdout, stderr)
	}
	for _, want := range []string{"not so: \"perhaps\" must be one of", "Paste the JSON:", "timeout [60s]: "} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("no %q in\n%s", want, stderr)
		}
	}
	p, stdout, stderr = newTestProgram(t, nil, "")
	if code := p.run([]string{"providers", "test", dir}); code != exitOK {
		t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
	}
}
