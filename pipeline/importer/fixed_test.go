package importer_test

import (
	"strings"
	"testing"

	"muster/pipeline"
)

// fixedLines are lines that were fixed in another book; see [importer.Fixed].
type fixedLines map[string]pipeline.FixedRow

func (f fixedLines) Find(row pipeline.Row) (pipeline.FixedRow, bool) {
	fixed, there := f[strings.Join(row.Cells, "|")]
	return fixed, there
}

func (f fixedLines) add(w *world, l line, ref int64) {
	customer := w.ledger.customers[ref-1]
	f[strings.Join(l[:], "|")] = pipeline.FixedRow{Run: "run-9", Row: 7, Outcome: pipeline.Outcome{Ref: ref,
		State: customer.state, CustomerID: customer.outcome.CustomerID}}
}

// A row whose fixed copy was sent and never answered is uncertain, and not sent.
func TestFixedRowsWithoutAnswer(t *testing.T) {
	w := knowing(t)
	w.fixed = fixedLines{}
	w.fixed.add(w, person(9), 5)
	before := w.provider.calls()
	j := w.imports(t, []line{person(9)})
	got := j.results[0]
	if got.State != pipeline.Uncertain || !strings.Contains(got.Message.String(), "outcome.fixed_open") {
		t.Errorf("it is %s: %v", got.State, got.Message)
	}
	if calls := w.provider.calls() - before; calls != 0 {
		t.Errorf("%d requests", calls)
	}
}

// A row whose fixed copy was enrolled is known, whatever it is by itself, and claims no key.
func TestFixedRows(t *testing.T) {
	for _, c := range []struct {
		name  string
		lines []line // the first of them has a fixed copy, person 1
		want  []pipeline.State
	}{
		{"invalid", []line{person(9).broken()}, []pipeline.State{pipeline.Known}},
		{"ready", []line{person(9)}, []pipeline.State{pipeline.Known}},
		{"changed", []line{person(2).with(3, "Pasto")}, []pipeline.State{pipeline.Known}},
		{"a row with its key is sent", []line{person(9), person(9).with(3, "Pasto")},
			[]pipeline.State{pipeline.Known, pipeline.Created}},
		{"known by itself", []line{person(2)}, []pipeline.State{pipeline.Known}},
		{"unsettled first", []line{person(5)}, []pipeline.State{pipeline.Uncertain}},
		{"another is judged by itself", []line{person(9), person(8).broken()},
			[]pipeline.State{pipeline.Known, pipeline.Invalid}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := knowing(t)
			w.fixed = fixedLines{}
			w.fixed.add(w, c.lines[0], 1)
			j := w.imports(t, c.lines)
			for i, want := range c.want {
				if got := j.results[i]; got.State != want {
					t.Errorf("row %d is %s, want %s: %v", got.Row, got.State, want, got.Message)
				}
			}
			first := j.results[0]
			says := first.Message != nil && first.Message.Code == "outcome.fixed"
			if own := c.name == "known by itself" || first.State == pipeline.Uncertain; says == own ||
				says && first.CustomerID != "c-3" {
				t.Errorf("row %d has the customer %q: %v", first.Row, first.CustomerID, first.Message)
			}
		})
	}
}
