package enrol

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"muster/pipeline"
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
