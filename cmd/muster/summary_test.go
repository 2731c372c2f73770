package main

import (
	"errors"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// TestUnreported: the error says once that the report is missing, and the hint what `muster report` needs.
func TestUnreported(t *testing.T) {
	disk := errors.New("no space left on device")
	for _, c := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{pipeline.Fail("report.failed", "path", "r.xlsx", "cause", disk),
			"muster: report r.xlsx: could not be written: no space left on device\n" +
				"  try: `muster report r1 -o FILE` writes it from the ledger and the book, as long as the book is unchanged\n"},
		{pipeline.Fail("enrol.report_unwritten", "cause", importer.NewHalt(importer.HaltBook, "halt.row_fails", "row", 7)),
			"muster: cannot write the report: row 7 passed the first check and fails the second\n" +
				"  try: `muster report r1 -o FILE` writes it once a.csv is again as it was when the run began; " +
				"if you have a copy of it as it was, add --book COPY\n"},
	} {
		p, stdout, stderr := newTestProgram(t, nil, "")
		r := &resultPrinter{program: p}
		if err := r.unreported(enrol.Ending{Run: pipeline.Run{ID: "r1", Book: "a.csv"}, ReportErr: c.err}); err != nil {
			t.Error(err)
		}
		if stderr.String() != c.want || stdout.Len() > 0 {
			t.Errorf("%v: %q\n%s", c.err, stdout, stderr)
		}
	}
}
