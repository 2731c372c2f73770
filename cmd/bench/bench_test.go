package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestMain also runs the server of the net/http floor, as the command does.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "-serve" {
		answerAtOnce()
	}
	os.Exit(m.Run())
}

// TestEveryJobRuns runs each job once on a few rows, and checks its exit code, which depends on whether the book has
// faults.
func TestEveryJobRuns(t *testing.T) {
	s := settings{times: 1, scale: 0.0001, only: regexp.MustCompile(""), ledger: os.Getenv("MUSTER_TEST_POSTGRES")}
	var table strings.Builder
	if err := s.bench(t.Context(), &table); err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs() {
		if j.onServer && s.ledger == "" {
			continue
		}
		if !strings.Contains(table.String(), "| "+j.name+", ") {
			t.Errorf("no line for %q in\n%s", j.name, table.String())
		}
	}
}
