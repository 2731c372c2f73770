package importer_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// unsettled leaves a run's unanswered requests to the next one, as a kill would.
func unsettled(s *importer.Sending) { s.Sealed = nil }

// meets answers an intent's requests with steps in turn, and then accepts.
func meets(steps ...step) func(request) step {
	return func(r request) step {
		if r.attempt <= len(steps) {
			return steps[r.attempt-1]
		}
		return accepts
	}
}

func (w *world) strangers(lines ...line) { // created just now, by others
	for _, l := range lines {
		w.provider.records = append(w.provider.records, &record{id: fmt.Sprintf("new-%d", len(w.provider.records)+1),
			line: l, made: time.Now()})
	}
}

// taken gives the references of lines to other customers: a repeat finds the other customer, which ends it.
func (w *world) taken(lines ...line) {
	w.provider.unique = []int{keyReference}
	for _, l := range lines {
		w.strangers(line{l[0], "", "Somebody Else", ""})
	}
}

type settleCase struct {
	name    string
	by      pipeline.SettleBy
	prepare func(w *world)
	row     line // the first run's; the zero value is person(1)
	steps   []step
	between func(w *world) // the two runs
	then    line           // the second run's; the zero value is the same
	age     time.Duration  // between the runs; 0: any

	state   pipeline.State
	late    pipeline.State // the state when it is settled too late to be sent in that run; "": the same
	says    string
	id      bool
	creates int // of the second run
	last    pipeline.State
}

var old = []time.Duration{0, 2 * time.Hour}

