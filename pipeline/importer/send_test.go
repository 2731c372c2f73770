package importer_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

func TestTheFirstCreateGoesAlone(t *testing.T) {
	for _, first := range []step{accepts, refuses, silentAfter, unsent, throttles} {
		for _, c := range []int{1, 2, 8} {
			t.Run(fmt.Sprint(first, " ", c), func(t *testing.T) {
				w := newWorld()
				w.ledger.slow = time.Millisecond
				w.provider.does = func(r request) step {
					if r.row == firstRow {
						return first
					}
					// No other row may be sent before the first is on disk.
					if settled := w.ledger.settledIn("run-1"); settled == 0 {
						w.ledger.broken("row %d was sent before the first was settled", r.row)
					}
					return accepts
				}
				w.provider.gate = func(r request) {
					if r.row == firstRow {
						pause(5 * time.Millisecond)
					}
				}
				w.imports(t, people(10), concurrency(c))
			})
		}
	}
}

// At any moment at most 2 x concurrency intents are without an outcome, and at most concurrency requests are open;
// the fakes check both. The concurrency is used, too.
func TestConcurrencyIsBoundedAndUsed(t *testing.T) {
	for _, c := range []int{1, 2, 5} {
		w := newWorld()
		w.ledger.slow = 200 * time.Microsecond
		var mu sync.Mutex
		open, most := 0, 0
		w.provider.gate = func(request) {
			mu.Lock()
			open++
			most = max(most, open)
			mu.Unlock()
			pause(time.Millisecond)
			mu.Lock()
			open--
			mu.Unlock()
		}
		j := w.imports(t, people(60), concurrency(c))
		if j.counts[pipeline.Created] != 60 || most != c {
			t.Errorf("concurrency %d: %d at once, counts %v", c, most, j.counts)
		}
		if w.ledger.mostOpen < c {
			t.Errorf("concurrency %d: no more than %d intents ahead", c, w.ledger.mostOpen)
		}
	}
}

func TestLimitSendsExactlySoMany(t *testing.T) {
	for _, n := range []int{1, 2, 7, 19, 20, 21} {
		for _, c := range []int{1, 4} {
			w := newWorld()
			lines := people(20)
			for i := 0; i < len(lines); i += 4 {
				lines = slices.Insert(lines, i, lines[i].broken()) // a row that is not ready does not count
			}
			j := w.imports(t, lines, limit(n), concurrency(c))
			want := min(n, 20)
			if j.err != nil || len(j.creates) != want || j.counts[pipeline.Created] != want ||
				j.counts[pipeline.Pending] != 20-want {
				t.Errorf("limit %d, concurrency %d: %d requests, counts %v, error %v", n, c, len(j.creates),
					j.counts, j.err)
			}
			if last := j.progress[len(j.progress)-1]; last.Ready != want || last.Settled != want {
				t.Errorf("limit %d: progress ends with %d of %d", n, last.Settled, last.Ready)
			}
			// The next run goes on where this one stopped.
			if j = w.imports(t, lines, concurrency(c)); len(j.creates) != 20-want || j.counts[pipeline.Created]+
				j.counts[pipeline.Known] != 20 {
				t.Errorf("limit %d: the second run sent %d, counts %v", n, len(j.creates), j.counts)
			}
		}
	}
}

func TestABookThatReadsDifferentlyHalts(t *testing.T) {
	const rows, at = 40, 20
	cases := map[string]func(lines []line) []line{
		"a changed cell":                 func(l []line) []line { l[at][3] = "Pasto"; return l },
		"a changed cell of a broken row": func(l []line) []line { l[at+1][3] = "Pasto"; return l },
		"a broken row that was mended":   func(l []line) []line { l[at+1] = person(at + 2); return l },
		"a row that was taken out":       func(l []line) []line { return slices.Delete(l, at, at+1) },
		"a row that was put in":          func(l []line) []line { return slices.Insert(l, at, person(99)) },
		"two rows that changed places":   func(l []line) []line { l[at], l[at+2] = l[at+2], l[at]; return l },
	}
	for name, alter := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			lines := people(rows)
			lines[at+1] = lines[at+1].broken()
			b := &memoryBook{lines: lines, reads: func(pass int, lines []line) []line {
				if pass == 1 {
					return lines
				}
				return alter(lines)
			}}
			j := w.importsBook(t.Context(), t, b)
			if j.reason() != importer.HaltBook || j.halt.Hint == nil {
				t.Fatalf("halt %q: %v", j.reason(), j.err)
			}
			for _, r := range j.creates {
				if r.row >= firstRow+at+2 || r.line != lines[r.row-firstRow] {
					t.Errorf("row %d was sent", r.row)
				}
			}
			if w.ledger.openIntents() != 0 {
				t.Errorf("intents were left open")
			}
		})
	}
}

