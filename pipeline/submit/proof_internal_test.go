package submit

import (
	"testing"

	"muster/pipeline"
)

func TestSameKey(t *testing.T) {
	digits := []pipeline.Normaliser{pipeline.Digits}
	lower := []pipeline.Normaliser{pipeline.Lower}
	for _, c := range []struct {
		ours, theirs string
		steps        []pipeline.Normaliser
		want         bool
	}{
		{"999000111", "999000111", digits, true}, {"999000111", "999.000.111", digits, true},
		{"999000111", "999.000.111-8", digits, true}, {"000999111", "999111", digits, true},
		{"999000111", "999000122", digits, false}, {"999000111", "", digits, true},
		{"999000111", "*****0111", digits, true}, {"999000111", "XXXXX0122", digits, true},
		{"999000111", "0111", digits, true}, {"ana@example.org", "Ana@Example.org", lower, true},
		{"ana@example.org", "rui@example.org", lower, false}, {"ref-1", "REF_1", nil, true},
		{"ref-1", "ref-12345", nil, false},
	} {
		ours := pipeline.KeyValue{Value: c.ours, Normalised: pipeline.Normalise(c.steps, c.ours)}
		if got := sameKey(c.theirs, ours, c.steps); got != c.want {
			t.Errorf("sent %q, the record has %q: got %t, want %t", c.ours, c.theirs, got, c.want)
		}
	}
}
