package importer_test

import (
	"slices"
	"testing"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// Rows that were denied in an earlier run are sent after all others, also in a pilot or with a limit, and never
// instead of them.
func TestRowsThatWereDeniedAreSentLast(t *testing.T) {
	const first, last = firstRow, firstRow + 7
	for _, c := range []struct {
		name    string
		options []option
		want    []int // the rows at the end, after all others
		sent    int
	}{
		{"all", nil, []int{first, first + 3}, 8},
		{"a pilot", []option{func(s *importer.Sending) { s.Pilot.Rows = 2 }}, []int{first, first + 3}, 8},
		{"a limit", []option{limit(6)}, []int{last}, 6},
		{"a limit with one of them", []option{limit(7)}, []int{last, first}, 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			w.denied = map[pipeline.Tag]bool{w.ledger.KeyTag("reference", "r1"): true, w.ledger.KeyTag("tax", "90004"): false}
			j := w.imports(t, people(8), append(c.options, concurrency(1))...)
			sent := j.sentRows()
			if j.err != nil || len(sent) != c.sent || !slices.Equal(sent[len(sent)-len(c.want):], c.want) {
				t.Errorf("%v, sent %v, want %v at the end", j.err, sent, c.want)
			}
		})
	}
}