// A book that grew or shrank at its end is noticed only there: no row that was checked is withheld, none that was not
// is sent.
func TestABookWithAnotherEndHalts(t *testing.T) {
	for name, alter := range map[string]func(lines []line) []line{
		"one more":  func(l []line) []line { return append(l, person(99)) },
		"one fewer": func(l []line) []line { return l[:len(l)-1] },
		"none":      func([]line) []line { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			b := &memoryBook{lines: people(12), reads: func(pass int, lines []line) []line {
				if pass == 1 {
					return lines
				}
				return alter(lines)
			}}
			j := w.importsBook(t.Context(), t, b)
			if j.reason() != importer.HaltBook || len(j.creates) > 12 {
				t.Fatalf("halt %q: %v, %d requests", j.reason(), j.err, len(j.creates))
			}
		})
	}
}

func TestABookThatCanNoLongerBeReadHalts(t *testing.T) {
	w := newWorld()
	b := &memoryBook{lines: people(30), fails: func(pass, index int) error {
		if pass == 2 && index == 10 {
			return fmt.Errorf("the stick was pulled out")
		}
		return nil
	}}
	j := w.importsBook(t.Context(), t, b)
	if j.reason() != importer.HaltBook || !strings.Contains(j.err.Error(), "stick") {
		t.Fatalf("halt %q: %v", j.reason(), j.err)
	}
}

// The body of the second check is sent, so that the row must pass it too.
func TestARowThatFailsTheSecondCheckIsNotSent(t *testing.T) {
	w := newWorld()
	checks := 0
	w.strict = func(line) bool { checks++; return checks == 25 } // row 5 of the second pass
	j := w.importsBook(t.Context(), t, &memoryBook{lines: people(20)})
	if j.reason() != importer.HaltBook || slices.Contains(j.sentRows(), firstRow+4) {
		t.Fatalf("halt %q: %v, sent %v", j.reason(), j.err, j.sentRows())
	}
}

// From any Write on the ledger may fail, for ever or for a while: the run halts and returns, nothing is sent that is
// not on disk (the fakes check that), what was reported is on disk, and each ID that the ledger could not write is
// reported.
func TestALedgerThatFails(t *testing.T) {
	const rows = 100
	for _, c := range []int{1, 4} {
		for from := 1; from <= 11; from++ {
			for _, whole := range []bool{true, false} {
				w := newWorld()
				w.ledger.failFrom = from
				if !whole {
					w.ledger.failUntil = from + 1
				}
				w.provider.does = func(r request) step {
					return []step{accepts, accepts, refuses, silentAfter, accepts}[r.row%5]
				}
				name := fmt.Sprintf("concurrency %d, from write %d, for ever %v", c, from, whole)
				j := w.imports(t, people(rows), concurrency(c))
				if w.ledger.writes < from {
					continue // group commit needed fewer
				}
				if j.reason() != importer.HaltLedger || j.halt.Hint == nil {
					t.Fatalf("%s: halt %q: %v", name, j.reason(), j.err)
				}
				w.holdLost(t, j, name)
				// A write begins at most 2 x concurrency intents.
				if n := len(j.creates); n > from*2*c {
					t.Errorf("%s: %d requests", name, n)
				}
				if t.Failed() {
					t.Fatal(name)
				}
				// The disk works again: no customer is created twice, none is forgotten.
				known := pipeline.Counts{}
				for _, customer := range w.ledger.customers {
					known[customer.state]++
				}
				w.ledger.heal()
				w.provider.does = nil
				j = w.imports(t, people(rows), concurrency(c))
				want := pipeline.Counts{pipeline.Known: known[pipeline.Created],
					pipeline.Uncertain: known[pipeline.Uncertain]}
				want[pipeline.Created] = rows - want[pipeline.Known] - want[pipeline.Uncertain]
				for s, n := range want {
					if j.counts[s] != n {
						t.Fatalf("%s: run again, counts %v, want %v", name, j.counts, want)
					}
				}
			}
		}
	}
}

// holdLost checks that the customers that the provider created and answered about are on disk, or were reported as
// lost; never both.
func (w *world) holdLost(t *testing.T, j *journey, name string) {
	t.Helper()
	lost := map[string]bool{}
	for _, o := range j.lost {
		if lost[o.CustomerID] || o.Row == 0 {
			t.Errorf("%s: %s of row %d was reported twice, or without its row", name, o.CustomerID, o.Row)
		}
		lost[o.CustomerID] = true
	}
	onDisk := map[string]bool{}
	for _, r := range j.results {
		if r.CustomerID != "" {
			onDisk[r.CustomerID] = true
		}
	}
	for _, r := range j.creates {
		if r.step != accepts {
			continue
		}
		id := w.provider.find(r.line).id
		if lost[id] == onDisk[id] {
			t.Errorf("%s: %s of row %d: on disk %v, told as lost %v", name, id, r.row, onDisk[id], lost[id])
		}
	}
}

