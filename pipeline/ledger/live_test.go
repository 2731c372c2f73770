package ledger

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
)

// TestLive: a run goes on as long as the muster that has the right to send; one that was killed does not, nor does an
// older one that did not finish.
func TestLive(t *testing.T) {
	forStores(t, func(t *testing.T, on rooms) {
		l, s, at := on.opened(t)
		must(t, l.StartRun(t.Context(), pipeline.Run{ID: "older", Namespace: sandbox, Started: noon.Add(-time.Hour)}))
		begun(t, s, "r1", intent(2, "A", "a@example.org"), intent(3, "B", "b@example.org"))
		begun(t, s, "older", intent(2, "C", "c@example.org"))
		reader := ask(at.with(t, Options{ReadOnly: true}))(t)
		want := map[string]Live{"r1": {Run: "r1", Namespace: sandbox, Started: noon, Holder: "muster import made-up.csv", InFlight: 2}}
		for _, from := range []*Ledger{reader, l} {
			if diff := cmp.Diff(want, ask(from.Live(t.Context()))(t)); diff != "" {
				t.Error(diff)
			}
		}
		killed(t, l, at)
		if live := ask(reader.Live(t.Context()))(t); len(live) > 0 {
			t.Errorf("it was killed: %v", live)
		}
		next := ask(at.with(t, Options{Holder: "next", Now: func() time.Time { return noon.Add(time.Minute) }}))(t)
		must(t, next.Hold(t.Context(), sandbox, HoldOptions{}))
		if live := ask(reader.Live(t.Context()))(t); len(live) > 0 {
			t.Errorf("another muster has begun no run: %v", live)
		}
	})
}

// killed ends a ledger's process, as far as others can see.
func killed(t *testing.T, l *Ledger, at spot) {
	t.Helper()
	if p, ok := l.store.(*postgresStore); ok {
		p.writer.watch.end()
		onServer(t, "SELECT pg_terminate_backend("+decimal(int64(p.writer.link.facts.process))+", 5000)")
		return
	}
	must(t, l.Close())
	h := ask(connect(t.Context(), address(at.name+".lock", "mode=rw")))(t)
	_, err := h.conn.ExecContext(t.Context(), "INSERT INTO holder VALUES ('token', 'muster import made-up.csv', 0)")
	must(t, err)
	must(t, h.close())
}
