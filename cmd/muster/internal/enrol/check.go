package enrol

import (
	"context"
	"errors"

	"muster/pipeline"
	"muster/pipeline/importer"
	"muster/pipeline/ledger"
)

// Check says what an import would do with every row, and sends nothing. It compares the rows with the job's ledger,
// if there is one, takes no lock and writes nothing; without a path it knows no customer.
func Check(ctx context.Context, j Job, b *Book) (e Ending, err error) {
	e.Run = j.newRun()
	b.describe(&e.Run)
	unannotated, err := j.Reports.probe(ctx, &j, b, e.Run.ID)
	if err != nil {
		return e, err
	}
	j.warnUnannotated(e.Run.ID, unannotated)
	known, err := j.knownLedger(ctx)
	if err != nil {
		return e, err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	if err = j.check(ctx, b, known, &e); err == nil {
		j.see(Finished{e})
	}
	return e, err
}

// knownLedger opens the job's ledger for reading, or an empty one.
func (j *Job) knownLedger(ctx context.Context) (*ledger.Ledger, error) {
	if j.Ledger.Path == "" {
		return ledger.InMemory(ctx)
	}
	l, err := j.openToRead(ctx)
	if errors.Is(err, ledger.ErrNone) {
		j.see(NoLedger{j.Ledger.Path})
		return ledger.InMemory(ctx)
	}
	return l, err
}

func (j *Job) check(ctx context.Context, b *Book, known *ledger.Ledger, e *Ending) error {
	id := e.Run.ID
	space, err := known.Space(ctx, j.Target.Namespace, j.provider())
	if err != nil {
		return err
	}
	said := notes{job: j, run: id}
	if err := said.otherServer(ctx, known); err != nil {
		return err
	}
	said.beforeCheck(b)
	records := &checkRecords{}
	written := len(j.Reports.Paths) > 0 || j.Reports.Annotated != ""
	if written {
		records.space = space
	}
	fixed, err := b.fixed(ctx, space)
	if err != nil {
		return err
	}
	found, err := j.newKinds(id, b)
	if err != nil {
		return err
	}
	b.prepare(ctx, j.Now())
	setup := importer.Setup{Provider: j.provider(), Book: b, Checker: b.checker, Parts: b.part,
		Records: records, Run: id, Spell: b.spell, Once: !written, Fixed: fixed, Found: found.add,
		Repeats: b.repeats(), Bytes: b.TextSize()}
	if !known.InMemory() {
		setup.Ledger = space
	}
	plan, err := importer.Check(ctx, setup)
	if err != nil {
		return err
	}
	said.afterCheck(b, plan)
	kinds := found.end(plan.Counts.Total())
	waiting := pipeline.Say("outcome.ready")
	if !written {
		var ended importer.Result // used for all rows: the observer only borrows it
		e.Tally.Counts, err = plan.Judged(ctx, waiting, func(res importer.Result) error {
			ended = res
			e.Tally.add(&ended)
			j.see(RowEnded{Run: id, Result: &ended})
			return nil
		})
		return err
	}
	e.Run.Finished = j.Now()
	w := reporting{job: j, book: b, command: commandCheck, notes: said.kept, kinds: kinds, requests: space,
		earlier: j.earlierReports(ctx, known)}
	if !known.InMemory() {
		w.ledger = known.Path()
	}
	return w.write(ctx, func(f func(importer.Result) error) (pipeline.Counts, error) {
		return plan.Results(ctx, waiting, f)
	}, e)
}
