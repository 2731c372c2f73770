package ledger

import (
	"testing"
	"time"
)

// Reports are found by their content, with the runs that have any; an ignored file by its path, size and modification
// time.
func TestReportsAndFilesLeftAlone(t *testing.T) { forStores(t, testReportsAndFilesLeftAlone) }

func testReportsAndFilesLeftAlone(t *testing.T, on rooms) {
	now := time.Date(2026, 11, 28, 2, 15, 0, 0, time.UTC)
	l, err := Open(t.Context(), t.TempDir()+"/l.db", Options{MayBegin: true, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 2 { // writing the same again is no error
		if err := l.KeepReports(t.Context(), "run-1", []WrittenReport{{"aa", "/r/a.csv"}, {"bb", "/r/b.csv"}}); err != nil {
			t.Fatal(err)
		}
	}
	for digest, want := range map[string]bool{"aa": true, "bb": true, "cc": false, "": false} {
		if is, err := l.IsReport(t.Context(), digest); is != want || err != nil {
			t.Errorf("%q: %v, %v", digest, is, err)
		}
	}
	for run, want := range map[string]bool{"run-1": true, "run": false, "run-2": false} {
		if has, err := l.HasReports(t.Context(), run); has != want || err != nil {
			t.Errorf("%q: %v, %v", run, has, err)
		}
	}
	for path, want := range map[string]bool{"/r/a.csv": true, "/r/c.csv": false, "": false} {
		if has, err := l.HasReportAt(t.Context(), path); has != want || err != nil {
			t.Errorf("%q: %v, %v", path, has, err)
		}
	}
	file := LeftAlone{Path: "/inbox/a.zip", Size: 7, Changed: now.Add(-time.Hour)}
	said := func(f LeftAlone) time.Time {
		at, err := l.SaidOf(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if at := said(file); !at.IsZero() {
		t.Errorf("said at %v", at)
	}
	for range 2 {
		if err := l.KeepSaid(t.Context(), []LeftAlone{file}); err != nil {
			t.Fatal(err)
		}
		if at := said(file); !at.Equal(now) {
			t.Errorf("said at %v, want %v", at, now)
		}
		now = now.Add(time.Hour)
	}
	larger, later, other := file, file, file
	larger.Size, later.Changed, other.Path = 8, now, "/inbox/b.zip"
	for _, f := range []LeftAlone{larger, later, other} {
		if at := said(f); !at.IsZero() {
			t.Errorf("%+v: said at %v", f, at)
		}
	}
}
