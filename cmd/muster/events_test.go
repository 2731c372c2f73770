package main

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/standin"
)

// eventTypes reads the README's list: the members that each type has, and those
// that it may have.
func eventTypes(t *testing.T) (must, may map[string][]string) {
	t.Helper()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "### JSON lines, for scripts")
	section, _, ends := strings.Cut(section, "\n##")
	if !found || !ends {
		t.Fatal("the README has no section on JSON lines")
	}
	must, may = map[string][]string{}, map[string][]string{}
	name := regexp.MustCompile("`([a-z_-]+)`")
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`") {
			continue
		}
		always, sometimes, _ := strings.Cut(cells[3], "[")
		always = regexp.MustCompile(`\([^)]*\)`).ReplaceAllString(always, "")
		for _, kind := range name.FindAllStringSubmatch(cells[1], -1) {
			for _, m := range name.FindAllStringSubmatch(always, -1) {
				must[kind[1]] = append(must[kind[1]], m[1])
			}
			may[kind[1]] = append(slices.Clone(must[kind[1]]), "type")
			for _, m := range name.FindAllStringSubmatch(sometimes, -1) {
				may[kind[1]] = append(may[kind[1]], m[1])
			}
		}
	}
	return must, may
}

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

// TestEvents holds every event of imports that meet everything against the
// README's list, and against the cells of the book.
func TestEvents(t *testing.T) {
	must, may := eventTypes(t)
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
		p, stdout, stderr := told(t, map[string]string{"MUSTER_JUICYWAY_API_KEY": "made-up"}, "")
		code := p.run(append([]string{"import", "book.csv", "--provider", "juicyway", "--base-url", server.URL, "--ledger", "l.db", "--yes", "--json", "--rate", "none", "--concurrency", "1"}, c.args...))
		if code != c.code {
			t.Errorf("%s: exit code %d, want %d\n%s\n%s", c.name, code, c.code, stdout, stderr)
		}
		events := eventsOf(t, stdout.String())
		for _, e := range events {
			kind, _ := e["type"].(string)
			seen[kind] = true
			for _, m := range must[kind] {
				if _, there := e[m]; !there {
					t.Errorf("%s: %s has no %s: %v", c.name, kind, m, e)
				}
			}
			for m := range e {
				if !slices.Contains(may[kind], m) {
					t.Errorf("%s: the README knows no %s of %q: %v", c.name, m, kind, e)
				}
			}
		}
		last := events[len(events)-1]
		if last["type"] != "summary" || len(last["counts"].(map[string]any)) != len(pipeline.States()) || last["rows"] != 13.0 || last["exit_code"] != float64(code) {
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

// TestWhatARunWaitsFor: where there is no bar a line every five seconds says
// how far it is, and what it waits for, however long nothing comes back.
func TestWhatARunWaitsFor(t *testing.T) {
	must, _ := eventTypes(t)
	synctest.Test(t, func(t *testing.T) {
		p, stdout, stderr := told(t, nil, "")
		r := &importRun{program: p, flags: importFlags{json: true}, run: pipeline.Run{ID: "run-1"}}
		shown := r.newProgress()
		shown.see(importer.Progress{Settled: 3, Ready: 3, Counts: pipeline.Counts{pipeline.Created: 2, pipeline.Uncertain: 1}})
		shown.at(importer.Stage{At: importer.StageSettling, Of: 1, Until: time.Now().Add(12 * time.Second)})
		time.Sleep(17*time.Second + time.Millisecond)
		shown.end()
		want := []string{"3 of 3 done, 1 unanswered: waiting 7 s to ask: 2 created, 1 uncertain", "3 of 3 done, 1 unanswered: waiting 2 s to ask: 2 created, 1 uncertain", "3 of 3 done, 1 unanswered: asking: 2 created, 1 uncertain"}
		got := strings.Split(strings.TrimSpace(stderr.String()), "\n")
		if len(got) != 4 || !slices.Equal(got[:3], want) {
			t.Errorf("it said\n%s", stderr)
		}
		events := eventsOf(t, stdout.String())
		for _, e := range events {
			for _, m := range must["progress"] {
				if _, there := e[m]; !there || e["type"] != "progress" {
					t.Errorf("an event has no %s: %v", m, e)
				}
			}
		}
		if len(events) != 3 {
			t.Errorf("%d events", len(events))
		}
	})
}
