//go:build unix

package machines

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// bars are what must hold whatever happened to senders and servers.
type bars struct {
	rows   int // merchants that must be enrolled
	killed bool
}

// held compares everything that the provider saw, and the ledger's own contents, with the promises. late is the
// longest delay of this machine's timers.
func (w *world) held(t *testing.T, b bars, late time.Duration) {
	t.Helper()
	created, asked := w.twice()
	if len(created) > 0 {
		t.Errorf("created twice: %v", created)
	}
	if len(asked) > 0 {
		t.Errorf("asked for twice: %v", asked)
	}
	w.mu.Lock()
	enrolled, most := len(w.customers), w.most
	w.mu.Unlock()
	if enrolled != b.rows {
		t.Errorf("%d merchants are enrolled, of %d", enrolled, b.rows)
	}
	mostAllowed := w.limits.atOnce
	if b.killed {
		mostAllowed++ // a request of the dead sender is still being answered
	}
	if most > mostAllowed {
		t.Errorf("%d calls at once, of %d", most, mostAllowed)
	}
	calls := w.all()
	worst := worstSecond(calls)
	t.Logf("%d calls, worst second %d of %d, at once %d of %d, this machine up to %v late", len(calls), worst,
		w.limits.rate, most, w.limits.atOnce, late)
	if w.limits.rate > 0 && worst > w.limits.rate {
		if closest := closest(calls, w.limits.rate+1); closest < time.Second-late {
			t.Errorf("%d calls in %v, at %d a second", w.limits.rate+1, closest, w.limits.rate)
		}
	}
	if code, out := w.run(t, w.ledger, "ledger", "check"); code != 0 {
		t.Errorf("ledger check: exit code %d\n%s", code, out)
	}
	if n := w.uncertain(t); n > 0 {
		t.Errorf("%d requests have no answer", n)
	}
}

// closest is the shortest time in which n successive calls began.
func closest(calls []call, n int) time.Duration {
	shortest := time.Duration(1<<63 - 1)
	for i := n - 1; i < len(calls); i++ {
		shortest = min(shortest, calls[i].at.Sub(calls[i-n+1].at))
	}
	return shortest
}

// reports checks the report of a sender that finished: every row has the provider's own ID.
func (w *world) reports(t *testing.T, s *sender, rows int) {
	t.Helper()
	f, err := os.Open(filepath.Join(w.dir, s.name+".csv"))
	if err != nil {
		t.Error(err)
		return
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	header := lines[0]
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	at := func(name string) int {
		i := slices.Index(header, name)
		if i < 0 {
			t.Fatalf("the report has no column %s: %q", name, header)
		}
		return i
	}
	state, id, key := at("state"), at("customer_id"), at("key")
	if len(lines)-1 != rows {
		t.Errorf("the report of %s has %d rows, of %d", s.name, len(lines)-1, rows)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range lines[1:] {
		if line[state] != "created" && line[state] != "known" && line[state] != "existing" {
			t.Errorf("row %s is %s", line[0], line[state])
		}
		if all := w.customers[line[key]]; len(all) != 1 || all[0]["id"] != line[id] {
			t.Errorf("row %s, %s, has the ID %q, and the provider has %d of that address", line[0], line[key], line[id], len(all))
		}
	}
}

// lateness measures the longest delay of this machine's timers while a test runs: an arrival may be noted later by as
// much.
func lateness(t *testing.T) (most func() time.Duration) {
	t.Helper()
	const step = 2 * time.Millisecond
	ask, end := make(chan chan time.Duration), make(chan struct{})
	t.Cleanup(func() { close(end) })
	go func() {
		tick := time.NewTicker(step)
		defer tick.Stop()
		latest, last := time.Duration(0), time.Now()
		for {
			select {
			case <-tick.C:
				now := time.Now()
				latest, last = max(latest, now.Sub(last)-step), now
			case to := <-ask:
				to <- latest
			case <-end:
				return
			}
		}
	}()
	return func() time.Duration {
		to := make(chan time.Duration)
		ask <- to
		return <-to
	}
}
