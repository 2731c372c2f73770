package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// another adds a customer that another sender of the namespace began for a line, in that state.
func (w *world) another(l line, state pipeline.State) {
	w.anotherMade(l, state, state == pipeline.Created)
}

// anotherMade is another for a customer that the provider has or, with made false, does not have. It does nothing
// where a customer has a key of the line.
func (w *world) anotherMade(l line, state pipeline.State, made bool) {
	p := w.provider
	d, in := pipeline.Draft{}, pipeline.Intent{At: time.Now()}
	(&cellChecker{}).Check(pipeline.Row{Number: 1, Cells: l[:]}, &d)
	in.Row, in.Body, in.Entries, in.Keys = 1, d.Body, d.Entries, d.Keys
	p.mu.Lock()
	clash := p.clash(l, []int{keyReference, keyTax})
	p.mu.Unlock()
	if clash != nil {
		return // it is that customer already
	}
	c := w.ledger.another(&in, state)
	if c == nil || !made {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	rec := &record{id: fmt.Sprintf("c-%d", len(p.records)+1), line: l, ours: true, ref: in.Ref, made: time.Now()}
	p.records, p.replies[in.IdempotencyKey] = append(p.records, rec), rec
	if state == pipeline.Created {
		c.outcome.CustomerID = rec.id
	}
}

func (l *memoryLedger) another(in *pipeline.Intent, state pipeline.State) *customer {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range in.Keys {
		if l.live[l.KeyTag(acmeKeys[k.Key].Name, k.Normalised)] != 0 {
			return nil
		}
	}
	in.IdempotencyKey = fmt.Sprintf("%08d-0000-4000-8000-000000000000", len(l.customers))
	run := l.run
	other := "other of " + run
	if l.outcomes[other] == nil {
		l.outcomes[other] = map[int]pipeline.Outcome{}
	}
	delete(l.outcomes[other], in.Row)
	l.begin(other, in)
	c := l.customers[in.Ref-1]
	c.open, c.during, c.state, c.outcome.State = false, run, state, state
	return c
}

// others counts the customers that other senders have begun.
func (l *memoryLedger) others() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range l.customers {
		if c.during != "" {
			n++
		}
	}
	return n
}

// taken reports whether another sender has claimed a key of an intent since the run began.
func (l *memoryLedger) taken(in *pipeline.Intent) bool {
	return slices.ContainsFunc(in.Keys, func(k pipeline.KeyValue) bool {
		ref := l.live[l.KeyTag(acmeKeys[k.Key].Name, k.Normalised)]
		return ref > 0 && l.customers[ref-1].during == l.run
	})
}

// A row whose key another sender claims between check and send is judged again and not sent; all other rows go on.
func TestWhatAnotherSenderClaims(t *testing.T) {
	const rows = 12
	cases := []struct {
		name  string
		state pipeline.State
		does  func(w *world, l line)
	}{
		{"the same", pipeline.Known, func(w *world, l line) { w.another(l, pipeline.Created) }},
		{"from other data", pipeline.Changed, func(w *world, l line) { w.another(l.with(3, "Pasto"), pipeline.Created) }},
		{"one of its keys", pipeline.Changed, func(w *world, l line) { w.another(l.with(0, "other "+l[0]), pipeline.Created) }},
		{"without an ID", pipeline.Existing, func(w *world, l line) { w.another(l, pipeline.Existing) }},
		{"unanswered", pipeline.Pending, func(w *world, l line) { w.another(l, pipeline.Uncertain) }},
		{"two customers", pipeline.Changed, func(w *world, l line) {
			w.another(l.with(0, "other "+l[0]), pipeline.Created)
			w.another(l.with(1, "77"+l[1]), pipeline.Created)
		}},
	}
	for _, c := range cases {
		for _, taken := range [][]int{{0}, {5}, {rows - 1}, {0, 1, 2}, {0, 3, 4, 5, 11}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}} {
			for _, most := range []int{0, 1, 4} {
				t.Run(fmt.Sprint(c.name, taken, most), func(t *testing.T) {
					w := newWorld()
					w.meanwhile(taken, c.does)
					j := w.imports(t, people(rows), concurrency(3), limit(most))
					sent := rows - len(taken)
					if most > 0 {
						sent = min(sent, most)
					}
					if j.err != nil || len(j.creates) != sent || j.counts[pipeline.Created] != sent {
						t.Errorf("%d requests, want %d; %v, %v", len(j.creates), sent, j.counts, j.err)
					}
					for i, r := range j.results {
						if want := c.state; r.State != pipeline.Created && !r.Waiting && (r.State != want || !slices.Contains(taken, i)) {
							t.Errorf("row %d is %s: %s", r.Row, r.State, r.Message)
						}
					}
					if most == 0 {
						want := pipeline.Counts{c.state: len(taken)}
						want[pipeline.Pending] += sent
						if j.plan.Ready != sent || !sameCounts(j.plan.Counts, want) || !sameCounts(j.plan.Customers, want) {
							t.Errorf("the plan says %d and %v", j.plan.Ready, j.plan.Counts)
						}
						if last := j.progress[len(j.progress)-1]; last.Ready != sent || last.Settled != sent {
							t.Errorf("progress ends with %d of %d", last.Settled, last.Ready)
						}
					}
				})
			}
		}
	}
}