// Whatever became of an unanswered request is found out in the way that the provider allows, at the start of the next
// run or at its end; the fakes check that it is sent unchanged, under its own key, or not at all.
func TestWhatWasNeverAnsweredIsSettled(t *testing.T) {
	const (
		resend  = pipeline.SettleResend
		again   = pipeline.SettleLookUpResend
		lookUp  = pipeline.SettleLookUp
		nothing = pipeline.SettleNone
	)
	moved := person(1).with(3, "Pasto")
	other := person(1).with(2, "Somebody Else")
	there := func(l line) func(w *world) { return func(w *world) { w.provider.has(l) } }
	broken := func(w *world) { w.strict = func(line) bool { return true } }
	cases := []settleCase{
		{name: "resend, made", by: resend, steps: []step{silentAfter}, state: "created", id: true,
			says: "outcome.found", creates: 1, last: "known"},
		{name: "resend, a 500 after it was made", by: resend, steps: []step{breaks}, state: "created", id: true,
			says: "outcome.found", creates: 1, last: "known"},
		{name: "resend, not made", by: resend, steps: []step{silentBefore}, state: "created", id: true,
			says: "outcome.created_by_repeat", creates: 1, last: "known"},
		{name: "resend, arrives before it is due", by: resend, steps: []step{silentLate}, state: "created", id: true,
			says: "outcome.found", creates: 1, last: "known"},
		{name: "resend, there before", by: resend, prepare: there(person(1).with(0, "THEIRS")),
			steps: []step{silentBefore}, state: "existing", id: true, says: "outcome.existed", creates: 1,
			last: "known"},
		{name: "resend, made since under another reference", by: resend, steps: []step{silentBefore},
			between: func(w *world) { w.strangers(person(1).with(0, "THEIRS")) },
			state:   "existing", id: true, says: "outcome.existed", creates: 1, last: "known"},
		{name: "resend, another person", by: resend, prepare: there(other), steps: []step{silentBefore},
			state: "rejected", says: `id="old-1" fields=[name]`, creates: 1, last: "rejected"},
		{name: "resend, refused, and not made", by: resend, steps: []step{silentBefore, refuses, refuses},
			state: "uncertain", says: "outcome.still_open", creates: 1, last: "uncertain"},
		{name: "resend, made, and refused since", by: resend, steps: []step{silentAfter, refuses}, state: "uncertain",
			prepare: func(w *world) { w.provider.refusesMade = true }, says: "outcome.still_open", creates: 1,
			last: "created"},
		{name: "resend, too many requests first", by: resend, steps: []step{silentAfter, throttles, throttles},
			state: "created", id: true, creates: 3, last: "known"},
		{name: "resend, exists without a way to its record", by: resend,
			prepare: func(w *world) { w.definition.LookUps = nil }, steps: []step{silentAfter},
			state: "uncertain", says: "outcome.unanswered_exists", creates: 3, last: "uncertain"},
		{name: "resend, its record cannot be read", by: resend, between: func(w *world) { w.provider.found = nil },
			steps: []step{silentAfter}, state: "uncertain", says: "outcome.record_unread", creates: 3,
			last: "uncertain"},
		{name: "resend, its record is not there", by: resend, steps: []step{silentAfter}, creates: 3, last: "uncertain",
			state: "uncertain", says: "outcome.exists_not_found", between: func(w *world) {
				w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) { return nil, nil }
			}},

		{name: "resend, with a number", by: resend, row: person(1).with(3, "9007199254740993"),
			steps: []step{silentAfter}, state: "created", id: true, creates: 1, last: "known"},

		{name: "resend, the key too old", by: resend, age: window + time.Minute,
			prepare: func(w *world) { w.definition.Settle.Window = window },
			steps:   []step{silentBefore}, state: "uncertain", says: "ask acme", last: "uncertain"},
		{name: "resend, the key just young enough", by: resend, age: window - 2*time.Minute,
			prepare: func(w *world) { w.definition.Settle.Window = window },
			steps:   []step{silentBefore}, state: "created", id: true, creates: 1, last: "known"},

		{name: "look-up, made", by: again, steps: []step{silentAfter}, state: "created", id: true,
			says: "outcome.found", last: "known"},
		{name: "look-up, there before", by: again, prepare: there(person(1)), steps: []step{silentBefore},
			state: "existing", id: true, says: "outcome.existed", last: "known"},
		{name: "look-up, another person", by: again, prepare: there(other), steps: []step{silentBefore},
			says:  `outcome.another_under_key records=[outcome.record_differs id="old-1" fields=[name]]`,
			state: "rejected", last: "rejected"},
		{name: "look-up, absent", by: again, steps: []step{silentBefore}, state: "created", id: true,
			says: "outcome.created_by_repeat", creates: 1, last: "known"},
		{name: "look-up, absent, and refused", by: again, steps: []step{silentBefore, refuses}, state: "rejected",
			says: "no said", creates: 1, last: "created"},
		{name: "look-up, absent, and refused because it was made meanwhile", by: again,
			steps: []step{silentAfter, refuses}, prepare: func(w *world) {
				w.provider.refusesMade = true
				asked := 0
				w.provider.found = func(l *pipeline.LookUp, value string) ([]pipeline.Found, error) {
					if asked++; asked == 1 || asked == 2 && len(w.provider.seen) == 1 {
						return nil, nil
					}
					return w.provider.looks(l, value)
				}
			}, state: "created", id: true, says: "outcome.found", creates: 1, last: "known"},
		{name: "look-up, absent at first", by: again, steps: []step{silentLate}, state: "created", id: true,
			says: "outcome.found", last: "known"},
		{name: "look-up, absent, and the key too old", by: again, age: window + time.Minute,
			steps: []step{silentBefore}, state: "pending", says: "outcome.absent", last: "created"},
		{name: "look-up, absent, the key just young enough", by: again, age: window - 2*time.Minute,
			steps: []step{silentBefore}, state: "created", id: true, creates: 1, last: "known"},
		{name: "look-up, several agree", by: again,
			prepare: func(w *world) { w.provider.unique = nil; w.provider.has(person(1), person(1)) },
			steps:   []step{silentBefore},
			state:   "uncertain", says: "outcome.several_records", last: "uncertain"},
		{name: "look-up, nothing to look it up by", by: again, row: person(1).with(1, ""), steps: []step{silentAfter},
			state: "uncertain", says: "ask acme", last: "uncertain"},
		{name: "look-up, out of order", by: again, between: func(w *world) { w.provider.found = nil },
			steps: []step{silentAfter}, state: "uncertain", says: "ask acme", last: "uncertain"},
		{name: "look-up, keys are ignored", by: again, prepare: func(w *world) { w.provider.honours = false },
			steps: []step{silentBefore, silentAfter}, state: "created", id: true, creates: 1, last: "known"},

		{name: "look-up only, made", by: lookUp, steps: []step{silentAfter}, state: "created", id: true, last: "known"},
		{name: "look-up only, absent at first", by: lookUp, steps: []step{silentLate}, state: "created", id: true,
			last: "known"},
		{name: "look-up only, absent", by: lookUp, steps: []step{silentBefore}, state: "pending",
			says: "outcome.absent", last: "created"},
		{name: "look-up only, another person", by: lookUp, prepare: there(other), steps: []step{silentBefore},
			state: "rejected", says: "fields=[name]", last: "rejected"},

		{name: "none, made", by: nothing, steps: []step{silentAfter}, state: "uncertain",
			says: "ask acme", last: "uncertain"},
		{name: "none, not made", by: nothing, steps: []step{silentBefore}, state: "uncertain",
			says: "ask acme", last: "uncertain"},

		{name: "changed since, made", by: again, steps: []step{silentAfter}, then: moved, state: "changed", id: true,
			says: "fields=[city]", last: "changed"},
		{name: "changed since, made late", by: again, steps: []step{silentLate}, then: moved, age: time.Second,
			state: "changed", id: true, says: "outcome.changed_look_again", last: "changed"},
		{name: "changed since, made again", by: resend, steps: []step{silentBefore}, then: moved, state: "changed",
			id: true, creates: 1, last: "changed"},
		{name: "changed since, there before", by: again, prepare: there(person(1)), steps: []step{silentBefore},
			then: moved, state: "changed", id: true, says: "fields=[city]", last: "changed"},
		{name: "changed since, another person", by: resend, steps: []step{silentBefore},
			between: func(w *world) { w.taken(person(1)) }, then: person(1).with(0, "R1b"), state: "created", late: "pending", id: true, creates: 2, last: "known"},
		{name: "changed since, absent", by: lookUp, steps: []step{silentBefore}, then: moved, state: "pending",
			says: "outcome.earlier_resolved", last: "created"},

		{name: "against the schema now, made", by: again, steps: []step{silentAfter}, between: broken, state: "created",
			id: true, last: "known"},
		{name: "against the schema now, made from other data", by: again, steps: []step{silentAfter}, then: moved,
			between: broken, state: "invalid", says: "must not begin", last: "invalid"},
		{name: "against the schema now, another person", by: resend, steps: []step{silentBefore},
			between: func(w *world) { broken(w); w.taken(person(1)) }, state: "invalid", says: "must not begin", creates: 1, last: "invalid"},
		{name: "against the schema now, absent", by: lookUp, steps: []step{silentBefore}, between: broken,
			state: "invalid", says: "must not begin", last: "invalid"},
		{name: "against the schema now, and nobody knows", by: nothing, steps: []step{silentAfter}, between: broken,
			state: "uncertain", says: "ask acme", last: "uncertain"},
	}
	for _, c := range cases {
		ages := []time.Duration{c.age}
		if c.age == 0 {
			ages = old
		}
		for _, age := range ages {
			bubble(t, fmt.Sprint(c.name, ", ", age), func(t *testing.T) { c.run(t, age) })
		}
	}
}

