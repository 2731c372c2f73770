package importer_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// knowing is a world in which an earlier run enrolled persons 1 to 5: 1 and 2 were created, 3 is existing under an
// ID, 4 is existing without one, and 5 was sent and never answered.
func knowing(t *testing.T) *world {
	w := newWorld()
	w.provider.has(person(3), person(4))
	w.definition.LookUps = []pipeline.LookUp{{Name: "by-reference", Key: "reference"}}
	w.provider.found = func(*pipeline.LookUp, string) ([]pipeline.Found, error) {
		return []pipeline.Found{{ID: "old-1", Values: map[string]string{"name": "trader  3"}}}, nil
	}
	w.imports(t, []line{person(1), person(2), person(3)})
	w.definition.LookUps = nil
	w.imports(t, []line{person(4)})
	w.provider.does = func(request) step { return silentAfter }
	w.imports(t, []line{person(5)})
	w.provider.does = nil
	return w
}

func TestWhichStateCounts(t *testing.T) {
	type want struct {
		state  pipeline.State
		id     string
		says   string // part of the message
		silent string // must not be part of it
	}
	const (
		created   = pipeline.Created
		known     = pipeline.Known
		existing  = pipeline.Existing
		invalid   = pipeline.Invalid
		duplicate = pipeline.Duplicate
		changed   = pipeline.Changed
		uncertain = pipeline.Uncertain
	)
	mixed := person(2).with(0, "R1") // its keys lead to persons 1 and 2
	cases := []struct {
		name   string
		strict func(l line) bool // today's schema
		lines  []line
		want   []want
	}{
		{"new is sent", nil, []line{person(9)}, []want{{state: created}}},
		{"equal is known", nil, []line{person(1)}, []want{{state: known, id: "c-3"}}},
		{"a key that only looks different is the same customer", nil, []line{person(1).with(1, "90001")},
			[]want{{state: changed, says: "tax"}}},
		{"known before today's schema", func(line) bool { return true }, []line{person(1)},
			[]want{{state: known, id: "c-3"}}},
		{"existing is known too", nil, []line{person(3)}, []want{{state: known, id: "old-1"}}},
		{"existing without an ID stays so", nil, []line{person(4)},
			[]want{{state: existing, says: "outcome.exists_without_id"}}},
		{"unsettled first", nil, []line{person(5)}, []want{{state: uncertain, says: "ask acme"}}},
		{"unsettled before today's schema", nil, []line{person(5).broken()},
			[]want{{state: uncertain, says: "ask acme"}}},
		{"unsettled before changed", nil, []line{person(5).with(3, "Pasto")}, []want{{state: uncertain}}},
		{"unsettled before two customers", nil, []line{person(5).with(0, "R1")}, []want{{state: uncertain}}},
		{"changed names the fields and the ID", nil, []line{person(1).with(3, "Pasto").with(2, "Else")},
			[]want{{state: changed, id: "c-3", says: "fields=[name city]", silent: "reference"}}},
		{"a field left out is changed", nil, []line{person(1).with(3, "")},
			[]want{{state: changed, id: "c-3", says: "city"}}},
		{"existing from other data is changed", nil, []line{person(3).with(3, "Pasto")},
			[]want{{state: changed, id: "old-1", says: "city"}}},
		{"existing without an ID from other data is changed", nil, []line{person(4).with(3, "Pasto")},
			[]want{{state: changed, says: "city"}}},
		{"invalid before changed", nil, []line{person(1).with(3, "Pasto").broken()},
			[]want{{state: invalid, says: "Name must not begin"}}},
		{"two customers", nil, []line{mixed},
			[]want{{state: changed,
				says: `first=(outcome.customer id="c-3") second=(outcome.customer id="c-4") key="tax number"`}}},
		{"invalid before two customers", nil, []line{mixed.broken()}, []want{{state: invalid}}},
		{"every problem is listed", nil, []line{person(9).with(0, "").broken()},
			[]want{{state: invalid, says: "(Ref. is empty) outcome.problem problem=(Name must not begin"}}},

		{"the first of two counts", nil, []line{person(9), person(9)},
			[]want{{state: created}, {state: duplicate,
				says: `outcome.duplicate_same_data row=3 key="reference"`}}},
		{"outcome.duplicate_other_data", nil, []line{person(9), person(9).with(3, "Pasto")},
			[]want{{state: created}, {state: duplicate, says: "outcome.duplicate_other_data"}}},
		{"by the other key", nil, []line{person(9), person(9).with(0, "R10")},
			[]want{{state: created}, {state: duplicate, says: `key="tax number"`}}},
		{"keys are compared normalised", nil, []line{person(9), person(9).with(0, "r9").with(1, "")},
			[]want{{state: created}, {state: duplicate, says: `key="reference"`}}},
		{"three, with another between", nil, []line{person(9), person(8), person(9), person(9)},
			[]want{{state: created}, {state: created}, {state: duplicate, says: "row=3"},
				{state: duplicate, says: "row=3"}}},
		{"an invalid one does not count, before", nil, []line{person(9).broken(), person(9)},
			[]want{{state: invalid, silent: "row"}, {state: created}}},
		{"an invalid one does not count, after", nil, []line{person(9), person(9).broken()},
			[]want{{state: created}, {state: invalid}}},
		{"invalid ones between", nil, []line{person(9).broken(), person(9), person(9).broken(), person(9)},
			[]want{{state: invalid}, {state: created}, {state: invalid}, {state: duplicate, says: "row=4"}}},
		{"all invalid", nil, []line{person(9).broken(), person(9).broken()},
			[]want{{state: invalid}, {state: invalid}}},
		{"the row equal to what was created counts", nil, []line{person(1).with(3, "Pasto"), person(1)},
			[]want{{state: duplicate, says: `outcome.duplicate_other_data row=4 key="reference"`},
				{state: known, id: "c-3"}}},
		{"it counts though today's schema refuses it", func(l line) bool { return l[3] == "Cali" },
			[]line{person(1).with(3, "Pasto"), person(1)},
			[]want{{state: duplicate, says: "row=4"}, {state: known, id: "c-3"}}},
		{"of two equal ones the first counts", nil, []line{person(1), person(1)},
			[]want{{state: known}, {state: duplicate, says: "row=3"}}},
		{"an equal one that does not count and breaks the schema", func(line) bool { return true },
			[]line{person(1), person(1)}, []want{{state: known}, {state: invalid, says: "Name"}}},
		{"all that gave way name the row that counts", nil,
			[]line{person(1).with(3, "Pasto"), person(1).with(3, "Tunja"), person(1)},
			[]want{{state: duplicate, says: "row=5"}, {state: duplicate, says: "row=5"}, {state: known}}},
		{"of two unsettled ones the first counts", nil, []line{person(5), person(5)},
			[]want{{state: uncertain}, {state: duplicate, says: "row=3"}}},
		{"of two unsettled ones that which keeps the schema counts", nil, []line{person(5).broken(), person(5)},
			[]want{{state: invalid}, {state: uncertain}}},
		{"of two changed ones the first counts", nil, []line{person(1).with(3, "Pasto"), person(1).with(3, "Tunja")},
			[]want{{state: changed}, {state: duplicate}}},
		{"a duplicate claims none of its other keys", nil, []line{person(9), person(9).with(0, "R10"),
			person(8).with(0, "R10")},
			[]want{{state: created}, {state: duplicate, says: `key="tax number"`}, {state: created}}},
		{"one that gave way by another key is named as it is", nil, []line{{"R1", "9-7777", "Trader", "Cali"},
			{"R20", "9-7777", "Trader", "Cali"}, person(1)},
			[]want{{state: duplicate, says: `row=5 key="reference"`},
				{state: duplicate, says: `(outcome.duplicate_other_data row=3 key="tax number") row=3 other=5`},
				{state: known}}},
		{"one that gave way claims none of its other keys", nil, []line{{"R1", "9-7777", "Trader", "Cali"}, person(1),
			{"R20", "9-7777", "Trader 20", "Cali"}},
			[]want{{state: duplicate, says: `row=4 key="reference"`}, {state: known}, {state: created}}},
		{"rows without one of the keys share nothing", nil, []line{person(8).with(1, ""), person(9).with(1, "")},
			[]want{{state: created}, {state: created}}},
		{"a key of which nothing is left is no key", nil, []line{person(8).with(1, "-"), person(9).with(1, "-")},
			[]want{{state: created}, {state: created}}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := knowing(t)
			w.strict = c.strict
			before := w.provider.calls()
			j := w.imports(t, c.lines)
			if j.err != nil {
				t.Fatal(j.err)
			}
			sent := 0
			for i, want := range c.want {
				got := j.results[i]
				if got.State != want.state || want.id != "" && got.CustomerID != want.id ||
					!strings.Contains(got.Message.String(), want.says) ||
					want.silent != "" && strings.Contains(got.Message.String(), want.silent) {
					t.Errorf("row %d is %s %s: %q; want %+v", got.Row, got.State, got.CustomerID, got.Message, want)
				}
				if want.state == created {
					sent++
				}
			}
			if got := w.provider.calls() - before; got != sent {
				t.Errorf("%d requests, want %d", got, sent)
			}
			// A duplicate that was not promoted stays one, as the plan said.
			delete(j.counts, created)
			delete(j.checked, pipeline.Pending)
			if diff := cmp.Diff(j.checked, j.counts); diff != "" {
				t.Errorf("plan and results (-plan +results):\n%s", diff)
			}
		})
	}
}

