package importer_test

import (
	"strings"
	"testing"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// byRow answers each row with its step, and all others with accepts.
func byRow(steps map[int]step) func(request) step {
	return func(r request) step { return steps[r.row] }
}

func TestAnAnswerThatProvesNothingHalts(t *testing.T) {
	for _, c := range []struct {
		name      string
		steps     string // of the rows in order: a accepts, d doubted, s sameID, r refuses
		uncertain int
		halts     bool
	}{
		{"the first answer", "daaaa", 1, true},
		{"one among others", "adaaa", 1, false},
		{"two in a row", "addaa", 2, false},
		{"three in a row", "adddaa", 3, true},
		{"three, and an answer between", "addadaa", 3, false},
		{"a refusal comes first", "rdaaa", 1, false},
		{"the ID of another customer", "asaaa", 1, false},
		{"the ID of another customer, three times", "asssaa", 3, true},
		{"of both kinds", "asdsaa", 3, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld()
			steps := map[int]step{}
			for i, s := range c.steps {
				steps[firstRow+i] = map[rune]step{'a': accepts, 'd': doubted, 's': sameID, 'r': refuses}[s]
			}
			w.provider.does = byRow(steps)
			j := w.imports(t, people(len(c.steps)), concurrency(1))
			if halted := j.reason() == importer.HaltProvider; halted != c.halts || !halted && j.err != nil {
				t.Errorf("halted %t: %v", halted, j.err)
			}
			if n := j.counts[pipeline.Uncertain]; n != c.uncertain {
				t.Errorf("%d are uncertain, want %d: %v", n, c.uncertain, j.counts)
			}
			if c.halts && !strings.Contains(j.halt.Message.String(), "down") &&
				!strings.Contains(j.halt.Message.String(), "proof.same_id") {
				t.Errorf("it does not quote the answer: %s", j.halt.Message)
			}
		})
	}
}

// An ID that an earlier run gave to another customer is withheld, and no two customers have one.
func TestAnIDOfAnEarlierRunIsNotTakenTwice(t *testing.T) {
	w := newWorld()
	w.imports(t, people(1))
	w.provider.does = byRow(map[int]step{firstRow + 2: sameID})
	j := w.imports(t, people(5), concurrency(3))
	r := j.results[2]
	if j.err != nil || r.State != pipeline.Uncertain || r.CustomerID != "" || j.counts[pipeline.Created] != 3 {
		t.Fatalf("%v; counts %v, %+v", j.err, j.counts, r.Outcome)
	}
	said := r.Message.String()
	if !strings.Contains(said, "proof.same_id_earlier") || !strings.Contains(said, "run-1") {
		t.Errorf("it says %q", said)
	}
}

// When look-ups lead two rows to one record, the second does not get its ID.
func TestALookUpGivesAnIDOnce(t *testing.T) {
	w := newWorld()
	w.definition.LookUps = []pipeline.LookUp{{Name: "by tax", Key: "tax"}}
	old := person(1)
	w.provider.has(old, person(2).with(2, old[2]))
	w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
		return []pipeline.Found{{ID: "old-1", Values: map[string]string{"name": old[2]}}}, nil
	}
	j := w.imports(t, []line{old, person(2).with(2, old[2])}, concurrency(1))
	if got := j.states(); got[0] != pipeline.Existing || got[1] != pipeline.Rejected {
		t.Errorf("states %v", got)
	}
	if said := j.results[1].Message.String(); !strings.Contains(said, "proof.same_id") {
		t.Errorf("it says %q", said)
	}
}

// The IDs of answers are compared in the write itself: a question of its own would cost a round trip to a server for
// each commit. Only where one is taken is it asked whose it is.
func TestIDsAreNotAskedForOneByOne(t *testing.T) {
	w := newWorld()
	if j := w.imports(t, people(20)); j.err != nil || w.ledger.asked > 0 {
		t.Errorf("%v; asked %d times", j.err, w.ledger.asked)
	}
	w.provider.does = byRow(map[int]step{firstRow + 22: sameID})
	j := w.imports(t, people(25), concurrency(1))
	if j.err != nil || j.counts[pipeline.Uncertain] != 1 || w.ledger.asked != 1 {
		t.Errorf("%v; counts %v; asked %d times", j.err, j.counts, w.ledger.asked)
	}
}

// When a write fails, the outcomes are written one by one, and none of them with the ID of another customer.
func TestNoIDIsTakenWhenAWriteFails(t *testing.T) {
	w := newWorld()
	w.imports(t, people(1))
	w.provider.does = byRow(map[int]step{firstRow + 1: sameID})
	w.ledger.onWrite = func(n, _, settle int) {
		if settle > 0 && w.ledger.failFrom == 0 {
			w.ledger.failFrom, w.ledger.failUntil = n, n+1
		}
	}
	j := w.imports(t, people(2), concurrency(1))
	if r := j.results[1]; j.reason() != importer.HaltLedger || r.State != pipeline.Uncertain || r.CustomerID != "" {
		t.Errorf("%v; %+v", j.err, r.Outcome)
	}
}
