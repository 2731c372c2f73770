package main

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"muster/cmd/muster/internal/enrol"
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
	f.registerAnnotated(c)
	registerReportPassword(c, &f)
	c.Flags().BoolVar(&f.noFix, "no-fix", false, noFixHelp)
	c.Flags().BoolVar(&f.quiet, "quiet", false, "say nothing but the result and errors")
	c.Flags().BoolVar(&f.json, "json", false, "print the result as JSON lines")
	return c
}

func (p *program) checkBooks(f importFlags, books []string) error {
	if len(books) > 1 && len(f.reports) > 0 {
		return pipeline.Mistakef("--report names one file, and there are %d books", len(books)).Try("check them one by one")
	}
	if len(books) > 1 && f.annotated != "" {
		return pipeline.Mistakef("--annotated names one file, and there are %d books", len(books)).Try("check them one by one")
	}
	if err := f.readReportPassword(true); err != nil {
		return err
	}
	if err := p.providerOfResults(context.Background(), &f.book, books); err != nil {
		return err
	}
	def, err := definition(f.book.provider)
	if err != nil {
		return err
	}
	t, err := f.target.resolve(def.Provider())
	if err != nil {
		return err
	}
	stops := p.interrupts()
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
	return p.eachBook(books, stops, func(path string) (int, error) {
		r := &importRun{program: p, flags: f, def: def, target: t, stops: stops, checking: true, seen: p.shown(f)}
		return r.checkBook(ctx, path)
	})
}

// checkRecords knows what a ledger knows, and keeps outcomes in memory: a
// check leaves no trace.
type checkRecords struct {
	*ledger.Space
	// claims are what the ledger has of the customers that were met, for a
	// report to show; nil when none is written.
	claims   map[int64]pipeline.Outcome
	outcomes []pipeline.Outcome
}

func (r *checkRecords) Find(ctx context.Context, tags []pipeline.Tag) ([]*pipeline.Claim, error) {
	claims, err := r.Space.Find(ctx, tags)
	for _, c := range claims {
		if c != nil && r.claims != nil {
			r.claims[c.Ref] = c.Outcome
		}
	}
	return claims, err
}

// Join has nothing to keep: the book is at hand.
func (r *checkRecords) Join(context.Context, string, []pipeline.Member) error { return nil }

func (r *checkRecords) Record(_ context.Context, _ string, outcomes []pipeline.Outcome) error {
	r.outcomes = append(r.outcomes, outcomes...)
	return nil
}

// Outcomes are those that were recorded, by row, with what the ledger has of
// their customers.
func (r *checkRecords) Outcomes(context.Context, string) iter.Seq2[pipeline.Outcome, error] {
	slices.SortFunc(r.outcomes, func(a, b pipeline.Outcome) int { return a.Row - b.Row })
	return func(yield func(pipeline.Outcome, error) bool) {
		for _, o := range r.outcomes {
			if c, ok := r.claims[o.Ref]; ok && o.State != pipeline.Uncertain {
				o.CustomerID, o.ProviderStatus, o.ProviderCreatedAt, o.Related, o.Run, o.At = c.CustomerID, c.ProviderStatus, c.ProviderCreatedAt, c.Related, c.Run, c.At
			}
			if !yield(o, nil) {
				return
			}
		}
	}
}

