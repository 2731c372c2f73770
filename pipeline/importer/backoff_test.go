package importer_test

import (
	"testing"
	"time"

	"muster/pipeline/importer"
)

func TestBackoff(t *testing.T) {
	const base, limit = 100 * time.Millisecond, time.Minute
	cases := []struct {
		attempt int
		random  float64
		want    time.Duration
	}{
		{1, 0.5, 50 * time.Millisecond}, {2, 0.5, 100 * time.Millisecond}, {4, 0.5, 400 * time.Millisecond},
		{1, 0, 0}, {100, 0.5, 30 * time.Second}, {1 << 30, 1, limit}, {0, 0.5, 50 * time.Millisecond},
		{-5, 0.5, 50 * time.Millisecond},
	}
	for _, c := range cases {
		if got := importer.Backoff(c.attempt, base, limit, c.random); got != c.want {
			t.Errorf("attempt %d, random %v: %v, want %v", c.attempt, c.random, got, c.want)
		}
	}
	if d := importer.Backoff(70, 1<<62, 1<<62, 0.999); d < 0 {
		t.Errorf("negative: %v", d)
	}
}