func (c settleCase) run(t *testing.T, age time.Duration) {
	w := worldOf(c.by)
	if c.prepare != nil {
		c.prepare(w)
	}
	if c.row == (line{}) {
		c.row = person(1)
	}
	if c.then == (line{}) {
		c.then = c.row
	}
	steps := meets(c.steps...)
	w.provider.does = func(r request) step {
		if r.ref == 1 {
			return steps(r)
		}
		return accepts
	}
	began := time.Now()
	j := w.imports(t, []line{c.row}, unsettled)
	if j.results[0].State != pipeline.Uncertain || len(w.provider.lookUps) > 0 {
		t.Fatalf("the first run: %s, look-ups %q", j.results[0].State, w.provider.lookUps)
	}
	if c.between != nil {
		c.between(w)
	}
	time.Sleep(age)

	j = w.imports(t, []line{c.then})
	r, state := j.results[0], c.state
	if c.late != "" && age == 0 {
		state = c.late
	}
	if r.State != state || j.err != nil {
		t.Fatalf("%s: %q, error %v, want %s", r.State, r.Message, j.err, state)
	}
	if state == c.state && (!strings.Contains(r.Message.String(), c.says) || (r.CustomerID != "") != c.id ||
		len(j.creates) > c.creates || r.State != pipeline.Uncertain && len(j.creates) != c.creates) {
		t.Errorf("%s %q: %q after %d requests, want %d and %q", r.State, r.CustomerID, r.Message, len(j.creates),
			c.creates, c.says)
	}
	if c.by == pipeline.SettleNone && len(w.provider.lookUps) > 0 {
		t.Errorf("look-ups %q", w.provider.lookUps)
	}
	if r.State == pipeline.Created && strings.Contains(r.Message.String(), "outcome.found") && !r.At.Equal(began) {
		t.Errorf("made at %v, and the request left at %v", r.At, began)
	}
	for i, q := range w.provider.seen[1:] {
		first := w.provider.seen[0]
		if i == 0 && q.ref == first.ref && q.at.Before(first.at.Add(settleWait)) {
			t.Errorf("sent again %v after the first attempt ended", q.at.Sub(first.at))
		}
	}

	j = w.imports(t, []line{c.then})
	if r := j.results[0]; state == c.state && r.State != c.last || j.err != nil {
		t.Errorf("the last run: %s: %q, error %v, want %s", r.State, r.Message, j.err, c.last)
	}
	if d := w.provider.doubles(); len(d) > 0 {
		t.Errorf("made twice: %q", d)
	}
}

