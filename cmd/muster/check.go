package main

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/spf13/cobra"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// checkShown is how many problems are printed; a report holds all.
const checkShown = 100

func (p *program) checkCommand() *cobra.Command {
	var f importFlags
	c := &cobra.Command{
		Use:   "check BOOK... --provider NAME|DIR",
		Short: "Say what import would do with every row, and send nothing",
		Long: `check reads a book as import would and says what is wrong with it, cell by
cell. It sends nothing, takes no lock and makes no ledger; with --ledger (or
MUSTER_LEDGER) it says what is known already.

EXIT STATUS
  0  nothing to fix
  2  flags, mapping, definition, ledger or book cannot be used
  3  some rows are invalid, duplicate or changed
  4  some rows are uncertain`,
		Example: "  muster check merchants.xlsx --provider passport --report problems.xlsx",
		Args:    someBooks,
		RunE:    func(_ *cobra.Command, books []string) error { return p.checkBooks(f, books) },
	}
	f.book.register(c)
	f.target.register(c)
	c.Flags().StringVar(&f.ledger.path, "ledger", "", "the ledger to compare with (default: MUSTER_LEDGER, where it is not a rehearsal)")
	c.Flags().StringArrayVar(&f.reports, "report", nil, "write the result for every row: .xlsx, .csv or .jsonl; may be given several times")
	c.Flags().BoolVar(&f.quiet, "quiet", false, "say nothing but the result and errors")
	c.Flags().BoolVar(&f.json, "json", false, "print the result as JSON lines")
	return c
}

func (p *program) checkBooks(f importFlags, books []string) error {
	if len(books) > 1 && len(f.reports) > 0 {
		return usage("check them one by one", "--report names one file, and there are %d books", len(books))
	}
	def, err := definition(f.book.provider)
	if err != nil {
		return err
	}
	t, err := f.target.resolve(def.Provider())
	if err != nil {
		return err
	}
	stops := p.interrupts("stopping")
	defer stops.release()
	// Nothing is in flight that would have to settle.
	ctx, cancel := context.WithCancel(stops.ctx)
	defer cancel()
	go func() {
		select {
		case <-stops.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	code := exitOK
	for _, path := range books {
		r := &importRun{program: p, flags: f, def: def, target: t, stops: stops}
		got, err := r.checkBook(ctx, path)
		if err != nil {
			got = p.fail(err)
		}
		code = graver(code, got)
		if stops.stopped() {
			break
		}
	}
	if code == exitOK {
		return nil
	}
	return exitError(code)
}

// checkRecords knows what a ledger knows, and keeps outcomes somewhere else:
// a check leaves no trace.
type checkRecords struct {
	*ledger.Space
	scratch ledgerRecords
}

func (r checkRecords) Record(ctx context.Context, run string, outcomes []pipeline.Outcome) error {
	// References are those of the ledger that was looked into.
	own := make([]pipeline.Outcome, len(outcomes))
	for i, o := range outcomes {
		o.Ref = 0
		own[i] = o
	}
	return r.scratch.Record(ctx, run, own)
}

func (r checkRecords) Outcomes(ctx context.Context, run string) iter.Seq2[pipeline.Outcome, error] {
	return r.scratch.Outcomes(ctx, run)
}

func (r *importRun) checkBook(ctx context.Context, path string) (code int, err error) {
	b, err := r.flags.book.open(ctx, r.def, path)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	if err := r.refuseOverwriting(path); err != nil {
		return 0, err
	}
	if len(r.flags.reports) > 0 {
		if err := r.probeReports(path); err != nil {
			return 0, err
		}
	}
	provider := r.def.Provider()
	scratch, err := ledger.InMemory(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, scratch.Close()) }()
	own, err := scratch.Space(ctx, r.target.namespace, provider)
	if err != nil {
		return 0, err
	}
	known, closeKnown, err := r.knownLedger(ctx, own)
	if err != nil {
		return 0, err
	}
	defer closeKnown()
	r.run = r.newRun(b, r.target.baseURL, pipeline.Tag{})
	if err := scratch.StartRun(ctx, r.run); err != nil {
		return 0, err
	}
	if s := b.ignored(); s != "" {
		r.note("%s", s)
	}
	records := checkRecords{known, ledgerRecords{scratch, own}}
	plan, err := importer.Check(ctx, importer.Setup{Provider: provider, Book: b, Checker: b.check, Ledger: known, Records: records, Run: r.run.ID})
	if err != nil {
		return 0, err
	}
	const waiting = "ready: import would send it"
	shown := 0
	results := func(each func(importer.Result) error) (pipeline.Counts, error) {
		return plan.Results(ctx, waiting, func(res importer.Result) error {
			shown = r.showProblems(res, shown)
			return each(res)
		})
	}
	var paths []string
	var total tally
	if len(r.flags.reports) > 0 {
		r.run.Finished = r.now()
		paths, total, err = r.report(b, results, reportFlags{paths: r.flags.reports, book: b.Name(), waiting: waiting, notes: r.notes}, &r.run)
	} else {
		total.counts, err = results(func(res importer.Result) error {
			total.add(res, waiting)
			return nil
		})
	}
	if err != nil {
		return 0, err
	}
	if shown > checkShown && !r.flags.json {
		fmt.Fprintf(r.stdout, "... and %s; --report FILE.xlsx has all\n", count(shown-checkShown, "more problem"))
	}
	code = finishedCode(total, 0)
	return code, r.summarise(summary{run: r.run, target: r.target, tally: total, reports: paths, code: code, json: r.flags.json, check: true})
}

// showProblems prints what is wrong with a row, cell by cell.
func (r *importRun) showProblems(res importer.Result, shown int) int {
	if r.flags.json {
		if res.State != pipeline.Pending && res.State != pipeline.Known {
			var problems []map[string]any
			for _, p := range reportLine(res, nil).Problems {
				problems = append(problems, map[string]any{"column": p.Column, "cell": p.Cell, "code": p.Code, "message": p.Message})
			}
			r.event(map[string]any{"type": "row", "row": res.Row, "state": res.State, "message": res.Message, "problems": problems})
		}
		return shown
	}
	line := reportLine(res, nil)
	for _, p := range line.Problems {
		if shown++; shown > checkShown {
			continue
		}
		where := p.Column
		if p.Cell != "" {
			where += " (" + p.Cell + ")"
		}
		fmt.Fprintf(r.stdout, "row %d: %s %s\n", res.Row, where, p.Message)
	}
	if len(line.Problems) == 0 && (res.State.NeedsFix() || res.State == pipeline.Uncertain) {
		if shown++; shown <= checkShown {
			fmt.Fprintf(r.stdout, "row %d: %s: %s\n", res.Row, res.State, res.Message)
		}
	}
	return shown
}

// knownLedger opens the ledger to look into, where there is one; else what is
// known is nothing.
func (r *importRun) knownLedger(ctx context.Context, nothing *ledger.Space) (*ledger.Space, func(), error) {
	path := r.flags.ledger.path
	if path == "" && !r.target.namespace.Rehearsal() {
		path = r.getenv("MUSTER_LEDGER")
	}
	if path == "" {
		return nothing, func() {}, nil
	}
	l, err := ledger.Open(ctx, path, ledger.Options{ReadOnly: true, Now: r.now})
	if errors.Is(err, ledger.ErrNone) {
		r.tell("ledger " + path + ": there is none yet, so nothing is known")
		return nothing, func() {}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	space, err := l.Space(ctx, r.target.namespace, r.def.Provider())
	if err != nil {
		return nil, nil, errors.Join(err, l.Close())
	}
	return space, func() { _ = l.Close() }, nil // it was only read
}
