package pipeline

import (
	"fmt"
	"time"
)

// Moment writes a time for people, in UTC to the second: 2026-11-21 06:30:15
// UTC; "" for the zero time.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

// MomentIn writes a time for people in a time zone, to the second, with its offset: 2026-11-21 01:30:15 UTC-05:00; ""
// for the zero time. A nil zone is UTC.
func MomentIn(t time.Time, zone *time.Location) string {
	if zone == nil || t.IsZero() {
		return Moment(t)
	}
	local := t.In(zone)
	if _, offset := local.Zone(); offset == 0 {
		return Moment(t)
	}
	return local.Format("2006-01-02 15:04:05 UTC-07:00")
}

// Timestamp writes a time in RFC 3339, in UTC to the second: 2026-11-21T06:30:15Z; "" for the zero time.
func Timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// NewRunID makes the ID of a run that starts at that time. IDs sort by time; random, in [0, 1), separates those of
// one second.
func NewRunID(at time.Time, random float64) string {
	return fmt.Sprintf("%s-%04x", at.UTC().Format("20060102-150405"), int(random*0x10000))
}

// Roughly is how long something takes, for people who need no fraction of a second: below
// one it is worded as less than a second. A [time.Duration] has its milliseconds then.
type Roughly time.Duration

// String is that of the [time.Duration]; a message words it in its language.
func (d Roughly) String() string { return time.Duration(d).String() }