func TestADuplicateIsNotPromoted(t *testing.T) {
	w := newWorld()
	w.provider.does = func(r request) step {
		if r.row == firstRow {
			return refuses
		}
		return accepts
	}
	lines := []line{person(1), person(1).with(3, "Pasto"), person(2)}
	j := w.imports(t, lines)
	want := []pipeline.State{pipeline.Rejected, pipeline.Duplicate, pipeline.Created}
	if diff := cmp.Diff(want, j.states()); diff != "" {
		t.Fatal(diff)
	}
	// A refusal leaves no claim: the next run judges the row again.
	w.provider.does = nil
	j = w.imports(t, lines)
	want = []pipeline.State{pipeline.Created, pipeline.Duplicate, pipeline.Known}
	if diff := cmp.Diff(want, j.states()); diff != "" {
		t.Fatal(diff)
	}
}

// The result must not depend on where batches of rows, keys and outcomes end.
func TestDuplicatesAcrossBatches(t *testing.T) {
	w := newWorld()
	lines := append(people(1100), people(1100)...)
	for i := range 1100 {
		if i%3 == 0 {
			lines[i] = lines[i].broken()
		}
	}
	j := w.imports(t, lines, concurrency(8))
	want := pipeline.Counts{pipeline.Created: 1100, pipeline.Invalid: 367, pipeline.Duplicate: 733}
	if diff := cmp.Diff(want, j.counts); diff != "" {
		t.Fatal(diff)
	}
	for i, r := range j.results[:1100] {
		if want := map[bool]pipeline.State{true: pipeline.Invalid, false: pipeline.Created}[i%3 == 0]; r.State != want {
			t.Fatalf("row %d is %s, want %s", r.Row, r.State, want)
		}
	}
	j = w.imports(t, lines, concurrency(8))
	if want[pipeline.Known], want[pipeline.Created] = 1100, 0; len(j.creates) != 0 || j.counts[pipeline.Known] != 1100 {
		t.Fatalf("the second run sent %d, counts %v", len(j.creates), j.counts)
	}
}

