package terminal

import (
	"time"

	"muster/cmd/muster/internal/enrol"
	"muster/cmd/muster/internal/progress"
	"muster/pipeline"
)

// lineEvery is how often a line is written: often enough to see that it lives,
// seldom enough for a log that is kept.
const lineEvery = 5 * time.Second

// Lines shows how far a run is, while it sends, by a sentence now and then: for
// whoever reads them afterwards, or at a terminal that takes no line back.
type Lines struct {
	say   func(*pipeline.Message)
	track *progress.Track
	now   func() time.Time

	said bool // a line of this run was written
	end  func()
}

// NewLines gives its sentences to say, by that clock.
func NewLines(say func(*pipeline.Message), now func() time.Time) *Lines {
	return &Lines{say: say, track: progress.NewTrack(now), now: now}
}

// See takes in what the run does.
func (l *Lines) See(e enrol.Event) {
	l.track.See(e)
	switch e.(type) {
	case enrol.SendBegan:
		l.said, l.end = false, progress.Every(lineEvery, l.line)
	case enrol.SendEnded:
		l.end()
		if l.said { // what was said last is no more so
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
