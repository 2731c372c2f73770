package submit

import (
	"testing"

	"muster/pipeline"
)

func TestCompareKey(t *testing.T) {
	digits := []pipeline.Normaliser{pipeline.Digits}
	lower := []pipeline.Normaliser{pipeline.Lower}
	for _, c := range []struct {
		ours, theirs string
		steps        []pipeline.Normaliser
		want         string // same, other, or nothing
	}{
		{"999000111", "999000111", digits, "same"}, {"999000111", "999.000.111", digits, "same"},
		{"999000111", "999.000.111-8", digits, "same"}, {"000999111", "999111", digits, "same"},
		{"999000111", "999000122", digits, "other"}, {"999000111", "", digits, "nothing"},
		{"999000111", "*****0111", digits, "nothing"}, {"999000111", "XXXXX0122", digits, "nothing"},
		{"999000111", "0111", digits, "nothing"}, {"ana@example.org", "Ana@Example.org", lower, "same"},
		{"ana@example.org", "rui@example.org", lower, "other"}, {"ref-1", "REF_1", nil, "same"},
		{"ref-1", "ref-12345", nil, "other"},
		{"tienda José", "Tienda Jose\u0301", lower, "same"}, {"tienda  José", "tienda José", nil, "same"},
	} {
		ours := pipeline.KeyValue{Value: c.ours, Normalised: pipeline.Normalise(c.steps, c.ours)}
		got := "other"
		if same, says := CompareKey(c.theirs, ours, c.steps); same {
			got = "same"
		} else if !says {
			got = "nothing"
		}
		if got != c.want {
			t.Errorf("sent %q, the record has %q: got %s, want %s", c.ours, c.theirs, got, c.want)
		}
	}
}
