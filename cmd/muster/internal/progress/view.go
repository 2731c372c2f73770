package progress

import (
	"fmt"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// View is what is known of a run at one moment.
type View struct {
	importer.Progress
	Run    string
	Stage  importer.Stage
	Flight int       // creates that have begun and not ended
	Paused time.Time // no call before then
	Status int       // HTTP, of the answer that asked to wait; 0 where that is not known
	Rate   float64   // rows a second of late; 0 when nothing was settled
}

// Line is a view at t in a sentence.
func (v View) Line(t time.Time) string {
	line := fmt.Sprintf("%d of %d done", v.Settled, v.Ready)
	if note := v.Note(t); note != "" {
		line += ", " + note
	} else if v.Rate > 0 {
		line += fmt.Sprintf(", %.1f/s", v.Rate)
		if left := v.Left(); left > 0 {
			line += ", " + About(left) + " left"
		}
	} else if v.Flight > 0 {
		line += fmt.Sprintf(", %d in flight and nothing answered of late", v.Flight)
	}
	if s := v.Counts.String(); s != "" {
		line += ": " + s
	}
	return line
}

// Left is how long the rest takes at the rate of late; 0 when that is not
// known, or when a question comes first.
func (v View) Left() time.Duration {
	if v.Stage.At == importer.StagePilot {
		return 0
	}
	if n := v.Ready - v.Settled; n > 0 && v.Rate > 0 {
		return time.Duration(float64(n) / v.Rate * float64(time.Second))
	}
	return 0
}

// Note says what a run is at, at t, when it does not just send rows: it waits,
// settles or sends its pilot. It is empty else.
func (v View) Note(t time.Time) string {
	if wait := v.Paused.Sub(t); wait >= time.Second {
		status := "the provider's wish"
		if v.Status != 0 {
			status = fmt.Sprint(v.Status)
		}
		return fmt.Sprintf("%s: waiting %s", status, Short(wait))
	}
	left := v.Stage.Of - v.Stage.Done
	switch v.Stage.At {
	case importer.StageEarlier:
		return fmt.Sprintf("settling %s of earlier runs", pipeline.Count(left, "request"))
	case importer.StageSettling:
		if wait := v.Stage.Until.Sub(t); wait >= time.Second {
			return fmt.Sprintf("%d unanswered: waiting %s to ask", left, Short(wait))
		}
		return fmt.Sprintf("%d unanswered: asking", left)
	case importer.StagePilot:
		return fmt.Sprintf("pilot of %d", v.Stage.Of)
	}
	return ""
}

// Short is a wait to the second, as short as can be: 55 s, 12 min, 3.2 h.
func Short(d time.Duration) string {
	d = d.Round(time.Second)
	switch {
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute).Minutes()))
	}
	return fmt.Sprintf("%.1f h", d.Hours())
}

// About rounds a duration for people: less than a second, about 3 minutes.
func About(d time.Duration) string {
	switch {
	case d < time.Second:
		return "less than a second"
	case d < time.Minute:
		return pipeline.Count(int(d.Round(time.Second)/time.Second), "second")
	case d < 2*time.Hour:
		return fmt.Sprintf("about %s", pipeline.Count(int((d+30*time.Second)/time.Minute), "minute"))
	}
	return fmt.Sprintf("about %s", pipeline.Count(int((d+30*time.Minute)/time.Hour), "hour"))
}
