package importer_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"time"

	"muster/pipeline"
	"muster/pipeline/importer"
)

// tester is the common part of testing.T and rapid.T.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

const (
	keyReference = iota
	keyTax
)

// acme is a made-up provider with two keys and no look-up.
func acme() *pipeline.Provider {
	return &pipeline.Provider{
		Name:   "acme",
		Fields: []pipeline.Field{{Path: "reference"}, {Path: "tax", Secret: true}, {Path: "name"}, {Path: "city"}},
		Keys: []pipeline.Key{
			keyReference: {Name: "reference", Label: pipeline.Localized{"": "reference"}, Field: "reference",
				Normalise: []pipeline.Normaliser{pipeline.Lower}},
			keyTax: {Name: "tax", Label: pipeline.Localized{"": "tax number"}, Field: "tax",
				Normalise: []pipeline.Normaliser{pipeline.Digits}, Secret: true},
		},
		Same: []pipeline.Same{
			{Field: "name", Normalise: []pipeline.Normaliser{pipeline.Lower, pipeline.Collapse}},
			{Field: "city", IfThere: true},
		},
		Settle: pipeline.Settle{By: pipeline.SettleNone, Advice: pipeline.Localized{"": "ask acme"}},
	}
}

// What acme has, for those who only read it: it is compared with thousands of times.
var acmeKeys, acmeFields = acme().Keys, acme().Fields

var columns = []pipeline.Column{{Index: 0, Name: "Ref."}, {Index: 1, Name: "Tax No"}, {Index: 2, Name: "Name"},
	{Index: 3, Name: "City"}}

// line is a row of the made-up book: reference, tax number, name, city.
type line [4]string

// person is the line of customer n.
func person(n int) line {
	return line{fmt.Sprintf("R%d", n), fmt.Sprintf("9-%04d", n), fmt.Sprintf("Trader %d", n), "Cali"}
}

func people(n int) []line {
	lines := make([]line, n)
	for i := range lines {
		lines[i] = person(i + 1)
	}
	return lines
}

// broken is l with an invalid name.
func (l line) broken() line { return l.with(2, "?"+l[2]) }

func (l line) with(column int, value string) line {
	l[column] = value
	return l
}

// world is a ledger and a provider that outlive the runs made in it.
type world struct {
	definition *pipeline.Provider
	ledger     *memoryLedger
	provider   *fakeProvider
	strict     func(l line) bool
	shape      func(l line) string   // of a line's body; nil: one shape only
	denied     map[pipeline.Tag]bool // see [importer.Setup.Denied]; nil: as in the ledger
	fixed      fixedLines
	runs       int
	patience   time.Duration // for each step of a run
}

func newWorld() *world {
	l := newMemoryLedger()
	return &world{definition: acme(), ledger: l, provider: newFakeProvider(l), patience: time.Hour}
}

// journey is one run: its input and its results.
type journey struct {
	run      string
	book     *memoryBook
	checker  *cellChecker
	plan     *importer.Plan
	checked  pipeline.Counts // of the plan
	err      error           // of Send
	halt     *importer.Halt
	results  []importer.Result
	counts   pipeline.Counts
	progress []importer.Progress
	lost     []pipeline.Outcome
	notes    []*pipeline.Message
	creates  []request // made in this run
}

var waiting = pipeline.Say("waits")

type option func(*importer.Sending)

func concurrency(n int) option { return func(s *importer.Sending) { s.Concurrency = n } }
func limit(n int) option       { return func(s *importer.Sending) { s.Limit = n } }
func stopAt(c <-chan struct{}) option {
	return func(s *importer.Sending) { s.Stop = c }
}
func maxRejected(m importer.MaxRejected) option {
	return func(s *importer.Sending) { s.MaxRejected = m }
}

