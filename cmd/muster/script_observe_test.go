package main

import (
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdTellsNothing checks that a file contains no cell of a book, nor any word of one that could name a person:
// tellsnothing BOOK FILE...
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

// cmdMetric compares one value of a metrics file, found by the metric's name and any one of its labels: metric FILE
// muster_rows state=invalid 3
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
