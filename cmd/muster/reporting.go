package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/reports"
)

// reportFlags say what is written where.
type reportFlags struct {
	paths   []string // nil: the default name
	folder  string   // of the default name; "" is the working directory
	named   bool     // no report of the default name is wanted
	book    string
	waiting string // the message of rows that no outcome was recorded for
	notes   []string
	pace    string
	// ledger is where the run is kept, "" for nowhere; space is what it knows,
	// nil for nothing.
	ledger string
	space  requestReader
	check  bool
}

// manyReports writes the same lines to several reports.
type manyReports []reports.Writer

func (m manyReports) Line(l reports.Line) error {
	for _, w := range m {
		if err := w.Line(l); err != nil {
			return err
		}
	}
	return nil
}

func (m manyReports) Close(t reports.Tail) error {
	var errs []error
	for _, w := range m {
		errs = append(errs, w.Close(t))
	}
	return errors.Join(errs...)
}

func (m manyReports) Abort() {
	for _, w := range m {
		w.Abort()
	}
}

func (m manyReports) Path() string {
	var paths []string
	for _, w := range m {
		paths = append(paths, w.Path())
	}
	return strings.Join(paths, ", ")
}

func openReports(f reportFlags, head reports.Head) (manyReports, error) {
	if len(f.paths) == 0 && !f.named {
		w, err := reports.CreateNew(filepath.Join(f.folder, reports.DefaultPath(f.book, head.Run.ID)), head)
		if err != nil {
			return nil, err
		}
		return manyReports{w}, nil
	}
	var m manyReports
	for _, path := range f.paths {
		w, err := reports.Create(path, head)
		if err != nil {
			m.Abort()
			return nil, err
		}
		m = append(m, w)
	}
	return m, nil
}

// report goes through the results once, counts them, and writes them to all
// reports; run is given its counts before the reports are closed.
func (r *importRun) report(ctx context.Context, b *openBook, results func(each func(importer.Result) error) (pipeline.Counts, error), f reportFlags, run *pipeline.Run) ([]string, tally, error) {
	head := r.head(b, *run)
	head.Ledger, head.Check, head.Compared, head.Password = f.ledger, f.check, f.ledger != "" && !f.check, r.flags.password
	head.PasswordFile = r.flags.passwordFile
	var total tally
	out, err := openReports(f, head)
	if err != nil {
		return nil, total, err
	}
	annotated, err := r.annotatedCopy(b)
	if err != nil {
		out.Abort()
		return nil, total, err
	}
	if annotated != nil {
		out = append(out, annotated)
	}
	defer out.Abort()
	counts, err := results(func(res importer.Result) error {
		total.add(res, f.waiting)
		line := reportLine(res, b.carry)
		if err := r.addRequest(ctx, f.space, &line); err != nil {
			return err
		}
		return out.Line(line)
	})
	if err != nil {
		return nil, total, err
	}
	total.counts, run.Counts = counts, counts
	if err := out.Close(reports.Tail{Finished: run.Finished, Counts: counts, Customers: b.fewer(total.customers), Halt: run.Halt, Notes: f.notes, Pace: f.pace, Unanswered: r.elsewhere(ctx, f.space)}); err != nil {
		return nil, total, err
	}
	var paths []string
	for _, w := range out {
		paths = append(paths, w.Path())
	}
	r.tellFix(head.Origin, total.mend, paths)
	return paths, total, nil
}

// add looks at what counts alone do not say.
func (t *tally) add(r importer.Result, waiting string) {
	if r.Row == r.Head {
		t.customers++
	}
	if r.State == pipeline.Existing && r.CustomerID == "" {
		t.withoutID++
	}
	if r.New {
		if t.fresh == nil {
			t.fresh = pipeline.Counts{}
		}
		t.fresh[r.State]++
	}
	if reports.ToMend(&r.Outcome) {
		t.mend++
	}
	if r.State == pipeline.Pending && r.Outcome.Message != waiting && !r.HeldBack {
		if t.unfinished++; t.unfinished == 1 {
			t.why = fmt.Sprintf("row %d: %s", r.Row, r.Outcome.Message)
		}
	}
}

func paceText(l pipeline.Limit) string {
	rate := "no limit of rate"
	if l.Rate.N > 0 {
		rate = "at most " + l.Rate.String()
	}
	return rate + ", " + count(l.Concurrency, "request") + " at once"
}

// reached says how fast it went, "" when nothing was sent.
func reached(p importer.Pace) string {
	if p.Calls == 0 || p.Took <= 0 {
		return ""
	}
	text := fmt.Sprintf("; reached %.1f/s", float64(p.Calls)/p.Took.Seconds())
	if p.Slowest.N > 0 {
		text += fmt.Sprintf(", slowed down to %.1f/s by the provider's limits", 1/p.Slowest.Interval().Seconds())
	}
	return text
}

// reportLine is a result as the reports show it; secrets are masked here.
func reportLine(res importer.Result, carry []pipeline.Column) reports.Line {
	line := reports.Line{Outcome: res.Outcome, Key: res.Key, Name: res.Name, Cells: res.Cells, Head: res.Head, Lines: res.Lines}
	for _, c := range carry {
		line.Carry = append(line.Carry, res.Cells[c.Index])
	}
	for _, p := range res.Problems {
		out := reports.Problem{Row: res.Row, Column: p.Field, Code: string(p.Code), Message: p.Message}
		if p.Column != nil {
			out.Cell, out.At = pipeline.CellRef(p.Column.Index, res.Row), p.Column.Index+1
			if p.Column.Name != "" {
				out.Column = p.Column.Name
			}
			if p.Column.Index < len(res.Cells) {
				out.Value = res.Cells[p.Column.Index]
			}
			if p.Secret {
				out.Value = pipeline.LastFour(out.Value)
			}
		}
		line.Problems = append(line.Problems, out)
	}
	return line
}

// probeReports finds out before anything is sent whether the reports can be
// written.
func (r *importRun) probeReports(path string) error {
	out, err := openReports(reportFlags{paths: r.flags.reports, folder: r.flags.reportFolder, book: path}, reports.Head{Run: r.run, Provider: r.def.Provider(), Password: r.flags.password})
	if err != nil {
		return err
	}
	out.Abort()
	return nil
}