func (w *world) setup(b *memoryBook) (importer.Setup, *cellChecker) {
	w.runs++
	run := fmt.Sprintf("run-%d", w.runs)
	w.ledger.start(run)
	denied := w.denied
	if denied == nil {
		denied = w.ledger.denied()
	}
	c := &cellChecker{strict: w.strict, shape: w.shape}
	return importer.Setup{Provider: w.definition, Book: b, Checker: c, Ledger: w.ledger, Records: w.ledger, Run: run,
		Denied: denied, Refusals: w.ledger, Fixed: w.fixed, Signatures: true}, c
}

// imports runs lines through check, send and results, and checks the promises that every run must keep.
func (w *world) imports(t tester, lines []line, options ...option) *journey {
	t.Helper()
	return w.importsBook(context.Background(), t, &memoryBook{lines: lines}, options...)
}

func (w *world) importsBook(ctx context.Context, t tester, b *memoryBook, options ...option) *journey {
	t.Helper()
	setup, checker := w.setup(b)
	j := &journey{run: setup.Run, book: b, checker: checker}
	w.provider.watched = len(w.provider.requests())
	within(t, w.patience, "check", func() {
		plan, err := importer.Check(context.Background(), setup)
		if err != nil {
			t.Errorf("check: %v", err)
			return
		}
		j.plan, j.checked = plan, maps.Clone(plan.Counts)
	})
	if j.plan == nil {
		t.Fatalf("no plan")
	}
	w.send(ctx, t, j, options...)
	within(t, w.patience, "results", func() { j.readResults(t, w) })
	w.hold(t, j)
	return j
}

func (w *world) send(ctx context.Context, t tester, j *journey, options ...option) {
	t.Helper()
	how := importer.Sending{Ledger: w.ledger, Sender: w.provider, Concurrency: 3, Now: time.Now,
		Random: func() float64 { return 0 }, Progress: func(p importer.Progress) {
			if done := w.ledger.settledIn(j.run); p.Settled > done {
				w.ledger.broken("%d outcomes were reported and %d are on disk", p.Settled, done)
			}
			p.Counts = maps.Clone(p.Counts)
			j.progress = append(j.progress, p)
		},
		Lost:   func(o pipeline.Outcome) { j.lost = append(j.lost, o) },
		Sealed: w.ledger.Sealed,
		Note:   func(m *pipeline.Message) { j.notes = append(j.notes, m) },
	}
	for _, o := range options {
		o(&how)
	}
	w.provider.right, w.ledger.right = nil, nil
	if r, there := how.Right.(*fakeRight); there {
		w.provider.right, w.ledger.right = r, r
	}
	w.ledger.mostAllowed = 2 * how.Concurrency
	w.provider.mostAllowed = how.Concurrency
	if w.provider.calls() != w.provider.watched {
		t.Errorf("something was sent before the book was checked")
	}
	within(t, w.patience, "send", func() { j.err = j.plan.Send(ctx, how) })
	if j.err != nil && !errors.As(j.err, &j.halt) {
		t.Errorf("Send ended with something other than a halt: %v", j.err)
	}
	j.creates = w.provider.requests()[w.provider.watched:]
}

func (j *journey) readResults(t tester, w *world) {
	t.Helper()
	counts, err := j.plan.Results(context.Background(), waiting, func(r importer.Result) error {
		r.Cells = slices.Clone(r.Cells)
		j.results = append(j.results, r)
		return nil
	})
	if err != nil && (j.halt == nil || j.halt.Reason != importer.HaltBook) {
		t.Errorf("results: %v", err)
	}
	j.counts = counts
}

