package progress

import (
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// clock is a time that the test moves.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// The rate is that of the last half minute, in which no question counts.
func TestRate(t *testing.T) {
	c := &clock{time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)}
	track := NewTrack(c.now)
	if _, ok := track.View(); ok {
		t.Error("there is a view before anything is sent")
	}
	track.See(enrol.SendBegan{Run: "r"})
	settled := 0
	pass := func(seconds, rows int) (rate float64) {
		t.Helper()
		for range seconds {
			c.at = c.at.Add(time.Second)
			settled += rows
			track.See(enrol.Progressed{Progress: importer.Progress{Settled: settled, Ready: 1000}})
			v, ok := track.View()
			if !ok || v.Run != "r" || v.Settled != settled {
				t.Fatalf("%v %+v", ok, v)
			}
			rate = v.Rate
		}
		return rate
	}
	if rate := pass(1, 5); rate != 0 {
		t.Errorf("after a second the rate is said to be %v", rate)
	}
	if rate := pass(59, 5); rate != 5 {
		t.Errorf("the rate is %v, want 5", rate)
	}
	if rate := pass(60, 0); rate != 0 {
		t.Errorf("when nothing is settled of late the rate is %v", rate)
	}
	track.See(enrol.Piloted{Asked: true})
	c.at = c.at.Add(time.Hour)
	if _, ok := track.View(); ok {
		t.Error("there is a view while a person is asked")
	}
	track.See(enrol.Staged{Stage: importer.Stage{At: importer.StageSending}})
	if rate := pass(2, 10); rate != 10 {
		t.Errorf("after a question the rate is %v, want 10", rate)
	}
}

// A pause is new once, with the status of the answer that asked for it.
func TestPause(t *testing.T) {
	start := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	track := NewTrack(func() time.Time { return start })
	track.See(enrol.SendBegan{})
	track.See(enrol.CreateBegan{})
	track.See(enrol.CreateEnded{Attempt: pipeline.Attempt{Verdict: pipeline.VerdictThrottled, HTTPStatus: 429}})
	for i, c := range []struct {
		from, until time.Duration
		fresh       bool
	}{
		{0, 200 * time.Millisecond, false},                  // too short
		{time.Second, 3 * time.Second, true},                // a pause
		{time.Second, 3200 * time.Millisecond, false},       // the same, of another request
		{2 * time.Second, 5 * time.Second, true},            // a longer one
		{6 * time.Second, 6200 * time.Millisecond, false},   // too short, and the last is over
		{7 * time.Second, 7*time.Second + shortest, true},   // the shortest
		{8 * time.Second, 8*time.Second - time.Hour, false}, // over
	} {
		status, fresh := track.Pause(enrol.Paused{Until: start.Add(c.until), Wait: c.until - c.from})
		if fresh != c.fresh || status != 429 {
			t.Errorf("pause %d: new %v, status %d", i, fresh, status)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Short(400 * time.Millisecond), "0 s"}, {Short(119 * time.Second), "119 s"}, {Short(2 * time.Minute), "2 min"},
		{Short(59*time.Minute + 40*time.Second), "60 min"}, {Short(90 * time.Minute), "1.5 h"},
		{About(time.Millisecond), "less than a second"}, {About(time.Second), "1 second"},
		{About(90 * time.Second), "about 2 minutes"}, {About(119*time.Minute + 40*time.Second), "about 120 minutes"},
		{About(150 * time.Minute), "about 3 hours"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
