package importer_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// judgedAndRead are the rows of a plan of which nothing was sent: as the check judged them, and as a third pass over
// the book reads them, without what only the book has.
func judgedAndRead(t tester, plan *importer.Plan) (judged, read []importer.Result) {
	t.Helper()
	counts, err := plan.Judged(context.Background(), waiting, func(r importer.Result) error {
		judged = append(judged, r)
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	again, err := plan.Results(context.Background(), waiting, func(r importer.Result) error {
		r.Key, r.Name, r.Cells = "", "", nil
		read = append(read, r)
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	if diff := cmp.Diff(again, counts); diff != "" {
		t.Errorf("counts (-Results +Judged):\n%s", diff)
	}
	return judged, read
}

// TestJudged: the findings of a check are reported for each row as a report has them, in the book's order, whatever
// the ledger knows.
func TestJudged(t *testing.T) {
	rapidBubbles(t, func(t *rapid.T) {
		w := newWorld()
		w.provider.does = genBehaviour(t, "behaviour")
		w.imports(t, genLines(t, "earlier", 0))
		setup, _ := w.setup(&memoryBook{lines: genLines(t, "book", 0)})
		plan, err := importer.Check(context.Background(), setup)
		if err != nil {
			t.Fatal(err)
		}
		judged, read := judgedAndRead(t, plan)
		if diff := cmp.Diff(read, judged); diff != "" {
			t.Errorf("(-Results +Judged):\n%s", diff)
		}
	})
}

// TestJudgedOfSeveralRows: the rows of a customer are reported one by one, by their
// own numbers.
func TestJudgedOfSeveralRows(t *testing.T) {
	w := newWorld()
	w.ledger.start("run-1")
	book := &longBook{customers: []longCustomer{
		{person(1), []int{3, 4, 6}},
		{person(2).with(2, "!Bo"), []int{7, 9, 10}},
		{person(1), []int{13, 14}},
		{person(3), []int{15}},
		{person(4).with(2, "?Di"), []int{16, 20}},
	}}
	plan, err := importer.Check(t.Context(), importer.Setup{Provider: w.definition, Book: book, Checker: &longChecker{},
		Ledger: w.ledger, Records: w.ledger, Run: "run-1"})
	if err != nil {
		t.Fatal(err)
	}
	judged, read := judgedAndRead(t, plan)
	if diff := cmp.Diff(read, judged); diff != "" {
		t.Errorf("(-Results +Judged):\n%s", diff)
	}
	var rows []int
	for _, r := range judged {
		rows = append(rows, r.Row)
	}
	if want := []int{3, 4, 6, 7, 9, 10, 13, 14, 15, 16, 20}; !slices.Equal(rows, want) {
		t.Errorf("rows %d, want %d", rows, want)
	}
}

func TestJudgedStops(t *testing.T) {
	w := newWorld()
	setup, _ := w.setup(&memoryBook{lines: people(5)})
	plan, err := importer.Check(t.Context(), setup)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("no room")
	if _, err := plan.Judged(t.Context(), waiting, func(importer.Result) error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v, want that of the callback", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	told := 0
	_, err = plan.Judged(ctx, waiting, func(importer.Result) error {
		told++
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) || told != 1 {
		t.Errorf("error %v after %d rows, want that of the context after 1", err, told)
	}
}

// TestARowIsCheckedAsOftenAsNeeded: once to judge it, once more to send it, and never for the report.
func TestARowIsCheckedAsOftenAsNeeded(t *testing.T) {
	w := newWorld()
	lines := append(people(10), person(3), person(20).broken())
	j := w.imports(t, lines)
	if want := len(lines) + 10; j.counts[pipeline.Created] != 10 || j.checker.checks != want {
		t.Errorf("%d checks, want %d; counts %v", j.checker.checks, want, j.counts)
	}
	j = w.imports(t, lines)
	if want := len(lines); j.counts[pipeline.Known] != 10 || j.checker.checks != want {
		t.Errorf("of a known book %d checks, want %d; counts %v", j.checker.checks, want, j.counts)
	}
}

// TestARowThatIsJudgedAnewIsCheckedOnceMore: judging it again also checks it for being sent.
func TestJudgingAgainChecksAgain(t *testing.T) {
	bubble(t, "", func(t *testing.T) {
		w := worldOf(pipeline.SettleResend)
		w.provider.does = meets(silentBefore)
		w.imports(t, people(1), unsettled)
		time.Sleep(2 * time.Hour)
		w.taken(person(1))
		w.provider.does = nil
		j := w.imports(t, []line{person(1).with(0, "R1b")})
		if j.results[0].State != pipeline.Created || j.checker.checks != 2 {
			t.Errorf("%s after %d checks, want 2", j.results[0].State, j.checker.checks)
		}
	})
}