func TestResultsShowWhoTheRowIs(t *testing.T) {
	w := newWorld()
	j := w.imports(t, []line{person(1), person(2).with(0, ""), person(3).with(0, "").with(1, "")})
	var got []string
	for _, r := range j.results {
		got = append(got, r.Key+"|"+r.Name+"|"+strings.Join(r.Cells, ","))
	}
	want := []string{"R1|Trader 1|R1,9-0001,Trader 1,Cali", "****0002|Trader 2|,9-0002,Trader 2,Cali",
		"|Trader 3|,,Trader 3,Cali"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

// A report is only written from the book that was checked.
func TestResultsRefuseAnotherBook(t *testing.T) {
	for name, alter := range map[string]func(lines []line) []line{
		"a changed cell":          func(l []line) []line { l[3][3] = "Pasto"; return l },
		"one row fewer":           func(l []line) []line { return l[:len(l)-1] },
		"one row more":            func(l []line) []line { return append(l, person(99)) },
		"a row moved to the next": func(l []line) []line { l[1], l[2] = l[2], l[1]; return l },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			b := &memoryBook{lines: people(6), reads: func(pass int, lines []line) []line {
				if pass < 3 {
					return lines
				}
				return alter(lines)
			}}
			setup, checker := w.setup(b)
			plan, err := importer.Check(t.Context(), setup)
			if err != nil {
				t.Fatal(err)
			}
			// Rows without an outcome must be noticed too.
			j := &journey{run: setup.Run, plan: plan, checker: checker}
			w.send(t.Context(), t, j, limit(2))
			counts, err := plan.Results(t.Context(), waiting, func(importer.Result) error { return nil })
			var halt *importer.Halt
			if !errors.As(err, &halt) || halt.Reason != importer.HaltBook || counts != nil {
				t.Errorf("counts %v, error %v; want a halt of the book", counts, err)
			}
		})
	}
}