func (r *importRun) checkBook(ctx context.Context, path string) (code int, err error) {
	r.run.ID = r.newRunID()
	b, err := r.flags.book.open(ctx, r.def, path)
	if err != nil {
		return 0, err
	}
	defer b.Close()
	if done, err := r.nothingToMend(b); done {
		return exitOK, err
	}
	if err := r.refuseOverwriting(b); err != nil {
		return 0, err
	}
	if len(r.flags.reports) > 0 {
		if err := r.probeReports(b.bookName()); err != nil {
			return 0, err
		}
	}
	if err := r.probeAnnotated(b); err != nil {
		return 0, err
	}
	provider := r.def.Provider()
	known, err := r.knownLedger(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	space, err := known.Space(ctx, r.target.Namespace, provider)
	if err != nil {
		return 0, err
	}
	r.run = r.newRun(b, r.target.BaseURL, pipeline.Tag{})
	r.noteOrigin(b)
	for _, s := range b.found() {
		r.note("%s", s)
	}
	records := &checkRecords{Space: space}
	if len(r.flags.reports) > 0 || r.flags.annotated != "" {
		records.claims = map[int64]pipeline.Outcome{}
	}
	plan, err := importer.Check(ctx, importer.Setup{Provider: provider, Book: b, Checker: b.check, Ledger: records, Records: records, Run: r.run.ID, Spell: b.spell})
	if err != nil {
		return 0, err
	}
	for _, s := range []string{b.Trimmed(), b.Hidden()} {
		if s != "" {
			r.note("%s", s)
		}
	}
	r.noteExamples(b)
	const waiting = "ready: import would send it"
	shown := 0
	written := len(r.flags.reports) > 0 || r.flags.annotated != ""
	from := plan.Judged // what is printed holds no cell of the book
	if written {
		from = plan.Results
	}
	results := func(each func(importer.Result) error) (pipeline.Counts, error) {
		return from(ctx, waiting, func(res importer.Result) error {
			shown = r.showProblems(res, shown)
			return each(res)
		})
	}
	var paths []string
	var total tally
	if written {
		r.run.Finished = r.now()
		paths, total, err = r.report(ctx, b, results, reportFlags{paths: r.flags.reports, named: true, book: b.Name(), waiting: waiting, notes: r.notes, ledger: keptAt(known), space: space, check: true}, &r.run)
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
	ending := enrol.Ending{Run: r.run, Tally: total.ending(), Reports: paths}
	code = endingCode(ending)
	r.seen.See(enrol.Finished{Ending: ending})
	return code, r.summarise(summary{run: r.run, target: r.target, tally: total, reports: paths, code: code, json: r.flags.json, check: true})
}

// showProblems prints what is wrong with a row, cell by cell.
func (r *importRun) showProblems(res importer.Result, shown int) int {
	if r.flags.json {
		r.seen.See(enrol.RowEnded{Run: r.run.ID, Result: res, Waiting: res.State == pipeline.Pending})
		return shown
	}
	line := reportLine(res, nil)
	for _, p := range line.Problems {
		if shown++; shown > checkShown {
			continue
		}
		where := strings.Join(strings.Fields(p.Column), " ") + " " // one line a problem, whatever the header has
		if p.Cell != "" {
			where += "(" + p.Cell + ") "
		}
		if p.Cell != "" && strings.HasPrefix(p.Message, p.Cell+" ") {
			where = "" // the message names its cell
		}
		fmt.Fprintf(r.stdout, "row %d: %s%s\n", res.Row, where, p.Message)
	}
	if len(line.Problems) == 0 && !toldElsewhere(res) && (res.State.NeedsFix() || res.State == pipeline.Uncertain) {
		if shown++; shown <= checkShown {
			fmt.Fprintf(r.stdout, "row %d: %s: %s\n", res.Row, res.State, res.Message)
		}
	}
	return shown
}

// knownLedger opens the ledger to look into, where there is one; else what is
// known is nothing.
func (r *importRun) knownLedger(ctx context.Context) (*ledger.Ledger, error) {
	path := r.flags.ledger.path
	if path == "" && !r.target.Namespace.Rehearsal() {
		path = r.getenv("MUSTER_LEDGER")
	}
	if path == "" {
		return ledger.InMemory(ctx)
	}
	l, err := ledger.Open(ctx, path, ledger.Options{ReadOnly: true, Now: r.now})
	if errors.Is(err, ledger.ErrNone) {
		r.tell("ledger " + path + ": there is none yet, so nothing is known")
		return ledger.InMemory(ctx)
	}
	return l, err
}