// hold checks the promises that every run must keep.
func (w *world) hold(t tester, j *journey) {
	t.Helper()
	for _, s := range w.ledger.faults() {
		t.Errorf("ledger: %s", s)
	}
	for _, s := range w.provider.faults() {
		t.Errorf("provider: %s", s)
	}
	if j.checker.shared.Load() {
		t.Errorf("two used the checker at once")
	}
	if j.halt != nil && j.halt.Reason == importer.HaltBook {
		return // the book changed, so that its rows are not those of the results
	}
	rows := len(j.book.lines)
	if len(j.results) != rows || j.counts.Total() != rows || j.checked.Total() != rows {
		t.Fatalf("%d rows, %d results, counts %v, checked %v", rows, len(j.results), j.counts, j.checked)
	}
	counted := pipeline.Counts{}
	for i, r := range j.results {
		if r.Row != firstRow+i {
			t.Errorf("result %d is of row %d, want %d", i, r.Row, firstRow+i)
		}
		if !slices.Contains(pipeline.States(), r.State) {
			t.Errorf("row %d is %q", r.Row, r.State)
		}
		if r.State != pipeline.Created && r.State != pipeline.Known && r.Message == nil {
			t.Errorf("row %d is %s and does not say why", r.Row, r.State)
		}
		counted[r.State]++
		w.holdID(t, r, j.book.lines[i])
	}
	waits := j.plan.Counts[pipeline.Uncertain] > 0 // for earlier runs: such a row may be judged anew
	if reached := j.plan.Reached(); !waits && !sameCounts(reached, j.counts) {
		t.Errorf("reached %v, the results are %v", reached, j.counts)
	}
	if !maps.Equal(counted, j.counts) {
		t.Errorf("counts %v, the results are %v", j.counts, counted)
	}
	settled, ready := 0, rows
	for _, p := range j.progress {
		if settled++; p.Ready < ready && p.Settled == settled-1 {
			settled-- // fewer rows are left to try
		}
		if ready = p.Ready; p.Settled != settled || p.Counts.Total() != settled {
			t.Errorf("progress %d says %d settled, counts %v", settled, p.Settled, p.Counts)
		}
	}
	if !w.ledger.failing() && !w.ledger.isCrashed() {
		if n := w.ledger.openIntents(); n != 0 {
			t.Errorf("%d intents were left open", n)
		}
		if len(j.lost) != 0 {
			t.Errorf("%d outcomes are said to be lost", len(j.lost))
		}
	}
}

// holdID checks that the row has no other customer's ID (promise 5).
func (w *world) holdID(t tester, r importer.Result, l line) {
	t.Helper()
	switch r.State {
	case pipeline.Created, pipeline.Known:
		if r.CustomerID == "" {
			t.Errorf("row %d is %s and has no ID", r.Row, r.State)
		}
	case pipeline.Existing, pipeline.Changed:
	default:
		if r.CustomerID != "" {
			t.Errorf("row %d is %s and bears the ID %s", r.Row, r.State, r.CustomerID)
		}
	}
	if r.Message != nil && r.Message.Code == "outcome.fixed" {
		return // the row has the customer of its fixed copy
	}
	if r.State == pipeline.Created || r.State == pipeline.Known || r.State == pipeline.Existing && r.CustomerID != "" {
		if rec := w.provider.byID(r.CustomerID); rec == nil || !strings.EqualFold(rec.line[2], l[2]) {
			t.Errorf("row %d is %s as %s, which is not its customer", r.Row, r.State, r.CustomerID)
		}
	}
}

// states are the states of the results, in the book's order.
func (j *journey) states() []pipeline.State {
	states := make([]pipeline.State, len(j.results))
	for i, r := range j.results {
		states[i] = r.State
	}
	return states
}

func (j *journey) reason() importer.HaltReason {
	if j.halt == nil {
		return ""
	}
	return j.halt.Reason
}

// sentRows are the rows of the run's requests, in the order of the requests.
func (j *journey) sentRows() []int {
	var rows []int
	for _, r := range j.creates {
		rows = append(rows, r.row)
	}
	return rows
}

// within fails the test when f does not return in time.
func within(t tester, patience time.Duration, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		stacks := make([]byte, 1<<16)
		t.Fatalf("%s does not return\n%s", what, stacks[:runtime.Stack(stacks, true)])
	}
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 17)) }