// A request that is under way when its run is killed may have left long after its intent was written; "absent" counts
// only when it must have arrived.
func TestAbsentCountsFromTheAttempt(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleLookUp, pipeline.SettleLookUpResend} {
		bubble(t, string(by), func(t *testing.T) {
			w := worldOf(by)
			w.provider.unique, w.provider.honours = nil, false
			w.provider.retryAfter = 20 * time.Minute // the request leaves this long after its intent
			w.provider.does = meets(throttles, silentLate)
			w.provider.lateBy = func(request) time.Duration { return settleWait - time.Second }
			w.imports(t, people(1), unsettled)
			time.Sleep(time.Second)
			for range 2 {
				w.imports(t, people(1))
			}
			if d := w.provider.doubles(); len(d) > 0 || len(w.provider.records) != 1 {
				t.Errorf("%d records, made twice: %q", len(w.provider.records), d)
			}
		})
	}
}

// A record of somebody else makes the row rejected only when a request under way must have arrived.
func TestAnotherPersonCountsWhenDue(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleLookUp)
		w.provider.unique = nil
		w.provider.has(person(1).with(2, "Somebody Else"))
		w.provider.does = meets(silentLate)
		w.imports(t, people(1), unsettled)
		if j := w.imports(t, people(1)); j.results[0].State != pipeline.Created {
			t.Errorf("%s: %q", j.results[0].State, j.results[0].Message)
		}
	})
}

