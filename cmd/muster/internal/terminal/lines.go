package terminal

import (
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
)

// lineEvery is how often a line is written: often enough to show that the run is alive, seldom enough for a log.
const lineEvery = 5 * time.Second

// Lines reports by a sentence every few seconds how far a run is while it sends, for a log or a terminal that cannot
// erase a line.
type Lines struct {
	say   func(*pipeline.Message)
	track *progress.Track
	now   func() time.Time

	said bool // a line of this run was written
	end  func()
}

// NewLines passes its sentences to say, with the clock now.
func NewLines(say func(*pipeline.Message), now func() time.Time) *Lines {
	return &Lines{say: say, track: progress.NewTrack(now), now: now}
}

// See takes an event of the run.
func (l *Lines) See(e enrol.Event) {
	l.track.See(e)
	switch e.(type) {
	case enrol.SendBegan:
		l.said, l.end = false, progress.Every(lineEvery, l.line)
	case enrol.SendEnded:
		l.end()
		if l.said { // the last line is out of date
			l.line()
		}
	}
}

func (l *Lines) line() {
	if v, ok := l.track.View(); ok {
		l.said = true
		l.say(v.Line(l.now()))
	}
}
