package importer_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// On a disk that takes ten times as long as an answer, settlements share commits: requests of earlier runs, those of
// this one, and rows that are judged again and sent.
func TestSettlingSharesCommits(t *testing.T) {
	const rows, together, most = 60, 6, 40 // with a commit each there would be more than 60
	cases := []struct {
		by   pipeline.SettleBy
		step step
	}{
		{pipeline.SettleResend, silentAfter},
		{pipeline.SettleResend, silentBefore},
		{pipeline.SettleLookUp, silentAfter},
		{pipeline.SettleLookUp, silentBefore},
		{pipeline.SettleLookUpResend, silentBefore},
	}
	for _, c := range cases {
		for _, earlier := range []bool{true, false} {
			bubble(t, fmt.Sprint(c.by, c.step, earlier), func(t *testing.T) {
				w := worldOf(c.by)
				w.provider.lostAs = 202
				w.provider.does = func(r request) step {
					if r.ref <= rows && r.attempt == 1 {
						return c.step
					}
					return accepts
				}
				w.provider.gate = func(request) { time.Sleep(time.Millisecond) }
				w.provider.looking = time.Millisecond
				settles, records := 0, w.ledger.records
				w.ledger.onWrite = func(_, _, settle int) {
					if settle > 0 {
						settles++
					}
				}
				if earlier {
					w.imports(t, people(rows), unsettled, concurrency(together))
					time.Sleep(2 * time.Hour)
					settles, records = 0, w.ledger.records
				}
				w.ledger.slow = 10 * time.Millisecond
				j := w.imports(t, people(rows), concurrency(together), func(s *importer.Sending) { s.NoWait = true })
				want := pipeline.Created
				if !earlier && c.by == pipeline.SettleLookUp && c.step == silentBefore {
					want = pipeline.Pending // the next run sends them
				}
				if j.counts[want] != rows || j.err != nil {
					t.Fatalf("counts %v, error %v", j.counts, j.err)
				}
				if settles > most || w.ledger.records-records > most {
					t.Errorf("%d commits of settlements, %d of other outcomes", settles, w.ledger.records-records)
				}
			})
		}
	}
}

// theirs makes every look-up find one record.
func (w *world) theirs(id, name string) {
	w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
		return []pipeline.Found{{ID: id, Values: map[string]string{"name": name}}}, nil
	}
}

// A customer ID that two requests of one commit get is given to neither.
func TestOneIDForSeveralThatAreSettledAtOnce(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		twin := person(2).with(2, person(1)[2])
		book := []line{person(1), twin, person(3)}
		w.leaves(t, book, silentBefore)
		w.provider.has(person(1), twin)
		w.theirs("old-1", person(1)[2])
		w.provider.gate = func(r request) {
			if r.row < firstRow+2 {
				time.Sleep(time.Millisecond) // both wait for the commit of the third
			}
		}
		w.ledger.slow = 10 * time.Millisecond
		w.ledger.onWrite = func(n, _, settle int) {
			if want := min(n, 2); settle != want {
				t.Errorf("commit %d settles %d", n, settle)
			}
		}
		j := w.imports(t, book)
		for _, r := range j.results[:2] {
			if r.CustomerID != "" || !strings.Contains(r.Message.String(), "proof.same_id_both") ||
				strings.Contains(r.Message.String(), "row=0") {
				t.Errorf("row %d is %s: %s", r.Row, r.State, r.Message)
			}
		}
		if j.counts[pipeline.Created] != 1 {
			t.Errorf("counts %v, error %v", j.counts, j.err)
		}
	})
}

// When a repeat is answered with the record of another row's customer, its ID is not used twice.
func TestARepeatThatMeetsAnotherRowsCustomer(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		book := []line{person(1), person(2).with(2, person(1)[2])}
		w.imports(t, book[:1])
		w.leaves(t, book[1:], silentBefore)
		w.provider.has(book[1])
		w.theirs("c-1", person(1)[2])
		j := w.imports(t, book)
		if r := j.results[1]; r.CustomerID != "" || r.State != pipeline.Rejected ||
			!strings.Contains(r.Message.String(), "proof.same_id_earlier") {
			t.Errorf("%s %q: %s", r.State, r.CustomerID, r.Message)
		}
	})
}

// With a fast disk and a provider that holds every request, hardly more intents are on disk without an outcome than
// requests are under way: a kill leaves few uncertain rows that the provider never saw.
func TestFewIntentsAreAhead(t *testing.T) {
	for _, c := range []int{1, 2, 8, 64} {
		bubble(t, fmt.Sprint(c), func(t *testing.T) {
			w := newWorld()
			w.patience = time.Hour
			held := make(chan struct{})
			w.provider.gate = func(r request) {
				if r.row > firstRow+3*c { // both times are measured by now
					<-held
				}
				time.Sleep(50 * time.Millisecond)
			}
			go func() {
				time.Sleep(time.Minute)
				synctest.Wait()
				if open := w.ledger.openIntents(); open < c || open > c+2 {
					t.Errorf("%d intents are open, %d requests", open, c)
				}
				close(held)
			}()
			if j := w.imports(t, people(8*c+1), concurrency(c)); j.counts[pipeline.Created] != 8*c+1 {
				t.Errorf("counts %v, error %v", j.counts, j.err)
			}
		})
	}
}