func TestCheckGivesUpWithTheBook(t *testing.T) {
	unreadable := errors.New("row 9: not a spreadsheet any more")
	w := newWorld()
	b := &memoryBook{lines: people(20), fails: func(_, index int) error {
		if index == 6 {
			return unreadable
		}
		return nil
	}}
	setup, _ := w.setup(b)
	if _, err := importer.Check(t.Context(), setup); !errors.Is(err, unreadable) {
		t.Errorf("error %v, want that of the book", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	setup, _ = w.setup(&memoryBook{lines: people(20)})
	if _, err := importer.Check(ctx, setup); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestEmptyBook(t *testing.T) {
	w := newWorld()
	j := w.imports(t, nil)
	if j.err != nil || len(j.results) != 0 || j.plan.Ready != 0 {
		t.Errorf("error %v, %d results, %d ready", j.err, len(j.results), j.plan.Ready)
	}
}

// Of rows that share keys, whatever their order and whatever is between them, no two with a common key are sent.
func TestNoTwoOfAKeyAreSent(t *testing.T) {
	rnd := seeded(5)
	for range 200 {
		var lines []line
		for range 2 + rnd.IntN(9) {
			l := person(1+rnd.IntN(4)).with(0, person(1 + rnd.IntN(4))[0])
			if rnd.IntN(4) == 0 {
				l = l.broken()
			}
			lines = append(lines, l)
		}
		w := newWorld()
		j := w.imports(t, lines, concurrency(1+rnd.IntN(3)))
		if t.Failed() {
			t.Fatalf("%v: %v", lines, j.states())
		}
		// Every key of a valid row is enrolled, or the row says why not.
		for i, r := range j.results {
			if r.State == pipeline.Duplicate && !slices.ContainsFunc(j.results, func(o importer.Result) bool {
				return o.State == pipeline.Created && sharesKey(lines[i], lines[o.Row-firstRow],
					[]int{keyReference, keyTax})
			}) {
				t.Errorf("row %d is a duplicate, and no row with one of its keys was sent: %v %v", r.Row,
					lines, j.states())
			}
		}
	}
}
