package importer_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// genLines is a book in which keys, broken rows and whole rows repeat.
func genLines(t *rapid.T, label string, least int) []line {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) line {
		l := person(rapid.IntRange(1, 12).Draw(t, "who"))
		switch rapid.IntRange(0, 11).Draw(t, "how") {
		case 0:
			return l.broken()
		case 1:
			return l.with(3, "Pasto")
		case 2:
			return l.with(0, person(rapid.IntRange(1, 12).Draw(t, "whose"))[0])
		case 3:
			return l.with(1, "")
		case 4:
			return l.with(0, "")
		}
		return l
	}), least, 40).Draw(t, label)
}

// genBehaviour is a provider that does anything, the same for the same row and attempt, in varying proportions.
func genBehaviour(t *rapid.T, label string) func(request) step {
	seed := rapid.Uint64().Draw(t, label)
	kinds := rapid.SliceOfN(rapid.SampledFrom([]step{accepts, accepts, accepts, refuses, throttles, rejects401, forbids,
		silentAfter, silentBefore, unsent}), 1, 12).Draw(t, label+" kinds")
	return func(r request) step {
		return kinds[seeded(seed^uint64(r.row*31+r.attempt)).IntN(len(kinds))]
	}
}

func genMaxRejected(t *rapid.T) importer.MaxRejected {
	if rapid.Bool().Draw(t, "percent") {
		return importer.MaxRejected{Percent: float64(rapid.IntRange(0, 90).Draw(t, "max rejected"))}
	}
	return importer.MaxRejected{Rows: rapid.IntRange(0, 10).Draw(t, "max rejected")}
}

// For any book and any provider every row has one outcome and the counts add up; whatever happened, running it again
// sends only rows without a claim, and no customer is created twice. The harness and the fakes check every run
// against the promises.
func TestAnyBookAnyProviderAnyNumberOfRuns(t *testing.T) {
	rapidBubbles(t, func(t *rapid.T) {
		w := newWorld()
		w.provider.has(genOld(t)...)
		if rapid.Bool().Draw(t, "look-up") {
			w.definition.LookUps = []pipeline.LookUp{{Name: "by-reference", Key: "reference"}}
			w.provider.found = func(_ *pipeline.LookUp, value string) ([]pipeline.Found, error) {
				for _, r := range w.provider.records {
					if r.line[0] == value {
						return []pipeline.Found{{ID: r.id, Values: values("name", r.line[2])}}, nil
					}
				}
				return nil, nil
			}
		}
		lines := genLines(t, "book", 0)
		for run := range rapid.IntRange(1, 3).Draw(t, "runs") {
			if run > 0 && rapid.Bool().Draw(t, "another book") {
				lines = append(slices.Clone(lines), genLines(t, "more", 0)...)
				slices.SortFunc(lines, func(a, b line) int { return slices.Compare(a[:], b[:]) })
			}
			w.provider.does = genBehaviour(t, "behaviour")
			j := w.imports(t, lines, concurrency(rapid.IntRange(1, 5).Draw(t, "concurrency")),
				limit(rapid.IntRange(0, 10).Draw(t, "limit")), maxRejected(genMaxRejected(t)), genPilot(t, false))
			if j.halt == nil && j.plan.Ready < 10 && j.counts[pipeline.Duplicate] > 0 &&
				j.counts.Total() == j.counts[pipeline.Duplicate] {
				t.Errorf("every row is a duplicate")
			}
		}
		// In the end the provider has no faults: every row that is left has a reason.
		w.provider.does = nil
		j := w.imports(t, lines)
		if j.err != nil || j.counts[pipeline.Pending] > 0 && w.definition.LookUps == nil {
			t.Errorf("the last run: %v, counts %v", j.err, j.counts)
		}
	})
}

func genOld(t *rapid.T) []line {
	var old []line
	for _, who := range rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 0, 3, rapid.ID[int]).Draw(t, "there already") {
		l := person(who)
		if rapid.Bool().Draw(t, "somebody else") {
			l = l.with(2, "Somebody Else")
		}
		old = append(old, l)
	}
	return old
}

// A crash at any write, before or after its commit, leaves the rows under way uncertain, and every customer is
// created once.
func TestACrashAtAnyMoment(t *testing.T) {
	rapidBubbles(t, func(t *rapid.T) {
		w := newWorld()
		lines := genLines(t, "book", 5)
		c := rapid.IntRange(1, 4).Draw(t, "concurrency")
		crashes := rapid.IntRange(1, 3).Draw(t, "crashes")
		for range crashes {
			w.ledger.crashAt = rapid.IntRange(1, 30).Draw(t, "crash at write")
			w.ledger.crashBefore = rapid.Bool().Draw(t, "before its commit")
			w.provider.does = genBehaviour(t, "behaviour")
			setup, checker := w.setup(&memoryBook{lines: lines})
			plan, err := importer.Check(context.Background(), setup)
			if err != nil {
				t.Fatal(err)
			}
			j := &journey{run: setup.Run, plan: plan, checker: checker}
			w.provider.watched = w.provider.calls()
			w.send(context.Background(), t, j, concurrency(c))
			if open := w.ledger.openIntents(); open > 2*c {
				t.Errorf("%d intents are left, 2 x %d are allowed", open, c)
			}
			if w.ledger.isCrashed() && j.reason() == "" && w.ledger.openIntents() > 0 {
				t.Errorf("no halt though outcomes could not be kept")
			}
		}
		w.ledger.heal()
		w.provider.does = nil
		uncertain := pipeline.Counts{}
		for _, customer := range w.ledger.customers {
			uncertain[customer.state]++
		}
		j := w.imports(t, lines, concurrency(c))
		if j.err != nil || j.counts[pipeline.Pending] != 0 ||
			j.counts[pipeline.Uncertain] > uncertain[pipeline.Uncertain]+uncertain[pipeline.Created] {
			t.Errorf("run again: %v, counts %v", j.err, j.counts)
		}
		again := w.imports(t, lines, concurrency(c))
		for _, r := range again.creates {
			if j.results[r.row-firstRow].State != pipeline.Rejected {
				t.Errorf("row %d was sent though it was %s", r.row, j.results[r.row-firstRow].State)
			}
		}
	})
}
