package importer

import (
	"time"

	"muster/pipeline"
)

// Stage is what a run is doing, for the person who waits.
type Stage struct {
	At StageName
	// Of is how many requests or rows the stage is about, Done how many of them are finished: in a pilot its rows, in
	// settling and in an outage the requests without an answer; 0 while all rows are sent.
	Of, Done int
	// Until is when the last of the requests may be asked about, in settling; in an outage when one row goes alone.
	Until time.Time
}

// StageName is the kind of a Stage.
type StageName string

const (
	StageEarlier StageName = "settling earlier" // requests of earlier runs without an answer
	StagePilot   StageName = "pilot"
	StageSending StageName = "sending"
	StageOutage  StageName = "outage" // no answer to several rows: all wait, then one row goes alone
	// StageSettling is about requests of this run without an answer, and earlier ones that were too young.
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

func (how *Sending) silent(since time.Time) {
	if how.Silent != nil {
		how.Silent(since)
	}
}
