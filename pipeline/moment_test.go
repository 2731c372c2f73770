package pipeline

import (
	"testing"
	"time"
)

func TestTimesInUTC(t *testing.T) {
	at := time.Date(2026, 11, 21, 1, 30, 15, 999e6, time.FixedZone("", -5*60*60))
	for _, c := range []struct{ got, want string }{
		{Moment(at), "2026-11-21 06:30:15 UTC"},
		{Moment(time.Time{}), ""},
		{Timestamp(at), "2026-11-21T06:30:15Z"},
		{Timestamp(time.Time{}), ""},
		{NewRunID(at, 0), "20261121-063015-0000"},
		{NewRunID(at, 0.5), "20261121-063015-8000"},
		{NewRunID(at, 0.9999999), "20261121-063015-ffff"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestMomentIn(t *testing.T) {
	started := time.Date(2026, 11, 21, 6, 30, 15, 0, time.UTC)
	for _, c := range []struct {
		zone *time.Location
		want string
	}{
		{nil, "2026-11-21 06:30:15 UTC"},
		{time.UTC, "2026-11-21 06:30:15 UTC"},
		{time.FixedZone("", -5*60*60), "2026-11-21 01:30:15 UTC-05:00"},
		{time.FixedZone("", 5*60*60+30*60), "2026-11-21 12:00:15 UTC+05:30"},
	} {
		if got := MomentIn(started, c.zone); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	if got := MomentIn(time.Time{}, nil); got != "" {
		t.Error(got)
	}
}
