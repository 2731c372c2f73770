package importer

import (
	"time"

	"muster/pipeline"
)

// Stage is what a run is at, for the person who waits.
type Stage struct {
	At StageName
	// Of is how many requests or rows it is about, Done how many of them are
	// dealt with: of a pilot its rows, of settling and of an outage the requests
	// that had no answer; 0 while the rows are sent.
	Of, Done int
	// Until is when the last of the requests may be asked for, of settling; of an
	// outage when one row goes alone.
	Until time.Time
}

// StageName is the kind of a Stage.
type StageName string

const (
	StageEarlier StageName = "settling earlier" // requests of earlier runs that had no answer
	StagePilot   StageName = "pilot"
	StageSending StageName = "sending"
	StageOutage  StageName = "outage" // no answer to several rows: everybody waits, then one row goes alone
	// StageSettling is of requests of this run that had no answer, and of earlier
	// ones that were too young.
	StageSettling StageName = "settling"
)

func (how *Sending) at(stage Stage) {
	if how.Stage != nil {
		how.Stage(stage)
	}
}

func (how *Sending) note(code pipeline.MessageCode, pairs ...any) {
	if how.Note != nil {
		how.Note(pipeline.Say(code, pairs...))
	}
}
