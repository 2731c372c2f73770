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

// Timestamp writes a time as RFC 3339 has it, in UTC to the second:
// 2026-11-21T06:30:15Z; "" for the zero time.
func Timestamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// NewRunID makes the ID of a run that starts at that time: IDs sort by it.
// random, from 0 to below 1, keeps those of one second apart.
func NewRunID(at time.Time, random float64) string {
	return fmt.Sprintf("%s-%04x", at.UTC().Format("20060102-150405"), int(random*0x10000))
}
