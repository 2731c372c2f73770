package enrol

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// For a ledger file the sender before ended with its run or, when it was killed, before its lock was free.
func TestWhenTheSenderBeforeHadEnded(t *testing.T) {
	ns := pipeline.Namespace{Provider: "acme", Env: "sandbox"}
	p := &pipeline.Provider{Name: "acme", Keys: []pipeline.Key{{Name: "reference", Field: "reference"}}}
	now := time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC)
	started := now.Add(-time.Hour)
	for _, c := range []struct {
		name string
		last *pipeline.Run
		want time.Time
	}{
		{"nobody ever sent", nil, time.Time{}},
		{"finished", &pipeline.Run{ID: "r1", Namespace: ns, Started: started, Finished: started.Add(time.Minute)},
			started.Add(time.Minute)},
		{"killed", &pipeline.Run{ID: "r1", Namespace: ns, Started: started}, now},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := ledger.Open(t.Context(), filepath.Join(t.TempDir(), "muster.db"), ledger.Options{MayBegin: true})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			if c.last != nil {
				err = l.StartRun(t.Context(), *c.last)
				if err == nil && !c.last.Finished.IsZero() {
					err = l.FinishRun(t.Context(), *c.last)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			conn := &connection{ledger: l}
			if conn.space, err = l.Space(t.Context(), ns, p); err != nil {
				t.Fatal(err)
			}
			if err := conn.takeRight(t.Context(), &Job{Now: func() time.Time { return now }}); err != nil {
				t.Fatal(err)
			}
			var at time.Time
			if conn.right != nil {
				var unannounced bool
				if at, unannounced = conn.right.TookOver(); unannounced || conn.right.Wait(context.Background()) != nil {
					t.Error("the lock of a file is the right, and dies with its process")
				}
			}
			if !at.Equal(c.want) {
				t.Errorf("%v, want %v", at, c.want)
			}
		})
	}
}

type observerFunc func(Event)

func (f observerFunc) See(e Event) { f(e) }

// A run whose ledger cannot be read any more ends with what it knows of its rows, and so does one whose requests without
// an answer are another muster's.
func TestEndsOfRunsThatLostTheirLedger(t *testing.T) {
	now := time.Date(2026, 11, 29, 1, 0, 0, 0, time.UTC)
	var seen []Event
	job := &Job{Now: func() time.Time { return now }, Observer: observerFunc(func(e Event) { seen = append(seen, e) })}
	counts := pipeline.Counts{pipeline.Pending: 3, pipeline.Invalid: 1}
	halt := importer.HaltBy(importer.HaltLedger, &ledger.AwayError{Path: "postgres://db/m", After: time.Minute})
	r := &Run{job: job, halt: halt, plan: &importer.Plan{Counts: counts, Customers: pipeline.Counts{pipeline.Pending: 3}}}
	e := r.withoutLedger(halt.Err)
	if e.Tally.Rows() != 4 || e.Tally.Unfinished != 3 || e.Halt != halt || e.ReportErr == nil || !e.Run.Finished.Equal(now) ||
		len(seen) != 1 || !r.away {
		t.Errorf("%+v, seen %v", e, seen)
	}
	for holder, want := range map[string]bool{"muster import (PID 1)": true, "": true} {
		lost := &ledger.LostRightError{Path: "postgres://db/m", Holder: holder}
		if got := takenOver(importer.HaltBy(importer.HaltLedger, lost)); got != want {
			t.Errorf("by %q: %v", holder, got)
		}
	}
	if takenOver(halt) || takenOver(nil) {
		t.Error("nobody has taken over")
	}
	for state, want := range map[pipeline.State]pipeline.MessageCode{pipeline.Uncertain: "outcome.other_settles",
		pipeline.Rejected: "outcome.unknown"} {
		var got *pipeline.Message
		res := importer.Result{Outcome: pipeline.Outcome{State: state, Message: pipeline.Say("outcome.unknown")}}
		err := settledElsewhere(func(res importer.Result) error { got = res.Message; return nil }, "muster open")(res)
		if err != nil || got.Code != want {
			t.Errorf("%s: %v, %v", state, got, err)
		}
	}
}
