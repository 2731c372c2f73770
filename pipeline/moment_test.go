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
