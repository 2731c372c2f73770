package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/standin"
)

// eventsOf reads JSON lines.
func eventsOf(t *testing.T, lines string) (events []map[string]any) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(lines), "\n") {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

// TestEvents: imports that meet every case print every kind of line, each book ends with its summary, and no line
// contains a cell.
func TestEvents(t *testing.T) {
	t.Chdir(t.TempDir())
	def, err := definition("juicyway")
	if err != nil {
		t.Fatal(err)
	}
	const header = "first_name,last_name,email,phone,type,billing_address.line1,billing_address.city,billing_address.state,billing_address.zip_code,billing_address.country\n"
	var book strings.Builder
	book.WriteString(header)
	for i := range 12 {
		fmt.Fprintf(&book, "Adaeze%d,Bellooo,adaeze%d@example.org,+23480%08d,individual,%d Sample Rd,Ikejaaa,Lagos,100001,NG\n", i, i, i, i)
	}
	book.WriteString("Adaeze0,Bellooo,nobody,+2348000000000,individual,1 Sample Rd,Ikejaaa,Lagos,100001,NG\n")
	if err := os.WriteFile("book.csv", []byte(book.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	o := standin.Options{Provider: def.Provider(), Check: def.CheckBody, Now: time.Now}
	for _, f := range []string{"throttle:nth=1,times=1,retry-after=1", "status:status=422,nth=3,times=1"} {
		fault, err := standin.ParseFault(f)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, fault)
	}
	s, err := standin.New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	defer server.Close()
	seen := map[string]bool{}
	for _, c := range []struct {
		name string
		args []string
		code int
	}{
		{"a pilot that halts", []string{"--pilot", "3"}, exitRefusals},
		{"the rest", nil, exitFix},
		{"again, quietly", []string{"--quiet"}, exitFix},
	} {
		p, stdout, stderr := newTestProgram(t, map[string]string{"MUSTER_JUICYWAY_API_KEY": "made-up"}, "")
		code := p.run(append([]string{"import", "book.csv", "--provider", "juicyway", "--base-url", server.URL,
			"--ledger", "l.db", "--yes", "--json", "--rate", "none", "--concurrency", "1"}, c.args...))
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s\n%s", c.name, code, c.code, stdout, stderr)
		}
		events := eventsOf(t, stdout.String())
		for _, e := range events {
			kind, _ := e["type"].(string)
			seen[kind] = true
		}
		last := events[len(events)-1]
		if last["type"] != "summary" || len(last["counts"].(map[string]any)) != len(pipeline.States()) ||
			last["rows"] != 13.0 || last["exit_code"] != float64(code) {
			t.Errorf("%s: the last event is %v", c.name, last)
		}
		for _, cell := range []string{"Adaeze", "Bello", "adaeze", "Ikeja", "+23480"} {
			if strings.Contains(stdout.String(), cell) {
				t.Errorf("%s: the events hold %s:\n%s", c.name, cell, stdout)
			}
		}
		if strings.Contains(strings.Join(c.args, " "), "--quiet") && stderr.Len() > 0 {
			t.Errorf("%s: it said\n%s", c.name, stderr)
		}
	}
	for _, kind := range []string{"note", "plan", "pause", "pilot", "halt", "row", "summary"} {
		if !seen[kind] {
			t.Errorf("no %s was met", kind)
		}
	}
}
