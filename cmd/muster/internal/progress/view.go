package progress

import (
	"math"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// View is the state of a run at one moment.
type View struct {
	importer.Progress
	Run    string
	Stage  importer.Stage
	Flight int       // creates that have begun and not ended
	Paused time.Time // no call before then
	Silent time.Time // since when the ledger's server is not heard, and nothing is sent; zero while it is
	Status int       // HTTP status of the answer that asked to wait; 0 where it is not known
	Rate   float64   // rows a second lately; 0 when nothing was settled
	// Resumed: a pause has just ended, and the rate is still rising, so that it says nothing of the time left.
	Resumed bool
}

// Line describes a view at t in a sentence.
func (v View) Line(t time.Time) *pipeline.Message {
	line := pipeline.Say("progress.done", "settled", v.Settled, "ready", v.Ready)
	note, left := v.Note(t), v.Left()
	switch {
	case note != nil:
		line = pipeline.Say("progress.done_note", "settled", v.Settled, "ready", v.Ready, "note", note)
	case v.Rate > 0 && left > 0:
		line = pipeline.Say("progress.done_rate_left", "settled", v.Settled, "ready", v.Ready, "rate", tenths(v.Rate),
			"left", left)
	case v.Rate > 0:
		line = pipeline.Say("progress.done_rate", "settled", v.Settled, "ready", v.Ready, "rate", tenths(v.Rate))
	case v.Flight > 0:
		line = pipeline.Say("progress.done_silence", "settled", v.Settled, "ready", v.Ready, "count", v.Flight)
	}
	if v.Counts.Total() > 0 {
		line = pipeline.Say("progress.with_counts", "line", line, "counts", v.Counts)
	}
	return line
}

// RateMessage is the rate, such as 4.9/s.
func (v View) RateMessage() *pipeline.Message {
	return pipeline.Say("progress.rate", "rate", tenths(v.Rate))
}

func tenths(rate float64) float64 { return math.Round(10*rate) / 10 }

// Left is how long the rest takes at the present rate; 0 when that is not known, or when a question comes first.
func (v View) Left() time.Duration {
	if !v.Silent.IsZero() || v.Resumed || v.Stage.At == importer.StagePilot || v.Stage.At == importer.StageOutage {
		return 0
	}
	if n := v.Ready - v.Settled; n > 0 && v.Rate > 0 {
		return max(time.Second, time.Duration(float64(n)/v.Rate*float64(time.Second)))
	}
	return 0
}

// Note says what a run is doing at t when it does not just send rows: waiting, settling, or sending its pilot.
// Otherwise it is nil.
func (v View) Note(t time.Time) *pipeline.Message {
	if !v.Silent.IsZero() {
		return pipeline.Say("progress.ledger_silent", "wait", max(t.Sub(v.Silent), 0).Round(time.Second))
	}
	if wait := v.Paused.Sub(t); wait >= time.Second {
		if v.Status != 0 {
			return pipeline.Say("progress.waiting_status", "status", v.Status, "wait", wait)
		}
		return pipeline.Say("progress.waiting", "wait", wait)
	}
	left := v.Stage.Of - v.Stage.Done
	switch v.Stage.At {
	case importer.StageEarlier:
		return pipeline.Say("progress.settling_earlier", "count", left)
	case importer.StageSettling:
		if wait := v.Stage.Until.Sub(t); wait >= time.Second {
			return pipeline.Say("progress.unanswered_waiting", "count", left, "wait", wait)
		}
		return pipeline.Say("progress.unanswered_asking", "count", left)
	case importer.StageOutage:
		if wait := v.Stage.Until.Sub(t); wait >= time.Second {
			return pipeline.Say("progress.no_answer_waiting", "count", v.Stage.Of, "wait", wait)
		}
		return pipeline.Say("progress.no_answer_trying", "count", v.Stage.Of)
	case importer.StagePilot:
		return pipeline.Say("progress.pilot", "count", v.Stage.Of)
	}
	return nil
}