// meanwhile lets another sender do something with some lines of a book, by index, when they are about to be sent.
func (w *world) meanwhile(of []int, does func(w *world, l line)) {
	w.ledger.meanwhile = func(in *pipeline.Intent) {
		if slices.Contains(of, in.Row-firstRow) {
			does(w, lineOf(in))
		}
	}
}

func lineOf(in *pipeline.Intent) (l line) {
	for _, e := range in.Entries {
		for i, f := range acmeFields {
			if f.Path == e.Path {
				l[i] = e.Value
			}
		}
	}
	return l
}

func sameCounts(a, b pipeline.Counts) bool {
	for _, s := range pipeline.States() {
		if a[s] != b[s] {
			return false
		}
	}
	return true
}

// A pilot sends as many rows as were asked for, even when another sender claims some.
func TestAPilotIsWholeThoughRowsAreClaimed(t *testing.T) {
	for _, taken := range [][]int{{0}, {1}, {0, 1, 2}, {0, 1, 2, 3, 4, 5, 6}} {
		w := newWorld()
		w.meanwhile(taken, func(w *world, l line) { w.another(l, pipeline.Created) })
		var p piloted
		j := w.imports(t, people(12), concurrency(2), w.pilot(3, &p, nil))
		if j.err != nil || p.asked != 1 || len(p.outcomes) != 3 || len(p.sent) != 3 || p.left != 9-len(taken) {
			t.Errorf("%v: pilot %+v, %v", taken, p, j.err)
		}
		if j.counts[pipeline.Created] != 12-len(taken) || j.counts[pipeline.Known] != len(taken) {
			t.Errorf("%v: %v", taken, j.counts)
		}
	}
}

// A row that cannot be judged again halts the run, and is pending.
func TestAClaimThatCannotBeJudged(t *testing.T) {
	w := newWorld()
	w.meanwhile([]int{2}, func(w *world, l line) {
		w.another(l, pipeline.Created)
		w.ledger.unfound = errDiskFull
	})
	j := w.imports(t, people(6), concurrency(1))
	if j.reason() != importer.HaltLedger || j.results[2].State != pipeline.Pending ||
		j.counts[pipeline.Created] != len(j.creates) {
		t.Errorf("%v, %v", j.err, j.counts)
	}
}

// Sealed reads the unsettled requests as they were written: without entries, with the row and the time of the run
// that began them.
func (l *memoryLedger) Sealed(ctx context.Context) iter.Seq2[pipeline.Intent, error] {
	list := l.unanswered()
	return func(yield func(pipeline.Intent, error) bool) {
		if err := ctx.Err(); err != nil && len(list) > 0 {
			yield(pipeline.Intent{}, err)
			return
		}
		if l.unsealed != nil {
			yield(pipeline.Intent{}, l.unsealed)
			return
		}
		for _, c := range list {
			in := c.intent
			in.Body, in.Keys = bytes.Clone(in.Body), slices.Clone(in.Keys)
			if !yield(in, nil) {
				return
			}
		}
	}
}

// pause takes d of wall-clock time, as a disk or a provider does.
func pause(d time.Duration) { <-time.After(d) }
