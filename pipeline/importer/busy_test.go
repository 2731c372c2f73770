package importer_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
)

// A conflict that passes is tried again later in the run; one that lasts leaves the row pending, and the next run
// sends it.
func TestAConflictPasses(t *testing.T) {
	for _, c := range []struct {
		name  string
		times int // that the row meets the conflict
		state pipeline.State
	}{
		{"once", 1, pipeline.Created},
		{"twice", 2, pipeline.Created},
		{"always", 99, pipeline.Pending},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				w.provider.does = func(r request) step {
					if r.row == firstRow+1 && r.attempt <= c.times {
						return busy
					}
					return accepts
				}
				began := time.Now()
				j := w.imports(t, people(3), concurrency(1))
				r := j.results[1]
				if j.err != nil || r.State != c.state || j.counts[pipeline.Created] < 2 {
					t.Fatalf("%v: counts %v, %+v", j.err, j.counts, r.Outcome)
				}
				if took := time.Since(began); took < 2*time.Second || took > 10*time.Second {
					t.Errorf("it took %v", took)
				}
				if c.state == pipeline.Pending && !strings.Contains(r.Message.String(), "conflict said") {
					t.Errorf("it says %q", r.Message)
				}
				w.provider.does = nil
				if j = w.imports(t, people(3)); j.counts[pipeline.Created]+j.counts[pipeline.Known] != 3 {
					t.Errorf("run again: %v", j.counts)
				}
			})
		})
	}
}
