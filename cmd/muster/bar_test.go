package main

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
	"muster/pipeline/importer"
)

func TestBar(t *testing.T) {
	now := time.Date(2026, 11, 21, 6, 30, 0, 0, time.UTC)
	sends := view{Progress: importer.Progress{Settled: 120, Ready: 388, Counts: pipeline.Counts{pipeline.Created: 117, pipeline.Rejected: 3}},
		stage: importer.Stage{At: importer.StageSending}, rate: 4.9, flight: 2}
	paused := sends
	paused.paused, paused.status = now.Add(12*time.Second), 429
	pilot := sends
	pilot.Settled, pilot.stage, pilot.Counts, pilot.rate = 2, importer.Stage{At: importer.StagePilot, Of: 5}, pipeline.Counts{pipeline.Created: 2}, 0
	settles := sends
	settles.Settled, settles.flight = 388, 0
	settles.stage = importer.Stage{At: importer.StageSettling, Of: 3, Done: 1, Until: now.Add(35 * time.Second)}
	earlier := view{stage: importer.Stage{At: importer.StageEarlier, Of: 4, Done: 1}}
	for _, c := range []struct {
		name  string
		v     view
		width int
		want  string
	}{
		{"wide", sends, 119, "[========>                    ]  120/388  117 created, 3 rejected  4.9/s  55 s left  2 in flight"},
		{"80 columns", sends, 79, "[=====>             ]  120/388  117 created, 3 rejected  4.9/s  55 s left"},
		{"what matters least goes first", sends, 50, "[===>        ]  120/388  4.9/s  55 s left"},
		{"words only", sends, 30, "120/388  4.9/s  55 s left"},
		{"a pause", paused, 79, "[=====>             ]  120/388  429: waiting 12 s  117 created, 3 rejected"},
		{"a pilot", pilot, 79, "[>                  ]  2/388  pilot of 5  2 created  2 in flight"},
		{"settling", settles, 79, "[===================]  388/388  2 unanswered: waiting 35 s to ask"},
		{"settling earlier ones", earlier, 79, "settling 3 requests of earlier runs"},
		{"nothing yet", view{}, 79, ""},
	} {
		if got := c.v.bar(now, c.width); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// A bar never breaks its line, nor does it hold anything but plain characters.
func TestABarFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Now()
		v := view{flight: rapid.IntRange(0, 1000).Draw(t, "flight"), rate: rapid.Float64Range(0, 20000).Draw(t, "rate")}
		v.Ready = rapid.IntRange(0, 2_000_000).Draw(t, "ready")
		v.Settled = rapid.IntRange(0, v.Ready+3).Draw(t, "settled")
		v.Counts = pipeline.Counts{}
		for _, s := range pipeline.States() {
			v.Counts[s] = rapid.IntRange(0, 1_000_000).Draw(t, string(s))
		}
		v.stage = importer.Stage{At: rapid.SampledFrom([]importer.StageName{importer.StageEarlier, importer.StagePilot, importer.StageSending, importer.StageSettling}).Draw(t, "stage"),
			Of: rapid.IntRange(0, 10000).Draw(t, "of"), Until: now.Add(time.Duration(rapid.IntRange(-10, 10000).Draw(t, "until")) * time.Second)}
		v.paused = now.Add(time.Duration(rapid.IntRange(-10, 100000).Draw(t, "paused")) * time.Second)
		width := rapid.IntRange(0, 200).Draw(t, "width")
		line := v.bar(now, width)
		if len(line) > width {
			t.Errorf("%d columns, %d are there: %q", len(line), width, line)
		}
		for _, r := range line {
			if r < ' ' || r > '~' {
				t.Errorf("%q", line)
			}
		}
	})
}

// Without a terminal that can take a line back nothing but lines is written.
func TestNoBarWhereNobodyLooks(t *testing.T) {
	p, _, _ := told(t, nil, "")
	width := 80
	for _, c := range []struct {
		screen *terminal.Screen
		flags  importFlags
		width  int
		want   bool
	}{
		{nil, importFlags{}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), importFlags{}, 80, true},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), importFlags{quiet: true}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), importFlags{json: true}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), importFlags{}, 0, false}, // TERM=dumb
	} {
		width, p.screen = c.width, c.screen
		if c.screen != nil {
			p.stderr = c.screen
		}
		r := &importRun{program: p, flags: c.flags}
		if got := r.mayDraw(); got != c.want {
			t.Errorf("%+v at %d columns: a bar: %v", c.flags, c.width, got)
		}
	}
}

// Where customers may be real the number is typed; nothing else will do.
func TestWhatAQuestionTakes(t *testing.T) {
	real := pipeline.Target{Namespace: pipeline.Namespace{Env: "production"}, BaseURL: "https://api.example.com"}
	for _, c := range []struct {
		target pipeline.Target
		answer string
		yes    bool
	}{
		{real, "y\n", false}, {real, "yes\n", false}, {real, "\n", false}, {real, "38\n", false}, {real, "388 and more\n", false},
		{real, "388\n", true}, {real, " 388 \r\n", true}, {real, "388", false},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "https://api.example.com"}, BaseURL: "https://api.example.com"}, "y\n", false},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "sandbox"}, BaseURL: "https://sandbox.example.com"}, "Y\n", true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "http://localhost:80"}, BaseURL: "http://localhost:80"}, "yes\n", true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: pipeline.EnvLocal}}, "y\n", true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: pipeline.EnvLocal}}, "388\n", false},
	} {
		p, _, stderr := told(t, nil, c.answer)
		stops := p.interrupts()
		r := &importRun{program: p, target: c.target, stops: stops}
		if yes, stopped := r.ask(t.Context(), "Send 388 customers?", 388); yes != c.yes || stopped {
			t.Errorf("%q at %s: yes %v, stopped %v\n%s", c.answer, c.target.BaseURL, yes, stopped, stderr)
		}
		stops.release()
	}
}