// Requests of earlier runs are settled first, whatever the book; their row numbers mean nothing in this book.
func TestEarlierRunsComeFirst(t *testing.T) {
	for _, by := range []pipeline.SettleBy{pipeline.SettleResend, pipeline.SettleLookUpResend, pipeline.SettleLookUp} {
		bubble(t, string(by), func(t *testing.T) {
			w := worldOf(by)
			w.provider.does = meets(silentAfter)
			w.imports(t, people(3), unsettled)
			w.provider.does = func(r request) step {
				if n := len(w.ledger.unansweredSince(1)); r.ref > 3 && n > 0 {
					w.provider.wrong = append(w.provider.wrong,
						fmt.Sprintf("row %d is sent, and %d of earlier runs are not settled", r.row, n))
				}
				return accepts
			}
			time.Sleep(2 * time.Hour)
			j := w.imports(t, []line{person(7), person(8), person(9)})
			if j.counts[pipeline.Created] != 3 || len(w.ledger.unanswered()) != 0 || len(j.notes) != 1 ||
				j.notes[0].Arg("count") != 3 {
				t.Errorf("counts %v, %d are unsettled, notes %v", j.counts, len(w.ledger.unanswered()), j.notes)
			}
			for i, r := range j.results {
				if r.Message != nil || r.Name != person(7 + i)[2] {
					t.Errorf("row %d: %q", r.Row, r.Message)
				}
			}
			if j = w.imports(t, people(3)); j.counts[pipeline.Known] != 3 || len(j.creates) != 0 {
				t.Errorf("the first book again: counts %v", j.counts)
			}
		})
	}
}

// unansweredSince are the unanswered of a run.
func (l *memoryLedger) unansweredSince(run int) (list []*customer) {
	for _, c := range l.unanswered() {
		if c.run == fmt.Sprintf("run-%d", run) {
			list = append(list, c)
		}
	}
	return list
}

// A row whose unanswered attempt was settled in this run, and which the limit kept from being sent, waits only
// because of the limit.
func TestTheLimitHoldsBackRowsThatWereSettled(t *testing.T) {
	moved := people(6)
	for i := range moved {
		moved[i] = moved[i].with(0, "new "+moved[i][0])
	}
	for _, c := range []struct {
		by             pipeline.SettleBy
		book           []line
		limit, pending int
		heldBack       int
	}{
		// Settled before rows are sent: the rows left would be sent.
		{pipeline.SettleResend, moved, 0, 0, 0},
		{pipeline.SettleResend, moved, 1, 5, 2},
		{pipeline.SettleResend, moved, 2, 4, 1},
		{pipeline.SettleResend, moved, 5, 1, 0},
		// Settled at the end: the next run sends the rest, with any limit, unless this run reached its own.
		{pipeline.SettleLookUp, people(6), 0, 3, 0},
		{pipeline.SettleLookUp, people(6), 2, 4, 3},
		{pipeline.SettleLookUp, people(6), 5, 3, 0},
	} {
		bubble(t, fmt.Sprint(c.by, c.limit), func(t *testing.T) {
			w := worldOf(c.by)
			w.leaves(t, people(3), silentBefore)
			if c.by == pipeline.SettleResend {
				w.taken(people(3)...)
			}
			w.provider.does = nil
			j := w.imports(t, c.book, limit(c.limit))
			heldBack := 0
			for _, r := range j.results {
				if r.HeldBack {
					heldBack++
				}
				if r.HeldBack && r.State != pipeline.Pending {
					t.Errorf("row %d is %s and held back", r.Row, r.State)
				}
			}
			if j.err != nil || j.counts[pipeline.Pending] != c.pending || heldBack != c.heldBack {
				t.Errorf("%d held back, counts %v, error %v", heldBack, j.counts, j.err)
			}
		})
	}
}

// A stand-in has nothing under way, and is asked at once.
func TestSettlingWithoutAWait(t *testing.T) {
	bubble(t, "made, and not answered", func(t *testing.T) {
		w := worldOf(pipeline.SettleLookUpResend)
		w.provider.does = meets(silentAfter)
		began := time.Now()
		j := w.imports(t, people(1), func(s *importer.Sending) { s.NoWait = true })
		if took := time.Since(began); j.counts[pipeline.Created] != 1 || took >= settleWait {
			t.Errorf("%v after %v", j.counts, took)
		}
	})
}
