package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/rogpeppe/go-internal/testscript"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// cmdTellsNothing holds that no cell of a book stands in a file, nor any word
// of one that could name a person: tellsnothing BOOK FILE...
func cmdTellsNothing(ts *testscript.TestScript, neg bool, args []string) {
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	looked := 0
	for _, file := range args[1:] {
		text := ts.ReadFile(file)
		if text == "" {
			ts.Fatalf("%s is empty", file)
		}
		for _, row := range rows[1:] {
			for _, cell := range row {
				if len(cell) < 5 {
					continue
				}
				if looked++; strings.Contains(text, cell) {
					ts.Fatalf("%s holds the cell %q", file, cell)
				}
			}
		}
	}
	if looked == 0 {
		ts.Fatalf("%s has no cell to look for", args[0])
	}
}

// cmdMetric holds one value of a metrics file, by the metric's name and any
// one of its labels: metric FILE muster_rows state=invalid 3
func cmdMetric(ts *testscript.TestScript, neg bool, args []string) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	label, want, _ := strings.Cut(args[2], "=")
	sum, found := 0.0, false
	for _, m := range families[args[1]].GetMetric() {
		for _, l := range m.GetLabel() {
			if l.GetName() == label && l.GetValue() == want {
				sum += m.GetGauge().GetValue()
				found = true
			}
		}
	}
	if got := strconv.FormatFloat(sum, 'f', -1, 64); !found || got != args[3] {
		ts.Fatalf("%s{%s} is %s (there: %v), want %s", args[1], args[2], got, found, args[3])
	}
}

// TestMetrics: what is written parses, keeps to the naming rules that promtool
// checks, and outlives a failure only in the time of the last success.
func TestMetrics(t *testing.T) {
	path := filepath.Join(t.TempDir(), "muster.prom")
	place := pipeline.Namespace{Provider: "acme", Env: "https://acme.example/api", Account: `one "two"`}
	first := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
	write := func(n pipeline.Namespace, now time.Time, code int) map[string]float64 {
		t.Helper()
		m, err := newMeter(path, n, now)
		if err != nil {
			t.Fatal(err)
		}
		m.call("create", "created", 201, 40*time.Millisecond)
		m.call("look-up", "absent", 0, time.Second)
		m.pause(3 * time.Second)
		if code != exitUsage {
			m.run(tally{counts: pipeline.Counts{pipeline.Created: 2, pipeline.Invalid: 1}, fresh: pipeline.Counts{pipeline.Invalid: 1}}, importer.Pace{Calls: 2, Took: time.Second}, 1)
		}
		if err := m.write(code, now.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		faults, err := promlint.New(bytes.NewReader(text)).Lint()
		if err != nil || len(faults) > 0 {
			t.Errorf("%v %v", faults, err)
		}
		parser := expfmt.NewTextParser(model.UTF8Validation)
		families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]float64{}
		for name, f := range families {
			if len(f.GetMetric()) == 1 {
				values[name] = f.GetMetric()[0].GetGauge().GetValue()
			}
		}
		return values
	}
	success := float64(first.Add(time.Minute).Unix())
	if got := write(place, first, exitLook); got[lastSuccess] != success || got["muster_exit_code"] != exitLook || got["muster_unsettled_requests"] != 1 || got["muster_pause_seconds"] != 3 {
		t.Errorf("%v", got)
	}
	got := write(place, first.Add(24*time.Hour), exitUsage)
	if got[lastSuccess] != success || got["muster_exit_code"] != exitUsage {
		t.Errorf("after a failure: %v", got)
	}
	if _, there := got["muster_unsettled_requests"]; there {
		t.Error("what was not looked up is given as a figure")
	}
	// Another place's success is none of this one's.
	if got := write(pipeline.Namespace{Provider: "acme", Env: "sandbox"}, first, exitUsage); got[lastSuccess] != 0 {
		t.Errorf("another place: %v", got)
	}
	if err := os.WriteFile(path, []byte("half a li"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := write(place, first, exitOK); got[lastSuccess] != success {
		t.Errorf("over a file that was cut off: %v", got)
	}
}

// brokenWriter has no room.
type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("no room left") }

// TestLogFull: a log that cannot be written is told of once, and stops nothing.
func TestLogFull(t *testing.T) {
	told := 0
	w := &forgivingWriter{w: brokenWriter{}, failed: func(error) { told++ }}
	for range 3 {
		if n, err := io.WriteString(w, "line\n"); n != 5 || err != nil {
			t.Fatal(n, err)
		}
	}
	if told != 1 {
		t.Errorf("told %d times", told)
	}
}