// Once the run is stopped, intents whose request has not begun are not written: with a failing ledger they would stay
// uncertain for nothing.
func TestAFailingLedgerLeavesOnlyWhatWasInFlightUncertain(t *testing.T) {
	for from := 2; from < 10; from++ {
		w := newWorld()
		w.ledger.failFrom = from
		w.ledger.slow = 100 * time.Microsecond
		const c = 3
		j := w.imports(t, people(60), concurrency(c))
		if n := j.counts[pipeline.Uncertain]; n > 2*c {
			t.Errorf("from write %d: %d rows are uncertain, at most %d can have been under way", from, n, 2*c)
		}
		if j.counts[pipeline.Created] != len(j.progress) {
			t.Errorf("from write %d: %d outcomes were reported, %d are on disk", from, len(j.progress),
				j.counts[pipeline.Created])
		}
	}
}

// A disk without room for intents may still have room for outcomes: they are written on their own.
func TestOutcomesAreTriedWithoutTheIntentsThatDoNotFit(t *testing.T) {
	together := 0
	for from := 2; from < 10; from++ {
		w := newWorld()
		w.ledger.fullFrom = from
		w.provider.gate = func(r request) {
			if r.row%2 == 0 {
				pause(300 * time.Microsecond)
			}
		}
		mixed := 0
		w.ledger.onWrite = func(n, begin, settle int) {
			if n >= from && begin > 0 {
				mixed += settle
			}
		}
		j := w.imports(t, people(60), concurrency(3), func(s *importer.Sending) {
			tell := s.Progress
			s.Progress = func(p importer.Progress) {
				tell(p)
				pause(500 * time.Microsecond) // intents fill the places that became free, and the slower answers arrive
			}
		})
		if mixed > 0 {
			together++
		}
		if j.reason() != importer.HaltLedger || j.counts[pipeline.Created] != len(j.creates) ||
			j.counts[pipeline.Uncertain] != 0 {
			t.Errorf("from write %d: halt %q, %d requests, counts %v", from, j.reason(), len(j.creates), j.counts)
		}
	}
	if together == 0 {
		t.Error("no outcome ever waited beside an intent")
	}
}

// A stopped run begins nothing: an intent without a request would be an uncertain row for nothing, should the ledger
// fail or the machine stop next.
func TestAStoppedRunBeginsNothing(t *testing.T) {
	for at := 1; at <= 8; at++ {
		w := newWorld()
		stop, stopped := make(chan struct{}), false
		w.ledger.onWrite = func(_, begin, _ int) {
			if stopped && begin > 0 {
				w.ledger.wrong = append(w.ledger.wrong, fmt.Sprintf("%d intents are begun in a stopped run", begin))
			}
		}
		w.imports(t, people(40), concurrency(3), stopAt(stop), func(s *importer.Sending) {
			tell := s.Progress
			s.Progress = func(p importer.Progress) {
				tell(p)
				if p.Settled == at { // intents are waiting in the places that became free
					pause(time.Millisecond)
					close(stop)
					w.ledger.mu.Lock()
					stopped = true
					w.ledger.mu.Unlock()
				}
			}
		})
	}
}

// The provider's pauses hold for all rows, and the row goes on.
func TestThrottledAndUnsentAreTriedAgain(t *testing.T) {
	for _, s := range []step{throttles, unsent} {
		w := newWorld()
		w.provider.retryAfter = time.Millisecond
		w.provider.does = func(r request) step {
			if r.attempt < 4 && r.row%3 == 0 || r.row == 10 {
				return s
			}
			return accepts
		}
		j := w.imports(t, people(15))
		if j.err != nil || j.counts[pipeline.Created] != 14 || j.results[10-firstRow].State != pipeline.Pending {
			t.Errorf("step %d: counts %v, error %v", s, j.counts, j.err)
		}
		if got := j.results[0].Attempts; got != 4 {
			t.Errorf("step %d: %d attempts, want 4", s, got)
		}
		if got := j.results[10-firstRow].Attempts; got != 5 {
			t.Errorf("step %d: given up after %d attempts, want 5", s, got)
		}
		if (s == throttles) != (w.provider.pauses > 0) {
			t.Errorf("step %d: %d pauses", s, w.provider.pauses)
		}
	}
}

// A request without an answer is never followed by another one.
func TestWhatWasSentIsNotSentAgain(t *testing.T) {
	for _, s := range []step{silentAfter, silentBefore} {
		w := newWorld()
		w.provider.does = func(r request) step {
			if r.row%2 == 0 {
				return s
			}
			return accepts
		}
		lines := people(10)
		j := w.imports(t, lines, concurrency(1)) // never five silences one after another, which would be an outage
		for range 2 {
			if j.counts[pipeline.Uncertain] != 5 || j.counts[pipeline.Created]+j.counts[pipeline.Known] != 5 {
				t.Fatalf("counts %v", j.counts)
			}
			for _, r := range j.results {
				if r.State == pipeline.Uncertain && (r.CustomerID != "" ||
					!strings.Contains(r.Message.String(), "ask acme")) {
					t.Errorf("row %d: %q", r.Row, r.Message)
				}
			}
			w.provider.does = nil
			if j = w.imports(t, lines); len(j.creates) != 0 {
				t.Fatalf("the next run sent rows %v", j.sentRows())
			}
		}
	}
}
