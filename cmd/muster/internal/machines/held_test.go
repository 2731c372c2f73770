//go:build unix

package machines

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"muster/pipeline/ledger"
)

// bars are what must hold whatever happened to senders and servers.
type bars struct {
	rows   int // merchants that must be enrolled
	killed bool
	apart  bool // each sender has limits of its own
}

// held compares everything that the provider saw, and the ledger's own contents, with the promises.
func (w *world) held(t *testing.T, b bars) {
	t.Helper()
	created, asked := w.twice()
	if len(created) > 0 {
		t.Errorf("created twice: %v", created)
	}
	if len(asked) > 0 {
		t.Errorf("asked for twice: %v", asked)
	}
	w.mu.Lock()
	most := w.most
	w.mu.Unlock()
	if enrolled := w.enrolled(); enrolled != b.rows {
		t.Errorf("%d merchants are enrolled, of %d", enrolled, b.rows)
	}
	mostAllowed := w.limits.atOnce
	switch {
	case b.killed && w.limits.rate == 0 && !ledger.IsAddress(w.ledger):
		mostAllowed *= 2 // the next sender begins at once, and all requests of the dead one may still be open
	case b.killed:
		mostAllowed++ // a request of the dead sender is still being answered
	}
	if most > mostAllowed {
		t.Errorf("%d calls at once, of %d", most, mostAllowed)
	}
	w.paced(t, b.apart)
	calls := w.all()
	t.Logf("%d calls, worst second as they arrived %d of %d, at once %d of %d", len(calls), worstSecond(calls),
		w.limits.rate, most, w.limits.atOnce)
	if code, out := w.run(t, w.ledger, "ledger", "check"); code != 0 {
		t.Errorf("ledger check: exit code %d\n%s", code, out)
	}
	if n := w.uncertain(t); n > 0 {
		t.Errorf("%d requests have no answer", n)
	}
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
