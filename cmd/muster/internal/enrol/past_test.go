package enrol

import (
	"testing"
	"time"

	"muster/pipeline"
)

// Two runs in succession that an outage halted keep the next from sending for an hour; any answer since ends that,
// and runs that sent nothing do not count.
func TestOutages(t *testing.T) {
	start := time.Date(2026, 11, 21, 22, 0, 0, 0, time.UTC)
	run := func(minute int, halt pipeline.MessageCode, counts pipeline.Counts) pipeline.Run {
		r := pipeline.Run{Finished: start.Add(time.Duration(minute) * time.Minute), Counts: counts}
		if halt != "" {
			r.Halt = &pipeline.Message{Code: halt}
		}
		return r
	}
	down := func(minute int) pipeline.Run {
		return run(minute, "halt.outage", pipeline.Counts{pipeline.Uncertain: 4})
	}
	for _, c := range []struct {
		name string
		runs []pipeline.Run // oldest first
		at   int            // minute
		want int
		held bool
	}{
		{"none", nil, 0, 0, false},
		{"all is well", []pipeline.Run{run(0, "", pipeline.Counts{pipeline.Created: 3})}, 1, 0, false},
		{"one", []pipeline.Run{down(0)}, 1, 1, false},
		{"two", []pipeline.Run{down(0), run(10, "halt.outage_goes_on", nil)}, 69, 2, true},
		{"an hour later", []pipeline.Run{down(0), down(10)}, 70, 2, false},
		{"the clock was put back", []pipeline.Run{down(0), down(10)}, 9, 2, false},
		{"time-outs", []pipeline.Run{run(0, "halt.silent_for", nil), down(10)}, 11, 2, true},
		{"answers that prove nothing", []pipeline.Run{run(0, "halt.doubted", nil), run(10, "halt.doubted", nil)}, 11, 2,
			true},
		{"held runs between and since", []pipeline.Run{down(0), run(5, "halt.outage_held", nil), down(10),
			run(20, "halt.outage_held", nil), {}}, 30, 2, true},
		{"rows were created before it", []pipeline.Run{down(0),
			run(10, "halt.outage", pipeline.Counts{pipeline.Created: 3})}, 11, 1, false},
		{"answered since", []pipeline.Run{down(0), down(10), run(20, "", pipeline.Counts{pipeline.Rejected: 1})}, 21,
			0, false},
		{"only known rows since", []pipeline.Run{down(0), down(10), run(20, "", pipeline.Counts{pipeline.Known: 9})},
			21, 2, true},
		{"nothing could be sent", []pipeline.Run{run(0, "halt.not_sent", nil), run(1, "halt.not_sent_for", nil)}, 2, 0,
			false},
	} {
		o := outagesOf(c.runs)
		halt := o.hold(start.Add(time.Duration(c.at) * time.Minute))
		if o.runs != c.want || (halt != nil) != c.held {
			t.Errorf("%s: %d outages, %v; want %d, held %t", c.name, o.runs, halt, c.want, c.held)
		}
		if c.held && (halt.Message.Arg("since") != start || halt.Hint == nil) {
			t.Errorf("%s: %v", c.name, halt.Message)
		}
	}
}
