package ledger

import (
	"context"
	"iter"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// twice is a store that runs each read a second time, as one whose connection broke at its end.
type twice struct{ store }

func (s twice) read(ctx context.Context, f func(*transaction) error) error {
	return s.store.read(ctx, func(t *transaction) error {
		if err := f(t); err != nil {
			return err
		}
		return f(t)
	})
}

func (s twice) readBetweenWrites(ctx context.Context, f func(*transaction) error) error {
	return s.read(ctx, f)
}

func listed[T any](all iter.Seq2[T, error]) (list []T, err error) {
	for one, err := range all {
		if err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, nil
}

// TestReadAgain: what is read is the same when a read had to be run again.
func TestReadAgain(t *testing.T) {
	l, open, _ := toMove(t)
	s := space(t, l)
	must(t, l.StartRun(t.Context(), pipeline.Run{ID: "r2", Namespace: sandbox, Started: noon}))
	a, refused, found := finds(t, s, "reference", "A"), int64(2), finds(t, s, "reference", "C")
	must(t, s.Record(t.Context(), "r2", []pipeline.Outcome{{Row: 1, State: pipeline.Invalid},
		{Row: 2, State: pipeline.Known, Ref: a.Ref}, {Row: 3, State: pipeline.Changed, Ref: found.Ref}}))
	must(t, l.FinishRun(t.Context(), pipeline.Run{ID: "r2", Finished: noon, Counts: pipeline.Counts{}}))
	ask(l.Dismiss(t.Context(), "r2", 1, "Ana"))(t)
	key, keys := s.KeyTag("reference", "A"), []pipeline.Tag{s.KeyTag("reference", "D")}
	refs := []int64{a.Ref, refused, open.Ref}
	reads := map[string]func(context.Context) (any, error){
		"attempts":     func(ctx context.Context) (any, error) { return l.Attempts(ctx, a.Ref) },
		"denied":       func(ctx context.Context) (any, error) { return s.Denied(ctx) },
		"dismissals":   func(ctx context.Context) (any, error) { return l.Dismissals(ctx, "r2") },
		"dismissed":    func(ctx context.Context) (any, error) { return l.CountDismissed(ctx) },
		"enrolled":     func(ctx context.Context) (any, error) { return s.Enrolled(ctx, refs) },
		"examination":  func(ctx context.Context) (any, error) { return l.Examine(ctx) },
		"claims":       func(ctx context.Context) (any, error) { return s.Find(ctx, []pipeline.Tag{key, key}) },
		"claims by ID": func(ctx context.Context) (any, error) { return s.FindIDs(ctx, []string{a.Outcome.CustomerID}) },
		"IDs":          func(ctx context.Context) (any, error) { return s.ProvenIDs(ctx, 10) },
		"customers":    func(ctx context.Context) (any, error) { return l.Customers(ctx, refs) },
		"count":        func(ctx context.Context) (any, error) { return s.Customers(ctx) },
		"unsettled":    func(ctx context.Context) (any, error) { return s.Unsettled(ctx) },
		"history":      func(ctx context.Context) (any, error) { return l.History(ctx, []pipeline.Tag{key}) },
		"last":         func(ctx context.Context) (any, error) { return s.Last(ctx, []LookedFor{{Keys: keys}}) },
		"live":         func(ctx context.Context) (any, error) { return l.Live(ctx) },
		"namespaces":   func(ctx context.Context) (any, error) { return l.Namespaces(ctx) },
		"open rows":    func(ctx context.Context) (any, error) { return l.Open(ctx) },
		"outcomes":     func(ctx context.Context) (any, error) { return listed(l.Outcomes(ctx, "r1")) },
		"requests":     func(ctx context.Context) (any, error) { return listed(s.Requests(ctx, "r2")) },
		"rows":         func(ctx context.Context) (any, error) { return l.Rows(ctx, "r1", 2) },
		"run":          func(ctx context.Context) (any, error) { return l.Run(ctx, "r1") },
		"runs":         func(ctx context.Context) (any, error) { return l.Runs(ctx) },
		"sealed":       func(ctx context.Context) (any, error) { return listed(s.Sealed(ctx)) },
		"unanswered":   func(ctx context.Context) (any, error) { return s.Unanswered(ctx, "r2", 10) },
		"waiting":      func(ctx context.Context) (any, error) { return s.Waiting(ctx) },
		"what is to do": func(ctx context.Context) (any, error) {
			return s.CheckVerdicts(ctx, []Verdict{{Ref: open.Ref, Row: open.Row, Run: "r1", Kind: VerdictAbsent, By: "Ana"}})
		},
	}
	once := l.store
	for name, read := range reads {
		l.store = once
		want := ask(read(t.Context()))(t)
		l.store = twice{once}
		if diff := cmp.Diff(want, ask(read(t.Context()))(t)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	l.store = once
}

// TestReadIsRepeated: a read whose connection breaks in its midst is read from its beginning over another one.
func TestReadIsRepeated(t *testing.T) {
	server := os.Getenv("MUSTER_TEST_POSTGRES")
	if server == "" {
		return
	}
	l, _, _ := onServerAt(server).opened(t)
	var runs []string
	tries := 0
	must(t, l.read(t.Context(), func(tx *transaction) error {
		runs, tries = nil, tries+1
		for range 2 {
			err := tx.each("SELECT id FROM run", nil, func(rows *cursor) error {
				runs = append(runs, "")
				return rows.Scan(&runs[len(runs)-1])
			})
			if err != nil {
				return err
			}
			if tries == 1 {
				_, err = tx.exec("SELECT pg_terminate_backend(pg_backend_pid())")
			}
			if err != nil {
				return err
			}
		}
		return nil
	}))
	if diff := cmp.Diff([]string{"r1", "r1"}, runs); diff != "" || tries != 2 {
		t.Errorf("%d tries: %s", tries, diff)
	}
}
