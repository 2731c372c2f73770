package main

import (
	"bytes"
	"testing"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/terminal"
	"muster/pipeline"
)

// On a terminal that cannot erase a line, only whole lines are written.
func TestNoBarWhereNobodyLooks(t *testing.T) {
	p, _, _ := newTestProgram(t, nil, "")
	width := 80
	for _, c := range []struct {
		screen *terminal.Screen
		flags  outputFlags
		width  int
		want   bool
	}{
		{nil, outputFlags{}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), outputFlags{}, 80, true},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), outputFlags{quiet: true}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), outputFlags{json: true}, 80, false},
		{terminal.NewScreen(&bytes.Buffer{}, func() int { return width }), outputFlags{}, 0, false}, // TERM=dumb
	} {
		width, p.screen = c.width, c.screen
		if c.screen != nil {
			p.stderr = c.screen
		}
		if got := p.mayDraw(c.flags); got != c.want {
			t.Errorf("%+v at %d columns: a bar: %v", c.flags, c.width, got)
		}
	}
}

// Where customers may be real, only the typed number is a yes.
func TestWhatAQuestionTakes(t *testing.T) {
	real := pipeline.Target{Namespace: pipeline.Namespace{Env: "production"}, BaseURL: "https://api.example.com"}
	for _, c := range []struct {
		target pipeline.Target
		answer string
		yes    bool
	}{
		{real, "y\n", false}, {real, "yes\n", false}, {real, "\n", false}, {real, "38\n", false}, {real,
			"388 and more\n", false},
		{real, "388\n", true}, {real, " 388 \r\n", true}, {real, "388", false},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "https://api.example.com"},
			BaseURL: "https://api.example.com"}, "y\n", false},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "sandbox"}, BaseURL: "https://sandbox.example.com"}, "Y\n",
			true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: "http://localhost:80"}, BaseURL: "http://localhost:80"},
			"yes\n", true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: pipeline.EnvLocal}}, "y\n", true},
		{pipeline.Target{Namespace: pipeline.Namespace{Env: pipeline.EnvLocal}}, "388\n", false},
	} {
		p, _, stderr := newTestProgram(t, nil, c.answer)
		stops := p.interrupts()
		a := &asker{program: p, stops: stops}
		want := enrol.No
		if c.yes {
			want = enrol.Yes
		}
		if got := a.Ask(t.Context(), enrol.Question{Target: enrol.Target{Target: c.target},
			Customers: 388}); got != want {
			t.Errorf("%q at %s: %v, want %v\n%s", c.answer, c.target.BaseURL, got, want, stderr)
		}
		stops.Release()
	}
}
