package enrol

import (
	"errors"
	"slices"
	"testing"

	"muster/pipeline"
	"muster/reports"
)

// fakeReport is a report that fails at a line, or at its end.
type fakeReport struct {
	name          string
	line, end     error
	lines         int
	closed, given bool // Close, or Abort was called
}

func (f *fakeReport) Line(reports.Line) error {
	f.lines++
	return f.line
}

func (f *fakeReport) Close(reports.Tail) error {
	f.closed = true
	return f.end
}

func (f *fakeReport) Abort() { f.given = true }

func (f *fakeReport) Path() string { return f.name }

func (f *fakeReport) Moved() string { return "" }

// When one report cannot be written, the others still are.
func TestReportsAreWrittenWithoutTheOneThatFails(t *testing.T) {
	full, gone, begun := errors.New("disk full"), errors.New("gone"), errors.New("not begun")
	good, last := &fakeReport{name: "good"}, &fakeReport{name: "last"}
	first, end := &fakeReport{name: "first", line: full}, &fakeReport{name: "end", end: gone}
	var all writers
	all = all.with("", first, nil).with("", good, nil).with("", nil, begun).with("", end, nil).with("", last, nil)
	for row := range 3 {
		all.line(reports.Line{Outcome: pipeline.Outcome{Row: row + 2}})
	}
	err := all.close(reports.Tail{})
	for _, want := range []error{full, gone, begun} {
		if !errors.Is(err, want) {
			t.Errorf("%v does not say %v", err, want)
		}
	}
	if paths := all.paths(); !slices.Equal(paths, []string{"good", "last"}) {
		t.Errorf("written: %v", paths)
	}
	if good.lines != 3 || last.lines != 3 || !good.closed || good.given || !end.given ||
		first.lines != 1 || !first.given || first.closed {
		t.Errorf("good %+v, first %+v, end %+v", good, first, end)
	}
	all.abort()
	if !last.given {
		t.Error("what was not given up is")
	}
}
