package terminal

import (
	"slices"
	"strings"
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// A quiet run reports a wait of more than a minute once, however many pauses it takes.
func TestLongWaits(t *testing.T) {
	start := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	throttled := enrol.CreateEnded{Attempt: pipeline.Attempt{Verdict: pipeline.VerdictThrottled, HTTPStatus: 429}}
	pause := func(from, length time.Duration) enrol.Event {
		return enrol.Paused{Until: start.Add(from + length), Wait: length}
	}
	done := func(n int) enrol.Event { return enrol.Progressed{Progress: importer.Progress{Settled: n}} }
	for _, c := range []struct {
		name   string
		events []enrol.Event
		want   []string
	}{
		{"a short one", []enrol.Event{pause(0, time.Minute)}, nil},
		{"a long one, of several at once", []enrol.Event{pause(0, 25*time.Minute), pause(time.Second, 25*time.Minute)},
			[]string{"HTTP 429: waiting 25 min, until 2026-11-21 06:55:00 UTC"}},
		{"short ones in a row", []enrol.Event{pause(0, 50*time.Second), pause(51*time.Second, 50*time.Second),
			pause(102*time.Second, 50*time.Second)},
			[]string{"HTTP 429: waiting 50 s, until 2026-11-21 06:31:41 UTC"}},
		{"short ones with rows between", []enrol.Event{pause(0, 50*time.Second), done(1),
			pause(51*time.Second, 50*time.Second), done(2), pause(102*time.Second, 50*time.Second)}, nil},
		{"two long ones", []enrol.Event{pause(0, 2*time.Minute), done(1), pause(3*time.Minute, 2*time.Minute)},
			[]string{"HTTP 429: waiting 2 min, until 2026-11-21 06:32:00 UTC",
				"HTTP 429: waiting 2 min, until 2026-11-21 06:35:00 UTC"}},
	} {
		var said []string
		words := english(t)
		w := NewWaits(func(m *pipeline.Message) { said = append(said, words.Message(m)) },
			func() time.Time { return start })
		for _, e := range append([]enrol.Event{enrol.SendBegan{Run: "r"}, enrol.CreateBegan{}, throttled}, c.events...) {
			w.See(e)
		}
		if !slices.Equal(said, c.want) {
			t.Errorf("%s: it said\n%s", c.name, strings.Join(said, "\n"))
		}
	}
}
