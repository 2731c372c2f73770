package progress

import (
	"testing"
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/pipeline"
	"muster/pipeline/importer"
)

// clock is a clock that the test sets.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// The rate is that of the last half minute, without the time of questions.
func TestRate(t *testing.T) {
	c := &clock{time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)}
	track := NewTrack(c.now)
	if _, ok := track.View(); ok {
		t.Error("there is a view before anything is sent")
	}
	track.See(enrol.SendBegan{Run: "r", Ready: 1000})
	if v, ok := track.View(); !ok || v.Ready != 1000 {
		t.Errorf("before the first row: %v %+v", ok, v)
	}
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

// TestResumed: after a pause the time left is said again once the rate has risen, and without the pause.
func TestResumed(t *testing.T) {
	c := &clock{time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)}
	track := NewTrack(c.now)
	track.See(enrol.SendBegan{Ready: 1000})
	settled := 0
	pass := func(seconds, rows int) (v View) {
		for range seconds {
			c.at = c.at.Add(time.Second)
			settled += rows
			track.See(enrol.Progressed{Progress: importer.Progress{Settled: settled, Ready: 1000}})
			v, _ = track.View()
		}
		return v
	}
	if v := pass(10, 10); v.Left() == 0 {
		t.Error("nothing is said before the pause")
	}
	track.See(enrol.Paused{Until: c.at.Add(20 * time.Second), Wait: 20 * time.Second})
	pass(20, 0)
	if v := pass(3, 5); v.Left() != 0 {
		t.Errorf("just after the pause: %v left, %v/s", v.Left(), v.Rate)
	}
	if v := pass(6, 10); v.Rate < 8 || v.Left() == 0 || v.Left() > 2*time.Minute {
		t.Errorf("after the pause: %v left, %v/s", v.Left(), v.Rate)
	}
}

// Without its ledger nothing is sent, and nobody can say how long the rest takes.
func TestLedgerSilent(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	track := NewTrack(func() time.Time { return now })
	track.See(enrol.SendBegan{Ready: 10})
	for _, since := range []time.Time{now, {}} {
		track.See(enrol.LedgerSilent{Since: since})
		v, _ := track.View()
		v.Rate = 1
		if silent := !since.IsZero(); (v.Left() == 0) != silent || (v.Note(now) != nil) != silent {
			t.Errorf("since %v: %v left, %v", since, v.Left(), v.Note(now))
		}
	}
}

func TestLine(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	sends := View{Progress: importer.Progress{Settled: 120, Ready: 388}}
	with := func(change func(*View)) View {
		v := sends
		change(&v)
		return v
	}
	for _, c := range []struct {
		name string
		view View
		want string
	}{
		{"nothing answered yet", sends, "progress.done settled=120 ready=388"},
		{"a rate", with(func(v *View) { v.Rate = 4.86 }),
			"progress.done_rate_left settled=120 ready=388 rate=4.9 left=55.144032921s"},
		{"all done", with(func(v *View) { v.Rate, v.Settled = 5, 388 }),
			"progress.done_rate settled=388 ready=388 rate=5"},
		{"silence", with(func(v *View) { v.Flight = 2 }), "progress.done_silence settled=120 ready=388 count=2"},
		{"a pause", with(func(v *View) { v.Rate, v.Paused, v.Status = 5, now.Add(12*time.Second), 429 }),
			"progress.done_note settled=120 ready=388 note=(progress.waiting_status status=429 wait=12s)"},
		{"a pause without a status", with(func(v *View) { v.Paused = now.Add(12 * time.Second) }),
			"progress.done_note settled=120 ready=388 note=(progress.waiting wait=12s)"},
		{"without its ledger", with(func(v *View) { v.Rate, v.Silent = 5, now.Add(-12*time.Second) }),
			"progress.done_note settled=120 ready=388 note=(progress.ledger_silent wait=12s)"},
		{"counts", with(func(v *View) { v.Counts = pipeline.Counts{pipeline.Created: 3} }),
			"progress.with_counts line=(progress.done settled=120 ready=388) counts=3 created"},
	} {
		if got := c.view.Line(now).String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNote(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	for _, c := range []struct {
		stage importer.Stage
		want  string
	}{
		{importer.Stage{At: importer.StageSending}, ""},
		{importer.Stage{At: importer.StageEarlier, Of: 4, Done: 1}, "progress.settling_earlier count=3"},
		{importer.Stage{At: importer.StageSettling, Of: 3, Until: now.Add(35 * time.Second)},
			"progress.unanswered_waiting count=3 wait=35s"},
		{importer.Stage{At: importer.StageSettling, Of: 3, Until: now}, "progress.unanswered_asking count=3"},
		{importer.Stage{At: importer.StagePilot, Of: 5}, "progress.pilot count=5"},
		{importer.Stage{At: importer.StageOutage, Of: 2, Until: now.Add(5 * time.Second)},
			"progress.no_answer_waiting count=2 wait=5s"},
		{importer.Stage{At: importer.StageOutage, Of: 3, Until: now}, "progress.no_answer_trying count=3"},
	} {
		if got := (View{Stage: c.stage}).Note(now).String(); got != c.want {
			t.Errorf("%+v: %s, want %s", c.stage, got, c.want)
		}
	}
}
